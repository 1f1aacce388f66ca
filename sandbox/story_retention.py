"""Messages and files that are deleted: by retention, which tells nobody (mem), or by somebody, which tells the app.

Retention counts from the business time at which a message was said. A message that is gone is not in history or replies
and cannot be updated (message_not_found [K:chat.update]); replies to it stay. Settings may differ per workspace [CBO];
here there is one, the channel's, because there is one copy of a channel. To add a turn: a function and a row in TURNS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox import event_shapes, messages
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.story_base import user_of
from sandbox.world import Channel, Message


def retain(live: Live, channel: str, days: int) -> None:
    """From now on the channel's (or DM's) messages are kept for so many days; 0 is for ever."""
    found = live.sandbox.world.channels.get(channel)
    if found is None or days < 0:
        raise CannotDo(f"no channel {channel}, or {days} days")
    found.retention = days
    live.sandbox.record.write("retention", channel=channel, days=days)


def retention_runs(live: Live) -> int:
    """What Slack does by night: deletes what is older than its channel keeps, with its files. How many messages. No event."""
    now, count = live.sandbox.clock.now(), 0
    for channel in live.sandbox.world.channels.values():
        for message in [m for m in channel.messages if _too_old(channel, m, now)]:
            messages.remove(live.sandbox, message, why="retention")
            for file in message.files:
                live.sandbox.world.files[file].deleted = True
            count += 1
    return count


def delete_message(live: Live, channel: str, ts: str, by: str) -> None:
    """Its author or an admin of home deletes a message; the app is told (message_deleted)."""
    world, who = live.sandbox.world, user_of(live, by)
    message = world.message(channel, ts)
    if message is None or by not in world.channels[channel].members:
        raise CannotDo(f"no message {ts} in {channel}")
    if message.user != by and (who.kind != "admin" or world.is_external(who)):
        raise CannotDo(f"{by} may not delete it")
    where = world.channels[channel]
    event = event_shapes.message_deleted(live.sandbox, where, messages.as_json(live.sandbox, message))
    messages.remove(live.sandbox, message, why="a_person")
    live.sandbox.emit(event, channel=where, actor=who)


def delete_file(live: Live, file: str) -> None:
    """The messages with it stay, with a tombstone; files.info says file_deleted."""
    found = live.sandbox.world.files.get(file)
    if found is None or found.deleted:
        raise CannotDo(f"no file {file}")
    found.deleted = True
    live.sandbox.record.write("file_deleted", id=file)


def _too_old(channel: Channel, message: Message, now: datetime) -> bool:
    if not channel.retention or not message.at:
        return False
    return datetime.fromisoformat(message.at) < now - timedelta(days=channel.retention)


TURNS: dict[str, Callable[..., Any]] = {
    "retain": retain,
    "retention_runs": retention_runs,
    "delete_message": delete_message,
    "delete_file": delete_file,
}
