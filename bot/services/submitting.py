"""Submitting: completeness is asked here, at the end; then the exact revisions are on record and everybody is told."""

from __future__ import annotations

from datetime import datetime

from bot.domain.answering import Submission
from bot.domain.answers import belongs, require_answerable, require_verified
from bot.domain.base import Value
from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.entered import one_line
from bot.domain.hubs import MissingView, SubmitView
from bot.domain.ledger import Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import ReviewState, move
from bot.services.desk import Desk
from bot.services.lists import title_of
from bot.services.pages import Form, missing_view, token_for
from bot.services.recipients import endpoint_place, security_places
from bot.services.relocating import still_here
from bot.services.telling.base import new_notice
from storage import notices, reviews
from storage.ids import new_id
from storage.reviews import Desk as Place
from storage.tx import Tx

NAME_LIMIT = 60


class Ask(Value):
    """What a press of the submit button leads to: what is missing, or the confirmation."""

    missing: MissingView | None = None
    submit: SubmitView | None = None


class Submitted(Value):
    """The submission is on record; `n` counts per endpoint."""

    review_id: str
    n: int
    language: str


class Submitting:
    """The use cases around a submission."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(self, press: Press, review_id: str, endpoint_id: str) -> Ask:
        """The submit button: the list of what is missing, or the form to confirm."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Ask:
            place, form = await _place(tx, actor, review_id, endpoint_id, channel_id=press.channel_id)
            if form.missing():
                token = token_for(actor.person_id, review_id, endpoint_id, form, form.missing()[0].page, now)
                tx.add(token)
                return Ask(missing=missing_view(form, token))
            title = await title_of(tx, place.review, form.language)
            view = SubmitView(
                review_id=review_id,
                endpoint_id=endpoint_id,
                language=form.language,
                title=title,
                total=len(form.asked),
            )
            return Ask(submit=view)

        return await self._desk.once("submitting.ask", press, Ask, work, review_id)

    async def submit(self, press: Press, review_id: str, endpoint_id: str, name: str, role: str) -> Submitted:
        """The confirmation. Refusal(INCOMPLETE) where somebody emptied an answer meanwhile."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Submitted:
            place, form = await _place(tx, actor, review_id, endpoint_id, alone=True)
            if gaps := form.missing():
                raise Refusal(Code.INCOMPLETE, count=len(gaps))
            who, position = _confirmer(name, role)
            submission = Submission(
                id=new_id(),
                review_id=review_id,
                endpoint_id=endpoint_id,
                n=1 + sum(1 for s in await reviews.submissions(tx, review_id) if s.endpoint_id == endpoint_id),
                answers=[(q.id, form.answers[q.id].rev) for q in form.asked if q.id in form.answers],
                by=actor.person_id,
                name=who,
                role=position,
                at=now,
            )
            tx.add(submission)
            tx.audit(now, actor, "review:submitted", "review", review_id, n=submission.n)
            await self._all_there(tx, place)
            await self._tell(tx, place, submission)
            return Submitted(review_id=review_id, n=submission.n, language=form.language)

        return await self._desk.once("submitting.submit", press, Submitted, work, review_id)

    async def _all_there(self, tx: Tx, place: Place) -> None:
        """The review is submitted when every endpoint has."""
        there = {s.endpoint_id for s in await reviews.submissions(tx, place.review.id)}
        if set(await reviews.endpoints_of_review(tx, place.review.id)) <= there:
            state = move(place.review.state, ReviewState.SUBMITTED)
            await tx.put(place.review.model_copy(update={"state": state}))
            for where in await security_places(tx):
                told = new_notice(
                    NoticeKind.SUBMITTED_TO_SECURITY,
                    where,
                    place.review.id,
                    self._desk.clock.real(),
                    cycle=len(there),
                    supplier_id=place.review.supplier_id,
                )
                await notices.tell(tx, told)

    async def _tell(self, tx: Tx, place: Place, submission: Submission) -> None:
        """Thanks in the hub's thread, and the hub itself shows that it is done."""
        card = await notices.make_card(tx, CardKind.HUB, place.review.id, place.endpoint.id)
        thanks = new_notice(
            NoticeKind.SUBMITTED_THANKS,
            endpoint_place(place.endpoint),
            place.review.id,
            self._desk.clock.real(),
            cycle=submission.n,
            supplier_id=place.review.supplier_id,
            endpoint_id=place.endpoint.id,
            thread_of=card.id,
            params={"submission": submission.id},
        )
        await notices.tell(tx, thanks)
        await notices.refresh(tx, CardKind.HUB, place.review.id)


async def _place(
    tx: Tx, actor: Actor, review_id: str, endpoint_id: str, *, alone: bool = False, channel_id: str = ""
) -> tuple[Place, Form]:
    place = await reviews.desk(tx, review_id, endpoint_id, actor.person_id, alone=alone)
    await still_here(tx, actor, place, channel_id)
    if place is None and actor.security:
        raise Refusal(Code.NOT_FOUND)  # a rehearsal of theirs that has ended: not "somebody else may"
    supplier = place is not None and belongs(place.endpoint, actor, member=place.member)
    require(Action.SUBMIT, roles(actor, supplier=supplier, rehearsing=tx.rehearsed_by(actor)))
    if place is None:
        raise Refusal(Code.NOT_FOUND)
    require_verified(place.endpoint)
    require_answerable(place.review.state, submitted=place.submitted)
    supplier_of = await tx.need(Supplier, place.review.supplier_id)
    return place, await Form.load(tx, review_id, endpoint_id, supplier_of.language)


def _confirmer(name: str, role: str) -> tuple[str, str]:
    """Name and position as they are kept: one line each, nothing invisible. Refusals for both at once."""
    kept: list[str] = []
    refused: list[Refusal] = []
    for text, field in ((name, "name"), (role, "role")):
        try:
            kept.append(one_line(text, field, NAME_LIMIT))
        except Refusal as refusal:
            refused.append(refusal)
    if refused:
        raise Refusals(refused)
    return kept[0], kept[1]
