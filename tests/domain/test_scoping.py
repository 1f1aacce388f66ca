"""Who is in a round, why not, and whom it asks first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ledger import EngagementState, SupplierState
from bot.domain.refusal import Refusal
from bot.domain.scoping import (
    LEAST_DAYS,
    Asked,
    Candidate,
    Dates,
    Decided,
    Reason,
    check_dates,
    decide,
    still_holds,
    usual_dates,
)
from bot.services.calendars import company_calendar

TODAY = date(2026, 11, 25)
CALENDAR = company_calendar()


def candidate(**more: Any) -> Candidate:
    facts = {
        "engagement_id": "e",
        "supplier_id": "s",
        "department_id": "d",
        "state": EngagementState.ACTIVE,
        "ends_on": None,
        "supplier_state": SupplierState.ACTIVE,
        "review_open": False,
        "primary": "p",
        "deputy": None,
        "escalation": None,
        "named": "p",
        "versions": (1, 1),
    }
    return Candidate(**{**facts, **more})


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, Reason.ACTIVE),
        ({"primary": None}, Reason.OWNER_MISSING),
        ({"ends_on": TODAY}, Reason.ACTIVE),
        ({"ends_on": date(2026, 11, 24)}, Reason.CONTRACT_OVER),
        # it renews by itself, and nobody moved the day: the work goes on
        ({"ends_on": date(2026, 11, 24), "auto_renews": True}, Reason.ACTIVE),
        # an end that was recorded early
        ({"state": EngagementState.CLOSING, "ends_on": date(2027, 1, 25)}, Reason.ACTIVE),
        ({"state": EngagementState.CLOSING, "ends_on": date(2027, 1, 24)}, Reason.NOT_ACTIVE),
        ({"state": EngagementState.CLOSING, "ends_on": date(2026, 11, 1), "auto_renews": True}, Reason.NOT_ACTIVE),
        ({"state": EngagementState.ENDED, "ends_on": date(2027, 12, 31)}, Reason.NOT_ACTIVE),
        ({"review_open": True}, Reason.REVIEW_OPEN),
        ({"department_id": "left out"}, Reason.OTHER_DEPARTMENT),
        *(({"state": s}, Reason.NOT_ACTIVE) for s in EngagementState if s is not EngagementState.ACTIVE),
        *(({"supplier_state": s}, Reason.SUPPLIER_NOT_ACTIVE) for s in SupplierState if s is not SupplierState.ACTIVE),
    ],
)
def test_one_reason_each(facts: dict[str, Any], reason: Reason) -> None:
    decided = decide(candidate(**facts), TODAY, {"left out"})
    assert decided.reason is reason
    assert decided.inside is (reason in {Reason.ACTIVE, Reason.OWNER_MISSING})


def test_the_first_reason_that_holds_is_told() -> None:
    hopeless = candidate(state=EngagementState.ENDED, supplier_state=SupplierState.BLOCKED, ends_on=date(2020, 1, 1))
    assert decide(hopeless, TODAY).reason is Reason.NOT_ACTIVE
    assert decide(hopeless, TODAY, {"d"}).reason is Reason.OTHER_DEPARTMENT


@pytest.mark.parametrize(
    ("people", "asked"),
    [
        ({"primary": "a", "deputy": "b", "escalation": "c"}, (Asked.PRIMARY, "a")),
        ({"primary": None, "deputy": "b", "escalation": "c"}, (Asked.DEPUTY, "b")),
        ({"primary": None, "escalation": "c"}, (Asked.ESCALATION, "c")),
        ({"primary": None, "named": "gone"}, (Asked.NOBODY, "gone")),
    ],
)
def test_whoever_is_next_in_line_is_asked(people: dict[str, Any], asked: tuple[Asked, str]) -> None:
    assert candidate(**people).asked() == asked


def kept(decided: list[Decided]) -> dict[str, Any]:
    return {d.candidate.engagement_id: (d.verdict, d.reason.value, d.facts) for d in decided}


@pytest.mark.parametrize(
    "change",
    [
        {"versions": (2, 1)},  # somebody edited the engagement
        {"versions": (1, 2)},  # or the supplier
        {"primary": "somebody else"},
        {"primary": None},
        {"review_open": True},
        {"engagement_id": "another"},
    ],
)
def test_a_preview_holds_for_exactly_the_ledger_it_was_made_from(change: dict[str, Any]) -> None:
    before = kept([decide(candidate(), TODAY)])
    assert still_holds([decide(candidate(), TODAY)], before)
    assert not still_holds([decide(candidate(**change), TODAY)], before)


def test_the_usual_dates_pass_their_own_check() -> None:
    usual = usual_dates(CALENDAR, TODAY)
    assert check_dates(CALENDAR, TODAY, usual) == usual


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(-30, 120), st.integers(-30, 120))
def test_accepted_deadlines_give_everybody_time(today: date, attest: int, due: int) -> None:
    wished = Dates(attest_by=today + timedelta(days=attest), due_on=today + timedelta(days=due))
    try:
        found = check_dates(CALENDAR, today, wished)
    except Refusal:
        return
    assert today < found.attest_by < found.due_on
    assert CALENDAR.is_business_day(found.attest_by)
    assert CALENDAR.is_business_day(found.due_on)
    assert CALENDAR.business_days_between(today, found.due_on) >= LEAST_DAYS
    assert found.due_on >= wished.due_on
