"""Messages in a channel: putting them there, changing them, and how Slack shows them to an app.

Both halves use this: the Web API for what the app posts, the people for what a person posts. Each change is recorded
(`posted`, `updated`, `deleted`, `ephemeral`) with who can see it and whom it would ring. Telling the app is the
caller's business. To show one more field of a message to the app, add it to `as_json`.
"""

from __future__ import annotations

from typing import Any

from sandbox.core import Sandbox
from sandbox.files import as_json as file_json
from sandbox.rings import rings
from sandbox.world import Channel, Json, Message, World


def sees(world: World, channel: Channel) -> list[str]:
    """User ids of the people in the channel: everybody but the app's own bot."""
    return [user for user in channel.members if user != world.app.bot_user]


def store(sandbox: Sandbox, message: Message, *, link_names: bool = False) -> None:
    """A new message, by the app or a person."""
    message.at = sandbox.clock.now().isoformat()
    sandbox.world.channels[message.channel].messages.append(message)
    _record(sandbox, "posted", message, link_names)


def changed(sandbox: Sandbox, message: Message, *, link_names: bool = False) -> None:
    """A message whose fields were changed in place."""
    _record(sandbox, "updated", message, link_names)


def remove(sandbox: Sandbox, message: Message, **why: str) -> None:
    """Takes a message out of its channel; its replies stay, as in Slack. `why`: more for the record."""
    sandbox.world.channels[message.channel].messages.remove(message)
    sandbox.record.write("deleted", channel=message.channel, ts=message.ts, **why)


def show_only(sandbox: Sandbox, message: Message, *, replaces: str | None = None) -> None:
    """An ephemeral for `message.only_for`; `replaces` is the ts of the one it takes the place of."""
    ephemerals = sandbox.world.ephemerals
    ephemerals[:] = [m for m in ephemerals if m.ts != replaces]
    ephemerals.append(message)
    sandbox.record.write(
        "ephemeral",
        channel=message.channel,
        ts=message.ts,
        thread_ts=message.thread_ts or None,
        user=message.only_for,
        text=message.text,
        blocks=message.blocks,
        replaces=replaces,
    )


def _record(sandbox: Sandbox, kind: str, message: Message, link_names: bool) -> None:
    channel = sandbox.world.channels[message.channel]
    sandbox.record.write(
        kind,
        channel=message.channel,
        ts=message.ts,
        thread_ts=message.thread_ts or None,
        user=message.user,
        bot=bool(message.bot_id),
        text=message.text,
        blocks=message.blocks,
        metadata=message.metadata,
        files=message.files,
        sees=sees(sandbox.world, channel),
        rings=rings(message.text, message.blocks, link_names),
    )


def as_json(sandbox: Sandbox, message: Message, *, all_metadata: bool = False) -> Json:
    """The message object of history, replies and answers. Without `all_metadata` only the event type of metadata."""
    world = sandbox.world
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    shown["team"] = world.users[message.user].team_id
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": message.app_id, "bot_profile": _bot_profile(sandbox)}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.files:
        shown["files"] = [_file(sandbox, file) for file in message.files]
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata:
        hidden = {"event_type": message.metadata["event_type"]}
        shown["metadata"] = message.metadata if all_metadata else hidden
    return shown | _thread(world, message)


def _file(sandbox: Sandbox, file_id: str) -> Json:
    """A file of a message; of a deleted one only its tombstone is left (mem: id and mode)."""
    file = sandbox.world.files[file_id]
    return {"id": file_id, "mode": "tombstone"} if file.deleted else file_json(sandbox, file)


def _thread(world: World, message: Message) -> dict[str, Any]:
    """thread_ts of a reply; of a root with replies also their number and who replied."""
    if message.thread_ts:
        return {"thread_ts": message.thread_ts}
    replies = [m for m in world.channels[message.channel].messages if m.thread_ts == message.ts]
    if not replies:
        return {}
    users = list(dict.fromkeys(m.user for m in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def _bot_profile(sandbox: Sandbox) -> Json:
    app = sandbox.world.app
    return {
        "id": app.bot_id,
        "app_id": app.app_id,
        "name": sandbox.bot.real_name,
        "team_id": app.team_id,
        "deleted": False,
        "updated": 1_700_000_000,
        "icons": {f"image_{size}": f"https://avatars.example.invalid/{app.bot_id}_{size}.png" for size in (36, 48, 72)},
    }
