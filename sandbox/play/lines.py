"""Messages as lines of a room or thread: who, when, what, and the way into the thread.

To show one more thing beside a message, add it to `_marks` (words behind the time) or `_foot` (below it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sandbox import sight
from sandbox.play.icons import icon
from sandbox.play.scene import Scene
from sandbox.render import html
from sandbox.render.names import avatar
from sandbox.render.safe import esc, tag
from sandbox.render.story import day
from sandbox.world import Json, Message

ONLY_YOU = "あなただけに表示されています"


def shown(scene: Scene, messages: Iterable[Message]) -> list[Json]:
    """Messages as the person sees them, with their files to fetch."""
    return [_with_files(scene, sight.show(scene.live, scene.user, message)) for message in messages]


def ephemerals(scene: Scene, channel: str) -> list[Json]:
    """What only they see in a room and have not dismissed."""
    me = scene.user.id
    found = sight.ephemerals(scene.live, scene.user, channel)
    return [_with_files(scene, one) for one in found if (me, channel, one["ts"]) not in scene.memory.dismissed]


def draw(scene: Scene, messages: Sequence[Json], *, prefix: str, new_from: str = "", threads: bool = True) -> str:
    """The lines, oldest first, with a line for each day and one above what is new since `new_from`."""
    drawn, before = [], None
    divided = not new_from
    for message in messages:
        when = scene.memory.when(scene.live, message["channel"], message["ts"])
        if before is None or before.date() != when.date():
            drawn.append(tag("div", tag("span", esc(day(when))), cls="day", role="separator"))
        theirs = message["user"] != scene.user.id and not message["ephemeral"]
        if not divided and message["ts"] > new_from and theirs:
            drawn.append(tag("div", tag("span", "ここから新着"), cls="new", role="separator"))
            divided = True
        drawn.append(line(scene, message, when, prefix=prefix, threads=threads))
        before = when
    return "".join(drawn)


def line(scene: Scene, message: Json, when: datetime, *, prefix: str, threads: bool) -> str:
    """One message. An ephemeral says that nobody else sees it."""
    author = scene.known.person(message["user"])
    only = tag("div", icon("eye"), ONLY_YOU, _dismiss(), cls="only-you") if message["ephemeral"] else ""
    drawn = html.message(
        message, message["user"], author, scene.known.flat, when=f"{when:%H:%M}", marks=_marks(message), live=True
    )
    return tag(
        "article",
        only,
        drawn,
        _foot(scene, message) if threads and not message["ephemeral"] else "",
        id=f"{prefix}-{message['ts'].replace('.', '-')}",
        cls="post only" if message["ephemeral"] else "post",
        data_channel=message["channel"],
        data_ts=message["ts"],
        aria_label=f"{author.name} {when:%H:%M}",
    )


def _marks(message: Json) -> list[str]:
    return ["（編集済み）"] if message["edited"] else []


def _dismiss() -> str:
    return tag("button", "閉じる", type="button", cls="plain", data_role="dismiss")


def _foot(scene: Scene, message: Json) -> str:
    """Who has replied, or the offer to."""
    room = scene.live.sandbox.world.channels[message["channel"]]
    replies = [one for one in room.messages if one.thread_ts == message["ts"]]
    href = f"{scene.base}/{message['channel']}?thread={message['ts']}"
    if not replies:
        return tag("a", "返信する", href=href, cls="reply", data_go=True)
    people = list(dict.fromkeys(reply.user for reply in replies))[:4]
    faces = "".join(avatar(one, scene.known.person(one)) for one in people)
    last = scene.memory.when(scene.live, room.id, replies[-1].ts)
    said = tag("b", f"{len(replies)} 件の返信") + tag("time", f"最終返信 {last.month}月{last.day}日 {last:%H:%M}")
    return tag("a", tag("span", faces, cls="faces"), said, href=href, cls="replies", data_go=True)


def _with_files(scene: Scene, message: Json) -> Json:
    files = scene.live.sandbox.world.files
    fetched = (
        {**one, "size": len(files[one["id"]].data), "href": f"{scene.base}/files/{one['id']}"}
        for one in message["files"]
        if not files[one["id"]].deleted
    )
    return message | {"files": list(fetched)}
