"""What people read of the ledger: a fixed number of statements each, however many rows there are.

A row's last judgement and its endpoint are found by correlated look-ups for the rows that are shown, so that a page costs
one statement.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.domain.ledger import EndpointState, Engagement, OwnerRole, Supplier
from bot.domain.reading import LedgerRow
from bot.domain.rounds import OPEN_REVIEW
from storage import documents
from storage.mapping import to_value
from storage.tables.answering import AnswerRow, ReviewQuestionRow
from storage.tables.ledger import (
    ChangeRow,
    DepartmentRow,
    EndpointRow,
    EngagementRow,
    OwnerRow,
    SupplierRow,
)
from storage.tables.past import PastReviewRow
from storage.tables.people import PersonNameRow, PersonRow
from storage.tables.rounds import JudgementRow, ReviewItemRow, ReviewRow
from storage.tx import Tx

PIECE = 500
_LIVING = [EndpointState.VERIFIED.value, EndpointState.SUSPENDED.value, EndpointState.PROPOSED.value]


async def count(tx: Tx) -> int:
    """How many engagements there are."""
    return int((await tx.rows(select(func.count()).select_from(EngagementRow)))[0])


async def rows(tx: Tx, engagement_ids: Sequence[str]) -> list[LedgerRow]:
    """These engagements, in this order."""
    found = await _rows(tx, _by_id(), ids=list(engagement_ids))
    place = {key: n for n, key in enumerate(engagement_ids)}
    return sorted(found, key=lambda row: place[row.engagement.id])


async def everything(tx: Tx) -> AsyncIterator[list[LedgerRow]]:
    """The whole ledger (an export), in pieces: between two of them others have their turn."""
    query = select(EngagementRow.id).join(SupplierRow, col(SupplierRow.id) == col(EngagementRow.supplier_id))
    ids = [str(one) for one in await tx.rows(query.order_by(*_ORDER))]
    for start in range(0, len(ids), PIECE):
        yield await documents.beside(tx, await rows(tx, ids[start : start + PIECE]))


async def of_supplier(tx: Tx, supplier_id: str) -> list[LedgerRow]:
    """The engagements of one supplier."""
    return await _rows(tx, _ledger().where(col(EngagementRow.supplier_id) == supplier_id))


_ORDER = (col(SupplierRow.name_key), col(SupplierRow.id), col(EngagementRow.id))


def _ledger() -> Any:
    """One line an engagement, with everything that is shown beside it."""
    endpoint, judgement = aliased(EndpointRow), aliased(JudgementRow)
    name = func.coalesce(func.nullif(PersonNameRow.name, ""), PersonRow.slack_user_id, "")
    primary = and_(
        col(OwnerRow.engagement_id) == col(EngagementRow.id),
        col(OwnerRow.role) == OwnerRole.PRIMARY.value,
        col(OwnerRow.until).is_(None),
    )
    past = aliased(PastReviewRow)
    columns: Any = (
        EngagementRow,
        SupplierRow,
        col(DepartmentRow.name).label("department"),
        name.label("owner"),
        col(endpoint.state).label("endpoint"),
        col(judgement.value).label("judgement"),
        col(judgement.at).label("judged_at"),
        col(past.value).label("past"),
        col(past.reviewed_at).label("past_at"),
    )
    return (
        select(*columns)
        .join(SupplierRow, col(SupplierRow.id) == col(EngagementRow.supplier_id))
        .join(DepartmentRow, col(DepartmentRow.id) == col(EngagementRow.department_id))
        .join(OwnerRow, primary, isouter=True)
        .join(PersonRow, col(PersonRow.id) == col(OwnerRow.person_id), isouter=True)
        .join(PersonNameRow, col(PersonNameRow.id) == col(OwnerRow.person_id), isouter=True)
        .join(endpoint, col(endpoint.id) == _endpoint_id(), isouter=True)
        .join(judgement, col(judgement.id) == _judgement_id(), isouter=True)
        .join(past, col(past.id) == _past_id(), isouter=True)
        .order_by(*_ORDER)
    )


def _endpoint_id() -> Any:
    """The engagement's own endpoint, else the supplier's best one: verified before suspended, then the oldest."""
    other = aliased(EndpointRow)
    best = (
        select(other.id)
        .where(col(other.supplier_id) == col(EngagementRow.supplier_id), col(other.state).in_(_LIVING))
        .order_by(case({state: n for n, state in enumerate(_LIVING)}, value=col(other.state)), col(other.id))
        .limit(1)
        .correlate(EngagementRow)
        .scalar_subquery()
    )
    return func.coalesce(EngagementRow.endpoint_id, best)


def _judgement_id() -> Any:
    """The latest judgement of the engagement, over all its reviews."""
    item, judgement = aliased(ReviewItemRow), aliased(JudgementRow)
    return (
        select(judgement.id)
        .join(item, col(item.id) == col(judgement.item_id))
        .where(col(item.engagement_id) == col(EngagementRow.id))
        .order_by(col(judgement.at).desc(), col(judgement.n).desc(), col(judgement.id).desc())
        .limit(1)
        .correlate(EngagementRow)
        .scalar_subquery()
    )


def _past_id() -> Any:
    """The latest review of the engagement that was done before this product."""
    past = aliased(PastReviewRow)
    newest = select(past.id).where(col(past.engagement_id) == col(EngagementRow.id))
    return newest.order_by(col(past.reviewed_on).desc()).limit(1).correlate(EngagementRow).scalar_subquery()


@cache
def _by_id() -> Any:
    """Made once: making it takes longer than a page's rows take to come."""
    return _ledger().where(col(EngagementRow.id).in_(bindparam("ids", expanding=True)))


