"""Queries of judging: one review with all that is judged, what waits, and where outcomes go.

Every function runs a constant number of statements, however many questions, answers and pieces of work there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.domain.answering import Answer, ReviewQuestion, Submission
from bot.domain.base import Language, Value
from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.judging import WaitingReview
from bot.domain.ledger import Endpoint, Engagement, OwnerRole, Supplier
from bot.domain.rounds import JUDGEABLE, ItemState, JudgementValue, Review, ReviewItem
from storage.mapping import to_value
from storage.tables.answering import AnswerRow, EvidenceLinkRow, ReviewQuestionRow
from storage.tables.delivery import LiveCardRow, NoticeRow
from storage.tables.ledger import DepartmentRow, EndpointRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import PersonNameRow, PersonRow
from storage.tables.rounds import JudgementRow, ReviewItemRow, ReviewRow, RoundRow
from storage.tx import Tx

STATEMENTS = 6
"""What `case` costs."""


class CaseItem(Value):
    """A piece of work of a review, with the last judgement's number. `owner_id` '' means that nobody answers for it."""

    item: ReviewItem
    engagement: Engagement
    department: str
    owner_id: str
    owner: str
    judgements: int

    @property
    def business(self) -> str:
        """What the work is."""
        return self.engagement.business

    @property
    def endpoint_id(self) -> str | None:
        """Its own endpoint, where it has one."""
        return self.engagement.endpoint_id


class Case(Value):
    """A review as it is stored, with everything that is judged. `submissions` are the newest of each endpoint.

    `answers` are all revisions; which of them count, the submissions say.
    """

    review: Review
    title: str
    supplier_record: Supplier
    items: tuple[CaseItem, ...]
    questions: tuple[ReviewQuestion, ...]
    submissions: dict[str, Submission]
    answers: tuple[Answer, ...]
    files: tuple[str, ...]

    @property
    def supplier(self) -> str:
        """The supplier's name."""
        return self.supplier_record.name

    @property
    def language(self) -> Language:
        """The language of its people."""
        return self.supplier_record.language

    @property
    def open_items(self) -> list[CaseItem]:
        """What is still to be judged."""
        return [i for i in self.items if i.item.state is ItemState.OPEN]

    @property
    def submitted_answers(self) -> dict[str, Answer]:
        """Exactly the revisions that were submitted, by question id."""
        wanted = {(q, rev) for s in self.submissions.values() for q, rev in s.answers}
        return {a.question_id: a for a in self.answers if (a.question_id, a.rev) in wanted}


async def case(tx: Tx, review_id: str, *, alone: bool = False) -> Case | None:
    """One review, or None. `alone` locks it against a second judge (SQLite has one writer anyway)."""
    query = (
        select(ReviewRow, RoundRow.title, SupplierRow)
        .join(RoundRow, col(RoundRow.id) == col(ReviewRow.round_id))
        .join(SupplierRow, col(SupplierRow.id) == col(ReviewRow.supplier_id))
        .where(ReviewRow.id == review_id)
    )
    if alone and not tx.sqlite:
        query = query.with_for_update(of=ReviewRow)
    rows = await tx.rows(query)
    if not rows:
        return None
    review, title, supplier = rows[0]
    submissions = await tx.find(Submission, review_id=review_id, order="n")
    return Case(
        review=to_value(Review, review),
        title=title,
        supplier_record=to_value(Supplier, supplier),
        items=tuple(await _items(tx, review_id)),
        questions=tuple(await _questions(tx, review_id)),
        submissions={s.endpoint_id: s for s in submissions},
        answers=tuple(await _answers(tx, review_id)),
        files=tuple(await _files(tx, review_id)),
    )


async def _items(tx: Tx, review_id: str) -> list[CaseItem]:
    judged = (
        select(func.count()).select_from(JudgementRow).where(col(JudgementRow.item_id) == col(ReviewItemRow.id))
    ).correlate(ReviewItemRow)
    columns: Any = (
        ReviewItemRow,
        EngagementRow,
        DepartmentRow.name,
        func.coalesce(PersonRow.id, ""),
        func.coalesce(PersonNameRow.name, ""),
        judged.scalar_subquery(),
    )
    query = (
        select(*columns)
        .join(EngagementRow, col(EngagementRow.id) == col(ReviewItemRow.engagement_id))
        .join(DepartmentRow, col(DepartmentRow.id) == col(EngagementRow.department_id))
        .join(
            OwnerRow,
            (col(OwnerRow.engagement_id) == col(EngagementRow.id))
            & (col(OwnerRow.role) == OwnerRole.PRIMARY.value)
            & col(OwnerRow.until).is_(None),
            isouter=True,
        )
        .join(PersonRow, (col(PersonRow.id) == col(OwnerRow.person_id)) & col(PersonRow.active), isouter=True)
        .join(PersonNameRow, col(PersonNameRow.id) == col(PersonRow.id), isouter=True)
        .where(ReviewItemRow.review_id == review_id)
        .order_by(col(EngagementRow.business), col(ReviewItemRow.id))
    )
    names = ("department", "owner_id", "owner", "judgements")
    return [
        CaseItem(
            item=to_value(ReviewItem, row),
            engagement=to_value(Engagement, work),
            **dict(zip(names, rest, strict=True)),
        )
        for row, work, *rest in await tx.rows(query)
    ]


