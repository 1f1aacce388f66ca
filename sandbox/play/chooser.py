"""GET /: who to be. Everybody of the world, by company, ours first. A page of the toy, sent to no person's window."""

from __future__ import annotations

from itertools import groupby

from sandbox.play.page import TITLE, document
from sandbox.render.names import Person, avatar, badge
from sandbox.render.safe import esc, tag
from sandbox.world import User, World

KINDS = {"admin": "管理者", "guest": "ゲスト(複数チャンネル)", "single_guest": "ゲスト(1チャンネル)"}


def draw(world: World) -> str:
    """The page."""
    people = [user for user in world.users.values() if not user.is_bot and not user.deleted]
    people.sort(key=lambda user: (user.team_id != world.home, user.team_id))
    groups = (_company(world, team, list(some)) for team, some in groupby(people, key=lambda user: user.team_id))
    told = tag(
        "p",
        "操作するユーザーを選んでください。ウィンドウを分けて開くと、複数のユーザーを同時に操作できます。",
        "登場する会社・人物はすべて架空です。",
    )
    inner = tag("h1", TITLE) + told + "".join(groups)
    return document(TITLE, tag("main", inner, cls="chooser"))


def _company(world: World, team: str, people: list[User]) -> str:
    ours = tag("small", "自社のワークスペース" if team == world.home else "別のワークスペース(Slack コネクト)")
    listed = "".join(tag("li", _person(world, user)) for user in people)
    return tag("section", tag("h2", esc(world.teams[team].name), ours), tag("ul", listed))


def _person(world: World, user: User) -> str:
    who = Person(user.real_name or user.name, "", user.kind)
    role = "・".join(filter(None, (user.title, KINDS.get(user.kind, "") if user.kind == "admin" else "")))
    said = tag("span", tag("b", esc(who.name)), badge(who), tag("small", esc(role or _rooms(world, user))), cls="who")
    return tag("a", avatar(user.id, who), said, href=f"/as/{user.id}/")


def _rooms(world: World, user: User) -> str:
    names = [f"#{room.name}" for room in world.channels.values() if user.id in room.members and not room.is_im]
    return " ".join(names[:2])
