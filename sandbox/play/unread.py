"""What somebody has not read yet: roots, replies in threads they take part in, and which of it calls for them.

A window that shows a room says so (`acts`, `read`). Their own messages and what only they see are never unread. Slack's
rule for threads is followed: only who has written in a thread hears of the replies.
"""

from __future__ import annotations

from sandbox.play.scene import Scene
from sandbox.world import Channel, Message


def unread(scene: Scene, room: Channel) -> list[Message]:
    """The messages that count."""
    since, me = scene.memory.read.get((scene.user.id, room.id), ""), scene.user.id
    mine = {message.thread_ts or message.ts for message in room.messages if message.user == me}
    new = (message for message in room.messages if message.ts > since and message.user != me)
    return [message for message in new if not message.thread_ts or message.thread_ts in mine]


def calls(scene: Scene, room: Channel, messages: list[Message]) -> bool:
    """Whether it rings: a direct message, or a mention."""
    return bool(messages) and (room.is_im or any(f"<@{scene.user.id}>" in message.text for message in messages))


def read_up_to_now(scene: Scene, room: Channel) -> None:
    """Everything in the room has been seen."""
    if room.messages:
        scene.memory.read[scene.user.id, room.id] = room.messages[-1].ts
