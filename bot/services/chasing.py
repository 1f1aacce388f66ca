"""Chasing: every tick asks what is due now and queues it. The rule is `domain/reminders.py`; the truth is in the rows.

A tick reads first and writes only where something is due, each kind in a commit of its own: reminders, a supplier's
silence (the review goes to judgement), owners whose waiting time is over (the suppliers are asked), rounds that ended.
What is queued is looked at again when it is claimed (`telling/chase.py`). Nothing is counted in memory: any number of
ticks and processes, and any jump of business time, come to the same notices, because their keys hold step and due day.
To chase something else: a query in `storage/chasing.py`, a plan in `chase_plans.py`, its card in `telling/chase.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.delivery import CardKind, Notice, NoticeKind
from bot.domain.people import SYSTEM
from bot.domain.reminders import Hours, Step
from bot.domain.rounds import AttestationState, Review, ReviewState, move
from bot.services import sending
from bot.services.chase_plans import Plan, Planner, Reminder
from bot.services.closing import close_if_done
from bot.services.ports import Clock
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import chasing, notices
from storage.db import Database
from storage.tx import Stale, Taken, Tx

log = logging.getLogger(__name__)


class Chasing:
    """`owner_wait_days`: business days an owner has from the round's opening before suppliers are asked without them."""

    def __init__(self, db: Database, clock: Clock, hours: Hours, owner_wait_days: int) -> None:
        self._db = db
        self._clock = clock
        self._hours = hours
        self._planner = Planner(hours, owner_wait_days)

    async def run_due(self, now: datetime) -> int:
        """Queue what is due at `now` (business time); how many things were done. No statement on a day off."""
        if not self._hours.days.is_business_day(self._hours.day(now)):
            return 0
        async with self._db.read() as tx:
            plan = await self._planner.plan(tx, now, self._clock.real())
        done = await self._remind(plan, now)
        done += await _each(plan.silent, self._silent, now)
        done += await _each(plan.lapsing, self._lapse, now)
        return done + await _each(plan.finished, self._close, now)

    async def _remind(self, plan: Plan, now: datetime) -> int:
        """Queue the reminders in one commit; a process that was as fast and first has queued the same ones."""
        if not plan.reminders:
            return 0
        try:
            async with self._db.begin("chasing.remind") as tx:
                new = await notices.tell(tx, *[r.notice for r in plan.reminders])
                if not new:
                    tx.abandon()
                for reminder in plan.reminders:
                    _audit_skipped(tx, reminder, now)
                    await _touch(tx, reminder.notice)
        except (Stale, Taken):
            log.info("reminders were queued by another process")
            return 0
        return new

    async def _silent(self, review_id: str, now: datetime) -> bool:
        """No answer, and the last step has come: the supplier may not answer any more, people decide."""
        async with self._db.begin("chasing.no_answer") as tx:
            missing = await chasing.waiting(tx, review_id=review_id, alone=True)
            sent = await chasing.sent_at(tx, NoticeKind.HUB, [review_id])
            if not missing:  # it was submitted or cancelled a moment ago
                tx.abandon()
                return False
            reached = all((review_id, w.endpoint.id) in sent for w in missing)
            reason = "no_answer" if reached else "not_reached"
            review = await self._to_judgement(tx, missing[0].review, reason, now)
            await notices.tell(tx, *await self._silence(tx, review))
            await notices.refresh(tx, CardKind.HUB, review.id)
        return True

    async def _to_judgement(self, tx: Tx, review: Review, reason: str, now: datetime) -> Review:
        state = review.state
        if state is ReviewState.RETURNED:  # the table knows the way out of a return only through answering
            state = move(state, ReviewState.ANSWERING)
        silent = review.model_copy(update={"state": move(state, ReviewState.JUDGING), "reason": reason})
        await tx.put(silent)
        tx.audit(now, SYSTEM, f"review:{reason}", "review", review.id, reason, due=review.due_on.isoformat())
        return silent

    async def _silence(self, tx: Tx, review: Review) -> list[Notice]:
        """Who is told of a supplier's silence: the owners of what stays open, and the security team."""
        owners = sorted({owner for _, owner in await chasing.open_items(tx, review.id) if owner})
        places = [(NoticeKind.HUB_ESCALATION, person_place(owner)) for owner in owners]
        places += [(NoticeKind.NO_ANSWER_TO_SECURITY, place) for place in await security_places(tx)]
        cycle, real = review.due_on.toordinal(), self._clock.real()
        return [
            new_notice(kind, place, review.id, real, cycle=cycle, step=Step.ESCALATION, supplier_id=review.supplier_id)
            for kind, place in places
        ]

    async def _lapse(self, review_id: str, now: datetime) -> bool:
        """The owners' waiting time is over: the suppliers are asked without their answer, which may still come."""
        async with self._db.begin("chasing.lapse") as tx:
            review = await tx.need(Review, review_id)
            asked = await chasing.asked_of(tx, review)
            for attestation in asked:
                state = move(attestation.state, AttestationState.LAPSED)
                await tx.put(attestation.model_copy(update={"state": state}))
                tx.audit(now, SYSTEM, "attestation:lapsed", "attestation", attestation.id, "waiting_time_over")
                await notices.refresh(tx, CardKind.DIGEST, review.round_id, attestation.owner_id)
            if not asked:
                tx.abandon()
                return False
            await tx.flush()
            await sending.advance(tx, review, now, self._clock.real())
        return True

    async def _close(self, round_id: str, now: datetime) -> bool:
        async with self._db.begin("chasing.close_round") as tx:
            closed = await close_if_done(tx, round_id, SYSTEM, now)
            if not closed:
                tx.abandon()
            return closed


async def _each(ids: Sequence[str], work: Callable[[str, datetime], Awaitable[bool]], now: datetime) -> int:
    """Do the work of each in its own commit: one that fails is logged and tried again, and holds nobody else up."""
    done = 0
    for key in ids:
        try:
            done += await work(key, now)
        except (Stale, Taken):
            log.info("%s was changed by somebody else meanwhile", key)
        except Exception:
            log.exception("chasing %s failed; it is tried again at the next tick", key)
    return done


async def _touch(tx: Tx, notice: Notice) -> None:
    """The card that a reminder is about is refreshed first: one that has been deleted meanwhile is found out and replaced."""
    if notice.kind is NoticeKind.HUB_REMINDER:
        await notices.refresh(tx, CardKind.HUB, notice.subject_id, notice.endpoint_id)
    elif notice.kind is NoticeKind.DIGEST_REMINDER:
        await notices.refresh(tx, CardKind.DIGEST, notice.subject_id, notice.place.partition(":")[2])


def _audit_skipped(tx: Tx, reminder: Reminder, now: datetime) -> None:
    notice = reminder.notice
    for skipped in reminder.due.skipped:
        tx.audit(
            now, SYSTEM, "reminder:skipped", "notice", notice.id, skipped.reason, step=skipped.step, instead=notice.step
        )