async def _rows(tx: Tx, query: Any, **params: Any) -> list[LedgerRow]:
    return [_row(*found) for found in await tx.rows(query, **params)]


def _row(
    engagement: Any, supplier: Any, department: str, owner: str, endpoint: str, judgement: str, at: Any, *past: Any
) -> LedgerRow:
    """The later of our last judgement and the last review of before is what counts."""
    value, past_at = past
    if past_at and not (at and at >= past_at):
        judgement, at = value, past_at
    return LedgerRow.model_validate(
        {
            "supplier": to_value(Supplier, supplier),
            "engagement": to_value(Engagement, engagement),
            "department": department,
            "owner": owner,
            "endpoint": endpoint,
            "judgement": judgement,
            "judged_at": at,
        }
    )


async def deputies(tx: Tx, engagement_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The present deputies' names by engagement."""
    who = func.coalesce(func.nullif(PersonNameRow.name, ""), PersonRow.slack_user_id)
    query = (
        select(OwnerRow.engagement_id, who)
        .join(PersonRow, col(PersonRow.id) == col(OwnerRow.person_id))
        .join(PersonNameRow, col(PersonNameRow.id) == col(OwnerRow.person_id), isouter=True)
        .where(
            col(OwnerRow.engagement_id).in_(list(engagement_ids)),
            col(OwnerRow.role) == OwnerRole.DEPUTY.value,
            col(OwnerRow.until).is_(None),
        )
        .order_by(col(OwnerRow.id))
    )
    found: dict[str, tuple[str, ...]] = {}
    for engagement_id, name in await tx.rows(query):
        found[engagement_id] = (*found.get(engagement_id, ()), name)
    return found


async def open_reviews(tx: Tx, supplier_id: str) -> list[tuple[str, Any, int, int]]:
    """State, due day, answered and asked questions of the reviews that are under way."""
    latest = aliased(AnswerRow)
    newest = (
        select(func.max(latest.rev))
        .where(col(latest.question_id) == col(ReviewQuestionRow.id))
        .correlate(ReviewQuestionRow)
        .scalar_subquery()
    )
    columns: Any = (ReviewRow.id, ReviewRow.state, ReviewRow.due_on, ReviewQuestionRow.id, AnswerRow.value)
    query = (
        select(*columns)
        .join(
            ReviewQuestionRow,
            and_(col(ReviewQuestionRow.review_id) == col(ReviewRow.id), col(ReviewQuestionRow.included)),
            isouter=True,
        )
        .join(
            AnswerRow,
            and_(col(AnswerRow.question_id) == col(ReviewQuestionRow.id), col(AnswerRow.rev) == newest),
            isouter=True,
        )
        .where(ReviewRow.supplier_id == supplier_id, col(ReviewRow.state).in_([s.value for s in OPEN_REVIEW]))
        .order_by(col(ReviewRow.id))
    )
    found: dict[str, tuple[str, Any, int, int]] = {}
    for review_id, state, due_on, question_id, value in await tx.rows(query):
        _state, _due, answered, asked = found.get(review_id, (state, due_on, 0, 0))
        there = value not in (None, "", [])
        found[review_id] = (state, due_on, answered + there, asked + (question_id is not None))
    return list(found.values())


async def last_changes(tx: Tx, subject_ids: Sequence[str], silent: Sequence[str], limit: int) -> list[tuple[Any, str]]:
    """The newest changes of these subjects except of the silent fields, each with the name of who made it."""
    who = func.coalesce(func.nullif(PersonNameRow.name, ""), PersonRow.slack_user_id, col(ChangeRow.actor_id))
    query = (
        select(ChangeRow, who)
        .join(PersonRow, col(PersonRow.id) == col(ChangeRow.actor_id), isouter=True)
        .join(PersonNameRow, col(PersonNameRow.id) == col(ChangeRow.actor_id), isouter=True)
        .where(col(ChangeRow.subject_id).in_(list(subject_ids)), col(ChangeRow.field).not_in(list(silent)))
        .order_by(col(ChangeRow.at).desc(), col(ChangeRow.id).desc())
        .limit(limit)
    )
    return [(row, name) for row, name in await tx.rows(query)]
