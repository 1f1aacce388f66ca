"""A person's window: its parts put together, as a whole page or one by one.

`PARTS` is the table of what is redrawn when it has changed: the id of the element -> its drawing. Nothing else of a page
ever changes after it was loaded.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.play import clockbar, room, sidebar, thread, windows
from sandbox.play.scene import Scene
from sandbox.render.safe import esc, tag, void

TITLE = "ローカル Slack"
OFFLINE = "ローカル Slack との接続が切れました。つなぎ直しています…"
PARTS: dict[str, Callable[[Scene], str]] = {
    "side": sidebar.draw,
    "main": room.draw,
    "thread": thread.draw,
    "windows": windows.draw,
    "clock": clockbar.draw,
}


def parts(scene: Scene) -> dict[str, str]:
    """Every part as it is now; CannotDo where the person has no such room."""
    return {name: draw(scene) for name, draw in PARTS.items()}


def window(scene: Scene, at: int) -> str:
    """The whole page. `at` tells how old its parts are."""
    drawn = parts(scene)
    top = tag(
        "header", tag("b", TITLE), drawn["clock"], tag("a", "ユーザーを切り替え", href="/", cls="other"), id="top"
    )
    body = tag("div", drawn["side"], drawn["main"], drawn["thread"], id="panes")
    app = tag(
        "div",
        top,
        tag("p", OFFLINE, id="offline", role="status", hidden=True),
        body,
        drawn["windows"],
        tag("div", id="toasts"),
        id="app",
        cls="list" if not scene.place.room else None,
        data_base=scene.base,
        data_room=scene.place.room,
        data_thread=scene.place.thread,
        data_since=scene.place.since,
        data_at=str(at),
    )
    return document(f"{scene.known.person(scene.user.id).name} - {TITLE}", app, script=True)


def nothing() -> str:
    """The page where there is no such person, or they have no such room: the same for both."""
    told = tag("p", "ユーザーが見つからないか、このチャンネルに参加していません。") + tag(
        "p", tag("a", "ユーザーを選び直す", href="/")
    )
    return document(TITLE, tag("main", tag("h1", TITLE), told, cls="chooser"))


def document(title: str, body: str, *, script: bool = False) -> str:
    """A page with our style and nothing from outside."""
    head = void("meta", charset="utf-8") + void(
        "meta", name="viewport", content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
    )
    head += void("meta", name="color-scheme", content="light dark")
    head += "".join(void("link", rel="stylesheet", href=f"/static/{name}") for name in ("blocks.css", "play.css"))
    head += void("link", rel="icon", href="/static/icon.svg", type="image/svg+xml")
    if script:
        head += tag("script", src="/static/idiomorph.js", defer=True)
        head += tag("script", src="/static/play.js", type="module")
    return f'<!doctype html>\n<html lang="ja">{tag("head", head, tag("title", esc(title)))}{tag("body", body)}</html>\n'
