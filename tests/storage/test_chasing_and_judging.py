"""Chasing, judging and resolving on both databases: the same path, several processes at once, two judges at once."""

from __future__ import annotations

import asyncio

from bot.domain.delivery import NoticeKind, NoticeState
from bot.domain.judging import Verdict
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation, AttestationState, Judgement, Review, ReviewState, RoundState
from bot.services.desk import Desk
from bot.services.judging import Judging
from bot.services.resolving import Resolving
from storage.db import Database
from tests.chase_stage import HOURS, Town, another, change, digest_sent, notices, round_of, submitted, tokyo
from tests.kit import START, StillClock, press, remember, seen
from tests.scene import Stage, stage


async def test_from_the_first_reminder_to_the_escalation(both: Database, clock: StillClock) -> None:
    s = await stage(both, clock)
    town = Town(both, clock)
    await town.tick()
    await another(both, s, 1)
    await digest_sent(both, s.review.round_id, s.owner)
    for day in ("2026-11-27", "2026-12-15", "2026-12-16", "2026-12-18", "2026-12-23", "2027-01-04", "2027-01-07"):
        await town.at(tokyo(day))
    assert [when[:5] for when, _ in town.received("channel:C0SUP1")][1:] == ["12-15", "12-18", "12-23", "01-04"]
    assert [when[:5] for when, _ in town.received("user:U0OWNER")] == ["11-27", "12-15", "01-07"]
    assert [when[:5] for when, _ in town.received("user:U0SEC")] == ["12-16", "01-07"]
    async with both.read() as tx:
        assert (await tx.need(Review, s.review.id)).state is ReviewState.JUDGING


async def test_owners_lapse_and_the_round_ends(both: Database, clock: StillClock) -> None:
    s = await stage(both, clock, state=AttestationState.ASKED, send=False)
    await change(both, await round_of(both, s), opened_at=START)
    town = Town(both, clock)
    await town.at(tokyo("2026-12-10"))
    async with both.read() as tx:
        assert [a.state for a in await tx.find(Attestation)] == [AttestationState.LAPSED]
        assert (await tx.need(Review, s.review.id)).state is ReviewState.SENT
    await change(both, s.review, state=ReviewState.CANCELLED)
    await town.tick()
    assert (await round_of(both, s)).state is RoundState.CLOSED


async def test_several_processes_queue_each_thing_once(both: Database, clock: StillClock) -> None:
    s = await stage(both, clock)
    await Town(both, clock).tick()
    towns = [Town(both, clock) for _ in range(4)]
    for day in ("2026-12-15", "2027-01-07"):
        clock.business = tokyo(day)
        await asyncio.gather(*(t.chasing.run_due(clock.now()) for t in towns))
    assert len(await notices(both, NoticeKind.HUB_REMINDER)) == 1
    assert len(await notices(both, NoticeKind.NO_ANSWER_TO_SECURITY)) == 1
    async with both.read() as tx:
        assert (await tx.need(Review, s.review.id)).version == 3  # sent, then judging: once


async def test_two_judges_at_once(both: Database, clock: StillClock) -> None:
    s, judging = await _submitted(both, clock)
    await remember(both, seen("U0SEC"), seen("U0SEC2"), group="security")
    shown = (await judging.open(press("U0SEC"), s.review.id)).seen
    done = await asyncio.gather(
        *(
            judging.submit(press(user), s.review.id, shown, [Verdict(item_id=s.item.id, value="ok", reason="x")])
            for user in ("U0SEC", "U0SEC2")
        ),
        return_exceptions=True,
    )
    assert [d.code for d in done if isinstance(d, Refusal)] == [Code.ALREADY_JUDGED]
    async with both.read() as tx:
        assert len(await tx.find(Judgement)) == 1
    assert (await round_of(both, s)).state is RoundState.CLOSED


async def test_outcomes_and_what_waits(both: Database, clock: StillClock) -> None:
    s, judging = await _submitted(both, clock)
    assert (await judging.waiting(press("U0SEC"), "みかづき")).total == 1
    shown = await judging.open(press("U0SEC"), s.review.id)
    assert [a.question.key for a in shown.risks] == ["mfa_external"]
    verdict = Verdict(item_id=s.item.id, value="improve", reason="未導入", until="2027-12-31", letter="ご相談ください")
    await judging.submit(press("U0SEC"), s.review.id, shown.seen, [verdict])
    town = Town(both, clock)
    await town.tick()
    assert {place for place, *_ in town.channel.posted} == {"channel:C0SUP1", "user:U0OWNER"}
    assert (await judging.waiting(press("U0SEC"))).total == 0


async def test_a_message_in_doubt(both: Database, clock: StillClock) -> None:
    await stage(both, clock)
    (hub,) = await notices(both, NoticeKind.HUB)
    await change(both, hub, state=NoticeState.UNRESOLVED)
    resolving = Resolving(Desk(both, clock, ""))
    (listed,) = (await resolving.stuck(press("U0SEC"))).listed
    assert listed.supplier == "みかづき運輸株式会社"
    await resolving.again(press("U0SEC"), hub.id)
    assert (await notices(both, NoticeKind.HUB))[0].state is NoticeState.PENDING


async def _submitted(db: Database, clock: StillClock) -> tuple[Stage, Judging]:
    s = await stage(db, clock)
    await Town(db, clock).tick()
    await submitted(db, s, tokyo("2026-12-10"), {"mfa_external": "no"})
    clock.business = tokyo("2026-12-11")
    return s, Judging(Desk(db, clock, ""), HOURS)
