"""Business days: the answers of people who were bitten (K26), and properties that hold for every day."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.business_days import Calendar, gazetted_until
from bot.services.calendars import TOKYO, company_calendar

CALENDAR = company_calendar()
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
SMALL = st.integers(-60, 60)


@pytest.mark.parametrize(
    ("day", "n", "answer"),
    [
        (date(2026, 9, 24), -3, date(2026, 9, 16)),  # Respect for the Aged, the day between, the equinox
        (date(2026, 12, 28), 3, date(2027, 1, 6)),
        (date(2026, 5, 1), 1, date(2026, 5, 7)),  # 6 May makes up for a Sunday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # a Saturday is not counted either
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
    ],
)
def test_counting_from_a_day(day: date, n: int, answer: date) -> None:
    assert CALENDAR.add_business_days(day, n) == answer


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 6), False),  # substitute for Sunday 3 May
        (date(2026, 5, 7), True),
        (date(2026, 9, 22), False),  # the day between two holidays
        (date(2027, 3, 22), False),  # substitute for Sunday 21 March
        (date(2026, 11, 23), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2029, 3, 20), False),  # computed: not gazetted yet in 2026
        (date(2029, 9, 24), False),  # substitute for the computed equinox on Sunday 23 September
    ],
)
def test_days_off(day: date, *, works: bool) -> None:
    assert CALENDAR.is_business_day(day) is works


def test_a_deadline_on_a_day_off_moves_to_the_next_business_day() -> None:
    assert CALENDAR.next_business_day(date(2026, 5, 6)) == date(2026, 5, 7)
    assert CALENDAR.next_business_day(date(2026, 12, 29)) == date(2027, 1, 4)
    assert CALENDAR.next_business_day(date(2026, 11, 25)) == date(2026, 11, 25)


def test_a_suppliers_closure_is_added_and_replaces_nothing() -> None:
    obon = CALENDAR.closed_too([date(2026, 8, 13), date(2026, 8, 15)])  # a Thursday and a Saturday
    assert obon.add_business_days(date(2026, 8, 12), 1) == date(2026, 8, 14)
    assert obon.add_business_days(date(2026, 8, 14), 1) == date(2026, 8, 17)  # no make-up day for the Saturday
    assert not obon.is_business_day(date(2026, 5, 6))
    assert CALENDAR.is_business_day(date(2026, 8, 13))


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (date(2026, 11, 25), date(2027, 12, 31)),
        (date(2026, 1, 31), date(2026, 12, 31)),
        (date(2026, 3, 1), date(2027, 12, 31)),
    ],
)
def test_later_years_are_computed_not_gazetted(today: date, until: date) -> None:
    assert gazetted_until(today) == until


def test_the_companys_day_is_not_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    late, early = datetime(2026, 11, 25, 14, 50, tzinfo=UTC), datetime(2026, 11, 25, 15, 10, tzinfo=UTC)
    for zone in ("UTC", "Asia/Tokyo", "America/Los_Angeles"):
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()
        assert CALENDAR.local_day(late) == date(2026, 11, 25)  # 23:50 in Tokyo: still in time (K21)
        assert CALENDAR.local_day(early) == date(2026, 11, 26)
    monkeypatch.undo()
    time.tzset()
    assert Calendar(ZoneInfo("Europe/Berlin"), frozenset()).local_day(early) == date(2026, 11, 25)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        CALENDAR.local_day(datetime(2026, 11, 25, 9, 0))  # noqa: DTZ001  the point of the test


def test_the_zone_is_the_companys() -> None:
    assert CALENDAR.zone == TOKYO


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_where_counting_lands_is_a_business_day_in_the_right_direction(day: date, n: int) -> None:
    landed = CALENDAR.add_business_days(day, n)
    assert CALENDAR.is_business_day(landed)
    assert (landed > day) is (n > 0)
    assert abs((landed - day).days) >= abs(n)


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_between_is_the_inverse_of_adding(day: date, n: int) -> None:
    assert CALENDAR.business_days_between(day, CALENDAR.add_business_days(day, n)) == n


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_counting_in_two_steps_is_counting_at_once(day: date, a: int, b: int) -> None:
    assert CALENDAR.add_business_days(CALENDAR.add_business_days(day, a), b) == CALENDAR.add_business_days(day, a + b)


@given(DAYS, st.integers(1, 40))
def test_there_and_back(day: date, n: int) -> None:
    start = CALENDAR.next_business_day(day)
    assert CALENDAR.add_business_days(CALENDAR.add_business_days(start, n), -n) == start


@given(DAYS, DAYS, DAYS)
def test_between_adds_up(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    between = CALENDAR.business_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == sum(CALENDAR.is_business_day(a + timedelta(days=i + 1)) for i in range((b - a).days))


@given(DAYS, st.frozensets(DAYS, max_size=20))
def test_more_days_off_never_make_more_business_days(day: date, closed: frozenset[date]) -> None:
    fewer = CALENDAR.closed_too(closed)
    later = day + timedelta(days=120)
    assert fewer.business_days_between(day, later) <= CALENDAR.business_days_between(day, later)
    assert not any(fewer.is_business_day(d) for d in closed)
