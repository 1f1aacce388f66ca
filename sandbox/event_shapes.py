"""The inner event of each kind, shaped like Slack's. Pure. To add one, write a builder here and a row in `events.py`.

Facts: slack_platform.md §1 (file in a Connect channel: check_file_info), §1.1 (team and user_team of the author).
"""

from __future__ import annotations

import uuid

from sandbox import files
from sandbox.core import Sandbox
from sandbox.payloads import own_team_id
from sandbox.world import Channel, Json, Message, User, UserGroup


def channel_type(channel: Channel) -> str:
    """As message events say it."""
    return "im" if channel.is_im else "group" if channel.is_private else "channel"


def message(sandbox: Sandbox, said: Message) -> Json:
    """A person's message; with files its subtype is file_share."""
    world = sandbox.world
    channel, author = world.channels[said.channel], world.users[said.user]
    event: Json = {
        "type": "message",
        "user": said.user,
        "ts": said.ts,
        "client_msg_id": str(uuid.uuid4()),
        "text": said.text,
        "team": own_team_id(world, author),
        "blocks": said.blocks,
        "channel": channel.id,
        "event_ts": said.ts,
        "channel_type": channel_type(channel),
    }
    if said.thread_ts:
        root = world.message(channel.id, said.thread_ts)
        event |= {"thread_ts": said.thread_ts, "parent_user_id": root.user if root else ""}
    if said.files:
        event |= {"subtype": "file_share", "upload": False, "display_as_bot": False}
        event["files"] = [_file(sandbox, channel, file) for file in said.files]
    return event | _stranger(sandbox, channel, author)


def _file(sandbox: Sandbox, channel: Channel, file_id: str) -> Json:
    """In a Connect channel nothing but the id, whichever company the author is of ([CBO] "check_file_info")."""
    if channel.connected:
        hidden = {"created": 0, "timestamp": 0, "user": ""}
        return {"id": file_id, "mode": "file_access", "file_access": "check_file_info", **hidden}
    return files.as_json(sandbox, sandbox.world.files[file_id])


def _stranger(sandbox: Sandbox, channel: Channel, author: User) -> Json:
    """What Slack adds about the author of a message in a Connect channel."""
    if not channel.connected:
        return {}
    team = own_team_id(sandbox.world, author)
    profile = {"name": author.name, "real_name": author.real_name, "display_name": author.name, "team": team}
    return {"user_team": team, "source_team": team, "user_profile": profile}


def app_mention(sandbox: Sandbox, said: Message) -> Json:
    whole = message(sandbox, said)
    kept = ("user", "ts", "client_msg_id", "text", "team", "blocks", "channel", "event_ts", "thread_ts", "user_team")
    return {"type": "app_mention"} | {key: whole[key] for key in kept if key in whole}


def file_shared(sandbox: Sandbox, file_id: str, user: User, channel: Channel) -> Json:
    return {
        "type": "file_shared",
        "file_id": file_id,
        "user_id": user.id,
        "file": {"id": file_id},
        "channel_id": channel.id,
        "event_ts": sandbox.next_ts(),
    }


def app_home_opened(sandbox: Sandbox, user: User, channel: Channel, tab: str, view: Json | None) -> Json:
    """`view` is there only when a Home tab has been published before."""
    event = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
    return event | {"event_ts": sandbox.next_ts()} | ({"view": view} if view else {})


def member_joined(sandbox: Sandbox, user: User, channel: Channel, inviter: str = "") -> Json:
    return _member(sandbox, "member_joined_channel", user, channel) | ({"inviter": inviter} if inviter else {})


def member_left(sandbox: Sandbox, user: User, channel: Channel) -> Json:
    return _member(sandbox, "member_left_channel", user, channel)


def _member(sandbox: Sandbox, kind: str, user: User, channel: Channel) -> Json:
    return {
        "type": kind,
        "user": user.id,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": own_team_id(sandbox.world, user),
        "event_ts": sandbox.next_ts(),
    }


def shared(sandbox: Sandbox, channel: Channel, team: str) -> Json:
    return {
        "type": "channel_shared",
        "connected_team_id": sandbox.world.org(team),
        "channel": channel.id,
        "event_ts": sandbox.next_ts(),
    }


def unshared(sandbox: Sandbox, channel: Channel, team: str, *, gone: bool = False) -> Json:
    """`gone`: our own part has ended, so that no company is left in it for us."""
    return {
        "type": "channel_unshared",
        "previously_connected_team_id": sandbox.world.org(team),
        "channel": channel.id,
        "is_ext_shared": bool(channel.connected) and not gone,
        "event_ts": sandbox.next_ts(),
    }


def id_changed(sandbox: Sandbox, old: str, new: str) -> Json:
    return {
        "type": "channel_id_changed",
        "old_channel_id": old,
        "new_channel_id": new,
        "event_ts": sandbox.next_ts(),
    }


def archived(sandbox: Sandbox, channel: Channel, by: str) -> Json:
    return _of_kind(sandbox, channel, "archive") | {"user": by, "is_moved": 0}


def unarchived(sandbox: Sandbox, channel: Channel, by: str) -> Json:
    """Slack calls the one who did it `user` in the one event and `actor_id` in the other."""
    return _of_kind(sandbox, channel, "unarchive") | {"actor_id" if channel.is_private else "user": by}


def deleted(sandbox: Sandbox, channel: Channel, by: str) -> Json:
    """Of a public channel Slack says no more than which."""
    if not channel.is_private:
        return {"type": "channel_deleted", "channel": channel.id}
    when = int(float(sandbox.next_ts()))
    return _of_kind(sandbox, channel, "deleted") | {"actor_id": by, "date_deleted": when}


def renamed(sandbox: Sandbox, channel: Channel) -> Json:
    named = {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": 1_700_000_000}
    named |= {"is_channel": not channel.is_private, "is_mpim": False}
    return _of_kind(sandbox, channel, "rename") | {"channel": named}


def _of_kind(sandbox: Sandbox, channel: Channel, what: str) -> Json:
    """channel_… of a public channel, group_… of a private one, whatever its id begins with."""
    kind = "group" if channel.is_private else "channel"
    return {"type": f"{kind}_{what}", "channel": channel.id, "event_ts": sandbox.next_ts()}


def message_deleted(sandbox: Sandbox, channel: Channel, previous: Json) -> Json:
    """`previous` is the message object as it was."""
    event_ts = sandbox.next_ts()
    head = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": channel.id, "ts": event_ts}
    tail = {"deleted_ts": previous["ts"], "previous_message": previous, "channel_type": channel_type(channel)}
    return head | tail | {"event_ts": event_ts}


def group_members_changed(sandbox: Sandbox, group: UserGroup, before: list[str]) -> Json:
    """`before` are the members until now."""
    added = [user for user in group.users if user not in before]
    removed = [user for user in before if user not in group.users]
    now = int(float(sandbox.next_ts()))
    return {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": sandbox.world.home,
        "date_previous_update": now - 3600,
        "date_update": now,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": sandbox.next_ts(),
    }


def user_change(sandbox: Sandbox, shown: Json) -> Json:
    """`shown` is the user object of users.info."""
    event_ts = sandbox.next_ts()
    return {"type": "user_change", "user": shown, "cache_ts": int(float(event_ts)), "event_ts": event_ts}
