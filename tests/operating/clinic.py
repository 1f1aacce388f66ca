"""A healthy installation in front of the local Slack, to be broken in one place at a time.

`Clinic.look()` gives what `doctor` says as (check, outcome) pairs; of people, with their id. The people are those of
tests/journeys/town.py; the first supplier's channel is linked, the security team chosen, one event and one DM are there.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import doctor
from bot.config import Settings
from bot.doctor.base import Around, Line, Reading
from bot.domain.delivery import Inbox, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Endpoint, EndpointState, Supplier
from bot.domain.people import SECURITY, PersonKind, channel_group
from bot.domain.settings import SECURITY_TEAM, Setting
from sandbox.client import LocalSlack
from sandbox.server import Running, running
from sandbox.world_file import from_json
from storage.db import Database
from storage.migrate import upgrade
from tests.journeys.town import (
    ADMIN,
    ANNA,
    BERT,
    BOT,
    CH1,
    CH2,
    HOME,
    OWNER1,
    ROOT,
    SEC1,
    SEC2,
    SUP1,
    SUP2,
    TEAM_GROUP,
    world,
)
from tests.kit import START, remember, seen

DM = "D0SEC1"
SUPPLIER, OTHER_SUPPLIER = "みかづき運輸株式会社", "よそみせ禁止印刷株式会社"
GIB = 1024**3

Pair = tuple[str, str]


@dataclass
class Clinic:
    """An installation. `env` and `around` are what a test breaks before it looks."""

    running: Running
    slack: LocalSlack
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    env: dict[str, str]
    around: Around = field(default_factory=lambda: Around(offset=lambda: timedelta(hours=9), free=lambda _: 50 * GIB))

    @property
    def world(self) -> Any:
        return self.running.sandbox.world

    @property
    def database(self) -> Path:
        return self.folder / "bot.db"

    def machine(self, **changes: Any) -> None:
        """Another clock, zone or disk."""
        self.around = replace(self.around, **changes)

    async def lines(self, channel: str = "", url: str = "") -> list[Line]:
        """What doctor finds."""
        return (await self.looked(channel, url))[1]

    async def looked(self, channel: str = "", url: str = "") -> tuple[Reading, list[Line]]:
        """The same with the settings as it read them."""
        for name in Settings.model_fields:
            self.monkeypatch.delenv(name.upper(), raising=False)
        for name, value in self.env.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.chdir(self.folder)
        return await doctor.examine(channel=channel, url=url, around=self.around)

    async def look(self, channel: str = "", url: str = "") -> set[Pair]:
        """The same as pairs."""
        return {_pair(line) for line in await self.lines(channel, url)}

    async def write(self, change: Callable[[Any], Any]) -> None:
        """Something else in the bot's database."""
        db = Database(f"sqlite:///{self.database}")
        async with db.begin("test.clinic") as tx:
            await change(tx)
        await db.close()

    def stored(self) -> str:
        """The whole content of the database and of the folder beside it, as one digest."""
        connection = sqlite3.connect(self.database)
        try:
            rows = "\n".join(connection.iterdump())
        finally:
            connection.close()
        strange = sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if "bot.db" not in p.name)
        return hashlib.sha256("\n".join([rows, *strange]).encode()).hexdigest()


def _pair(line: Line) -> Pair:
    check = f"person {line.params['id']}" if line.check == "person" else line.check
    return check, line.outcome


def template(folder: Path) -> Path:
    """The database of the healthy installation, made once."""
    path = folder / "template.db"
    upgrade(f"sqlite:///{path}")
    asyncio.run(_furnish(f"sqlite:///{path}"))
    return path


async def _furnish(url: str) -> None:
    db = Database(url)
    (admin,) = await remember(db, seen(ADMIN))
    await remember(db, seen(SEC1), seen(SEC2), group=SECURITY)
    anna, bert = (seen(user, PersonKind.EXTERNAL, SUP1) for user in (ANNA, BERT))
    await remember(db, seen(SEC1), seen(OWNER1), anna, bert, group=channel_group(CH1))
    async with db.begin("test.furnish") as tx:
        tx.add(
            Setting(id=SECURITY_TEAM, value={"source": TEAM_GROUP}),
            Supplier(id="s1", name=SUPPLIER, name_key="s1", created_at=START),
            Supplier(id="s2", name=OTHER_SUPPLIER, name_key="s2", created_at=START),
            _endpoint("e1", "s1", CH1, SUP1, admin.id),
            _endpoint("e2", "s2", CH2, SUP2, admin.id),
            Inbox(id="Ev1", kind="member_joined_channel", at=START),
            Notice(
                id="n1",
                key="n1",
                kind=NoticeKind.DIGEST,
                place=f"person:{admin.id}",
                subject_id="r1",
                state=NoticeState.SENT,
                created_at=START,
                channel=DM,
                ts="1.000001",
            ),
        )
    await db.close()


def _endpoint(key: str, supplier: str, channel: str, team: str, by: str) -> Endpoint:
    verified = {"state": EndpointState.VERIFIED, "verified_by": by, "verified_at": START, "checked_at": START}
    return Endpoint(id=key, supplier_id=supplier, channel_id=channel, teams=(team,), **verified)


@asynccontextmanager
async def clinic(folder: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clinic]:
    """A healthy installation in a folder of its own, with a copy of the database that was made."""
    scenery = world()
    scenery["channels"].append(
        {"id": DM, "name": "", "team_id": HOME, "is_private": True, "is_im": True, "members": [SEC1, BOT]}
    )
    home = folder / "installation"
    (home / "evidence").mkdir(parents=True)
    shutil.copy(made, home / "bot.db")
    async with (
        running(from_json(scenery), ROOT / "app.yaml", folder) as server,
        LocalSlack(server.url) as slack,
    ):
        env = {
            "SLACK_BOT_TOKEN": "xoxb-town",
            "SLACK_APP_TOKEN": "xapp-town",
            "SLACK_API_URL": server.api,
            "DATABASE_URL": f"sqlite:///{home}/bot.db",
            "EVIDENCE_DIR": str(home / "evidence"),
            "FIRST_ADMIN": ADMIN,
            "COMPANY_NAME": "あおば商事株式会社",
        }
        yield Clinic(server, slack, home, monkeypatch, env)
        assert [p for p in await slack.problems() if p["what"] == "sandbox_error"] == []


def later(**delta: float) -> Callable[[], datetime]:
    """A machine whose clock is off."""
    return lambda: datetime.now(UTC) + timedelta(**delta)
