"""Builds what the hub shows, for the posted hub and for the preview alike, so that the preview is word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.choosing import Listed, in_order
from bot.domain.forms import Asked, freeze, frozen, number
from bot.domain.hubs import HubView, hub_state, open_questions, progress
from bot.domain.ledger import Endpoint, Supplier
from bot.domain.rounds import Review, ReviewState, Round
from bot.services.lists import asked_in, heading
from message_templates.catalogs import text
from message_templates.hub import hub_blocks
from storage import reviews
from storage.tx import Tx


async def hub_view(tx: Tx, review: Review, endpoint: Endpoint, company: str) -> HubView:
    """The hub of a review at an endpoint as it stands now."""
    questions = await reviews.questions(tx, review.id, endpoint.id)
    answers = await reviews.newest_at(tx, review.id, endpoint.id)
    submitted = any(s.endpoint_id == endpoint.id for s in await reviews.submissions(tx, review.id))
    supplier = await tx.need(Supplier, review.supplier_id)
    lists = await asked_in(tx, review, [one.version_id for one in questions if one.included])
    return compose(supplier, lists, review, endpoint.id, questions, answers, company, submitted=submitted)


def compose(
    supplier: Supplier,
    lists: Sequence[Listed],
    review: Review,
    endpoint_id: str,
    questions: Sequence[ReviewQuestion],
    answers: Mapping[str, Answer],
    company: str,
    *,
    submitted: bool = False,
) -> HubView:
    """The hub from its parts; pure, so that a preview can use questions that are not stored yet."""
    language = supplier.language
    head = heading(lists, questions, language)
    return HubView(
        review_id=review.id,
        endpoint_id=endpoint_id,
        language=language,
        company=company,
        supplier=supplier.name,
        title=head.title,
        purpose=head.purpose,
        minutes=head.minutes,
        due_on=review.due_on,
        state=hub_state(review.state, submitted=submitted),
        pages=progress(questions, answers, language),
        complete=not open_questions(questions, answers),
    )


def draw(view: HubView) -> list[dict[str, Any]]:
    """The hub's blocks in the supplier's language."""
    return hub_blocks(text(view.language), view)


def preview(
    supplier: Supplier,
    round_: Round,
    asked: Sequence[Asked],
    endpoint_id: str,
    company: str,
    due: date,
) -> HubView:
    """The hub as `asked` would get it if it went out now with `due`: the same functions, over questions not stored yet."""
    first = min(a.endpoint_id for a in asked)
    drafts = number(freeze(asked, first))
    questions = [
        frozen(draft, f"preview-{position}", "preview", position, page)
        for draft, position, page in drafts
        if draft.included and draft.endpoint_id == endpoint_id
    ]
    review = Review(id="preview", round_id=round_.id, supplier_id=supplier.id, state=ReviewState.SENT, due_on=due)
    every = {one.version_id: one for one in in_order(a.lists for a in asked)}
    # in the order of the questions, as the hub that is sent has them
    lists = [every[key] for key in dict.fromkeys(question.version_id for question in questions)] or list(every.values())
    return compose(supplier, lists, review, endpoint_id, questions, {}, company)
