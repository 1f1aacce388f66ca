"""When an owner is asked about the end of a contract, by table: days off, late registration, renewal by itself, leap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contract_end import Due, Nothing, Step, Term, reached, step_days, step_due
from bot.domain.ending import a_year_later, next_end
from bot.services.calendars import company_calendar

DAYS = company_calendar()
END = date(2026, 12, 25)  # a Friday
PLAIN = Term(ends_on=END)
RENEWS = Term(ends_on=END, auto_renews=True, notice_days=30)  # notice by Wednesday, 25 November
ALL = (Step.BEFORE_60, Step.BEFORE_30, Step.END)


def at(term: Term, today: date, told: tuple[Step, ...] = (), asked_on: date | None = None) -> tuple[Step, ...] | str:
    """The step with those merged into it, or why there is none."""
    found = step_due(term, told, asked_on, today, DAYS)
    return found.reason if isinstance(found, Nothing) else (found.step, *found.merged)


@pytest.mark.parametrize(
    ("term", "today", "told", "expected"),
    [
        (PLAIN, date(2026, 10, 23), (), "not_yet"),
        (PLAIN, date(2026, 10, 26), (), (Step.BEFORE_60,)),
        (PLAIN, date(2026, 10, 27), (Step.BEFORE_60,), "all_told"),
        (PLAIN, date(2026, 11, 24), (Step.BEFORE_60,), "all_told"),
        (PLAIN, date(2026, 11, 25), (Step.BEFORE_60,), (Step.BEFORE_30,)),
        (PLAIN, date(2026, 12, 24), (Step.BEFORE_60, Step.BEFORE_30), "all_told"),
        (PLAIN, date(2026, 12, 25), (Step.BEFORE_60, Step.BEFORE_30), (Step.END,)),
        (PLAIN, date(2027, 3, 1), ALL, "all_told"),
        # registered late: only the nearest step, the others are merged into it
        (PLAIN, date(2026, 12, 1), (), (Step.BEFORE_30, Step.BEFORE_60)),
        (PLAIN, date(2027, 2, 1), (), (Step.END, Step.BEFORE_60, Step.BEFORE_30)),
        # it renews by itself: two weeks before the last day to give notice
        (RENEWS, date(2026, 11, 10), (Step.BEFORE_60,), "all_told"),
        (RENEWS, date(2026, 11, 11), (Step.BEFORE_60,), (Step.NOTICE,)),
        (RENEWS, date(2026, 11, 25), (Step.BEFORE_60, Step.NOTICE), (Step.BEFORE_30,)),
        (Term(ends_on=END, auto_renews=True, notice_days=90), date(2026, 9, 11), (), (Step.NOTICE,)),
        (Term(ends_on=END, auto_renews=True), date(2026, 11, 11), (Step.BEFORE_60,), "all_told"),
        (Term(ends_on=END, auto_renews=False, notice_days=90), date(2026, 9, 11), (), "not_yet"),
    ],
)
def test_the_step_of_a_day(term: Term, today: date, told: tuple[Step, ...], expected: object) -> None:
    assert at(term, today, told) == expected


@pytest.mark.parametrize(
    ("ends_on", "asked"),
    [
        (date(2026, 11, 29), date(2026, 11, 27)),  # a Sunday: on the Friday before
        (date(2027, 1, 3), date(2026, 12, 28)),  # inside the turn of the year
        (date(2026, 11, 23), date(2026, 11, 20)),  # 勤労感謝の日, a Monday
        (date(2028, 2, 29), date(2028, 2, 29)),  # a leap day, a Tuesday
    ],
)
def test_an_end_on_a_day_off_is_asked_about_before_it(ends_on: date, asked: date) -> None:
    assert step_days(Term(ends_on=ends_on), None, DAYS)[Step.END] == asked


def test_thirty_days_before_the_first_of_march_of_a_leap_year() -> None:
    assert step_days(Term(ends_on=date(2028, 3, 1)), None, DAYS)[Step.BEFORE_30] == date(2028, 1, 31)
    assert step_days(Term(ends_on=date(2027, 3, 1)), None, DAYS)[Step.BEFORE_30] == date(2027, 1, 30)


def test_it_goes_on_to_others_five_business_days_after_the_end_and_after_the_question() -> None:
    assert at(PLAIN, date(2027, 1, 6), ALL, END) == "all_told"
    assert at(PLAIN, date(2027, 1, 7), ALL, END) == (Step.ESCALATION,)  # 28, 4, 5, 6, 7: the turn of the year is off
    late = date(2027, 2, 1)
    assert at(PLAIN, date(2027, 2, 5), ALL, late) == "all_told"
    assert at(PLAIN, date(2027, 2, 8), ALL, late) == (Step.ESCALATION,)
    assert at(PLAIN, date(2027, 2, 9), (*ALL, Step.ESCALATION), late) == "all_told"


def test_nobody_is_passed_over_who_was_never_asked() -> None:
    assert at(PLAIN, date(2030, 1, 8)) == (Step.END, Step.BEFORE_60, Step.BEFORE_30)


@given(
    ends_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    notice=st.one_of(st.none(), st.integers(0, 400)),
    start=st.integers(-500, 30),
)
def test_walking_over_the_days_each_step_comes_at_most_once_and_never_backwards(
    ends_on: date, notice: int | None, start: int
) -> None:
    term = Term(ends_on=ends_on, auto_renews=notice is not None, notice_days=notice)
    told: list[Step] = []
    asked: list[Step] = []
    asked_on = None
    for n in range(start, 60):
        today = ends_on + timedelta(days=n)
        found = step_due(term, told, asked_on, today, DAYS) if DAYS.is_business_day(today) else None
        if isinstance(found, Due):
            told += [found.step, *found.merged]
            asked.append(found.step)
            asked_on = asked_on if found.step is Step.ESCALATION else today
    assert len(set(told)) == len(told)
    assert asked[-1] is Step.ESCALATION
    assert asked[-2] is Step.END
    days = step_days(term, None, DAYS)
    assert [days[s] for s in asked[:-1]] == sorted(days[s] for s in asked[:-1])


def test_what_was_settled_a_moment_ago_is_not_asked_again() -> None:
    term = Term(ends_on=date(2026, 12, 31))
    assert set(reached(term, date(2026, 12, 7), DAYS)) == {Step.BEFORE_60, Step.BEFORE_30}
    assert reached(term, date(2026, 10, 1), DAYS) == ()


@pytest.mark.parametrize(
    ("ends_on", "today", "proposed"),
    [
        (date(2027, 3, 31), date(2027, 3, 1), date(2028, 3, 31)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2029, 2, 28)),
        (date(2023, 3, 31), date(2026, 12, 1), date(2027, 3, 31)),
        (None, date(2026, 12, 1), date(2027, 12, 1)),
    ],
)
def test_a_renewal_is_proposed_by_whole_years(ends_on: date | None, today: date, proposed: date) -> None:
    assert next_end(ends_on, today) == proposed


def test_a_year_later_is_no_day_that_does_not_exist() -> None:
    assert a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)
