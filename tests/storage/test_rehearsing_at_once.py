"""Two things at the same moment about one rehearsal, on both databases: as if one had come after the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.delivery import AuditEvent, LiveCard, Notice, NoticeState
from bot.domain.ledger import Supplier
from bot.services.ports import Posted, SendFailed, SendInDoubt
from storage import notices, practice
from storage.db import Database
from storage.tx import Tx
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


async def _ends_at_a_look(r: Rehearsal, monkeypatch: pytest.MonkeyPatch, state: NoticeState) -> list[bool]:
    """Whoever marks a notice in this state has looked at it; before they commit, another process ends the rehearsal."""
    ended: list[bool] = []
    real = Tx.get

    async def get(tx: Tx, cls: type[Any], key: str) -> Any:
        found = await real(tx, cls, key)
        if cls is Notice and found and found.state is state and not ended and not tx.sqlite:
            ended.append((await r.end()).there)
        return found

    monkeypatch.setattr(Tx, "get", get)
    return ended


async def test_ended_while_what_was_sent_is_marked_nothing_goes_wrong(
    both: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite cannot come to this: it has one writer."""
    r = await stage(both, StillClock())
    ended = await _ends_at_a_look(r, monkeypatch, NoticeState.CLAIMED)
    await r.begin()
    assert ended == ([] if both.sqlite else [True])
    await r.end()
    assert not await practice_rows(r)


async def test_ended_while_something_in_doubt_is_looked_for_nothing_goes_wrong(
    both: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    r = await stage(both, StillClock())

    async def cut(*_args: Any, **_more: Any) -> Posted:
        raise SendInDoubt("cut")

    monkeypatch.setattr(r.channel, "post", cut)
    await r.begin()
    assert [n.state for n in await r.mine(Notice)] == [NoticeState.IN_DOUBT]
    r.clock.advance(minutes=2)
    ended = await _ends_at_a_look(r, monkeypatch, NoticeState.IN_DOUBT)
    await r.send()
    assert ended == ([] if both.sqlite else [True])
    await r.end()
    assert not await practice_rows(r)


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
