"""Whom and what a person knows: the names that may stand in anything sent to their windows.

Which people and channels these are says `acquainted.py`; the companies are those of the people and of the channels. Everybody
else has no name here.
Companies are seen from where the person is: for a supplier's people it is we who are outside. To show one more name, add it
here, and its marker to `tests/sandbox/test_play_isolation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox import acquainted
from sandbox.render.names import Person, Room, WorldNames
from sandbox.world import Channel, User, World

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
    people, theirs = acquainted.people(world, user), acquainted.rooms(world, user)
    teams = {user.team_id} | {world.users[one].team_id for one in people}
    teams |= {team for room in theirs for team in room.sides}
    companies = {team: world.teams[team].name for team in teams}
    channels = [world.channels[key] for key in acquainted.channels(world, user)]
    names = WorldNames(
        {one: _person(world.users[one], user, companies) for one in people},
        {c.id: _room(c, user, companies if c in theirs else {}, people) for c in channels},
        companies,
        {key: world.groups[key].handle for key in acquainted.groups(world, user)},
    )
    return Known(names, _Names(names.flat))


def _person(one: User, viewer: User, companies: Mapping[str, str]) -> Person:
    kind = "bot" if one.is_bot else "external" if one.team_id != viewer.team_id else one.kind
    return Person(one.real_name or one.name, companies[one.team_id], kind)


def _room(channel: Channel, viewer: User, companies: Mapping[str, str], people: set[str]) -> Room:
    there = tuple(companies[team] for team in channel.sides if team in companies)
    return Room(
        acquainted.called(channel, viewer), there, tuple(m for m in channel.members if m in people), channel.is_im
    )
