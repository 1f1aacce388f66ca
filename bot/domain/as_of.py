"""Any record as it was on a day: its present value with every later change undone, newest first.

Needs nothing but the history (`bot/services/history.py`), which has an entry for each field of each change. A day is the
company's: it ends where the next one begins in its zone, so a change at 23:59 belongs to the day and one at 00:01 does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.base import Value
from bot.domain.ledger import Change

V = TypeVar("V", bound=Value)

CREATED = "created"
_BORN = ("created_at", "added_at", "since")


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def as_of(value: V, changes: Iterable[Change], moment: datetime) -> V | None:
    """The value as it was just before `moment`; None where there was no such record yet.

    `changes` may be those of other records too, in any order; the ones before the moment do not matter.
    """
    born = next((getattr(value, name) for name in _BORN if hasattr(value, name)), None)
    if born is not None and born >= moment:
        return None
    fields = value.model_dump(mode="json")
    for change in _later(value, changes, moment):
        if change.field == CREATED:
            return None
        if change.field in fields:  # a field that the product has no more
            fields[change.field] = change.before
    return type(value).model_validate(fields)


def _later(value: Value, changes: Iterable[Change], moment: datetime) -> Sequence[Change]:
    """What happened to this record at the moment or after it, newest first."""
    own = (type(value).__name__.lower(), str(getattr(value, "id", "")))
    found = [c for c in changes if (c.subject, c.subject_id) == own and c.at >= moment]
    return sorted(found, key=lambda c: (c.at, c.id), reverse=True)
