"""Closing lists with open items: whoever answers for the work is reminded a week and a month after it ended, and no more.

One message to a person over all of their lists, at most one a week, on business days outside quiet hours. What was told is
read from the outbox, so any number of ticks and processes come to the same. After that the security team sees the list as
overdue (`/vendor-review ends`, Home). What is queued is looked at again when it is claimed (`telling/ending.py`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.domain.closing_list import Unsettled, reminder_due, waits
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.people import SYSTEM
from bot.domain.reminders import Hours
from bot.domain.settings import PAUSED, Setting
from bot.services.desk import Desk
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import closing, notices, responsible
from storage.tx import Stale, Taken, Tx

TEAM = "team"
"""In place of a person: nobody answers for the work, so the security team is reminded."""

Lists = dict[str, list[tuple[Unsettled, date]]]
"""Who answers (a person's id, or TEAM) → their lists, each with the day from which it is counted."""


class ClosingReminders:
    """The tick's part of it. `hours` are the company's: which day is today, and whether anybody is to be told now."""

    def __init__(self, desk: Desk, hours: Hours) -> None:
        self._desk = desk
        self._hours = hours

    async def run_due(self, now: datetime) -> int:
        """Queue what is due at `now` (business time); how many messages are new."""
        if not self._hours.open(now):
            return 0
        today = self._hours.day(now)
        async with self._desk.db.read() as tx:
            paused = await tx.get(Setting, PAUSED)
            if paused and paused.value.get("on"):
                return 0
            found = await lists(tx, self._hours)
            told = await closing.reminded(tx) if found else {}
        new = 0
        for who, theirs in sorted(found.items()):
            last = date.fromordinal(told[who]) if who in told else None
            if reminder_due([begun for _, begun in theirs], last, today):
                new += await self._remind(who, today, now)
        return new

    async def _remind(self, who: str, today: date, now: datetime) -> int:
        try:
            async with self._desk.db.begin("closing.remind") as tx:
                places = await security_places(tx) if who == TEAM else [person_place(who)]
                real = self._desk.clock.real()
                new = await notices.tell(tx, *(_reminder(place, who, today, real) for place in places))
                if new:
                    tx.audit(now, SYSTEM, "closing:reminded", "person", who)
                else:
                    tx.abandon()
        except (Stale, Taken):
            return 0
        return new


def _reminder(place: str, who: str, today: date, real: datetime) -> Notice:
    return new_notice(NoticeKind.CLOSING_REMINDER, place, who, real, cycle=today.toordinal())


async def lists(tx: Tx, hours: Hours) -> Lists:
    """All lists with open items by who answers for them. They count from the end, or from when they were handed to them."""
    found = await closing.unsettled(tx)
    if not found:
        return {}
    stands = await responsible.first(tx, [one.engagement_id for one in found])
    handed = await closing.handed(tx)
    by_person: Lists = {}
    for one in found:
        person = stands[one.engagement_id].person_id
        at = handed.get((one.engagement_id, person_place(person)))
        begun = max(one.ends_on or date.min, hours.day(datetime.fromtimestamp(at, UTC)) if at else date.min)
        by_person.setdefault(person or TEAM, []).append((one, begun))
    return by_person


async def waiting(tx: Tx, hours: Hours, who: str, today: date) -> list[Unsettled]:
    """The lists of one person that have waited long enough to be named."""
    return [one for one, begun in (await lists(tx, hours)).get(who, []) if waits(begun, today)]
