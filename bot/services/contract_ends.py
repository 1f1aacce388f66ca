"""The end of a contract: its owner is asked in time whether it is renewed or ends, and the answer is taken.

A tick on business days, outside quiet hours, queues one message for each owner and day, over everything whose step is due
(`domain/contract_end.py`) or comes within the week. Each step that was told, or merged into a later one, is a row, so any
number of ticks and processes come to the same. Five business days after an end that nobody answered for, the department's
escalation contact and the security team are told once. What is queued is looked at again when it is claimed
(`telling/ending.py`). What each answer needs is in `end_answers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.closing_list import LATE_AFTER
from bot.domain.contract_end import GATHERABLE, GATHERED, Due, EndStep, Step, Term, reached, step_due
from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.domain.ending import Answered, EndForm, Ending, EndingPage, next_end
from bot.domain.ledger import Engagement, EngagementState
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, Role, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.settings import PAUSED, Setting
from bot.services import end_answers, ending
from bot.services.closing_reminders import ClosingReminders
from bot.services.desk import Desk
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import contract_ends, notices, responsible
from storage.ids import new_id
from storage.tx import Stale, Taken, Tx

PAGE = 10
TEAM = ""
"""In place of a person: nobody answers for the work, so the security team is asked."""


@dataclass
class Plan:
    """What is due: whom to ask about what, and what goes on to somebody else."""

    asked: dict[str, list[tuple[Ending, Due]]] = field(default_factory=dict)
    late: list[Ending] = field(default_factory=list)


class ContractEnds:
    """The tick, the owners' answers, and the list."""

    def __init__(self, desk: Desk, hours: Hours) -> None:
        self._desk = desk
        self._hours = hours
        self._reminders = ClosingReminders(desk, hours)

    # -- the tick --------------------------------------------------------------------------------------------------------

    async def run_due(self, now: datetime) -> int:
        """Queue what is due at `now` (business time), and the reminders of closing lists; how many messages are new."""
        if not self._hours.open(now):
            return 0
        today = self._hours.day(now)
        async with self._desk.db.read() as tx:
            plan = await self._plan(tx, today)
        new = 0
        for person_id, due in sorted(plan.asked.items()):
            new += await self._ask(person_id, due, now)
        new += await self._escalate(plan.late, now) if plan.late else 0
        return new + await self._reminders.run_due(now)

    async def _plan(self, tx: Tx, today: date) -> Plan:
        plan = Plan()
        paused = await tx.get(Setting, PAUSED)
        found = [] if paused and paused.value.get("on") else await contract_ends.ending(tx, today)
        if not found:
            return plan
        told = await contract_ends.steps(tx, today)
        stands = await responsible.first(tx, [one.engagement_id for one in found])
        for one in found:
            person, rows = stands[one.engagement_id].person_id, told.get(one.engagement_id, [])
            due = self._due(one, rows, person, today)
            if due and due.step is Step.ESCALATION:
                plan.late.append(one)
            elif due:
                plan.asked.setdefault(person, []).append((one, due))
        busy = {r.asked_of for rows in told.values() for r in rows if r.asked_on == today and not r.reason}
        plan.asked = {person: due for person, due in plan.asked.items() if person not in busy}
        self._gather(
            plan, found, {one.engagement_id: stands[one.engagement_id].person_id for one in found}, told, today
        )
        return plan

    def _gather(
        self,
        plan: Plan,
        found: list[Ending],
        asked_of: dict[str, str],
        told: dict[str, list[EndStep]],
        today: date,
    ) -> None:
        """Whoever is asked today is asked at once what would come in the next days: forty contracts are no forty messages."""
        there = {one.engagement_id for due in plan.asked.values() for one, _ in due}
        for one in found:
            person = asked_of[one.engagement_id]
            if person not in plan.asked or one.engagement_id in there:
                continue
            due = self._due(one, told.get(one.engagement_id, []), person, today + timedelta(days=GATHERED))
            if due and due.step in GATHERABLE:
                plan.asked[person].append((one, due))

    def _due(self, one: Ending, rows: Iterable[EndStep], person: str, today: date) -> Due | None:
        """The step for one end. A step that somebody else was told of counts only where it went on to others."""
        counted = [r for r in rows if r.asked_of == person or r.reason or r.step is Step.ESCALATION]
        asked_on = max((r.asked_on for r in counted if not r.reason and r.step is not Step.ESCALATION), default=None)
        found = step_due(one.term, {r.step for r in counted}, asked_on, today, self._hours.days)
        return found if isinstance(found, Due) else None

    async def _ask(self, person_id: str, due: list[tuple[Ending, Due]], now: datetime) -> int:
        """One message to one person, over all of it, with the rows that say so; a process that was faster did the same."""
        today = self._hours.day(now)
        lines = [
            {"engagement": one.engagement_id, "step": d.step.value, "ends_on": one.ends_on.isoformat()}
            for one, d in due
        ]
        try:
            async with self._desk.db.begin("contract_ends.ask") as tx:
                places = [person_place(person_id)] if person_id != TEAM else await security_places(tx)
                real = self._desk.clock.real()
                told = [_question(place, person_id, today, lines, real) for place in places]
                new = await notices.tell(tx, *told)
                if not places or new < len(places):  # told today already: what is left comes tomorrow, to everybody
                    tx.abandon()
                    return 0
                tx.add(*(_card(notice) for notice in told))
                for one, d in due:
                    tx.add(_row(one, d.step, person_id, today))
                    tx.add(*(_row(one, merged, person_id, today, "merged") for merged in d.merged))
                    tx.audit(now, SYSTEM, "end:asked", "engagement", one.engagement_id, d.step.value)
        except (Stale, Taken):
            return 0
        return new

    async def _escalate(self, late: list[Ending], now: datetime) -> int:
        """Nobody has answered for these: one message a place over all of them, each of them once."""
        today, real = self._hours.day(now), self._desk.clock.real()
        try:
            async with self._desk.db.begin("contract_ends.escalate") as tx:
                team = await security_places(tx)
                by_place: dict[str, list[str]] = {}
                for one in late:
                    contact = [person_place(one.escalation_id)] if one.escalation_id else []
                    for place in dict.fromkeys([*contact, *team]):
                        by_place.setdefault(place, []).append(f"{one.engagement_id}/{one.ends_on.isoformat()}")
                told = [
                    new_notice(
                        NoticeKind.END_UNANSWERED, place, "ends", real, cycle=today.toordinal(), params={"ends": ends}
                    )
                    for place, ends in sorted(by_place.items())
                ]
                new = await notices.tell(tx, *told)
                if not told or new < len(
                    told
                ):  # one message a place and day: what is left comes tomorrow, to everybody
                    tx.abandon()
                    return 0
                for one in late:
                    tx.add(_row(one, Step.ESCALATION, "others", today))
                    tx.audit(now, SYSTEM, "end:unanswered", "engagement", one.engagement_id)
        except (Stale, Taken):
            return 0
        return new

    # -- the answers -----------------------------------------------------------------------------------------------------

    async def renew_form(self, press: Press, engagement_id: str) -> EndForm:
        """Until when? Raises Refusal(NOT_YOURS, CLOSED)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> EndForm:
            one = await end_answers.answerable(tx, actor, engagement_id)
            return await end_answers.form(tx, actor, one, next_end(one.ends_on, self._hours.day(now)))

        return await self._desk.look(press, work)

    async def ends_form(self, press: Press, engagement_id: str) -> EndForm:
        """It ends: on which day? Raises Refusal(NOT_YOURS, CLOSED)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> EndForm:
            one = await end_answers.answerable(tx, actor, engagement_id)
            return await end_answers.form(tx, actor, one, one.ends_on or self._hours.day(now))

        return await self._desk.look(press, work)

    async def renew(self, press: Press, engagement_id: str, ends_on: date | None, shown: str | None = None) -> Answered:
        """Renewed until a day; None: without an end. Raises Refusal(END_NOT_LATER) on `ends_on`.

        `shown`: the end that the form showed; CHANGED_MEANWHILE where somebody has moved it since.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Answered:
            one = await end_answers.answerable(tx, actor, engagement_id)
            end_answers.require_shown(one, shown)
            today = self._hours.day(now)
            if ends_on and (ends_on < today or (one.ends_on and ends_on <= one.ends_on)):
                raise Refusal(Code.END_NOT_LATER, "ends_on")
            after = one.model_copy(update={"ends_on": ends_on})
            await end_answers.write(tx, actor, one, after, "end:renewed", now)
            await contract_ends.refresh_cards(tx, one.id)
            if ends_on:
                await self._just_renewed(tx, after, ends_on, today)
            return await end_answers.answered(tx, actor, after)

        return await self._desk.once("contract_ends.renew", press, Answered, work)

    async def end(self, press: Press, engagement_id: str, ends_on: date, shown: str | None = None) -> Answered:
        """It ends on this day, so its closing list begins. Raises Refusal(END_BEFORE_START) on `ends_on`. `shown`: as above."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Answered:
            one = await end_answers.answerable(tx, actor, engagement_id)
            end_answers.require_shown(one, shown)
            if ends_on < one.starts_on:
                raise Refusal(Code.END_BEFORE_START, "ends_on")
            after = one.model_copy(update={"ends_on": ends_on, "state": EngagementState.CLOSING})
            await end_answers.write(tx, actor, one, after, "end:ends", now)
            await ending.begin(tx, one, after, actor, now, self._desk.clock.real())
            return await end_answers.answered(tx, actor, after)

        return await self._desk.once("contract_ends.end", press, Answered, work)

    async def page(self, press: Press, number: int) -> EndingPage:
        """What ends soon and what is being closed: the team sees all of it, everybody else their own. Raises NOT_YOURS."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> EndingPage:
            held = roles(actor)
            require(Action.LIST_ENDS, held)
            everything = Role.SECURITY in held
            mine = "" if everything else actor.person_id
            today = self._hours.day(now)
            late_before = self._hours.days.add_business_days(today, -LATE_AFTER)
            shown = max(1, number)
            lines, total = await contract_ends.lines(tx, today, late_before, PAGE, (shown - 1) * PAGE, person_id=mine)
            if not lines and shown > 1:  # the list has grown shorter since that button was drawn
                shown = 1
                lines, total = await contract_ends.lines(tx, today, late_before, PAGE, 0, person_id=mine)
            pages = max(1, -(-total // PAGE))
            return EndingPage(lines=tuple(lines), total=total, page=shown, pages=pages, everything=everything)

        return await self._desk.look(press, work)

    async def _just_renewed(self, tx: Tx, one: Engagement, ends_on: date, today: date) -> None:
        """The steps of the new end whose day has passed already are not asked: it was settled a moment ago."""
        term = Term(ends_on=ends_on, auto_renews=one.auto_renews, notice_days=one.notice_days)
        known = {row.step for row in await contract_ends.asked_of(tx, one.id, ends_on) if row.asked_of == ""}
        for step in reached(term, today, self._hours.days):
            if step not in known:
                tx.add(_step_row(one.id, ends_on, step, "", today, "just_renewed"))


def _question(place: str, person_id: str, today: date, lines: list[dict[str, str]], real: datetime) -> Notice:
    subject = person_id or "team"
    return new_notice(NoticeKind.END_QUESTION, place, subject, real, cycle=today.toordinal(), params={"lines": lines})


def _card(notice: Notice) -> LiveCard:
    """The message is a card: an answer takes its buttons away."""
    return LiveCard(id=new_id(), kind=CardKind.ENDS, subject_id=notice.id, place=notice.place.partition(":")[2])


def _row(one: Ending, step: Step, person_id: str, today: date, reason: str = "") -> EndStep:
    return _step_row(one.engagement_id, one.ends_on, step, person_id, today, reason)


def _step_row(engagement_id: str, ends_on: date, step: Step, person_id: str, today: date, reason: str) -> EndStep:
    return EndStep(
        id=new_id(),
        engagement_id=engagement_id,
        ends_on=ends_on,
        step=step,
        asked_of=person_id,
        asked_on=today,
        reason=reason,
    )
