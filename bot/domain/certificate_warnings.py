"""When the security team is warned of a certificate's days: 90 and 30 days before, and on the day; each step once.

A step that falls on a day off is told on the business day before it, never after: a certificate that ran out on Saturday is
no news on Monday. What was missed is merged: a certificate that is registered five days before its last one gets the nearest
step alone. A day that moves (renewed) begins a new series. To add a step: its member in `WarningStep`, its row in `BEFORE`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from bot.domain.base import Value
from bot.domain.certificates import Certificate, Scheme, WarningStep, What, last_day_of_edition
from bot.domain.reminders import Days

BEFORE: dict[WarningStep, int] = {WarningStep.BEFORE_90: 90, WarningStep.BEFORE_30: 30, WarningStep.ON_DAY: 0}
ORDER = list(WarningStep)
FIRST = timedelta(days=BEFORE[ORDER[0]])
LISTED = 20
"""How many lines one message has."""


class WarningDue(Value):
    """A step to tell now, and the earlier ones that are merged into it."""

    what: What
    day: date
    step: WarningStep
    merged: tuple[WarningStep, ...] = ()


class WarningLine(Value):
    """One line of the message."""

    supplier: str
    scheme: Scheme
    other: str = ""
    number: str = ""
    what: What
    day: date
    edition: str = ""


class WarningCard(Value):
    """The message to the security team; `total` may be more than its lines."""

    lines: tuple[WarningLine, ...]
    total: int
    today: date


def days_of(certificate: Certificate) -> list[tuple[What, date]]:
    """The days of a certificate that are warned of."""
    days = {
        What.EXPIRY: certificate.expires_on,
        What.SURVEILLANCE: certificate.surveillance_on,
        What.EDITION: last_day_of_edition(certificate.edition),
    }
    return [(what, day) for what, day in days.items() if day is not None]


def reach(today: date, days: Days) -> date:
    """The last day whose steps are told today: everything up to the next business day."""
    return days.add_business_days(today, 1) - timedelta(days=1)


def due(certificate: Certificate, told: Collection[tuple[What, date, WarningStep]], upto: date) -> list[WarningDue]:
    """What is to be told of a certificate when everything up to the day `upto` is."""
    found = (
        _due(what, day, [s for w, d, s in told if (w, d) == (what, day)], upto) for what, day in days_of(certificate)
    )
    return [one for one in found if one]


def _due(what: What, day: date, told: list[WarningStep], upto: date) -> WarningDue | None:
    last = max((ORDER.index(step) for step in told), default=-1)
    reached = [s for s in ORDER[last + 1 :] if day - timedelta(days=BEFORE[s]) <= upto]
    if not reached:
        return None
    return WarningDue(what=what, day=day, step=reached[-1], merged=tuple(reached[:-1]))


def still_true(certificate: Certificate, what: What, day: date, today: date) -> bool:
    """Whether a warning that was queued still says the truth: not ended, and the day has not moved."""
    if certificate.ended_on is not None and certificate.ended_on <= today:
        return False
    return (what, day) in days_of(certificate)
