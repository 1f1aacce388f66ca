"""Queries of chasing: what is open, what was told of it, and when its request reached the people.

Everything is found from rows with a constant number of statements; each row that comes back is one line of somebody's
reminder. To chase something else: a value with its query here, and a plan in `bot/services/chasing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.domain.base import Value
from bot.domain.delivery import CardKind, NoticeKind, NoticeState
from bot.domain.ledger import Endpoint, OwnerRole
from bot.domain.rounds import (
    ANSWERABLE,
    OPEN_REVIEW,
    Attestation,
    AttestationState,
    ItemState,
    Review,
    ReviewState,
    RoundState,
)
from storage.mapping import to_value
from storage.tables.answering import SubmissionRow
from storage.tables.delivery import AuditEventRow, LiveCardRow, NoticeRow
from storage.tables.ledger import DepartmentRow, EndpointRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import PersonRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow, RoundRow
from storage.tx import Tx

_UNANSWERED = [AttestationState.ASKED.value, AttestationState.LAPSED.value]
_ANSWERABLE = sorted(s.value for s in ANSWERABLE)
_OPEN_REVIEW = sorted(s.value for s in OPEN_REVIEW)


class Unanswered(Value):
    """One engagement whose owner has not answered. `contact_id` is '' where the department has nobody else to turn to."""

    attestation_id: str
    round_id: str
    attest_by: date
    owner_id: str
    owner_active: bool
    supplier: str
    business: str
    contact_id: str = ""


async def unanswered(tx: Tx, *, by: date | None = None, round_id: str = "", owner_id: str = "") -> list[Unanswered]:
    """Attestations of open rounds without an answer, whose engagement is still to be judged and not paused.

    One statement. `by`: only those that are due by this day. A contact who left, or who is the silent owner, is none.
    """
    query = _unanswered()
    for column, wanted in ((AttestationRow.round_id, round_id), (AttestationRow.owner_id, owner_id)):
        query = query.where(col(column) == wanted) if wanted else query
    query = query.where(col(RoundRow.attest_by) <= by) if by else query
    return [Unanswered(**row._asdict()) for row in await tx.rows(query)]


def _unanswered() -> Any:
    """One line per attestation, with owner, work, and whom the department turns to; the review's part may be missing."""
    owner, contact = aliased(PersonRow), aliased(PersonRow)
    return (
        select_many(
            col(AttestationRow.id).label("attestation_id"),
            col(AttestationRow.round_id),
            col(RoundRow.attest_by),
            col(AttestationRow.owner_id),
            col(owner.active).label("owner_active"),
            col(SupplierRow.name).label("supplier"),
            col(EngagementRow.business),
            func.coalesce(col(contact.id), "").label("contact_id"),
        )
        .join(RoundRow, col(RoundRow.id) == col(AttestationRow.round_id))
        .join(EngagementRow, col(EngagementRow.id) == col(AttestationRow.engagement_id))
        .join(SupplierRow, col(SupplierRow.id) == col(EngagementRow.supplier_id))
        .join(DepartmentRow, col(DepartmentRow.id) == col(EngagementRow.department_id))
        .join(owner, col(owner.id) == col(AttestationRow.owner_id))
        .join(
            contact,
            (col(contact.id) == col(DepartmentRow.escalation_id))
            & col(contact.active)
            & (col(contact.id) != col(AttestationRow.owner_id)),
            isouter=True,
        )
        .join(
            ReviewRow,
            (col(ReviewRow.round_id) == col(AttestationRow.round_id))
            & (col(ReviewRow.supplier_id) == col(EngagementRow.supplier_id)),
            isouter=True,
        )
        .join(
            ReviewItemRow,
            (col(ReviewItemRow.review_id) == col(ReviewRow.id))
            & (col(ReviewItemRow.engagement_id) == col(EngagementRow.id)),
            isouter=True,
        )
        .where(
            col(RoundRow.state) == RoundState.OPEN.value,
            col(AttestationRow.state).in_(_UNANSWERED),
            col(SupplierRow.paused).is_(False),
            or_(col(ReviewRow.id).is_(None), col(ReviewRow.state).in_(_OPEN_REVIEW)),
            or_(col(ReviewItemRow.id).is_(None), col(ReviewItemRow.state) == ItemState.OPEN.value),
        )
        .order_by(SupplierRow.name, EngagementRow.business, AttestationRow.id)
    )


class Waiting(Value):
    """One endpoint at which a review still waits for the submission."""

    review: Review
    endpoint: Endpoint
    card_id: str


async def waiting(
    tx: Tx, *, by: date | None = None, review_id: str = "", endpoint_id: str = "", alone: bool = False
) -> list[Waiting]:
    """Endpoints of answerable reviews that have not submitted; paused suppliers are left out. One statement.

    `alone` locks the review, so that no submission runs beside what is decided of it (SQLite has one writer anyway). In
    a returned review every endpoint is asked again.
    """
    submitted = (
        select(SubmissionRow.id)
        .where(col(SubmissionRow.review_id) == col(ReviewRow.id), col(SubmissionRow.endpoint_id) == col(EndpointRow.id))
        .correlate(ReviewRow, EndpointRow)
    )
    query = (
        select(ReviewRow, EndpointRow, LiveCardRow.id)
        .join(LiveCardRow, (col(LiveCardRow.subject_id) == col(ReviewRow.id)))
        .join(EndpointRow, col(EndpointRow.id) == col(LiveCardRow.place))
        .join(SupplierRow, col(SupplierRow.id) == col(ReviewRow.supplier_id))
        .where(
            LiveCardRow.kind == CardKind.HUB.value,
            col(ReviewRow.state).in_(_ANSWERABLE),
            col(SupplierRow.paused).is_(False),
            or_(col(ReviewRow.state) == ReviewState.RETURNED.value, ~submitted.exists()),
        )
        .order_by(col(ReviewRow.id), col(EndpointRow.id))
    )
    for column, wanted in ((ReviewRow.id, review_id), (EndpointRow.id, endpoint_id)):
        query = query.where(col(column) == wanted) if wanted else query
    query = query.where(col(ReviewRow.due_on) <= by) if by else query
    if alone and not tx.sqlite:
        query = query.with_for_update(of=ReviewRow)
    rows = await tx.rows(query)
    return [Waiting(review=to_value(Review, r), endpoint=to_value(Endpoint, e), card_id=c) for r, e, c in rows]


