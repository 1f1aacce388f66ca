"""Channels come and go, and people in them: made, renamed, archived, deleted; joined, left, taken out.

Each turn changes the world, records it and tells the app what Slack would tell it. To add one, write a function
(live, **what the client sends) and a row in TURNS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import event_shapes
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.story_base import channel_of, channels, of_host, team_of, user_of
from sandbox.world import Channel


def create_channel(
    live: Live,
    name: str,
    *,
    members: list[str],
    private: bool = False,
    connected: list[str] | None = None,
    host: str = "",
    old: bool = False,
) -> str:
    """A channel of `host` (by default the home workspace); gives its id. If the bot is among the members, the app is told.

    Where a partner hosts it, home must be among `connected`. `old`: a private channel with a G… id, as they once were.
    """
    world = live.sandbox.world
    host = team_of(live, host or world.home).id
    if any(channel.name == name and channel.team_id == host for channel in channels(live)):
        raise CannotDo(f"#{name} exists already")
    if old and (not private or connected):
        raise CannotDo("a channel with a G… id is private and not shared (facts §1.1)")
    made = live.sandbox.next_id("G" if old else "C")
    channel = Channel(made, name, host, is_private=private, connected=connected or [])
    world.channels[channel.id] = channel
    for team in channel.connected:
        live.sandbox.record.write("shared", channel=channel.id, team=team)
    for member in members:
        join(live, channel.id, member)
    return channel.id


def join(live: Live, channel: str, user: str, inviter: str = "") -> None:
    where, who = channel_of(live, channel), user_of(live, user)
    if not live.sandbox.world.belongs(who, where):
        raise CannotDo(f"{channel} is not shared with {who.team_id}")
    if where.archived:
        raise CannotDo(f"#{where.name} is archived")
    if user in where.members:
        raise CannotDo(f"{user} is in {channel} already")
    if who.kind == "single_guest" and any(user in c.members for c in channels(live)):
        raise CannotDo(f"{user} is a single-channel guest and has a channel")
    where.members.append(user)
    live.sandbox.record.write("joined", channel=channel, user=user)
    live.sandbox.emit(event_shapes.member_joined(live.sandbox, who, where, inviter), channel=where, actor=who)


def leave(live: Live, channel: str, user: str) -> None:
    where, who = channel_of(live, channel), user_of(live, user)
    if user not in where.members:
        raise CannotDo(f"{user} is not in {channel}")
    where.members.remove(user)
    live.sandbox.record.write("left", channel=channel, user=user)
    live.sandbox.emit(event_shapes.member_left(live.sandbox, who, where), channel=where, actor=who)


def kick(live: Live, channel: str, user: str, by: str) -> None:
    """`by` takes `user` out; the app hears of its own removal too (member_left_channel)."""
    where, who = channel_of(live, channel), user_of(live, by)
    if by not in where.members or who.kind in ("guest", "single_guest"):
        raise CannotDo(f"{by} may not take anybody out of {channel}")
    leave(live, channel, user)


def archive(live: Live, channel: str, user: str) -> None:
    """`user` archives it, on all sides. Nobody can post there any more."""
    where, who = channel_of(live, channel), user_of(live, user)
    of_host(live, where, who, "archive")
    if where.archived:
        raise CannotDo(f"#{where.name} is archived already")
    where.archived = True
    live.sandbox.record.write("archived", channel=channel, user=user)
    live.sandbox.emit(event_shapes.archived(live.sandbox, where, user), channel=where, actor=who)


def unarchive(live: Live, channel: str, user: str) -> None:
    """Open again, with the people who were in it. A frozen copy stays as it is ([CBO] "frozen and disconnected")."""
    where, who = channel_of(live, channel), user_of(live, user)
    of_host(live, where, who, "unarchive")
    if where.frozen or not where.archived:
        raise CannotDo(f"#{where.name} is {where.frozen or 'not archived'}")
    where.archived = False
    live.sandbox.record.write("unarchived", channel=channel, user=user)
    live.sandbox.emit(event_shapes.unarchived(live.sandbox, where, user), channel=where, actor=who)


def rename(live: Live, channel: str, user: str, name: str) -> None:
    """Each workspace has its own name for a channel ([CBO] "Channel settings"): another company's is none of our business."""
    where, who = channel_of(live, channel), user_of(live, user)
    world = live.sandbox.world
    if user not in where.members or who.kind in ("guest", "single_guest"):
        raise CannotDo(f"{user} may not rename {channel}")
    live.sandbox.record.write("renamed", channel=channel, user=user, name=name)
    if world.is_external(who):
        where.names[who.team_id] = name
        return
    where.name = name
    live.sandbox.emit(event_shapes.renamed(live.sandbox, where), channel=where, actor=who)


def delete_channel(live: Live, channel: str, user: str) -> None:
    """Gone with all its messages; its files stay where else they are. Admins only (mem)."""
    where, who = channel_of(live, channel), user_of(live, user)
    of_host(live, where, who, "delete")
    if who.kind != "admin":
        raise CannotDo(f"{user} is no admin")
    world = live.sandbox.world
    live.sandbox.record.write("channel_deleted", channel=channel, user=user)
    live.sandbox.emit(event_shapes.deleted(live.sandbox, where, who.id), channel=where, actor=who)
    del world.channels[channel]
    for file in world.files.values():
        file.channels[:] = [each for each in file.channels if each != channel]
    world.ephemerals[:] = [each for each in world.ephemerals if each.channel != channel]


TURNS: dict[str, Callable[..., Any]] = {
    "create_channel": create_channel,
    "join": join,
    "leave": leave,
    "kick": kick,
    "archive": archive,
    "unarchive": unarchive,
    "rename": rename,
    "delete_channel": delete_channel,
}
