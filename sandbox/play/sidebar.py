"""The side of the window: the workspace, channels and messages with what is unread in them, the app.

To list one more kind of thing, add a group to `draw`.
"""

from __future__ import annotations

from sandbox.play.icons import icon
from sandbox.play.scene import APP, HOME, Scene
from sandbox.play.unread import calls, unread
from sandbox.render.names import avatar, badge_text
from sandbox.render.safe import esc, tag
from sandbox.world import Channel


def draw(scene: Scene) -> str:
    """The part `side`. `data-unread` is what the window's title counts."""
    rooms = [room for room in scene.rooms if not room.is_im]
    count = sum(len(unread(scene, room)) for room in scene.rooms)
    groups = tag("h2", "チャンネル") + ("".join(_channel(scene, room) for room in rooms) or _none("ありません"))
    groups += tag("h2", "アプリ") + _app(scene)
    return tag("nav", _head(scene), groups, id="side", aria_label="チャンネル一覧", data_unread=str(count))


def _head(scene: Scene) -> str:
    team = scene.live.sandbox.world.teams[scene.user.team_id]
    me = scene.known.person(scene.user.id)
    what = scene.user.title or badge_text(me)
    who = tag("span", tag("b", esc(me.name)), tag("small", esc(what)) if what else "")
    return tag("div", tag("strong", esc(team.name), title=team.name), cls="team") + tag(
        "a", avatar(scene.user.id, me), who, href="/", cls="me", title="別のユーザーに切り替え"
    )


def _channel(scene: Scene, room: Channel) -> str:
    known = scene.known.names.room(room.id)
    outside = list(known.companies[1:])
    shared = tag("span", "社外", cls="ext", title="、".join(outside)) if outside else ""
    mark = icon("lock" if room.is_private else "hash")
    return _entry(scene, room, room.id, tag("span", mark, cls="mark-of"), known.name, shared)


def _app(scene: Scene) -> str:
    bot = scene.live.sandbox.bot
    if bot.id not in scene.known.names.users:
        return _none("ありません")
    dm = next((room for room in scene.rooms if room.is_im and bot.id in room.members), None)
    drawn = _entry(scene, dm, APP, avatar(bot.id, scene.known.person(bot.id)), bot.real_name, "")
    if scene.live.sandbox.world.app.home_tab:
        drawn += _link(scene, HOME, tag("span", icon("home"), cls="mark-of"), "ホーム", on=scene.place.room == HOME)
    return drawn


def _entry(scene: Scene, room: Channel | None, where: str, mark: str, name: str, more: str) -> str:
    new = unread(scene, room) if room else []
    loud = calls(scene, room, new) if room else False
    on = scene.place.room == where or (room is not None and scene.room is room)
    count = tag("span", str(len(new)), cls="count loud" if loud else "count", aria_label=f"未読 {len(new)} 件")
    state = " ".join(filter(None, ("unread" if new else "", "quiet" if room and room.archived else "")))
    return _link(scene, where, mark, name, more + (count if new else ""), on=on, cls=state)


def _link(scene: Scene, where: str, mark: str, name: str, more: str = "", *, on: bool, cls: str = "") -> str:
    label = tag("span", esc(name), cls="label")
    current = "page" if on else None
    href = f"{scene.base}/{where}"
    return tag("a", mark, label, more, href=href, cls=cls, aria_current=current, data_go=True, title=name)


def _none(text: str) -> str:
    return tag("p", text, cls="none")
