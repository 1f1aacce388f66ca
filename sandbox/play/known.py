"""Whom and what a person knows: the names that may stand in anything sent to their windows.

People of their channels (and whoever has written there), of their own workspace (guests: of their channels only); the
companies of these; their channels and, for members, the public ones of their workspace. Everybody else has no name here.
Companies are seen from where the person is: for a supplier's people it is we who are outside. To show one more name, add it
here, and its marker to `tests/sandbox/test_play_isolation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.render.names import Person, Room, WorldNames
from sandbox.world import Channel, User, World

GUESTS = ("guest", "single_guest")
_NOBODY = {
    "U": "不明なユーザー",
    "W": "不明なユーザー",
    "C": "非公開のチャンネル",
    "G": "非公開のチャンネル",
    "D": "ダイレクトメッセージ",
    "S": "非公開のグループ",
    "T": "社外",
}


class _Names(Mapping[str, str]):
    """Ids -> names for mentions; an id that is not known is told as such, never spelled out."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def __getitem__(self, key: str) -> str:
        found = self._known.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        found = self._known.get(key)
        return found if found is not None else _NOBODY.get(key[:1], default or "")

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True)
class Known:
    """`names` for drawing people and rooms, `flat` for mentions."""

    names: WorldNames
    flat: Mapping[str, str]

    def person(self, user: str) -> Person:
        found = self.names.users.get(user)
        return Person(*found) if found else Person(_NOBODY["U"], "", "")


def known_to(world: World, user: User) -> Known:
    """Everything that `user` may read a name of."""
    rooms = [channel for channel in world.channels.values() if user.id in channel.members]
    people = _people(world, user, rooms)
    teams = {user.team_id} | {world.users[one].team_id for one in people}
    teams |= {team for room in rooms for team in (room.team_id, *room.connected)}
    companies = {team: world.teams[team].name for team in teams}
    public = [c for c in world.channels.values() if _public(user, c)]
    ours = user.team_id == world.home and user.kind not in GUESTS
    names = WorldNames(
        {one: _person(world.users[one], user, companies) for one in people},
        {c.id: _room(c, companies if c in rooms else {}, people) for c in [*rooms, *public]},
        companies,
        {group.id: group.handle for group in world.groups.values() if ours},
    )
    return Known(names, _Names(names.flat))


def _people(world: World, user: User, rooms: list[Channel]) -> set[str]:
    met = {user.id} | {member for room in rooms for member in room.members}
    met |= {message.user for room in rooms for message in room.messages}
    if user.kind not in GUESTS:
        met |= {one.id for one in world.users.values() if one.team_id == user.team_id}
    return met & world.users.keys()


def _public(user: User, channel: Channel) -> bool:
    own = channel.team_id == user.team_id and user.kind not in GUESTS
    return own and not channel.is_private and not channel.is_im


def _person(one: User, viewer: User, companies: Mapping[str, str]) -> Person:
    kind = "bot" if one.is_bot else "external" if one.team_id != viewer.team_id else one.kind
    return Person(one.real_name or one.name, companies[one.team_id], kind)


def _room(channel: Channel, companies: Mapping[str, str], people: set[str]) -> Room:
    there = tuple(companies[team] for team in (channel.team_id, *channel.connected) if team in companies)
    return Room(channel.name, there, tuple(m for m in channel.members if m in people), channel.is_im)
