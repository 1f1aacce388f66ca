"""world.json -> World: who and where. The demo and each test bring their own.

The keys are the field names of `world.py`: {"app": {...}, "teams": [...], "users": [...], "channels": [...],
"groups": [...]}; what the app was granted comes from its manifest, not from here. An unknown key, an id that is not
there or a member who cannot be there is a ValueError that names it, so that no scene rests on a world Slack would not
allow. A new field of `world.py` needs nothing here, unless it refers to something.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from sandbox.world import App, Channel, Json, Team, User, UserGroup, World

T = TypeVar("T", Team, User, Channel, UserGroup)
_KEYS = {"app", "teams", "users", "channels", "groups"}
_GRANTED = {"scopes", "commands", "events", "home_tab", "escaped_commands", "hints", "shortcuts"}


def load(path: Path) -> World:
    """Reads and checks a world. ValueError with all that is wrong, a line each."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(data: Json) -> World:
    """As `load`, from the parsed JSON. The bot user is added when `users` leaves it out."""
    _known(data, _KEYS, "world")
    _known(data["app"], {f.name for f in fields(App)} - _GRANTED, "app")
    world = World(
        app=App(**data["app"]),
        teams=_by_id(Team, data.get("teams", [])),
        users=_by_id(User, data.get("users", [])),
        channels=_by_id(Channel, data.get("channels", [])),
        groups=_by_id(UserGroup, data.get("groups", [])),
    )
    app = world.app
    if app.bot_user not in world.users:
        world.users[app.bot_user] = User(app.bot_user, app.team_id, "bot", "Bot", kind="bot", is_bot=True)
    wrong = list(_wrong(world))
    if wrong:
        raise ValueError("\n".join(wrong))
    return world


def _known(row: Json, names: set[str], where: str) -> None:
    unknown = sorted(row.keys() - names)
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(unknown)}")


def _by_id(make: Callable[..., T], rows: list[Json]) -> dict[str, T]:
    names = {f.name for f in fields(make)}  # type: ignore[arg-type]  # a dataclass, as T says
    found: dict[str, T] = {}
    for row in rows:
        _known(row, names - {"messages"}, str(row.get("id", row)))
        item = make(**row)
        if item.id in found:
            raise ValueError(f"{item.id}: twice")
        found[item.id] = item
    return found


def _wrong(world: World) -> Iterator[str]:
    if world.home not in world.teams:
        yield f"app: team {world.home} is not there"
    for user in world.users.values():
        if user.team_id not in world.teams:
            yield f"{user.id}: team {user.team_id} is not there"
    for channel in world.channels.values():
        yield from _wrong_channel(world, channel)
    for group in world.groups.values():
        yield from (f"{group.id}: user {user} is not there" for user in group.users if user not in world.users)


def _wrong_channel(world: World, channel: Channel) -> Iterator[str]:
    prefix = "D" if channel.is_im else "CG"
    if channel.id[0] not in prefix:
        yield f"{channel.id}: the id does not start with {' or '.join(prefix)}"
    teams = [*channel.sides, *filter(None, channel.pending), *channel.limited]
    unknown = [team for team in teams if team not in world.teams]
    yield from (f"{channel.id}: team {team} is not there" for team in unknown)
    if unknown:
        return
    if channel.frozen and not channel.archived:
        yield f"{channel.id}: frozen, but not archived"
    if channel.pending and channel.id.startswith("G"):
        yield f"{channel.id}: a G… id changes to C… when a share is initiated"
    for member in channel.members:
        user: Any = world.users.get(member)
        if user is None:
            yield f"{channel.id}: member {member} is not there"
        elif not channel.is_im and user.team_id in world.teams and not world.belongs(user, channel):
            yield f"{channel.id}: member {member} is of {user.team_id}, which the channel is not shared with"
