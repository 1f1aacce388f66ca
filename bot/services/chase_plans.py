"""What is due at one moment: reads rows, asks the rule, and names the notices; it writes nothing.

Owners are grouped per round (one message, never one per supplier), suppliers per endpoint. An owner's last step goes to
whoever their department names, else to the security team; a supplier's last step ends the waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from bot.domain.delivery import Notice, NoticeKind, NoticeState
from bot.domain.ledger import EndpointState
from bot.domain.reminders import ORDER, Chase, Due, Hours, Step, horizon, step_due
from bot.domain.rounds import Round, RoundState
from bot.domain.settings import PAUSED, Setting
from bot.services.recipients import channel_place, person_place, security_places
from bot.services.telling.base import new_notice
from storage import chasing
from storage.chasing import Told, Unanswered, Waiting
from storage.tx import Tx

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

OWNER_KINDS = (NoticeKind.DIGEST_REMINDER, NoticeKind.OWNER_ESCALATION)
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Reminder:
    """A notice to queue, with the rule's decision behind it."""

    notice: Notice
    due: Due


@dataclass
class Plan:
    """What is due: notices, and the ids of what has to move."""

    reminders: list[Reminder] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # reviews that go to judgement without an answer
    lapsing: list[str] = field(default_factory=list)  # reviews that wait for owners no longer
    finished: list[str] = field(default_factory=list)  # rounds


class Planner:
    """Makes plans. A constant number of statements each, whatever is open."""

    def __init__(self, hours: Hours, owner_wait_days: int) -> None:
        self._hours = hours
        self._wait = owner_wait_days

    async def plan(self, tx: Tx, now: datetime, real: datetime) -> Plan:
        """What is due at `now`; `real` stamps the notices. Nothing while everything is paused."""
        plan = Plan()
        rounds = await tx.find(Round, state=RoundState.OPEN)
        paused = await tx.get(Setting, PAUSED) if rounds else None
        if not rounds or (paused and paused.value.get("on")):
            return plan
        plan.reminders += await self._owners(tx, now, real)
        await self._suppliers(tx, now, real, plan)
        if self._hours.open(now):  # what happens at once and leads to messages waits for the morning
            over = [r.id for r in rounds if self._waited(r, now)]
            plan.lapsing = await chasing.reviews_with_unanswered(tx, over) if over else []
            plan.finished = await chasing.finished_rounds(tx)
        return plan

    def _waited(self, round_: Round, now: datetime) -> bool:
        """Whether the owners' time is over: the last day counts to its end, and nobody's stated day is cut short."""
        if round_.opened_at is None:
            return False
        last = self._hours.days.add_business_days(self._hours.day(round_.opened_at), self._wait)
        return self._hours.day(now) > max(last, round_.attest_by)

    # -- owners ----------------------------------------------------------------------------------------------------

    async def _owners(self, tx: Tx, now: datetime, real: datetime) -> list[Reminder]:
        lines = await chasing.unanswered(tx, by=horizon(now, self._hours))
        if not lines:
            return []
        rounds = {line.round_id for line in lines}
        told = await chasing.told(tx, OWNER_KINDS, rounds)
        sent = await chasing.sent_at(tx, NoticeKind.DIGEST, rounds)
        reminders, late = [], []
        for (round_id, owner_id), mine in _grouped(lines, lambda line: (line.round_id, line.owner_id)).items():
            place = person_place(owner_id)
            before = [t for t in told if (t.subject_id, t.place) == (round_id, place)]
            reached = self._day(sent.get((round_id, place)))
            # a message that never arrived is no reason to wait for ever: somebody is told when its time is over
            due = self._step(mine[0].attest_by, reached or LONG_AGO, before, now)
            if due and due.step is Step.ESCALATION:
                late += [(line, due) for line in mine]
            elif due and reached and mine[0].owner_active:
                params = _params(mine[0].attest_by, due)
                reminders.append(_reminder(NoticeKind.DIGEST_REMINDER, place, round_id, real, due, params))
        return reminders + (await self._escalations(tx, late, told, real) if late else [])

    async def _escalations(
        self, tx: Tx, late: list[tuple[Unanswered, Due]], told: list[Told], real: datetime
    ) -> list[Reminder]:
        """One message per round and person to turn to, over everything that was not brought to anybody yet."""
        brought = {
            (key, t.params.get("due"))
            for t in told
            if t.kind is NoticeKind.OWNER_ESCALATION and t.state is not NoticeState.CANCELLED
            for key in t.params["attestations"]
        }
        new = [(line, due) for line, due in late if (line.attestation_id, line.attest_by.isoformat()) not in brought]
        team = await security_places(tx) if any(not line.contact_id for line, _ in new) else []
        spread = [
            ((line.round_id, place), line, due)
            for line, due in new
            for place in ([person_place(line.contact_id)] if line.contact_id else team)
        ]
        reminders = []
        for (round_id, place), group in _grouped(spread, lambda one: one[0]).items():
            line, due = group[0][1], group[0][2]
            earlier = [t for t in told if (t.kind, t.subject_id, t.place) == (_ESCALATED, round_id, place)]
            params = _params(line.attest_by, due) | {"attestations": [one.attestation_id for _, one, _ in group]}
            cycle = len(earlier) + 1
            reminders.append(_reminder(_ESCALATED, place, round_id, real, due, params, cycle=cycle))
        return reminders

    # -- suppliers -------------------------------------------------------------------------------------------------

    async def _suppliers(self, tx: Tx, now: datetime, real: datetime, plan: Plan) -> None:
        waiting = await chasing.waiting(tx, by=horizon(now, self._hours))
        if not waiting:
            return
        reviews = {w.review.id for w in waiting}
        told = _grouped(
            await chasing.told(tx, [NoticeKind.HUB_REMINDER], reviews), lambda t: (t.subject_id, t.endpoint_id)
        )
        sent = await chasing.sent_at(tx, NoticeKind.HUB, reviews)
        for review_id, places in _grouped(waiting, lambda w: w.review.id).items():
            over = []
            for one in places:
                key = (review_id, one.endpoint.id)
                reached = self._day(sent.get(key))
                due = self._step(one.review.due_on, reached or LONG_AGO, told.get(key, []), now)
                over.append(_over(one, due))
                if due and reached and due.step is not Step.ESCALATION and one.endpoint.state is EndpointState.VERIFIED:
                    plan.reminders.append(_hub_reminder(one, due, real))
            if all(over):
                plan.silent.append(review_id)

    # -- the rule --------------------------------------------------------------------------------------------------

    def _step(self, due_on: date, sent_on: date | None, told: list[Told], now: datetime) -> Due | None:
        """The step that is due for one recipient, given the reminders they were meant to get."""
        cycle = due_on.toordinal()
        steps = [Step(t.step) for t in told if t.cycle == cycle]
        days = [date.fromisoformat(t.params["on"]) for t in told]
        chase = Chase(
            due_on=due_on,
            sent_on=sent_on,
            last=max(steps, key=ORDER.index, default=None),
            told_on=max(days, default=None),
        )
        decided = step_due(chase, now, self._hours)
        return decided if isinstance(decided, Due) else None

    def _day(self, at: datetime | None) -> date | None:
        return self._hours.day(at) if at else None


