"""Business days: which days count, and how far away a day is. The days off are handed in as data; nobody's clock is read.

Days are days in the company's time zone: turn an instant into one with `local_day` first. The first day is never counted
(初日不算入, content_ja.md §9): one business day after a Friday is the Monday. To add days off (a company's or a supplier's
own closure): `calendar.closed_too(days)`, which adds and replaces nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The business days of a company. `closures`: public holidays and the company's own days off, as far as is known.

    Closed whatever `closures` says: Saturdays, Sundays, and 29 December to 3 January.
    """

    zone: ZoneInfo
    closures: frozenset[date]

    def local_day(self, now: datetime) -> date:
        """The company's day at an instant. Raises ValueError for a time without a zone."""
        if now.tzinfo is None:
            raise ValueError("a time without a zone is no instant")
        return now.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """Whether people work on this day."""
        return day.weekday() < SATURDAY and not _turn_of_the_year(day) and day not in self.closures

    def next_business_day(self, day: date) -> date:
        """The day itself, or the first business day after it (a deadline on a day off moves there)."""
        while not self.is_business_day(day):
            day += _DAY
        return day

    def add_business_days(self, day: date, n: int) -> date:
        """The n-th business day after a day (before it where n is negative); the day itself is not counted.

        With n = 0 the day as it is, whether or not it is a business day.
        """
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_business_day(day)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """How many business days `end` is after `start`, `start` not counted; negative where it is before.

        The inverse of `add_business_days` wherever `end` is a business day.
        """
        if end < start:
            return -sum(self.is_business_day(start - _DAY * i) for i in range(1, (start - end).days + 1))
        return sum(self.is_business_day(start + _DAY * i) for i in range(1, (end - start).days + 1))

    def closed_too(self, days: Iterable[date]) -> Calendar:
        """The same calendar with more days off."""
        return Calendar(self.zone, self.closures | frozenset(days))


def gazetted_until(today: date) -> date:
    """The last day for which Japan's holidays are settled, seen from today.

    The equinox days of a year are gazetted in the February before it (content_ja.md §9); later years are computed, and
    a deadline there deserves a note. March is when every copy of the gazette has been read.
    """
    return date(today.year + (1 if today.month >= 3 else 0), 12, 31)


def _turn_of_the_year(day: date) -> bool:
    return (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
