"""Warnings of certificates: once each step, in one message, in working hours, and never of what was renewed meanwhile."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest

from bot.domain.certificates import CertificateWarning, WarningStep, What
from bot.domain.delivery import AuditEvent, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Engagement, EngagementState
from bot.domain.settings import PAUSED, Setting
from bot.services.certificate_warnings import CertificateWarnings
from storage.db import Database
from tests.chase_stage import HOURS, Town, statements, tokyo
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC
from tests.services.test_certificates import form_of
from tests.services.third_stage import Third, third


class Warned(Town):
    """The clockwork of a test with the warnings in it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.warnings = CertificateWarnings(self.db, self.clock, self.hours)

    async def tick(self, times: int = 1) -> None:
        for _ in range(times):
            await self.warnings.run_due(self.clock.now())
            await super().tick()

    def told(self) -> list[str]:
        return [when for when, _ in self.received(f"user:{SEC}")]


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Third:
    return await third(db, clock)


@pytest.fixture
async def town(stage: Third, clock: StillClock) -> Warned:
    return Warned(stage.db, clock)


async def told(stage: Third) -> list[tuple[What, date, WarningStep]]:
    async with stage.db.read() as tx:
        return [(w.what, w.day, w.step) for w in await tx.find(CertificateWarning)]


async def test_ninety_thirty_and_on_the_day_before_days_off_and_then_never_again(stage: Third, town: Warned) -> None:
    # 2027-03-21 is a Sunday and the 22nd a holiday; 90 days before it is Monday 21 December, 30 before Friday 19 February
    await stage.certified(expires_on="2027-03-21")
    for first, last in (("2026-12-18", "2026-12-23"), ("2027-02-18", "2027-02-22"), ("2027-03-17", "2027-03-24")):
        await town.walk(first, last, "08:00", "09:30")
    assert town.told() == ["12-21 09:30", "02-19 09:30", "03-19 09:30"]
    assert [step for _, _, step in await told(stage)] == list(WarningStep)


async def test_registered_late_the_nearest_step_alone_with_a_reason_for_the_others(stage: Third, town: Warned) -> None:
    await stage.certified(expires_on="2026-11-29")
    await town.walk("2026-11-25", "2026-11-27")
    assert town.told() == ["11-25 10:00", "11-27 10:00"]  # 30 days before, and the last business day
    async with stage.db.read() as tx:
        (skipped,) = await tx.find(AuditEvent, action="warning:skipped")
    assert (skipped.reason, skipped.detail) == ("merged", {"step": "before_90", "instead": "before_30"})


async def test_one_message_over_everything_that_became_due(stage: Third, town: Warned) -> None:
    for n in range(30):
        await stage.certified(number=f"IS {n:06}", edition="JIS Q 27001:2014", expires_on="2029-01-31")
    await stage.certified(scheme="p_mark", number="10999999", expires_on="2026-12-01", surveillance_on="2026-11-20")
    await town.at(tokyo("2026-11-26"))
    ((_when, text),) = town.received(f"user:{SEC}")
    assert "32" in text
    (_place, message, _id, _thread) = town.channel.posted[0]
    assert len(message.blocks) <= 50
    assert "ほか12件" in str(message.blocks)


async def test_renewed_between_queueing_and_sending_is_cancelled_with_the_reason(stage: Third, town: Warned) -> None:
    kept = await stage.certified(expires_on="2026-12-01")
    town.clock.business = tokyo("2026-11-26")
    assert await town.warnings.run_due(town.clock.now()) == 1
    renewed = form_of(kept, expires_on="2029-12-01")
    await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, renewed)
    await town.tick()
    async with stage.db.read() as tx:
        (notice,) = await tx.find(Notice, kind=NoticeKind.CERTIFICATES_END.value)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "renewed")
    assert town.told() == []


@pytest.mark.parametrize("how", ["ended", "no work", "paused"])
async def test_what_concerns_nobody_is_not_told(stage: Third, town: Warned, how: str) -> None:
    kept = await stage.certified(expires_on="2026-12-01")
    async with stage.db.begin("test.quiet") as tx:
        if how == "ended":
            await tx.put(kept.model_copy(update={"ended_on": date(2026, 11, 1)}))
        elif how == "no work":
            work = await tx.need(Engagement, stage.engagement.id)
            await tx.put(work.model_copy(update={"state": EngagementState.ENDED}))
        else:
            tx.add(Setting(id=PAUSED, value={"on": True}))
    await town.walk("2026-11-26", "2026-12-03")
    assert town.told() == []


async def test_neither_on_days_off_nor_in_quiet_hours(stage: Third, town: Warned) -> None:
    await stage.certified(expires_on="2026-12-01")
    for moment in ("2026-11-26 18:00", "2026-11-28 10:00", "2026-11-29 10:00", "2026-11-30 08:59"):
        day, clock = moment.split()
        await town.at(tokyo(day, clock))
    assert town.told() == []
    await town.at(tokyo("2026-11-30", "09:00"))
    assert town.told() == ["11-30 09:00"]


async def test_two_processes_that_decide_at_once_tell_it_once(stage: Third, town: Warned) -> None:
    await stage.certified(expires_on="2026-12-01")
    now: datetime = tokyo("2026-11-26")
    other = CertificateWarnings(stage.db, town.clock, HOURS)
    assert sorted(await asyncio.gather(town.warnings.run_due(now), other.run_due(now))) == [0, 1]


async def test_a_quiet_tick_costs_a_few_statements_and_none_out_of_hours(stage: Third, town: Warned) -> None:
    await stage.certified(expires_on="2029-12-01")
    with statements(stage.db) as made:
        await town.warnings.run_due(tokyo("2026-11-26"))
    assert len(made) <= 3
    with statements(stage.db) as made:
        await town.warnings.run_due(tokyo("2026-11-28"))
    assert made == []
