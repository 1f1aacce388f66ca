"""Judging: a person looks at exactly what was submitted and decides about each piece of work, always with a reason.

One commit holds the judgements, the review's move, the audit trail and everybody's outcome. The reason stays inside: a
supplier is told the value in fitting words, and beside it only what the judge wrote for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.delivery import CardKind, Notice, NoticeKind
from bot.domain.judging import (
    Decided,
    Dossier,
    Judged,
    Verdict,
    WaitingReviews,
    answered_by,
    decide,
    endpoint_of_item,
    require_judgeable,
)
from bot.domain.names import name_key
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.rounds import ItemState, Judgement, Review, ReviewState, move
from bot.services.closing import close_if_done
from bot.services.desk import Desk
from bot.services.dossier import dossier_of, seen
from bot.services.recipients import endpoint_place, person_place
from bot.services.telling.base import new_notice
from storage import judging, notices
from storage.ids import new_id
from storage.judging import Case, CaseItem
from storage.tx import Tx

LISTED = 20


class Judging:
    """The use cases of a judge. `hours` tells the company's day."""

    def __init__(self, desk: Desk, hours: Hours) -> None:
        self._desk = desk
        self._hours = hours

    async def waiting(self, press: Press, words: str = "") -> WaitingReviews:
        """The reviews that wait for a judgement; with `words`, those of suppliers of that name or number."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> WaitingReviews:
            require(Action.JUDGE, roles(actor))
            found, total = await judging.waiting(tx, LISTED, words, name_key(words) if words else "")
            return WaitingReviews(reviews=tuple(found), total=total)

        return await self._desk.look(press, work)

    async def open(self, press: Press, review_id: str) -> Dossier:
        """What there is to judge. Raises Refusal where this person may not, or there is nothing to judge (any more)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Dossier:
            return dossier_of(await _case(tx, actor, review_id), self._hours.zone)

        return await self._desk.look(press, work, review_id)

    async def submit(self, press: Press, review_id: str, shown: str, verdicts: Sequence[Verdict]) -> Judged:
        """Judge the work of one form. `shown` is the dossier's `seen`: what arrived after it is not judged unseen.

        Raises Refusals for each field to mend, ALREADY_JUDGED for a second judge, PAGE_EXPIRED where answers changed.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Judged:
            case = await _case(tx, actor, review_id, alone=True)
            items = _judged_items(case, verdicts)
            if shown != seen(case):
                raise Refusal(Code.PAGE_EXPIRED)
            decided = decide(verdicts, self._hours.day(now))
            made = [_judge(tx, actor, case, items[d.item_id], d, now) for d in decided]
            for one in items.values():
                await tx.put(one.item.model_copy(update={"state": move(one.item.state, ItemState.JUDGED)}))
            remaining = len(case.open_items) - len(made)
            await self._move(tx, actor, case.review, remaining, now)
            await self._tell(tx, case, items, decided, made)
            return Judged(review_id=review_id, supplier=case.supplier, judged=len(made), remaining=remaining)

        return await self._desk.once("judging.submit", press, Judged, work, review_id)

    async def _move(self, tx: Tx, actor: Actor, review: Review, remaining: int, now: datetime) -> None:
        """submitted → judging → judged; the round ends with its last review."""
        state = review.state
        if state is ReviewState.SUBMITTED:
            state = move(state, ReviewState.JUDGING)
        if not remaining:
            state = move(state, ReviewState.JUDGED)
        await tx.put(review.model_copy(update={"state": state}))
        tx.audit(now, actor, f"review:{state.value}", "review", review.id, remaining=remaining)
        await notices.refresh(tx, CardKind.HUB, review.id)
        if not remaining:
            await tx.flush()
            await close_if_done(tx, review.round_id, actor, now)

    async def _tell(
        self, tx: Tx, case: Case, items: dict[str, CaseItem], decided: Sequence[Decided], made: Sequence[Judgement]
    ) -> None:
        """The outcome: one message per endpoint in its hub's thread, one per owner. A later form makes messages anew."""
        places = await judging.places(tx, case.review)
        letters = {d.item_id: d.letter for d in decided if d.letter}
        by_endpoint: dict[str, list[Judgement]] = {}
        by_owner: dict[str, list[Judgement]] = {}
        for judgement in made:
            item = items[judgement.item_id]
            by_endpoint.setdefault(endpoint_of_item(item.item.id, item.endpoint_id, case.questions), []).append(
                judgement
            )
            by_owner.setdefault(item.owner_id, []).append(judgement)
        told = [
            self._to_supplier(case, places[endpoint], group, letters)
            for endpoint, group in by_endpoint.items()
            if endpoint in places
        ]
        told += [self._to_owner(case, owner, group) for owner, group in by_owner.items() if owner]
        await notices.tell(tx, *told)

    def _to_supplier(
        self, case: Case, place: judging.Place, group: Sequence[Judgement], letters: dict[str, str]
    ) -> Notice:
        mine = {j.item_id: letters[j.item_id] for j in group if j.item_id in letters}
        return new_notice(
            NoticeKind.OUTCOME_SUPPLIER,
            endpoint_place(place.endpoint),
            case.review.id,
            self._desk.clock.real(),
            cycle=max(j.n for j in group),
            step=_step(case),
            supplier_id=case.review.supplier_id,
            endpoint_id=place.endpoint.id,
            depends_on=place.hub_id or None,
            thread_of=place.card_id or None,
            params={
                "judgements": [j.id for j in group],
                "letters": mine,
                "answered": place.endpoint.id in case.submissions,
            },
        )

    def _to_owner(self, case: Case, owner_id: str, group: Sequence[Judgement]) -> Notice:
        return new_notice(
            NoticeKind.OUTCOME_OWNER,
            person_place(owner_id),
            case.review.id,
            self._desk.clock.real(),
            cycle=max(j.n for j in group),
            step=_step(case),
            supplier_id=case.review.supplier_id,
            params={"judgements": [j.id for j in group]},
        )


