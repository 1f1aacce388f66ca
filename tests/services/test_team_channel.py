"""The security team's channel is left at once when an outsider could read it; nothing is lost by that."""

from __future__ import annotations

import pytest

from bot.domain.delivery import Notice, NoticeKind, NoticeState
from bot.domain.people import PersonKind
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services import team_channel
from bot.services.ports import ChannelFacts
from bot.services.recipients import security_places
from bot.services.telling.base import Cancel, barrier, new_notice
from storage import notices
from storage.db import Database
from tests.kit import START, PaperDirectory, StillClock, remember, seen

CHANNEL = "C0SEC"


def facts(**more) -> ChannelFacts:
    known = {"channel_id": CHANNEL, "name": "sec", "private": True, "archived": False, "teams": (), "pending": ()}
    return ChannelFacts(members=(), **{**known, **more})


@pytest.fixture
async def team(db: Database) -> list[str]:
    people = await remember(db, seen("U0SEC1"), seen("U0SEC2"), seen("U0GUEST", PersonKind.GUEST), group="security")
    async with db.begin("test.team") as tx:
        tx.add(Setting(id=SECURITY_TEAM, value={"source": CHANNEL}))
    return [f"person:{p.id}" for p in people[:2]]


@pytest.mark.parametrize("change", [{"teams": ("T0X",)}, {"pending": ("T0X",)}, {"private": False}, {"archived": True}])
async def test_an_unfit_channel_is_left_for_dms_of_employees(db: Database, clock: StillClock, team, change) -> None:
    directory = PaperDirectory(channels={CHANNEL: facts()})
    await team_channel.watch(db, clock, directory)
    async with db.read() as tx:
        assert await security_places(tx) == [f"channel:{CHANNEL}"]
    directory.channels[CHANNEL] = facts(**change)
    await team_channel.watch(db, clock, directory)
    async with db.read() as tx:
        assert await security_places(tx) == team
    directory.channels[CHANNEL] = facts()
    await team_channel.watch(db, clock, directory)
    async with db.read() as tx:
        assert await security_places(tx) == [f"channel:{CHANNEL}"]


async def test_what_waited_for_the_channel_is_told_in_dms_once(db: Database, clock: StillClock, team) -> None:
    waiting = new_notice(NoticeKind.OWNER_MISSING, f"channel:{CHANNEL}", "round", START, params={"subject": "x"})
    async with db.begin("test.waiting") as tx:
        await notices.tell(tx, waiting)
    await team_channel.watch(db, clock, PaperDirectory(channels={CHANNEL: facts(teams=("T0X",))}))
    for _ in range(2):
        async with db.begin("test.claim") as tx:
            assert await barrier(tx, waiting) == Cancel("told_elsewhere")
    async with db.read() as tx:
        told = [n for n in await tx.find(Notice) if n.place != waiting.place]
    assert sorted(n.place for n in told) == sorted(team)
    assert {(n.kind, n.state, n.params["subject"]) for n in told} == {
        (NoticeKind.OWNER_MISSING, NoticeState.PENDING, "x")
    }


async def test_another_channel_is_none_of_its_business(db: Database, clock: StillClock, team) -> None:
    await team_channel.watch(db, clock, PaperDirectory(), "C0OTHER")
    async with db.read() as tx:
        assert await security_places(tx) == [f"channel:{CHANNEL}"]
