"""What tests share: a database of their own, clocks that stand still, and ports that remember (never mocks of Slack)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import SQLModel

import storage.mapping  # noqa: F401  (registers every table)
from bot.domain.people import Person, PersonKind, Seen, Who
from bot.domain.press import Press
from bot.services.ports import ChannelFacts, Message, Posted, SendFailed
from storage import people
from storage.db import Database
from storage.ids import new_id

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # Wednesday, 10:00 in Tokyo


@dataclass
class StillClock:
    """Both clocks, moved by hand."""

    business: datetime = START
    machine: datetime = START

    def now(self) -> datetime:
        return self.business

    def real(self) -> datetime:
        return self.machine

    def advance(self, **delta: float) -> None:
        self.business += timedelta(**delta)
        self.machine += timedelta(**delta)


async def make_database(url: str) -> Database:
    """A database with every table."""
    db = Database(url)
    async with db.writer.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    return db


@dataclass
class RecordingChannel:
    """A Channel that keeps what it was given."""

    posted: list[tuple[str, Message, str, str]] = field(default_factory=list)  # place, message, notice id, thread
    updated: list[tuple[Posted, Message]] = field(default_factory=list)

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:
        self.posted.append((place, message, notice_id, thread_ts))
        return Posted(channel=place.partition(":")[2], ts=f"{len(self.posted)}.000001")

    async def find(self, place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
        for n, (where, _message, known, _thread) in enumerate(self.posted, 1):
            if known == notice_id and where == place:
                return Posted(channel=place.partition(":")[2], ts=f"{n}.000001")
        return None

    async def update(self, where: Posted, message: Message) -> None:
        self.updated.append((where, message))


@dataclass
class PaperDirectory:
    """A Directory read from dictionaries."""

    people: dict[str, Seen] = field(default_factory=dict)
    channels: dict[str, ChannelFacts] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    groups_listed: list[str] = field(default_factory=list)
    known_as: tuple[str, ...] = ()

    async def person(self, slack_user_id: str, teams: tuple[str, ...] = ()) -> Seen | None:
        self.known_as = teams
        return self.people.get(slack_user_id)

    async def everybody(self) -> list[Seen]:
        return [p for p in self.people.values() if p.kind is not PersonKind.EXTERNAL]

    async def channel(self, channel_id: str) -> ChannelFacts | None:
        return self.channels.get(channel_id)

    async def overview(self, channel_id: str) -> ChannelFacts | None:
        facts = self.channels.get(channel_id)
        return facts.model_copy(update={"members": ()}) if facts else None

    async def companies(self, channel_id: str) -> tuple[str, ...] | None:
        facts = self.channels.get(channel_id)
        return None if facts is None or facts.archived else (*facts.teams, *facts.pending)

    async def group(self, source: str) -> list[str]:
        if source not in self.groups:
            raise SendFailed("no_such_subteam", permanent=True)
        return self.groups[source]

    async def team_name(self, team_id: str) -> str:
        return self.teams.get(team_id, team_id)

    async def user_groups(self) -> list[tuple[str, str]]:
        return [(key, key) for key in self.groups_listed]

    async def shared_channels(self) -> list[tuple[str, str]]:
        return [(key, facts.name) for key, facts in self.channels.items() if facts.teams and not facts.archived]


def seen(
    user: str, kind: PersonKind = PersonKind.EMPLOYEE, team: str = "T0HOME", name: str = "", language: str = "ja"
) -> Seen:
    """What the directory would tell of a person."""
    return Seen(
        slack_user_id=user,
        team_id=team,
        kind=kind,
        name=name or user,
        language="" if kind is PersonKind.EXTERNAL else language,
    )


async def remember(db: Database, *everybody: Seen, group: str = "") -> list[Person]:
    """Put people into the cache, and into a group."""
    async with db.begin("test.people") as tx:
        persons = [await people.see(tx, s, START) for s in everybody]
        if group:
            await people.set_members(tx, group, [p.id for p in persons], START)
    return persons


def press(user: str, team: str = "T0HOME", key: str = "", **more: str) -> Press:
    """A press by somebody, with a key of its own."""
    return Press(
        key=key or f"test/{new_id()}", kind="test", who=Who(slack_user_id=user, team_id=team), at=START, **more
    )
