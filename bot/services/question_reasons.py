"""Looks at why every question is asked or left out: before a round leaves, and of a review that was sent. Nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.business_days import Calendar
from bot.domain.choosing import Listed, Why
from bot.domain.forms import freeze
from bot.domain.ledger import Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.question_reasons import ListReason, QuestionReason, ReasonsPage, cut, of_draft, of_question
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Review
from bot.services.desk import Desk
from bot.services.lists import versions
from bot.services.rounds import previewed
from bot.services.sending import would_ask
from storage import reviews
from storage.tx import Tx

ROUND, REVIEW = "round", "review"


class QuestionReasons:
    """The security team's look."""

    def __init__(self, desk: Desk, calendar: Calendar) -> None:
        self._desk = desk
        self._calendar = calendar

    async def page(self, press: Press, subject: str, subject_id: str, supplier_id: str, number: int) -> ReasonsPage:
        """A page of a preview's supplier, or of a review. Raises Refusal(NOT_YOURS, NOT_FOUND, ROUND_NOT_DRAFT)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ReasonsPage:
            require(Action.OPEN_ROUND if subject == ROUND else Action.JUDGE, roles(actor))
            if subject == ROUND:
                return await self._preview(tx, subject_id, supplier_id, number, now)
            return await _review(tx, subject_id, number)

        return await self._desk.look(press, work)

    async def _preview(self, tx: Tx, round_id: str, supplier_id: str, number: int, now: datetime) -> ReasonsPage:
        round_ = await previewed(tx, round_id)
        supplier = await tx.get(Supplier, supplier_id)
        asked = await would_ask(tx, round_, supplier, self._calendar.local_day(now)) if supplier else []
        if supplier is None or not asked:
            raise Refusal(Code.NOT_FOUND)
        drafts = freeze(asked, min(one.endpoint_id for one in asked))
        lists = {one.version_id: one for work in asked for one in work.lists}
        lines = [of_draft(draft) for draft in drafts]
        return _page(ROUND, round_id, supplier, [_listed(one) for one in lists.values()], lines, number)


async def _review(tx: Tx, review_id: str, number: int) -> ReasonsPage:
    review = await tx.get(Review, review_id)
    questions = await reviews.every_question(tx, review_id)
    if review is None or not questions:
        raise Refusal(Code.NOT_FOUND)
    whys = {one.version_id: Why.model_validate(one.body["why"]) for one in questions}
    lists = [ListReason(title=one.checklist.title, why=whys[one.version_id]) for one in await versions(tx, whys)]
    supplier = await tx.need(Supplier, review.supplier_id)
    return _page(REVIEW, review_id, supplier, lists, [of_question(one) for one in questions], number)


def _listed(one: Listed) -> ListReason:
    return ListReason(title=one.checklist.title, why=one.why)


def _page(
    subject: str,
    subject_id: str,
    supplier: Supplier,
    lists: Sequence[ListReason],
    lines: Sequence[QuestionReason],
    number: int,
) -> ReasonsPage:
    page, pages, shown = cut(lines, number)
    asked = sum(line.included for line in lines)
    return ReasonsPage(
        subject=subject,
        id=subject_id,
        supplier_id=supplier.id if subject == ROUND else "",
        supplier=supplier.name,
        lists=tuple(lists),
        lines=shown,
        asked=asked,
        left_out=len(lines) - asked,
        page=page,
        pages=pages,
    )
