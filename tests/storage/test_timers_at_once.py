"""What comes without a press, decided by three processes in the same moment, on either database: told once, and no error."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Engagement
from bot.domain.reminders import Hours
from bot.services.calendars import TOKYO, company_calendar
from bot.services.certificate_warnings import CertificateWarnings
from bot.services.contract_ends import ContractEnds
from bot.services.desk import Desk
from bot.services.owning import Owning
from bot.services.strangers import Strangers
from storage import notices
from storage.db import Database
from storage.tx import Tx
from tests.chase_stage import change, tokyo
from tests.kit import StillClock
from tests.ledger_scene import small_books
from tests.services.link_stage import ANNA, CHANNEL, EMP, MIKA, SEC, lane
from tests.services.third_stage import third

HOURS = Hours(TOKYO, company_calendar())
PROCESSES = 3
Run = Callable[[], Awaitable[object]]
Timer = Callable[[Database, StillClock], Awaitable[tuple[list[Run], NoticeKind]]]


async def _ends(db: Database, clock: StillClock) -> tuple[list[Run], NoticeKind]:
    await _ending(db, clock)
    clock.business = tokyo("2026-11-25")
    return [lambda: ContractEnds(Desk(db, clock, ""), HOURS).run_due(clock.now())] * PROCESSES, NoticeKind.END_QUESTION


async def _late(db: Database, clock: StillClock) -> tuple[list[Run], NoticeKind]:
    """Asked in time, answered by nobody."""
    await _ending(db, clock)
    ends = ContractEnds(Desk(db, clock, ""), HOURS)
    clock.business = tokyo("2026-12-01")
    await ends.run_due(clock.now())
    clock.business = tokyo("2026-12-08")
    return [
        lambda: ContractEnds(Desk(db, clock, ""), HOURS).run_due(clock.now())
    ] * PROCESSES, NoticeKind.END_UNANSWERED


async def _ending(db: Database, clock: StillClock) -> None:
    await (await small_books(db)).write()
    async with db.read() as tx:
        one = await tx.one(Engagement, business="給与計算の代行")
    assert one
    await change(db, one, ends_on=date(2026, 12, 1))


async def _owners(db: Database, clock: StillClock) -> tuple[list[Run], NoticeKind]:
    await (await small_books(db)).write()
    return [Owning(Desk(db, clock, ""), company_calendar()).run_due] * PROCESSES, NoticeKind.OWNER_LEFT


async def _certificates(db: Database, clock: StillClock) -> tuple[list[Run], NoticeKind]:
    await (await third(db, clock)).certified(expires_on="2026-12-10")
    clock.business = tokyo("2026-11-25")
    return [lambda: CertificateWarnings(db, clock, HOURS).run_due(clock.now())] * PROCESSES, NoticeKind.CERTIFICATES_END


async def _strangers(db: Database, clock: StillClock) -> tuple[list[Run], NoticeKind]:
    here = await lane(db, clock)
    here.put(CHANNEL, SEC, EMP, ANNA, teams=(MIKA,), creator=EMP)
    clock.business = HOURS.opening(clock.now())

    def one() -> Strangers:
        return Strangers(Desk(db, clock, ""), here.directory, HOURS)

    await asyncio.gather(*(one().sweep() for _ in range(PROCESSES)))
    clock.business += timedelta(days=1)
    return [lambda: one().run_due(clock.now())] * PROCESSES, NoticeKind.STRANGERS


@pytest.mark.parametrize("timer", [_ends, _late, _owners, _certificates, _strangers])
async def test_told_once(both: Database, timer: Timer, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, kind = await timer(both, StillClock())
    honest = notices.tell

    async def slowly(tx: Tx, *queued: Notice) -> int:
        """All have seen that it was not told yet, where they can, before anybody commits."""
        new = await honest(tx, *queued)
        await asyncio.sleep(0.3)
        return new

    monkeypatch.setattr(notices, "tell", slowly)
    await asyncio.gather(*(run() for run in runs))
    await asyncio.gather(*(run() for run in runs))
    async with both.read() as tx:
        told = Counter((n.subject_id, n.place) for n in await tx.find(Notice, kind=kind))
    places = Counter(place for _, place in told.elements())
    assert told
    assert set(told.values()) == {1}
    if kind is not NoticeKind.OWNER_LEFT:  # one message for each person who left
        assert set(places.values()) == {1}
