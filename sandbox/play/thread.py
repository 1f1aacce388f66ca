"""The panel at the side: one message with its replies, and where one answers."""

from __future__ import annotations

from sandbox.play import composer, lines
from sandbox.play.scene import Scene
from sandbox.render.safe import esc, tag
from sandbox.world import Channel, Message


def draw(scene: Scene) -> str:
    """The part `thread`; hidden where none is open, or its message is gone."""
    room = scene.room
    root = scene.live.sandbox.world.message(room.id, scene.place.thread) if room and scene.place.thread else None
    if room is None or root is None or root.thread_ts:
        return tag("aside", id="thread", hidden=True)
    close = tag("a", "✕", href=f"{scene.base}/{room.id}", cls="x", data_go=True, aria_label="スレッドを閉じる")
    where = "" if room.is_im else tag("small", f"#{esc(scene.known.names.room(room.id).name)}")
    head = tag("header", tag("h2", "スレッド", where), close)
    drawn = lines.draw(scene, _messages(scene, room, root), prefix="t", threads=False)
    log = tag("div", drawn, id="thread-log", cls="log", role="log", aria_label="スレッド", tabindex="0")
    return tag("aside", head, log, composer.draw(scene, room, root.ts), id="thread", aria_label="スレッド")


def _messages(scene: Scene, room: Channel, root: Message) -> list[dict[str, object]]:
    replies = [root, *(message for message in room.messages if message.thread_ts == root.ts)]
    mine = [one for one in lines.ephemerals(scene, room.id) if one["thread_ts"] == root.ts]
    return sorted([*lines.shown(scene, replies), *mine], key=lambda one: str(one["ts"]))