async def _case(tx: Tx, actor: Actor, review_id: str, *, alone: bool = False) -> Case:
    """The review, where this person may judge it now."""
    require(Action.JUDGE, roles(actor))
    case = await judging.case(tx, review_id, alone=alone)
    if case is None:
        raise Refusal(Code.NOT_FOUND)
    answered = answered_by(actor.person_id, {s.by for s in case.submissions.values()}, case.answers)
    if answered and not tx.rehearsed_by(actor):
        raise Refusal(Code.NOT_YOURS)
    require_judgeable(case.review.state)
    return case


def _judged_items(case: Case, verdicts: Sequence[Verdict]) -> dict[str, CaseItem]:
    """The work of a form, all of it still open. Raises ALREADY_JUDGED where another judge was faster."""
    known = {i.item.id: i for i in case.items}
    items = {v.item_id: known[v.item_id] for v in verdicts if v.item_id in known}
    if not items or len(items) != len(verdicts):
        raise Refusal(Code.NOT_FOUND)
    if any(i.item.state is ItemState.JUDGED for i in items.values()):
        raise Refusal(Code.ALREADY_JUDGED)
    if any(i.item.state is not ItemState.OPEN for i in items.values()):
        raise Refusal(Code.PAGE_EXPIRED)
    return items


def _judge(tx: Tx, actor: Actor, case: Case, one: CaseItem, decided: Decided, now: datetime) -> Judgement:
    """One judgement, against exactly the newest submission of the endpoint that answers for this work."""
    endpoint = endpoint_of_item(one.item.id, one.endpoint_id, case.questions)
    submission = case.submissions.get(endpoint)
    judgement = Judgement(
        id=new_id(),
        item_id=one.item.id,
        n=one.judgements + 1,
        value=decided.value,
        reason=decided.reason,
        submission_id=submission.id if submission else None,
        by=actor.person_id,
        at=now,
        valid_until=decided.until,
    )
    tx.add(judgement)
    tx.audit(now, actor, "item:judged", "item", one.item.id, decided.value.value, judgement=judgement.id, n=judgement.n)
    return judgement


def _step(case: Case) -> str:
    """Which form of the review this is: how much of it had been judged before."""
    return f"after_{sum(1 for i in case.items if i.item.state is ItemState.JUDGED)}"
