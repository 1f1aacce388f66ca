"""When an owner is asked about the end of a contract, as one pure function: which step is due today, or why none is.

60 and 30 days before the end, two weeks before the last day on which notice can be given (contracts that renew by
themselves), and on the last day (a day off: the business day before it). Unanswered five business days after the end and
after the owner was asked, it goes to somebody else (escalation). Only the latest step is told; earlier ones that were missed
are merged into it (K21). A step counts for one end and one person: where either changes, it may be asked once more.
To add a step: a member of `Step`, its day in `step_days`, its words `end.step.<value>`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from bot.domain.base import Value

NOTICE_LEAD = 14
ESCALATION_AFTER = 5
GATHERED = 6
"""Whoever gets a message today is told with it what would come within so many days: one message a week at most before ends."""
LONGEST_NOTICE = 400
"""Calendar days; contracts with a longer period of notice are asked about when this much is left."""


class Step(StrEnum):
    """In the order in which they count where two fall on one day."""

    BEFORE_60 = "before_60"
    BEFORE_30 = "before_30"
    NOTICE = "notice"
    END = "end"
    ESCALATION = "escalation"


GATHERABLE = frozenset({Step.BEFORE_60, Step.BEFORE_30, Step.NOTICE})


class Days(Protocol):
    """The company's business days (`business_days.Calendar`)."""

    def is_business_day(self, day: date) -> bool: ...

    def add_business_days(self, day: date, n: int) -> date: ...


class EndStep(Value):
    """That a step was told to somebody, or why it never will be (`reason`: merged, just_renewed)."""

    id: str
    engagement_id: str
    ends_on: date
    step: Step
    asked_of: str
    asked_on: date
    reason: str = ""


class Term(Value):
    """What a contract says of its end."""

    ends_on: date
    auto_renews: bool | None = None
    notice_days: int | None = None

    @property
    def notice_by(self) -> date | None:
        """The last day on which notice can be given; None where the contract simply ends, or nobody said."""
        if not self.auto_renews or self.notice_days is None:
            return None
        return self.ends_on - timedelta(days=min(self.notice_days, LONGEST_NOTICE))


class Due(Value):
    """A step to tell, and the earlier ones that are merged into it."""

    step: Step
    merged: tuple[Step, ...] = ()


class Nothing(Value):
    """No step now."""

    reason: Literal["not_yet", "all_told"]


def step_days(term: Term, asked_on: date | None, days: Days) -> dict[Step, date]:
    """The day of each step. `asked_on`: when the owner was asked last; without it nothing is escalated."""
    found = {
        Step.BEFORE_60: term.ends_on - timedelta(days=60),
        Step.BEFORE_30: term.ends_on - timedelta(days=30),
        Step.END: working_day(term.ends_on, days),
    }
    if term.notice_by:
        found[Step.NOTICE] = working_day(term.notice_by - timedelta(days=NOTICE_LEAD), days)
    if asked_on:
        found[Step.ESCALATION] = days.add_business_days(max(term.ends_on, asked_on), ESCALATION_AFTER)
    return found


def step_due(term: Term, told: Collection[Step], asked_on: date | None, today: date, days: Days) -> Due | Nothing:
    """The step to tell on a business day. `told`: the steps that were told or merged for this end."""
    found = step_days(term, asked_on, days)
    order = sorted(found, key=lambda step: (found[step], list(Step).index(step)))
    reached = [step for step in order if found[step] <= today]
    if not reached:
        return Nothing(reason="not_yet")
    latest = reached[-1]
    if latest in told:
        return Nothing(reason="all_told")
    return Due(step=latest, merged=tuple(step for step in reached[:-1] if step not in told))


def reached(term: Term, today: date, days: Days) -> tuple[Step, ...]:
    """The steps whose day has come: for a date that was set today they are not asked any more."""
    return tuple(step for step, day in step_days(term, None, days).items() if day <= today)


def working_day(day: date, days: Days) -> date:
    """The day itself, or the last business day before it: a term that ends on a day off is asked about before."""
    return day if days.is_business_day(day) else days.add_business_days(day, -1)