class Told(Value):
    """A reminder that was queued before. `params` holds what the plan put there (`on`, the ISO day it is meant for)."""

    kind: NoticeKind
    subject_id: str
    endpoint_id: str
    place: str
    cycle: int
    step: str
    state: NoticeState
    params: dict[str, Any]


async def told(tx: Tx, kinds: Iterable[NoticeKind], subject_ids: Iterable[str]) -> list[Told]:
    """The reminders of some rounds or reviews, whatever became of them. One statement."""
    query = select(NoticeRow).where(
        col(NoticeRow.kind).in_([k.value for k in kinds]), col(NoticeRow.subject_id).in_(set(subject_ids))
    )
    return [to_value(Told, row) for row in await tx.rows(query)]


async def sent_at(tx: Tx, kind: NoticeKind, subject_ids: Iterable[str]) -> dict[tuple[str, str], datetime]:
    """Business time at which a kind of notice last reached somebody, by (subject, endpoint or place). One statement.

    Read from the audit trail: a notice's own times are real time, and reminders are about days of business.
    """
    query = (
        select_many(
            col(NoticeRow.subject_id), col(NoticeRow.endpoint_id), col(NoticeRow.place), func.max(col(AuditEventRow.at))
        )
        .join(
            AuditEventRow,
            (col(AuditEventRow.subject) == "notice")
            & (col(AuditEventRow.subject_id) == col(NoticeRow.id))
            & (col(AuditEventRow.action) == "notice:sent"),
        )
        .where(col(NoticeRow.kind) == kind.value, col(NoticeRow.subject_id).in_(set(subject_ids)))
        .group_by(col(NoticeRow.subject_id), col(NoticeRow.endpoint_id), col(NoticeRow.place))
    )
    return {(subject, endpoint or place): at for subject, endpoint, place, at in await tx.rows(query)}


async def reviews_with_unanswered(tx: Tx, round_ids: Iterable[str]) -> list[str]:
    """Reviews of these rounds whose owners were asked and neither answered nor lapsed; paused suppliers are left out."""
    query = (
        select(ReviewRow.id)
        .join(ReviewItemRow, col(ReviewItemRow.review_id) == col(ReviewRow.id))
        .join(
            AttestationRow,
            (col(AttestationRow.round_id) == col(ReviewRow.round_id))
            & (col(AttestationRow.engagement_id) == col(ReviewItemRow.engagement_id)),
        )
        .join(SupplierRow, col(SupplierRow.id) == col(ReviewRow.supplier_id))
        .where(
            col(ReviewRow.round_id).in_(set(round_ids)),
            col(ReviewRow.state).in_(_OPEN_REVIEW),
            col(SupplierRow.paused).is_(False),
            ReviewItemRow.state == ItemState.OPEN.value,
            AttestationRow.state == AttestationState.ASKED.value,
        )
        .distinct()
    )
    return sorted(await tx.rows(query))


async def asked_of(tx: Tx, review: Review) -> list[Attestation]:
    """The attestations of a review's open items that still wait for their owner."""
    query = (
        select(AttestationRow)
        .join(ReviewItemRow, col(ReviewItemRow.engagement_id) == col(AttestationRow.engagement_id))
        .where(
            ReviewItemRow.review_id == review.id,
            ReviewItemRow.state == ItemState.OPEN.value,
            AttestationRow.round_id == review.round_id,
            AttestationRow.state == AttestationState.ASKED.value,
        )
    )
    return await tx.values(Attestation, query.order_by(col(AttestationRow.id)))


async def open_items(tx: Tx, review_id: str) -> list[tuple[str, str]]:
    """(business, primary owner's id or '') of a review's open items; an owner who left counts as none. One statement."""
    query = (
        select(EngagementRow.business, PersonRow.id)
        .join(ReviewItemRow, col(ReviewItemRow.engagement_id) == col(EngagementRow.id))
        .join(
            OwnerRow,
            (col(OwnerRow.engagement_id) == col(EngagementRow.id))
            & col(OwnerRow.until).is_(None)
            & (col(OwnerRow.role) == OwnerRole.PRIMARY.value),
            isouter=True,
        )
        .join(PersonRow, (col(PersonRow.id) == col(OwnerRow.person_id)) & col(PersonRow.active), isouter=True)
        .where(ReviewItemRow.review_id == review_id, ReviewItemRow.state == ItemState.OPEN.value)
        .order_by(col(EngagementRow.business), col(EngagementRow.id))
    )
    return [(business, owner or "") for business, owner in await tx.rows(query)]


async def finished_rounds(tx: Tx) -> list[str]:
    """Open rounds that have reviews, none of which is open any more."""
    any_review = select(ReviewRow.id).where(col(ReviewRow.round_id) == col(RoundRow.id)).correlate(RoundRow)
    query = select(RoundRow.id).where(
        RoundRow.state == RoundState.OPEN.value,
        any_review.exists(),
        ~any_review.where(col(ReviewRow.state).in_(_OPEN_REVIEW)).exists(),
    )
    return list(await tx.rows(query))
