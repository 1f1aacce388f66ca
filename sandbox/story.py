"""What happens in the workspaces besides messages: channels are shared and unshared, people come, go and are let go.

`TURNS` is the table that `client.py` reaches over HTTP by name. Each turn changes the world, records it and tells the
app what Slack would tell it. To add one, write a function (live, **what the client sends) and a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import event_shapes
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.web_api.users import as_json as user_json
from sandbox.world import Channel, Kind, Team, User


def connect(live: Live, channel: str, team: str) -> None:
    """Slack Connect: the partner accepts; its people may join from now on."""
    shared = _channel(live, channel)
    if team not in live.sandbox.world.teams:
        raise CannotDo(f"no workspace {team}")
    if team in (shared.team_id, *shared.connected):
        raise CannotDo(f"{team} is in {channel} already")
    shared.connected.append(team)
    live.sandbox.record.write("shared", channel=channel, team=team)
    live.sandbox.emit(event_shapes.shared(live.sandbox, shared, team), channel=shared, actor=None)


def disconnect(live: Live, channel: str, team: str) -> None:
    """The partner's people lose the channel at once; there is no member_left_channel for each of them."""
    shared = _channel(live, channel)
    if team not in shared.connected:
        raise CannotDo(f"{team} is not in {channel}")
    shared.connected.remove(team)
    users = live.sandbox.world.users
    shared.members[:] = [member for member in shared.members if users[member].team_id != team]
    live.sandbox.record.write("unshared", channel=channel, team=team)
    live.sandbox.emit(event_shapes.unshared(live.sandbox, shared, team), channel=shared, actor=None)


def join(live: Live, channel: str, user: str, inviter: str = "") -> None:
    where, who = _channel(live, channel), _user(live, user)
    if who.team_id not in (where.team_id, *where.connected):
        raise CannotDo(f"{channel} is not shared with {who.team_id}")
    if user in where.members:
        raise CannotDo(f"{user} is in {channel} already")
    if who.kind == "single_guest" and any(user in c.members for c in _channels(live)):
        raise CannotDo(f"{user} is a single-channel guest and has a channel")
    where.members.append(user)
    live.sandbox.record.write("joined", channel=channel, user=user)
    live.sandbox.emit(event_shapes.member_joined(live.sandbox, who, where, inviter), channel=where, actor=who)


def leave(live: Live, channel: str, user: str) -> None:
    where, who = _channel(live, channel), _user(live, user)
    if user not in where.members:
        raise CannotDo(f"{user} is not in {channel}")
    where.members.remove(user)
    live.sandbox.record.write("left", channel=channel, user=user)
    live.sandbox.emit(event_shapes.member_left(live.sandbox, who, where), channel=where, actor=who)


def archive(live: Live, channel: str, user: str) -> None:
    """`user` archives it. Nobody can post there any more."""
    where, who = _channel(live, channel), _user(live, user)
    where.archived = True
    live.sandbox.record.write("archived", channel=channel, user=user)
    live.sandbox.emit(event_shapes.archived(live.sandbox, where, user), channel=where, actor=who)


def deactivate(live: Live, user: str) -> None:
    """An account ends: out of all channels and groups, its modals gone. No event for each of these."""
    world, who = live.sandbox.world, _user(live, user)
    known = not world.is_external(who) or world.shares_channel(who)
    who.deleted = True
    for channel in _channels(live):
        channel.members[:] = [member for member in channel.members if member != user]
    for group in world.groups.values():
        group.users[:] = [member for member in group.users if member != user]
    for view in world.views.values():
        view.open = view.open and view.user != user
    live.sandbox.record.write("deactivated", user=user)
    if known:
        event = event_shapes.user_change(live.sandbox, user_json(live.sandbox, who, locale=False))
        live.sandbox.emit(event, channel=None, actor=who)


def group_members(live: Live, group: str, users: list[str]) -> None:
    """The members of a user group from now on."""
    found = live.sandbox.world.groups.get(group)
    if found is None:
        raise CannotDo(f"no user group {group}")
    before, found.users = found.users, [_user(live, user).id for user in users]
    live.sandbox.record.write("group", group=group, users=found.users)
    live.sandbox.emit(event_shapes.group_members_changed(live.sandbox, found, before), channel=None, actor=None)


def create_channel(
    live: Live, name: str, *, members: list[str], private: bool = False, connected: list[str] | None = None
) -> str:
    """A channel of the home workspace; gives its id. If the bot is among the members, the app is told."""
    world = live.sandbox.world
    if any(channel.name == name for channel in _channels(live)):
        raise CannotDo(f"#{name} exists already")
    channel = Channel(live.sandbox.next_id("C"), name, world.home, is_private=private, connected=connected or [])
    world.channels[channel.id] = channel
    for team in channel.connected:
        live.sandbox.record.write("shared", channel=channel.id, team=team)
    for member in members:
        join(live, channel.id, member)
    return channel.id


def add_user(
    live: Live,
    name: str,
    *,
    team: str,
    real_name: str = "",
    kind: Kind = "member",
    email: str = "",
    locale: str = "ja-JP",
) -> str:
    """A new account in a workspace there is; gives its id."""
    world = live.sandbox.world
    if team not in world.teams:
        raise CannotDo(f"no workspace {team}")
    user = User(_new_id(live, "U"), team, name, real_name or name, email, kind, locale)
    world.users[user.id] = user
    if team == world.home:
        event = {
            "type": "team_join",
            "user": user_json(live.sandbox, user, locale=False),
            "event_ts": live.sandbox.next_ts(),
        }
        live.sandbox.emit(event, channel=None, actor=user)
    return user.id


def add_team(live: Live, name: str, *, domain: str, enterprise_id: str = "") -> str:
    """Another company's workspace; gives its id."""
    team = Team(_new_id(live, "T"), name, domain, enterprise_id)
    live.sandbox.world.teams[team.id] = team
    return team.id


def _channel(live: Live, channel_id: str) -> Channel:
    channel = live.sandbox.world.channels.get(channel_id)
    if channel is None or channel.is_im:
        raise CannotDo(f"no channel {channel_id}")
    return channel


def _user(live: Live, user_id: str) -> User:
    user = live.sandbox.world.users.get(user_id)
    if user is None or user.deleted:
        raise CannotDo(f"no account {user_id}")
    return user


def _new_id(live: Live, prefix: str) -> str:
    """Of an account or workspace: `next_id` knows only of channels, files and views."""
    taken = live.sandbox.world.users.keys() | live.sandbox.world.teams.keys()
    while (found := live.sandbox.next_id(prefix)) in taken:
        continue
    return found


def _channels(live: Live) -> list[Channel]:
    return [channel for channel in live.sandbox.world.channels.values() if not channel.is_im]


TURNS: dict[str, Callable[..., Any]] = {
    "connect": connect,
    "disconnect": disconnect,
    "join": join,
    "leave": leave,
    "archive": archive,
    "deactivate": deactivate,
    "group_members": group_members,
    "create_channel": create_channel,
    "add_user": add_user,
    "add_team": add_team,
}
