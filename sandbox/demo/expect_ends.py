"""Contracts that end during the demo: who is asked on which day, and what is brought to others. Not from the product's code.

Promised: an owner is asked 60 and 30 days before the end and on the last day, once each, in one message a day; what is late
from the beginning is asked once. Five business days after an end that nobody answered for, the department's contact and the
security team are told. Nobody in the demo answers these questions. Work that has ended has a closing list that nobody in the
demo settles: its owner is reminded 7 and 30 days later, in one message over all of theirs, at most one a week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from sandbox.demo import days
from sandbox.demo.people import Someone
from sandbox.demo.plan import LAST, Plan, WorkPlan

PATIENCE = 5

Row = tuple[str, str, str, int]
"""(who or '' for the team, kind, how many, day)"""


def ends(plan: Plan) -> Iterator[Row]:
    """Every message about the end of a contract."""
    asked: Counter[tuple[str, int]] = Counter()
    late: Counter[tuple[str, int]] = Counter()
    for work in plan.works:
        questions = list(_days(work))
        asked.update((_holder(plan, work, day).id, day) for day in questions)
        if questions and (told := _brought(work, questions[-1])) is not None:
            contact = plan.cast.department(work.work.department).escalation
            late.update((who, told) for who in (["", contact.id] if contact else [""]))
    yield from _lists(plan)
    yield from ((who, "end question", str(count), day) for (who, day), count in asked.items())
    yield from ((who, "end unanswered", str(count), day) for (who, day), count in late.items())


def _lists(plan: Plan) -> Iterator[Row]:
    """Reminders of closing lists, person by person, lived through day by day."""
    begun: dict[str, list[date]] = {}
    for work in plan.works:
        if work.path == "ended" and work.asked[-1].answered is not None:
            begun.setdefault(work.asked[-1].person.id, []).append(days.on(work.asked[-1].answered))
    for who, lists in begun.items():
        last: date | None = None
        for number in range(LAST + 1):
            today = days.on(number)
            steps = [day + timedelta(days=after) for day in lists for after in (7, 30)]
            new = [step for step in steps if step <= today and (last is None or step > last)]
            if new and (last is None or today >= last + timedelta(days=7)):
                last = today
                yield who, "closing reminder", str(sum(day + timedelta(days=7) <= today for day in lists)), number


def _days(work: WorkPlan) -> Iterator[int]:
    """The days on which its owner is asked: what is past at the beginning is one question on day 0."""
    if work.work.ends is None:
        return
    last = work.work.ends
    while not days.works(last):
        last -= timedelta(days=1)
    steps = [work.work.ends - timedelta(days=60), work.work.ends - timedelta(days=30), last]
    over = work.asked[-1].answered if work.path == "ended" else None
    found = sorted({_number(step) for step in steps if step <= days.on(LAST)})
    yield from (day for day in found if over is None or day <= over)


def _brought(work: WorkPlan, asked: int) -> int | None:
    """The day on which it is brought to others; None where that is not during the demo, or where the work has ended."""
    last = work.work.ends
    if last is None or work.path == "ended" or last > days.on(LAST):
        return None
    day = max(_on_or_before(last), asked) + PATIENCE
    return day if day <= LAST else None


def _holder(plan: Plan, work: WorkPlan, day: int) -> Someone:
    """Whose it is on that day."""
    if not work.asked:
        return plan.cast.department(work.work.department).primary
    handed_on = work.path == "not_mine" and work.asked[0].answered is not None and day > work.asked[0].answered
    return work.asked[-1].person if handed_on else work.asked[0].person


def _number(day: date) -> int:
    """The number of the first business day on or after this one."""
    return next(number for number in range(LAST + 2) if days.on(number) >= day)


def _on_or_before(day: date) -> int:
    """The number of the last business day on or before this one; below 0 for what is long past."""
    return max((number for number in range(LAST + 1) if days.on(number) <= day), default=-PATIENCE)