async def _questions(tx: Tx, review_id: str) -> list[ReviewQuestion]:
    query = select(ReviewQuestionRow).where(ReviewQuestionRow.review_id == review_id, col(ReviewQuestionRow.included))
    return await tx.values(ReviewQuestion, query.order_by(col(ReviewQuestionRow.position)))


async def _answers(tx: Tx, review_id: str) -> list[Answer]:
    asked = select(ReviewQuestionRow.id).where(ReviewQuestionRow.review_id == review_id)
    return await tx.values(Answer, select(AnswerRow).where(col(AnswerRow.question_id).in_(asked)))


async def _files(tx: Tx, review_id: str) -> list[str]:
    query = select(EvidenceLinkRow.name).where(EvidenceLinkRow.review_id == review_id)
    return list(await tx.rows(query.order_by(col(EvidenceLinkRow.at), col(EvidenceLinkRow.id))))


class Place(Value):
    """An endpoint with the review's hub there, where there is one ('' where not)."""

    endpoint: Endpoint
    card_id: str
    hub_id: str


async def places(tx: Tx, review: Review) -> dict[str, Place]:
    """The supplier's endpoints by id. One statement."""
    query = (
        select(EndpointRow, LiveCardRow.id, func.max(NoticeRow.id))
        .join(
            LiveCardRow,
            (col(LiveCardRow.place) == col(EndpointRow.id))
            & (col(LiveCardRow.subject_id) == review.id)
            & (col(LiveCardRow.kind) == CardKind.HUB.value),
            isouter=True,
        )
        .join(
            NoticeRow,
            (col(NoticeRow.endpoint_id) == col(EndpointRow.id))
            & (col(NoticeRow.subject_id) == review.id)
            & (col(NoticeRow.kind) == NoticeKind.HUB.value)
            & (col(NoticeRow.step) == ""),  # the first one: what takes its place when it is gone is nobody's condition
            isouter=True,
        )
        .where(EndpointRow.supplier_id == review.supplier_id)
        .group_by(col(EndpointRow.id), col(LiveCardRow.id))
    )
    found = [
        Place(endpoint=to_value(Endpoint, row), card_id=card or "", hub_id=hub or "")
        for row, card, hub in await tx.rows(query)
    ]
    return {place.endpoint.id: place for place in found}


class StoredOutcome(Value):
    """A judgement as it is told. `current` False: another one has taken its place."""

    item_id: str
    business: str
    value: JudgementValue
    reason: str
    valid_until: date | None
    current: bool


async def outcomes(tx: Tx, judgement_ids: Iterable[str]) -> list[StoredOutcome]:
    """Judgements by id, in the order of the work's names. One statement."""
    later = aliased(JudgementRow)
    newer = select(later.id).where(later.item_id == JudgementRow.item_id, later.n > JudgementRow.n)
    columns: Any = (
        col(JudgementRow.item_id),
        col(EngagementRow.business),
        col(JudgementRow.value),
        col(JudgementRow.reason),
        col(JudgementRow.valid_until),
        (~newer.exists()).label("current"),
    )
    query = (
        select(*columns)
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(JudgementRow.item_id))
        .join(EngagementRow, col(EngagementRow.id) == col(ReviewItemRow.engagement_id))
        .where(col(JudgementRow.id).in_(list(judgement_ids)))
        .order_by(col(EngagementRow.business), col(JudgementRow.id))
    )
    return [StoredOutcome(**row._asdict()) for row in await tx.rows(query)]


async def waiting(tx: Tx, limit: int, words: str = "", name_key: str = "") -> tuple[list[WaitingReview], int]:
    """Reviews that wait for a judgement, the earliest due first, and how many there are in all. Two statements.

    `words`: only suppliers with this in their name (or `name_key` in their key), or with this corporate number.
    """
    which: list[Any] = [col(ReviewRow.state).in_(sorted(s.value for s in JUDGEABLE))]
    if words:
        named: list[Any] = [col(SupplierRow.name).contains(words, autoescape=True)]
        named += [col(SupplierRow.name_key).contains(name_key, autoescape=True)] if name_key else []
        which.append(or_(*named, col(SupplierRow.corporate_number) == words))
    items = (
        select(func.count())
        .select_from(ReviewItemRow)
        .where(col(ReviewItemRow.review_id) == col(ReviewRow.id), ReviewItemRow.state == ItemState.OPEN.value)
        .correlate(ReviewRow)
    )
    columns: Any = (
        col(ReviewRow.id).label("review_id"),
        col(SupplierRow.name).label("supplier"),
        col(RoundRow.title),
        col(ReviewRow.due_on),
        col(ReviewRow.reason),
        items.scalar_subquery().label("items"),
    )
    query = (
        select(*columns)
        .join(SupplierRow, col(SupplierRow.id) == col(ReviewRow.supplier_id))
        .join(RoundRow, col(RoundRow.id) == col(ReviewRow.round_id))
        .where(*which)
        .order_by(col(ReviewRow.due_on), col(SupplierRow.name), col(ReviewRow.id))
    )
    counted = (
        select(func.count())
        .select_from(ReviewRow)
        .join(SupplierRow, col(SupplierRow.id) == col(ReviewRow.supplier_id))
        .where(*which)
    )
    found = [WaitingReview(**row._asdict()) for row in await tx.rows(query.limit(limit))]
    return found, int((await tx.rows(counted))[0])
