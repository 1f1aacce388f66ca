"""Chasing owners: one message for all their work, then whoever their department turns to; and the end of the waiting."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.delivery import NoticeKind, NoticeState
from bot.domain.ledger import Department
from bot.domain.people import Person
from bot.domain.rounds import Attestation, AttestationState, ItemState, Review, ReviewItem, ReviewState, RoundState
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services import sending
from storage.db import Database
from storage.ids import new_id
from tests.chase_stage import Town, another, audits, change, department_of, digest_sent, notices, round_of, tokyo
from tests.kit import START, StillClock, remember, seen
from tests.scene import Stage, stage

OWNER, BOSS, SECURITY = "user:U0OWNER", "user:U0BOSS", "user:U0SEC"

# To be answered by Wednesday 2 December 2026.
BEFORE_3, DUE, AFTER_3, AFTER_7, ESCALATION = "11-27", "12-02", "12-07", "12-11", "12-16"


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    return Town(db, clock, wait_days=100)


@pytest.fixture
async def asked(db: Database, clock: StillClock) -> Stage:
    """An owner whose digest arrived on 25 November, with one supplier's work in it."""
    s = await stage(db, clock, state=AttestationState.ASKED, send=False)
    await digest_sent(db, s.review.round_id, s.owner)
    return s


async def boss(db: Database, s: Stage, user: str = "U0BOSS") -> Person:
    """The department has somebody to turn to."""
    (person,) = await remember(db, seen(user, name="渡辺 部長"))
    await change(db, await department_of(db, s), escalation_id=person.id)
    return person


def days(town: Town, place: str) -> list[str]:
    return [when[:5] for when, _ in town.received(place)]


async def attestations(db: Database) -> list[Attestation]:
    async with db.read() as tx:
        return await tx.find(Attestation)


# -- reminders -----------------------------------------------------------------------------------------------------------


async def test_a_silent_owner_is_reminded_and_then_their_department_hears_of_it(
    town: Town, asked: Stage, db: Database
) -> None:
    await boss(db, asked)
    await town.walk("2026-11-25", "2027-01-15")
    assert days(town, OWNER) == [BEFORE_3, DUE, AFTER_3, AFTER_7]
    assert days(town, BOSS) == [ESCALATION]
    assert days(town, SECURITY) == []
    text = town.received(BOSS)[0][1]
    assert "2026年12月2日(水)" in text


async def test_one_message_for_all_suppliers_never_one_for_each(town: Town, asked: Stage, db: Database) -> None:
    for n in range(20):
        await another(db, asked, n)
    await town.at(tokyo("2026-11-27"))
    assert days(town, OWNER) == [BEFORE_3]
    blocks = str(town.channel.posted[-1][1].blocks)
    assert "21件" in blocks
    assert "みかづき運輸株式会社: 配送業務" in blocks or "ほか6件" in blocks
    assert "ほか6件" in blocks


async def test_what_is_answered_is_no_longer_listed(town: Town, asked: Stage, db: Database) -> None:
    _, attestation = await another(db, asked, 1)
    await town.at(tokyo("2026-11-27"))
    assert "印刷業務1" in str(town.channel.posted[-1][1].blocks)
    await change(db, attestation, state=AttestationState.ANSWERED)
    await town.at(tokyo("2026-12-02"))
    assert "印刷業務1" not in str(town.channel.posted[-1][1].blocks)
    assert "配送業務" in str(town.channel.posted[-1][1].blocks)


async def test_nothing_comes_once_everything_is_answered(town: Town, asked: Stage, db: Database) -> None:
    await boss(db, asked)
    await town.at(tokyo("2026-11-27"))
    await change(db, (await attestations(db))[0], state=AttestationState.ANSWERED)
    await town.walk("2026-11-28", "2027-01-15")
    assert days(town, OWNER) == [BEFORE_3]
    assert days(town, BOSS) == []


async def test_an_answer_between_queueing_and_sending_cancels_the_reminder(
    town: Town, asked: Stage, db: Database
) -> None:
    town.clock.business = tokyo("2026-11-27")
    await town.chasing.run_due(town.clock.now())
    await change(db, (await attestations(db))[0], state=AttestationState.ANSWERED)
    await town.outbox.drain()
    (notice,) = await notices(db, NoticeKind.DIGEST_REMINDER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "done")


async def test_work_that_is_no_longer_asked_about_is_no_reason_to_remind(
    town: Town, asked: Stage, db: Database
) -> None:
    await change(db, asked.item, state=ItemState.WITHDRAWN)
    await town.walk("2026-11-27", "2026-12-20")
    assert days(town, OWNER) == []
    assert await notices(db, NoticeKind.OWNER_ESCALATION) == []


