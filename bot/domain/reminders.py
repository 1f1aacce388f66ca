"""Chasing, as one pure function for owners and suppliers: which step is due now, or why none is.

Steps are counted in business days from the due day: three before, on the day, three and seven after, and ten after it
the matter goes to somebody else (escalation). What was missed is merged: after an outage only the latest step is told
(K21). A due day on a day off moves to the next business day (content_ja.md §9). Nothing is told before or on the day of
the sending, on a day off, in quiet hours, twice on one day, or once the work is done.
To add a step: a member of `Step` in its place, its offset, and its sentence in the catalogs (`chase.<step>` …).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from bot.domain.base import Value


class Step(StrEnum):
    """In the order in which they come; the value is the notice's step."""

    BEFORE_3 = "before_3"
    DUE = "due"
    AFTER_3 = "after_3"
    AFTER_7 = "after_7"
    ESCALATION = "escalation"


OFFSETS: dict[Step, int] = {Step.BEFORE_3: -3, Step.DUE: 0, Step.AFTER_3: 3, Step.AFTER_7: 7, Step.ESCALATION: 10}
ORDER = list(Step)
LEAST_DAYS = 10
"""Business days between a sending and its escalation, however late it was sent (fair-dealing rule R-L5)."""


class Days(Protocol):
    """The company's business days (`business_days.Calendar`)."""

    def is_business_day(self, day: date) -> bool: ...

    def add_business_days(self, day: date, n: int) -> date: ...


@dataclass(frozen=True)
class Quiet:
    """Hours of the day without reminders, from `start` to just before `end`; equal hours mean none are quiet."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """`18-9`, as it stands in the setting. Raises ValueError for anything else."""
        start, _, end = text.partition("-")
        return cls(int(start), int(end))

    def holds(self, hour: int) -> bool:
        """Whether this hour is quiet."""
        if self.start < self.end:
            return self.start <= hour < self.end
        return self.start != self.end and (hour >= self.start or hour < self.end)

    @property
    def first_open(self) -> int:
        """The first hour of a day that is not quiet."""
        return self.end if self.holds(0) else 0


@dataclass(frozen=True)
class Hours:
    """When the company works: its time zone, its business days, its quiet hours."""

    zone: ZoneInfo
    days: Days
    quiet: Quiet = Quiet(18, 9)

    def day(self, now: datetime) -> date:
        """The company's day at an instant."""
        return now.astimezone(self.zone).date()

    def open(self, now: datetime) -> bool:
        """Whether somebody may be reminded at this instant."""
        local = now.astimezone(self.zone)
        return self.days.is_business_day(local.date()) and not self.quiet.holds(local.hour)

    def opening(self, now: datetime) -> datetime:
        """This instant where it is open, else the next one at which it is."""
        if self.open(now):
            return now
        local = now.astimezone(self.zone)
        today_later = self.days.is_business_day(local.date()) and local.hour < self.quiet.end
        if today_later:
            return self._at(local.date(), self.quiet.end)
        return self._at(self.days.add_business_days(local.date(), 1), self.quiet.first_open)

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)


class Chase(Value):
    """What is known of one recipient's task. `sent_on`: the local day the request reached them, None where it did not.

    `last` is the last step that was told for this due day, `told_on` the day of the last reminder of any kind.
    """

    due_on: date
    sent_on: date | None
    last: Step | None = None
    told_on: date | None = None
    done: bool = False


class Skipped(Value):
    """A step that will not be told any more, and why."""

    step: Step
    reason: Literal["merged", "before_sending"]


class Due(Value):
    """A step to tell. `on` is the day it is told, at once or from `not_before`; from `until` on a later step replaces it."""

    step: Step
    on: date
    not_before: AwareDatetime | None = None
    until: date | None = None
    skipped: tuple[Skipped, ...] = ()


class Nothing(Value):
    """No step now. `day_off`, `not_yet` and `told_today` pass by themselves; `done` and `all_told` do not."""

    reason: Literal["done", "not_sent", "day_off", "not_yet", "told_today", "all_told"]


def step_days(due_on: date, sent_on: date, days: Days) -> dict[Step, date]:
    """The day of each step."""
    anchor = due_on
    if not days.is_business_day(due_on):
        anchor = days.add_business_days(due_on, 1)
    found = {step: days.add_business_days(anchor, n) if n else anchor for step, n in OFFSETS.items()}
    found[Step.ESCALATION] = max(found[Step.ESCALATION], days.add_business_days(sent_on, LEAST_DAYS))
    return found


def step_due(chase: Chase, now: datetime, hours: Hours) -> Due | Nothing:
    """The step to tell at an instant, or why there is none. `now` is business time."""
    if chase.done:
        return Nothing(reason="done")
    if chase.sent_on is None:
        return Nothing(reason="not_sent")
    if not hours.days.is_business_day(hours.day(now)):
        return Nothing(reason="day_off")
    if chase.last is Step.ESCALATION:
        return Nothing(reason="all_told")
    opening = hours.opening(now)
    on = hours.day(opening)
    days = step_days(chase.due_on, chase.sent_on, hours.days)
    reached = [s for s in _after(chase.last) if days[s] <= on]
    tellable = [s for s in reached if days[s] > chase.sent_on]
    if not tellable:
        return Nothing(reason="not_yet")
    if chase.told_on is not None and chase.told_on >= on:
        return Nothing(reason="told_today")
    step = tellable[-1]
    return Due(
        step=step,
        on=on,
        not_before=None if opening == now else opening,
        until=next((days[s] for s in _after(step)), None),
        skipped=tuple(_skipped(s, s in tellable) for s in reached if s is not step),
    )


def _after(step: Step | None) -> list[Step]:
    return ORDER[ORDER.index(step) + 1 :] if step else ORDER


def _skipped(step: Step, tellable: bool) -> Skipped:
    return Skipped(step=step, reason="merged" if tellable else "before_sending")


def days_late(due_on: date, at: datetime, zone: ZoneInfo) -> int:
    """Calendar days after the due day, which lasts until its midnight in the company's zone (K21); 0 is in time."""
    return max(0, (at.astimezone(zone).date() - due_on).days)


def horizon(now: datetime, hours: Hours) -> date:
    """The last due day for which any step can be due now: later ones need not be looked at."""
    return hours.days.add_business_days(hours.day(hours.opening(now)), -OFFSETS[Step.BEFORE_3])
