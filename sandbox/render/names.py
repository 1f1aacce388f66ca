"""Who is who in a drawing: people with company and kind, rooms with companies and people.

`WorldNames` is all that a transcript needs to know beside the record; `WorldNames.of(world)` reads it from a World. Plain
tuples in place of Person and Room are fine.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sandbox.render.safe import esc, tag, visible
from sandbox.world import World

COLOURS = 12  # classes c0 … c11 in blocks.css


class Person(NamedTuple):
    """`kind`: member, admin, guest, single_guest, bot (as in world.py), or external for people of other workspaces."""

    name: str
    company: str = ""
    kind: str = "member"


class Room(NamedTuple):
    """A channel or DM; `companies`: names, the host's first; `people`: user ids."""

    name: str
    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    is_im: bool = False


@dataclass(frozen=True)
class WorldNames:
    """Ids -> what people call them. `groups`: user group id -> handle, `teams`: team id -> company."""

    users: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    channels: Mapping[str, tuple[str, tuple[str, ...]] | Room] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> WorldNames:
        teams = {team.id: team.name for team in world.teams.values()}
        users = {
            user.id: Person(
                user.real_name or user.name,
                teams.get(user.team_id, user.team_id),
                "external" if world.is_external(user) else "bot" if user.is_bot else user.kind,
            )
            for user in world.users.values()
        }
        rooms = {
            room.id: Room(
                room.name,
                tuple(teams.get(team, team) for team in (room.team_id, *room.connected)),
                tuple(room.members),
                room.is_im,
            )
            for room in world.channels.values()
        }
        return cls(users, rooms, teams, {group.id: group.handle for group in world.groups.values()})

    @cached_property
    def flat(self) -> Mapping[str, str]:
        """Every id -> one name, for mentions."""
        named = {**self.teams, **self.groups}
        named.update({key: room[0] for key, room in self.channels.items()})
        named.update({key: person[0] for key, person in self.users.items()})
        return named

    def person(self, user: str) -> Person:
        found = self.users.get(user)
        return Person(*found) if found else Person(user or "?", "", "")

    def room(self, channel: str) -> Room:
        found = self.channels.get(channel)
        return Room(*found) if found else Room(channel, is_im=channel.startswith("D"))

    def shown(self, user: str) -> str:
        """The name, with the company for everybody who is not one of us."""
        person = self.person(user)
        badge = badge_text(person)
        return f"{person.name}（{badge}）" if badge else person.name


def badge_text(person: Person) -> str:
    """What stands behind a name: the company of an outsider, ゲスト, アプリ; nothing for colleagues."""
    if person.kind == "external":
        return person.company or "社外"
    return {"guest": "ゲスト", "single_guest": "ゲスト", "bot": "アプリ"}.get(person.kind, "")


def badge(person: Person) -> str:
    text = badge_text(person)
    return tag("span", esc(text), cls=f"badge {person.kind}", title=text) if text else ""


def initials(name: str) -> str:
    """佐藤 花子 -> 佐, Aoi Tanaka -> AT."""
    words = visible(name).replace("　", " ").split()
    if not words:
        return "?"
    if words[0][0].isascii():
        return "".join(word[0] for word in words[:2]).upper()
    return words[0][0]


def avatar(user: str, person: Person) -> str:
    """A circle (a square for apps) whose colour follows the user id, so that it is the same in every drawing."""
    colour = zlib.crc32(user.encode("utf-8", "replace")) % COLOURS
    kind = " app" if person.kind == "bot" else ""
    return tag("span", esc(initials(person.name)), cls=f"avatar c{colour}{kind}", aria_hidden="true")
