"""Two things at the same moment about one rehearsal, on both databases: as if one had come after the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.delivery import AuditEvent, LiveCard
from bot.domain.ledger import Supplier
from bot.services.ports import SendFailed
from storage import notices, practice
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.rehearsal_stage import Rehearsal, stage


async def _trail(r: Rehearsal) -> list[str]:
    async with r.db.read() as tx:
        return sorted(e.action for e in await tx.find(AuditEvent, subject="rehearsal"))


async def test_begun_twice_it_is_one(both: Database) -> None:
    r = await stage(both, StillClock())
    begun = await asyncio.gather(*(r.made.rehearsing.start(press("U0SEC")) for _ in range(6)))
    assert sorted(one.fresh for one in begun) == [False] * 5 + [True]
    assert len(await r.mine(Supplier)) == 1
    assert await _trail(r) == ["rehearsal:begun"]


async def test_ended_twice_it_ended_once(both: Database) -> None:
    r = await stage(both, StillClock())
    await r.play("attest")
    ended = await asyncio.gather(*(r.made.rehearsing.end(press("U0SEC")) for _ in range(6)))
    assert sorted(one.there for one in ended) == [False] * 5 + [True]
    assert await _trail(r) == ["rehearsal:begun", "rehearsal:ended"]


async def test_one_that_was_played_and_begun_anew_twice_is_one_and_whole(both: Database) -> None:
    r = await stage(both, StillClock())
    await r.play()
    begun = await asyncio.gather(*(r.made.rehearsing.start(press("U0SEC")) for _ in range(6)))
    assert sorted(one.fresh for one in begun) == [False] * 5 + [True]
    await r.send()
    await r.attest()
    assert (await r.home()).rehearsal.part == "supplier"
    assert await _trail(r) == ["rehearsal:begun", "rehearsal:begun", "rehearsal:ended"]


@pytest.mark.parametrize("lost", [False, True])
async def test_ended_while_its_cards_are_drawn_again_nothing_goes_wrong(
    both: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    """Before a card is drawn, or (`lost`) while Slack says that its message is gone."""
    r = await stage(both, StillClock())
    await r.play("attest")
    shown = await r.open()
    await r.made.answering.choose(press("U0SEC"), shown.page.token, shown.page.questions[0].id, "yes")
    reached = []

    async def ends(*_args: object) -> None:
        reached.append(await r.end())
        raise SendFailed("message_not_found", permanent=True, gone=True)

    async def stale(*args: Any, **more: Any) -> list[LiveCard]:
        found = await cards_of(*args, **more)
        if found and not lost:
            reached.append(await r.end())
        return found

    cards_of = notices.stale_cards
    if lost:
        monkeypatch.setattr(r.channel, "update", ends)
    else:
        monkeypatch.setattr(notices, "stale_cards", stale)
    await r.send()
    assert [one.there for one in reached] == [True]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert not await practice_rows(r)


async def practice_rows(r: Rehearsal) -> int:
    me = (await r.person()).id
    async with r.db.begin("test.rows") as tx:
        left = await practice.erase(tx, me)
        tx.abandon()
    return left
