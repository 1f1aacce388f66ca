"""The middle of the window: a channel or the messages with the app, from its name to where one writes. Home: `home.py`.

To show one more thing about a channel, add it to `_header`.
"""

from __future__ import annotations

from sandbox.play import composer, home, lines
from sandbox.play.icons import icon
from sandbox.play.scene import APP, HOME, Scene
from sandbox.render.names import avatar, badge
from sandbox.render.safe import esc, tag
from sandbox.world import Channel


def draw(scene: Scene) -> str:
    """The part `main`."""
    if scene.place.room == HOME:
        inner = tag("header", _back(scene), app_title(scene), tabs(scene), cls="room-head")
        return tag("main", inner, home.draw(scene), id="main", tabindex="-1")
    room = scene.room
    if room is None:
        return tag("main", _nothing(scene), id="main", tabindex="-1")
    head = tag("header", _back(scene), *_header(scene, room), cls="room-head")
    return tag("main", head, _log(scene, room), composer.draw(scene, room), id="main", tabindex="-1", data_room=room.id)


def _log(scene: Scene, room: Channel) -> str:
    roots = [message for message in room.messages if not message.thread_ts]
    mine = [one for one in lines.ephemerals(scene, room.id) if not one["thread_ts"]]
    messages = sorted([*lines.shown(scene, roots), *mine], key=lambda one: str(one["ts"]))
    drawn = lines.draw(scene, messages, prefix="m", new_from=scene.place.since)
    start = tag("div", _beginning(scene, room), cls="beginning")
    label = f"{_called(scene, room)} のメッセージ"
    return tag("div", start, drawn, id="log", cls="log", role="log", aria_label=label, tabindex="0")


def _beginning(scene: Scene, room: Channel) -> str:
    if room.is_im:
        return tag("p", "アプリとのダイレクトメッセージです。ここでの会話は、ほかの人には見えません。")
    empty = "" if room.messages else "まだメッセージはありません。"
    return tag("p", "ここが ", tag("b", f"#{esc(_called(scene, room))}"), f" の始まりです。{empty}")


def _header(scene: Scene, room: Channel) -> list[str]:
    if room.is_im:
        return [app_title(scene), tabs(scene)]
    mark = icon("lock" if room.is_private else "hash")
    name = tag(
        "h1", tag("span", mark, cls="mark-of", aria_hidden="true"), tag("span", esc(_called(scene, room)), cls="called")
    )
    drawn = scene.known.names.room(room.id)
    companies = "".join(tag("span", esc(one), cls="company") for one in drawn.companies)
    shared = tag("div", "社外と共有：", companies, cls="companies") if len(drawn.companies) > 1 else ""
    return [tag("div", name, shared, cls="what"), _people(scene, drawn.people)]


def _called(scene: Scene, room: Channel) -> str:
    return scene.live.sandbox.bot.real_name if room.is_im else scene.known.names.room(room.id).name


def _people(scene: Scene, people: tuple[str, ...]) -> str:
    """How many, and unfolded who."""
    rows = ((one, scene.known.person(one)) for one in people)
    listed = "".join(tag("li", avatar(one, who), tag("span", esc(who.name)), badge(who)) for one, who in rows)
    label = f"メンバー {len(people)} 人"
    return tag(
        "details",
        tag("summary", icon("people"), str(len(people)), aria_label=label),
        tag("ul", listed),
        cls="people-of",
    )


def app_title(scene: Scene) -> str:
    """The app's name."""
    bot = scene.live.sandbox.bot
    return tag(
        "div",
        tag("h1", avatar(bot.id, scene.known.person(bot.id)), tag("span", esc(bot.real_name), cls="called")),
        cls="what",
    )


def tabs(scene: Scene) -> str:
    """Home and messages of the app."""
    if not scene.live.sandbox.world.app.home_tab:
        return ""
    at_home = scene.place.room == HOME
    links = (("ホーム", HOME, at_home), ("メッセージ", APP, not at_home))
    drawn = (
        tag("a", text, href=f"{scene.base}/{room}", data_go=True, aria_current="page" if on else None)
        for text, room, on in links
    )
    return tag("nav", *drawn, cls="tabs", aria_label="アプリ")


def _back(scene: Scene) -> str:
    return tag("a", icon("back"), href=f"{scene.base}/", cls="back", data_go=True, aria_label="一覧へ戻る")


def _nothing(scene: Scene) -> str:
    head = tag("header", _back(scene), tag("div", tag("h1", "メッセージ"), cls="what"), cls="room-head")
    if scene.place.room == APP:
        head = tag("header", _back(scene), app_title(scene), tabs(scene), cls="room-head")
        said = tag("div", tag("p", "アプリとのメッセージはまだありません。"), id="log", cls="log nothing")
        return head + said + composer.draw(scene, None)
    return head + tag("div", tag("p", "参加しているチャンネルはありません。"), id="log", cls="log nothing")
