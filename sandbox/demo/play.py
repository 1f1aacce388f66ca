"""Six weeks: day after day comes, the app does what is due, then people act. Days off come too."""

from __future__ import annotations

from typing import Any

from sandbox.demo import days, judges, owners, setting_up, suppliers
from sandbox.demo.plan import LAST, Plan
from sandbox.demo.stage import Stage

MORNING, NOON, AFTERNOON = 9, 13, 16
"""Hours at which the app begins the day, people act, and the security team judges."""


def steps(plan: Plan) -> int:
    """How many steps of progress there will be."""
    answers = sum(asked.answered is not None for work in plan.works for asked in work.asked)
    linked = sum(one.linked == 0 for one in plan.suppliers)
    by_hand = sum(s.by_hand for s in plan.cast.suppliers)
    submitted = sum(one.submitted is not None for one in plan.suppliers)
    judged = sum(one.judged is not None for one in plan.suppliers)
    return len(plan.cast.departments) + by_hand + 2 + linked + answers + submitted + judged + len(days.calendar(LAST))


async def play(stage: Stage, import_command: str) -> None:
    """The whole demo, until it is over or the app is gone."""
    await setting_up.set_up(stage, import_command)
    if not stage.gone:
        await stage.slack.set_clock(days.moment(days.START, AFTERNOON))  # what came in is looked at on the same day
    await stage.rest()
    for day, number in days.calendar(LAST):
        if stage.gone:
            return
        await stage.slack.set_clock(days.moment(day, MORNING))
        await stage.rest()
        if number is not None:
            await _acts(stage, number)
        stage.step(f"{day} is over")


async def _acts(stage: Stage, number: int) -> None:
    """What people do on a business day, once the app has told them what is due."""
    jobs = [
        *owners.sittings(stage, number),
        *setting_up.linking_late(stage, number),
        *suppliers.at_work(stage, number),
    ]
    judging = any(one.judged == number for one in stage.plan.suppliers)
    if jobs or judging:
        stage.said(f"{days.on(number)}: {_told(jobs, judging=judging)}")
    if jobs:
        await stage.slack.set_clock(days.moment(days.on(number), NOON))
        await stage.together(jobs)
    if judging:
        await stage.slack.set_clock(days.moment(days.on(number), AFTERNOON))
        await judges.session(stage, number)
    if jobs or judging:
        await stage.rest()
    if number == 1:
        bystander = stage.plan.cast.bystander
        await stage.act("somebody without work", owners.colleague_presses(stage, bystander))


def _told(jobs: list[tuple[str, Any]], *, judging: bool) -> str:
    what = [text for text, _ in jobs[:2]]
    if len(jobs) > len(what):
        what.append(f"{len(jobs) - len(what)} more")
    return "; ".join([*what, *(["the security team judges"] if judging else [])])
