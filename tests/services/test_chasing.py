"""Chasing suppliers: on the right days, in the right place, once, and never of what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.delivery import CardKind, LiveCard, NoticeKind, NoticeState
from bot.domain.ledger import EndpointState
from bot.domain.reminders import Hours
from bot.domain.rounds import AttestationState, ItemState, Review, ReviewState, Round, RoundState
from bot.domain.settings import PAUSED, Setting
from bot.services import chase_plans
from bot.services.calendars import TOKYO
from bot.services.telling import TELL, chase
from storage import chasing as queries
from storage.db import Database
from tests.chase_stage import HOURS, Town, another, audits, change, notices, round_of, statements, submitted, tokyo
from tests.kit import StillClock
from tests.scene import Stage, stage

SUPPLIER, OWNER, SECURITY = "channel:C0SUP1", "user:U0OWNER", "user:U0SEC"

# Due on Friday 18 December 2026; the turn of the year is closed.
BEFORE_3, DUE, AFTER_3, AFTER_7, ESCALATION = "12-15", "12-18", "12-23", "01-04", "01-07"


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    return Town(db, clock)


@pytest.fixture
async def sent(db: Database, clock: StillClock, town: Town) -> Stage:
    """A review whose hub has reached the supplier."""
    s = await stage(db, clock)
    await town.tick()
    assert [t for _, t in town.received(SUPPLIER)]
    return s


def days(town: Town, place: str) -> list[str]:
    return [when[:5] for when, _ in town.received(place)][1 if place == SUPPLIER else 0 :]


async def review_of(db: Database, s: Stage) -> Review:
    async with db.read() as tx:
        return await tx.need(Review, s.review.id)


# -- day by day ----------------------------------------------------------------------------------------------------------


async def test_a_silent_supplier_is_reminded_on_its_days_and_then_people_decide(
    town: Town, sent: Stage, db: Database
) -> None:
    await town.walk("2026-11-25", "2027-01-20", "09:00", "13:00")
    assert [when for when, _ in town.received(SUPPLIER)][1:] == [
        f"{day} 09:00" for day in (BEFORE_3, DUE, AFTER_3, AFTER_7)
    ]
    assert [when for when, _ in town.received(OWNER)] == [f"{ESCALATION} 09:00"]
    assert [when for when, _ in town.received(SECURITY)] == [f"{ESCALATION} 09:00"]
    review = await review_of(db, sent)
    assert (review.state, review.reason) == (ReviewState.JUDGING, "no_answer")
    assert [a.subject_id for a in await audits(db, "review:no_answer")] == [review.id]


async def test_every_reminder_stands_in_the_hubs_thread_names_the_date_and_is_polite(town: Town, sent: Stage) -> None:
    await town.walk("2026-12-14", "2027-01-06")
    async with town.db.read() as tx:
        (hub,) = await tx.find(LiveCard, kind=CardKind.HUB.value)
    posts = [(m, thread) for place, m, _id, thread in town.channel.posted if place == SUPPLIER][1:]
    assert len(posts) == 4
    for message, thread in posts:
        assert thread == hub.ts
        assert "2026年12月18日(金)" in message.text
        assert not [word for word in ("至急", "違反", "@here", "明日", "業者", "下請") if word in message.text]
    assert "念のため" in posts[0][0].text
    assert "念のため" in posts[1][0].text
    assert "恐れ入りますが" in posts[2][0].text


async def test_an_english_speaking_supplier_reads_english(town: Town, sent: Stage) -> None:
    await change(town.db, sent.supplier, language="en")
    await town.at(tokyo("2026-12-15"))
    assert "Fri, 18 Dec 2026" in town.received(SUPPLIER)[-1][1]


async def test_after_an_outage_only_the_latest_step_is_told_and_the_others_are_on_record(
    town: Town, sent: Stage, db: Database
) -> None:
    await town.at(tokyo("2026-12-24"))
    assert days(town, SUPPLIER) == ["12-24"]
    skipped = await audits(db, "reminder:skipped")
    assert [(a.detail["step"], a.reason, a.detail["instead"]) for a in skipped] == [
        ("before_3", "merged", "after_3"),
        ("due", "merged", "after_3"),
    ]
    await town.walk("2026-12-24", "2026-12-28")
    assert days(town, SUPPLIER) == ["12-24"]


async def test_a_jump_over_everything_ends_in_one_escalation(town: Town, sent: Stage, db: Database) -> None:
    await town.at(tokyo("2027-03-01"))
    await town.at(tokyo("2027-03-02"))
    assert days(town, SUPPLIER) == []
    assert len(town.received(OWNER)) == len(town.received(SECURITY)) == 1


async def test_any_number_of_ticks_and_processes_tell_each_step_once(town: Town, sent: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-12-15")
    other = Town(db, town.clock)
    done = await asyncio.gather(*(t.chasing.run_due(town.clock.now()) for t in (town, other) * 5))
    assert sum(done) == 1
    assert len(await notices(db, NoticeKind.HUB_REMINDER)) == 1


# -- what stops a reminder -----------------------------------------------------------------------------------------------


async def test_nothing_comes_after_the_submission(town: Town, sent: Stage, db: Database) -> None:
    await town.at(tokyo("2026-12-15"))
    await submitted(db, sent, tokyo("2026-12-16"))
    await town.walk("2026-12-16", "2027-02-01")
    assert days(town, SUPPLIER) == [BEFORE_3]
    assert town.received(OWNER) == []


async def test_a_submission_between_queueing_and_sending_cancels_the_reminder(
    town: Town, sent: Stage, db: Database
) -> None:
    await town.chasing.run_due(tokyo("2026-12-15"))
    town.clock.business = tokyo("2026-12-15")
    await submitted(db, sent, tokyo("2026-12-15"))
    await town.tick()
    (notice,) = await notices(db, NoticeKind.HUB_REMINDER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "done")


async def test_an_endpoint_that_has_submitted_is_left_alone_while_another_still_answers(
    town: Town, sent: Stage, db: Database
) -> None:
    await submitted(db, sent, tokyo("2026-12-10"), state=ReviewState.ANSWERING)
    await town.walk("2026-12-14", "2026-12-24")
    assert days(town, SUPPLIER) == []


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (lambda s: (s.review, {"state": ReviewState.CANCELLED}), "review_cancelled"),
        (lambda s: (s.review, {"due_on": date(2027, 1, 29)}), "due_moved"),
        (lambda s: (s.endpoint, {"state": EndpointState.SEVERED}), "endpoint_severed"),
    ],
)
async def test_what_is_not_true_any_more_is_never_sent(
    town: Town, sent: Stage, db: Database, what: Callable[[Stage], tuple[Any, dict[str, Any]]], reason: str
) -> None:
    town.clock.business = tokyo("2026-12-15")
    await town.chasing.run_due(town.clock.now())
    value, fields = what(sent)
    await change(db, value, **fields)
    await town.outbox.drain()
    (notice,) = await notices(db, NoticeKind.HUB_REMINDER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, reason)
    assert days(town, SUPPLIER) == []


async def test_a_moved_due_day_begins_a_new_series(town: Town, sent: Stage, db: Database) -> None:
    await town.at(tokyo("2026-12-15"))
    await change(db, sent.review, due_on=date(2027, 1, 22))
    await town.walk("2026-12-15", "2027-01-22")
    assert days(town, SUPPLIER) == [BEFORE_3, "01-19", "01-22"]


async def test_a_moved_due_day_never_means_two_reminders_on_one_day(town: Town, sent: Stage, db: Database) -> None:
    await town.walk("2026-12-15", "2026-12-18", "09:00")
    await change(db, sent.review, due_on=date(2026, 12, 22))  # three business days away
    await town.at(tokyo("2026-12-18", "15:00"))
    await town.at(tokyo("2026-12-21"))
    assert days(town, SUPPLIER) == [BEFORE_3, DUE, "12-21"]


async def test_a_pause_holds_everything_and_afterwards_only_the_truth_is_told(
    town: Town, sent: Stage, db: Database
) -> None:
    async with db.begin("test.pause") as tx:
        tx.add(Setting(id=PAUSED, value={"on": True}))
    await town.walk("2026-12-15", "2026-12-22")
    assert await notices(db, NoticeKind.HUB_REMINDER) == []
    await change(db, Setting(id=PAUSED, value={}), value={"on": False})
    await town.walk("2026-12-23", "2026-12-25")
    assert days(town, SUPPLIER) == [AFTER_3]


async def test_a_paused_supplier_is_not_reminded_and_does_not_go_to_judgement(
    town: Town, sent: Stage, db: Database
) -> None:
    await change(db, sent.supplier, paused=True)
    await town.walk("2026-12-15", "2027-01-20")
    assert days(town, SUPPLIER) == []
    assert (await review_of(db, sent)).state is ReviewState.SENT


async def test_a_pause_that_comes_after_queueing_holds_the_reminder(town: Town, sent: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-12-15")
    await town.chasing.run_due(town.clock.now())
    await change(db, sent.supplier, paused=True)
    await town.tick()
    assert days(town, SUPPLIER) == []
    await change(db, sent.supplier, paused=False)
    await town.walk("2026-12-18", "2026-12-18")  # meanwhile the next step's day has come: the held one is merged
    assert days(town, SUPPLIER) == [DUE]
    held = [n for n in await notices(db, NoticeKind.HUB_REMINDER) if n.step == "before_3"]
    assert [(n.state, n.reason) for n in held] == [(NoticeState.CANCELLED, "merged")]


# -- hours ---------------------------------------------------------------------------------------------------------------


async def test_at_night_it_waits_for_the_morning(town: Town, sent: Stage) -> None:
    await town.at(tokyo("2026-12-15", "00:10"))
    await town.at(tokyo("2026-12-15", "08:59"))
    assert days(town, SUPPLIER) == []
    await town.at(tokyo("2026-12-15", "09:00"))
    assert [when for when, _ in town.received(SUPPLIER)][1:] == ["12-15 09:00"]


async def test_what_was_queued_by_day_and_held_is_not_told_at_night(town: Town, sent: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-12-15", "17:59")
    await town.chasing.run_due(town.clock.now())
    await town.at(tokyo("2026-12-15", "18:00"))
    await town.at(tokyo("2026-12-16", "03:00"))
    assert days(town, SUPPLIER) == []
    await town.at(tokyo("2026-12-16", "09:30"))
    assert days(town, SUPPLIER) == ["12-16"]


async def test_a_review_does_not_go_to_judgement_at_night(town: Town, sent: Stage, db: Database) -> None:
    await town.walk("2026-12-15", "2027-01-06")
    await town.at(tokyo("2027-01-07", "05:00"))
    assert (await review_of(db, sent)).state is ReviewState.SENT
    await town.at(tokyo("2027-01-07", "09:00"))
    assert (await review_of(db, sent)).state is ReviewState.JUDGING


# -- the end of the waiting ----------------------------------------------------------------------------------------------


async def test_a_hub_that_never_arrived_goes_to_judgement_as_not_reached(
    town: Town, db: Database, clock: StillClock
) -> None:
    s = await stage(db, clock)
    hub = (await notices(db, NoticeKind.HUB))[0]
    await change(db, hub, state=NoticeState.FAILED)
    await town.walk("2026-12-15", "2027-01-07")
    assert town.received(SUPPLIER) == []
    review = await review_of(db, s)
    assert (review.state, review.reason) == (ReviewState.JUDGING, "not_reached")
    assert "届けられない" in town.received(SECURITY)[-1][1]


async def test_an_endpoint_that_is_checked_again_is_waited_for(town: Town, sent: Stage, db: Database) -> None:
    await change(db, sent.endpoint, state=EndpointState.SUSPENDED)
    await town.walk("2026-12-15", "2027-01-20")
    assert (await review_of(db, sent)).state is ReviewState.SENT
    assert days(town, SUPPLIER) == []
    await change(db, sent.endpoint, state=EndpointState.VERIFIED)
    await town.at(tokyo("2027-01-21"))
    assert (await review_of(db, sent)).state is ReviewState.JUDGING


async def test_the_hub_shows_that_answers_are_no_longer_taken(town: Town, sent: Stage) -> None:
    await town.walk("2026-12-15", "2027-01-07")
    assert "受付を終了" in str(town.channel.updated[-1][1].blocks)


async def test_the_security_team_can_judge_from_the_message(town: Town, sent: Stage) -> None:
    await town.at(tokyo("2027-01-07"))
    last = next(m for place, m, *_ in reversed(town.channel.posted) if place == SECURITY)
    assert f"1.{sent.review.id}" in str(last.blocks)
    assert "vr1.judge_open" in str(last.blocks)


async def test_an_escalation_that_is_judged_before_it_is_sent_is_cancelled(
    town: Town, sent: Stage, db: Database
) -> None:
    town.clock.business = tokyo("2027-01-07")
    await town.chasing.run_due(town.clock.now())
    await change(db, sent.review, state=ReviewState.JUDGED)
    await change(db, sent.item, state=ItemState.JUDGED)
    await town.tick()
    kinds = [NoticeKind.HUB_ESCALATION, NoticeKind.NO_ANSWER_TO_SECURITY]
    found = [(n.state, n.reason) for kind in kinds for n in await notices(db, kind)]
    assert found == [(NoticeState.CANCELLED, "done")] * 2


async def test_a_round_without_open_reviews_closes_at_the_next_tick(town: Town, sent: Stage, db: Database) -> None:
    await town.tick()
    assert (await round_of(db, sent)).state is RoundState.OPEN
    await change(db, sent.review, state=ReviewState.CANCELLED)
    await town.tick()
    assert (await round_of(db, sent)).state is RoundState.CLOSED
    assert len(await audits(db, "round:closed")) == 1


# -- what it costs -------------------------------------------------------------------------------------------------------


async def test_a_tick_with_nothing_due_is_a_few_reads_and_no_write(town: Town, sent: Stage, db: Database) -> None:
    town.clock.business = tokyo("2026-12-01")
    with statements(db) as seen:
        assert await town.chasing.run_due(town.clock.now()) == 0
    assert len(seen) <= 6
    assert all(statement.lstrip().upper().startswith("SELECT") for statement in seen)


async def test_a_day_off_costs_nothing(town: Town, sent: Stage, db: Database) -> None:
    with statements(db) as seen:
        assert await town.chasing.run_due(tokyo("2026-12-19")) == 0
    assert seen == []


async def test_the_number_of_statements_does_not_grow_with_the_reviews(town: Town, sent: Stage, db: Database) -> None:
    async def cost(day: str) -> int:
        async with db.read() as tx:
            with statements(db) as seen:
                await chase_plans.Planner(HOURS, 10).plan(tx, tokyo(day), tokyo(day))
        return len(seen)

    await another(db, sent, 99, state=AttestationState.ASKED)  # an owner is late too
    one = await cost("2026-12-15")
    for n in range(12):
        await another(db, sent, 20 + n, state=AttestationState.ASKED)
        await another(db, sent, n, review_state=ReviewState.SENT, state=AttestationState.ANSWERED)
    assert await cost("2026-12-15") == one <= 11


# -- the same checks find a broken rule ----------------------------------------------------------------------------------


class EveryDay:
    """A calendar without holidays and weekends."""

    def is_business_day(self, _day: date) -> bool:
        return True

    def add_business_days(self, day: date, n: int) -> date:
        return day + timedelta(days=n)


async def _wrong(town: Town, s: Stage, db: Database, monkeypatch: pytest.MonkeyPatch, hours: Hours) -> list[str]:
    """What a run under a broken rule does that it must not."""
    for kind, tell in chase.tellers(hours).items():
        monkeypatch.setitem(TELL, kind, tell)
    town = Town(db, town.clock, hours)
    await town.walk("2026-12-11", "2026-12-18", "03:00", "10:00")
    await submitted(db, s, tokyo("2026-12-18", "11:00"))
    await town.walk("2026-12-19", "2027-01-20", "03:00", "10:00")
    found = []
    for place, when in [(p, w) for p in (SUPPLIER, OWNER, SECURITY) for w, _ in town.received(p)]:
        moment = tokyo(f"{'2026' if when > '06' else '2027'}-{when[:5]}", when[6:])
        if not HOURS.open(moment):
            found.append(f"{place} outside hours")
        if when[:5] > "12-18" or when < "06":
            found.append(f"{place} after the submission")
    return found


async def test_the_true_rule_does_nothing_wrong(town: Town, sent: Stage, db: Database, monkeypatch: Any) -> None:
    assert await _wrong(town, sent, db, monkeypatch, HOURS) == []


async def test_ignored_days_off_are_found(town: Town, sent: Stage, db: Database, monkeypatch: Any) -> None:
    await change(db, sent.review, due_on=date(2026, 12, 12))  # a Saturday
    assert "channel:C0SUP1 outside hours" in await _wrong(town, sent, db, monkeypatch, Hours(TOKYO, EveryDay()))


async def test_ignored_quiet_hours_are_found(town: Town, sent: Stage, db: Database, monkeypatch: Any) -> None:
    hours = Hours(TOKYO, HOURS.days, type(HOURS.quiet)(0, 0))
    assert "channel:C0SUP1 outside hours" in await _wrong(town, sent, db, monkeypatch, hours)


async def test_an_ignored_submission_is_found(town: Town, sent: Stage, db: Database, monkeypatch: Any) -> None:
    async def always(tx: Any, **_kwargs: Any) -> Any:
        (review,) = await tx.find(Review)
        (card,) = await tx.find(LiveCard, kind=CardKind.HUB.value)
        return [queries.Waiting(review=review, endpoint=sent.endpoint, card_id=card.id)]

    monkeypatch.setattr(queries, "waiting", always)
    monkeypatch.setattr(chase, "ANSWERABLE", frozenset(ReviewState))
    assert "channel:C0SUP1 after the submission" in await _wrong(town, sent, db, monkeypatch, HOURS)


async def test_a_closed_round_is_chased_no_more(town: Town, sent: Stage, db: Database) -> None:
    round_: Round = await round_of(db, sent)
    await change(db, round_, state=RoundState.CANCELLED)
    await town.walk("2026-12-15", "2026-12-18")
    assert days(town, SUPPLIER) == []
