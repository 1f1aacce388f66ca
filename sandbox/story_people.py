"""Accounts and workspaces: made, deactivated, reactivated, made a guest or a member, renamed; companies that join a Grid.

Facts: slack_platform.md §1.1 (guests carry home's team id; people of a Grid are named by their organisation; strangers).
Slack tells of a person with user_change. Nothing is told where somebody becomes a stranger: `is_stranger` of users.info
is simply another value from then on. To add a turn: a function (live, **what the client sends) and a row in TURNS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import event_shapes
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.story_base import channels, new_id, team_of, tell_user_change, user_of
from sandbox.web_api.users import as_json as user_json
from sandbox.world import Kind, Team, User

GUESTS = ("guest", "single_guest")


def add_user(
    live: Live,
    name: str,
    *,
    team: str,
    real_name: str = "",
    kind: Kind = "member",
    email: str = "",
    locale: str = "ja-JP",
) -> str:
    """A new account in a workspace there is; gives its id."""
    world = live.sandbox.world
    user = User(new_id(live, "U"), team_of(live, team).id, name, real_name or name, email, kind, locale)
    world.users[user.id] = user
    if team == world.home:
        event = event_shapes.user_change(live.sandbox, user_json(live.sandbox, user, locale=True))
        event["type"] = "team_join"
        live.sandbox.emit(event, channel=None, actor=user)
    return user.id


def deactivate(live: Live, user: str) -> None:
    """An account ends: out of all channels and groups, its modals gone. No event for each of these."""
    world, who = live.sandbox.world, user_of(live, user)
    known = not world.is_external(who) or world.shares_channel(who)
    who.deleted = True
    for channel in channels(live):
        channel.members[:] = [member for member in channel.members if member != user]
    for group in world.groups.values():
        group.users[:] = [member for member in group.users if member != user]
    for view in world.views.values():
        view.open = view.open and view.user != user
    live.sandbox.record.write("deactivated", user=user)
    if known:
        event = event_shapes.user_change(live.sandbox, user_json(live.sandbox, who, locale=True))
        live.sandbox.emit(event, channel=None, actor=who)


def reactivate(live: Live, user: str) -> None:
    """The account is back, but in no channel and no group (mem: somebody has to invite them again)."""
    who = user_of(live, user, gone=True)
    who.deleted = False
    live.sandbox.record.write("reactivated", user=user)
    tell_user_change(live, who)


def change_kind(live: Live, user: str, kind: Kind) -> None:
    """A guest becomes a member, a member a guest: home's people only. A single-channel guest can be in one channel only."""
    who = user_of(live, user)
    if live.sandbox.world.is_external(who) or who.is_bot:
        raise CannotDo(f"{user} is not home's to change")
    if kind == "single_guest" and sum(user in channel.members for channel in channels(live)) > 1:
        raise CannotDo(f"{user} is in several channels")
    who.kind = kind
    if kind in GUESTS:
        for group in live.sandbox.world.groups.values():
            group.users[:] = [member for member in group.users if member != user]
    live.sandbox.record.write("kind_changed", user=user, to=kind)
    tell_user_change(live, who)


def rename_user(live: Live, user: str, real_name: str = "", name: str = "") -> None:
    who = user_of(live, user)
    who.real_name, who.name = real_name or who.real_name, name or who.name
    live.sandbox.record.write("user_renamed", user=user, name=who.name, real_name=who.real_name)
    tell_user_change(live, who)


def join_grid(live: Live, team: str, enterprise_id: str) -> None:
    """A workspace becomes part of an organisation: from now on its people and its channels are named by E… (facts §1.1).

    user_change for those whom the bot knows (mem); nothing is told of the channels.
    """
    if not enterprise_id.startswith("E"):
        raise CannotDo(f"{enterprise_id} is no organisation")
    team_of(live, team).enterprise_id = enterprise_id
    live.sandbox.record.write("grid", team=team, enterprise=enterprise_id)
    for user in live.sandbox.world.users.values():
        if user.team_id == team and not user.deleted:
            tell_user_change(live, user)


def change_team(live: Live, user: str, team: str) -> None:
    """Somebody moves to another workspace of the same organisation; their id and channels stay (mem)."""
    who, world = user_of(live, user), live.sandbox.world
    team_of(live, team)
    if not world.teams[team].enterprise_id or world.org(team) != world.org(who.team_id):
        raise CannotDo(f"{team} is not of the organisation of {user}")
    who.team_id = team
    live.sandbox.record.write("team_changed", user=user, team=team)
    tell_user_change(live, who)


def group_members(live: Live, group: str, users: list[str]) -> None:
    """The members of a user group from now on."""
    found = live.sandbox.world.groups.get(group)
    if found is None:
        raise CannotDo(f"no user group {group}")
    before, found.users = found.users, [user_of(live, user).id for user in users]
    live.sandbox.record.write("group", group=group, users=found.users)
    live.sandbox.emit(event_shapes.group_members_changed(live.sandbox, found, before), channel=None, actor=None)


def add_team(live: Live, name: str, *, domain: str, enterprise_id: str = "") -> str:
    """Another company's workspace; gives its id."""
    team = Team(new_id(live, "T"), name, domain, enterprise_id)
    live.sandbox.world.teams[team.id] = team
    return team.id


TURNS: dict[str, Callable[..., Any]] = {
    "add_user": add_user,
    "deactivate": deactivate,
    "reactivate": reactivate,
    "change_kind": change_kind,
    "rename_user": rename_user,
    "join_grid": join_grid,
    "change_team": change_team,
    "group_members": group_members,
    "add_team": add_team,
}