async def test_an_owner_who_got_no_digest_yet_is_not_reminded_of_it(
    town: Town, db: Database, clock: StillClock
) -> None:
    await stage(db, clock, state=AttestationState.ASKED, send=False)
    await town.walk("2026-11-27", "2026-12-11")
    assert days(town, OWNER) == []
    await town.at(tokyo("2026-12-16"))  # but somebody hears of it in the end
    assert days(town, SECURITY) == [ESCALATION]


async def test_a_moved_day_cancels_what_was_queued_for_the_old_one(town: Town, asked: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-11-27")
    await town.chasing.run_due(town.clock.now())
    await change(db, await round_of(db, asked), attest_by=date(2026, 12, 11))
    await town.outbox.drain()
    (notice,) = await notices(db, NoticeKind.DIGEST_REMINDER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "due_moved")
    await town.walk("2026-11-28", "2026-12-08")
    assert days(town, OWNER) == ["12-08"]


async def test_after_an_outage_the_owner_gets_one_message(town: Town, asked: Stage, db: Database) -> None:
    await town.at(tokyo("2026-12-10"))
    assert days(town, OWNER) == ["12-10"]
    assert [a.reason for a in await audits(db, "reminder:skipped")] == ["merged", "merged"]


async def test_who_left_gets_nothing(town: Town, asked: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-11-27")
    await town.chasing.run_due(town.clock.now())
    await change(db, asked.owner, active=False)
    await town.outbox.drain()
    (notice,) = await notices(db, NoticeKind.DIGEST_REMINDER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "person_inactive")
    await town.walk("2026-11-28", "2026-12-15")
    assert days(town, OWNER) == []


async def test_an_english_reader_reads_english(town: Town, asked: Stage, db: Database) -> None:
    await change(db, asked.owner, language="en")
    await town.at(tokyo("2026-11-27"))
    assert "Wed, 2 Dec 2026" in town.received(OWNER)[0][1]


# -- escalation ----------------------------------------------------------------------------------------------------------


async def test_without_anybody_to_turn_to_the_security_team_hears_of_it(town: Town, asked: Stage, db: Database) -> None:
    await town.walk("2026-12-14", "2026-12-31")
    assert days(town, SECURITY) == [ESCALATION]


async def test_the_security_teams_channel_hears_of_it_once(town: Town, asked: Stage, db: Database) -> None:
    async with db.begin("test.team") as tx:
        tx.add(Setting(id=SECURITY_TEAM, value={"source": "C0SEC"}))
    await town.walk("2026-12-14", "2026-12-31")
    assert days(town, "channel:C0SEC") == [ESCALATION]


async def test_the_silent_owner_is_nobody_to_turn_to(town: Town, asked: Stage, db: Database) -> None:
    await change(db, await department_of(db, asked), escalation_id=asked.owner.id)
    await town.walk("2026-12-14", "2026-12-31")
    assert [d for d in days(town, OWNER) if d == ESCALATION] == []
    assert days(town, SECURITY) == [ESCALATION]


async def test_who_has_left_is_nobody_to_turn_to_not_even_a_moment_ago(town: Town, asked: Stage, db: Database) -> None:
    person = await boss(db, asked)
    town.clock.business = tokyo("2026-12-16")
    await town.chasing.run_due(town.clock.now())
    await change(db, person, active=False)
    await town.tick(2)
    assert days(town, BOSS) == []
    assert days(town, SECURITY) == [ESCALATION]


async def test_each_department_turns_to_its_own_and_hears_of_its_own(town: Town, asked: Stage, db: Database) -> None:
    await boss(db, asked)
    (other,) = await remember(db, seen("U0CHIEF"))
    department = Department(id=new_id(), name="総務部", primary_id=asked.owner.id, escalation_id=other.id)
    async with db.begin("test.department") as tx:
        tx.add(department)
    await another(db, asked, 1, department_id=department.id)
    await town.at(tokyo("2026-12-16"))
    texts = {place: str(m.blocks) for place, m, *_ in town.channel.posted}
    assert "配送業務" in texts[BOSS]
    assert "印刷業務1" not in texts[BOSS]
    assert "印刷業務1" in texts["user:U0CHIEF"]
    assert "配送業務" not in texts["user:U0CHIEF"]


async def test_one_message_per_contact_over_several_owners_with_their_names(
    town: Town, asked: Stage, db: Database
) -> None:
    await boss(db, asked)
    (second,) = await remember(db, seen("U0OWN2", name="田中 総務"))
    _, attestation = await another(db, asked, 1)
    await change(db, attestation, owner_id=second.id)
    await digest_sent(db, asked.review.round_id, second)
    await town.at(tokyo("2026-12-16"))
    assert len(town.received(BOSS)) == 1
    assert "田中 総務" in str([m.blocks for p, m, *_ in town.channel.posted if p == BOSS])


async def test_what_comes_up_later_is_brought_later_and_nothing_twice(town: Town, asked: Stage, db: Database) -> None:
    await boss(db, asked)
    await town.at(tokyo("2026-12-16"))
    (late,) = await remember(db, seen("U0LATE"))
    _, attestation = await another(db, asked, 1)
    await change(db, attestation, owner_id=late.id)
    await digest_sent(db, asked.review.round_id, late, tokyo("2026-12-17"))
    await town.walk("2026-12-17", "2027-01-31")
    assert days(town, BOSS) == [ESCALATION, "01-06"]  # ten business days after they were asked
    second = [m for p, m, *_ in town.channel.posted if p == BOSS][1]
    assert "印刷業務1" in str(second.blocks)
    assert "配送業務" not in str(second.blocks)


async def test_a_round_that_ended_escalates_nothing(town: Town, asked: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-12-16")
    await town.chasing.run_due(town.clock.now())
    await change(db, await round_of(db, asked), state=RoundState.CANCELLED)
    await town.outbox.drain()
    (notice,) = await notices(db, NoticeKind.OWNER_ESCALATION)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "round_ended")


# -- the waiting time ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def opened(db: Database, clock: StillClock) -> Stage:
    """A round opened on 25 November: ten business days later it is 9 December."""
    s = await stage(db, clock, state=AttestationState.ASKED, send=False)
    await change(db, await round_of(db, s), opened_at=START)
    await digest_sent(db, s.review.round_id, s.owner)
    return s


async def state_of(db: Database, s: Stage) -> tuple[AttestationState, ReviewState]:
    async with db.read() as tx:
        (attestation,) = await tx.find(Attestation, engagement_id=s.engagement.id)
        return attestation.state, (await tx.need(Review, s.review.id)).state


async def test_the_suppliers_are_asked_when_the_owners_time_is_over(
    db: Database, clock: StillClock, opened: Stage
) -> None:
    town = Town(db, clock, wait_days=10)
    await town.at(tokyo("2026-12-09", "23:50"))
    assert await state_of(db, opened) == (AttestationState.ASKED, ReviewState.AWAITING_OWNER)
    await town.at(tokyo("2026-12-10", "08:00"))  # suppliers are not written to at night
    assert await state_of(db, opened) == (AttestationState.ASKED, ReviewState.AWAITING_OWNER)
    await town.at(tokyo("2026-12-10", "09:00"))
    assert await state_of(db, opened) == (AttestationState.LAPSED, ReviewState.SENT)
    assert [when for when, _ in town.received("channel:C0SUP1")] == ["12-10 09:00"]
    lapsed = await audits(db, "attestation:lapsed")
    assert [(a.actor_id, a.reason) for a in lapsed] == [("SYSTEM", "waiting_time_over")]


async def test_an_owner_who_lapsed_is_still_reminded_because_the_answer_may_come(
    db: Database, clock: StillClock, opened: Stage
) -> None:
    town = Town(db, clock, wait_days=10)
    await town.walk("2026-12-09", "2026-12-15")
    assert AFTER_7 in days(town, OWNER)


async def test_nobodys_stated_day_is_cut_short(db: Database, clock: StillClock, opened: Stage) -> None:
    await change(db, await round_of(db, opened), attest_by=date(2026, 12, 21))
    town = Town(db, clock, wait_days=10)
    await town.at(tokyo("2026-12-21"))
    assert (await state_of(db, opened))[0] is AttestationState.ASKED
    await town.at(tokyo("2026-12-22"))
    assert (await state_of(db, opened))[0] is AttestationState.LAPSED


async def test_an_answered_one_does_not_lapse(db: Database, clock: StillClock, opened: Stage) -> None:
    await change(db, (await attestations(db))[0], state=AttestationState.ANSWERED)
    await Town(db, clock, wait_days=10).at(tokyo("2026-12-10"))
    assert (await state_of(db, opened))[0] is AttestationState.ANSWERED


async def test_a_paused_supplier_waits(db: Database, clock: StillClock, opened: Stage) -> None:
    await change(db, opened.supplier, paused=True)
    await Town(db, clock, wait_days=10).at(tokyo("2026-12-10"))
    assert (await state_of(db, opened))[0] is AttestationState.ASKED


async def test_one_review_that_cannot_go_on_holds_no_other_up(
    db: Database, clock: StillClock, opened: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, _ = await another(db, opened, 1)
    truly = sending.advance

    async def broken(tx: Any, review: Review, *rest: Any) -> None:
        if review.id == opened.review.id:
            raise LookupError("something of this review is missing")
        await truly(tx, review, *rest)

    monkeypatch.setattr(sending, "advance", broken)
    await Town(db, clock, wait_days=10).chasing.run_due(tokyo("2026-12-10"))
    assert await state_of(db, opened) == (AttestationState.ASKED, ReviewState.AWAITING_OWNER)
    async with db.read() as tx:
        assert (await tx.need(Review, other.id)).state is ReviewState.SENT
        assert await tx.find(ReviewItem, review_id=other.id)
