"""Business days of the demo, counted apart from the product's own: days are numbered, day 0 is the day the round opens.

The span crosses three holidays in a row in September and one in October, so that a reminder on a day off would be seen.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Tokyo")
START = date(2026, 9, 2)
HOLIDAYS = frozenset({date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23), date(2026, 10, 12), date(2026, 11, 3)})
SATURDAY = 5

BEFORE, AFTER, LATER, ESCALATION = -3, 3, 7, 10
"""Steps of reminding in business days from the due day (which is a step itself), as they were promised to users."""
ATTEST_BY, DUE, WAITED = 5, 20, 10
"""Days on which owners and suppliers are due, as the form proposes, and for which suppliers wait for their owners."""
LEAST = 10
"""Business days that a supplier has at the very least."""


def works(day: date) -> bool:
    """Whether it is a business day."""
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def on(number: int) -> date:
    """The date of a numbered business day."""
    day = START
    for _ in range(number):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    return day


def calendar(last: int) -> list[tuple[date, int | None]]:
    """The days to live through after day 0 up to day `last`, with their numbers: every business day, and the last day of
    each weekend or run of holidays (None), when all that might wrongly leave on a day off would have left.
    """
    days: list[tuple[date, int | None]] = []
    for number in range(1, last + 1):
        day = on(number)
        eve = day - timedelta(days=1)
        if not works(eve):
            days.append((eve, None))
        days.append((day, number))
    return days


def moment(day: date, hour: int) -> datetime:
    """An hour of a day in Tokyo."""
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def day_of(clock: str) -> date:
    """The day in Tokyo of a time in the record."""
    return datetime.fromisoformat(clock).astimezone(ZONE).date()


def written(day: date) -> str:
    """As a Japanese person reads it: 2026年9月2日(水)."""
    return f"{day.year}年{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"