_ESCALATED = NoticeKind.OWNER_ESCALATION


def _over(one: Waiting, due: Due | None) -> bool:
    """Whether nothing more is to be expected here. An endpoint that is checked again, or is to be replaced, is waited for."""
    if one.endpoint.state is not EndpointState.VERIFIED:
        return False
    return due is not None and due.step is Step.ESCALATION and due.not_before is None


def _hub_reminder(one: Waiting, due: Due, real: datetime) -> Reminder:
    return _reminder(
        NoticeKind.HUB_REMINDER,
        channel_place(one.endpoint.channel_id),
        one.review.id,
        real,
        due,
        _params(one.review.due_on, due),
        supplier_id=one.review.supplier_id,
        endpoint_id=one.endpoint.id,
        thread_of=one.card_id,
    )


def _params(due_on: date, due: Due) -> dict[str, object]:
    """What the check at claim time needs: for which due day this is, on which day, and until when it says the truth."""
    return {
        "due": due_on.isoformat(),
        "on": due.on.isoformat(),
        "until": due.until.isoformat() if due.until else "",
    }


def _reminder(
    kind: NoticeKind,
    place: str,
    subject_id: str,
    real: datetime,
    due: Due,
    params: dict[str, object],
    *,
    cycle: int = 0,
    **more: object,
) -> Reminder:
    """The cycle is the due day (a day that moves begins a new series) unless one is given."""
    notice = new_notice(
        kind,
        place,
        subject_id,
        real,
        cycle=cycle or date.fromisoformat(str(params["due"])).toordinal(),
        step=due.step,
        params=params,
        not_before=due.not_before,
        **more,
    )
    return Reminder(notice, due)


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
