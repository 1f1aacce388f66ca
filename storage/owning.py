"""Queries of owners: who has left while work is theirs, work without a fit primary owner, and their open questions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import select as select_rows

from bot.domain.ledger import OwnerRole
from bot.domain.owning import Left, Unowned
from bot.domain.rounds import OPEN_REVIEW, Attestation, AttestationState, ItemState, RoundState
from storage.departments import LIVING
from storage.rounds import FIT
from storage.tables.ledger import DepartmentRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import PersonNameRow, PersonRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow, RoundRow
from storage.tx import Tx

_D: Any = DepartmentRow
_E: Any = EngagementRow
_O: Any = OwnerRow
_P: Any = PersonRow
_N: Any = PersonNameRow
_S: Any = SupplierRow
_A: Any = AttestationRow
_R: Any = RoundRow
_V: Any = ReviewRow
_I: Any = ReviewItemRow

WAITING = [AttestationState.ASKED.value, AttestationState.LAPSED.value]


async def left(tx: Tx) -> list[Left]:
    """Who is the primary owner of living work and no active employee (any more). One statement."""
    query = (
        select(_P.id, _P.since, func.max(_O.id))
        .join(OwnerRow, _O.person_id == _P.id)
        .join(EngagementRow, _E.id == _O.engagement_id)
        .where(~FIT, _O.until.is_(None), _O.role == OwnerRole.PRIMARY.value, _E.state.in_(LIVING))
        .group_by(_P.id, _P.since)
        .order_by(_P.id)
    )
    return [Left(person_id=key, since=since, newest=newest) for key, since, newest in await tx.rows(query)]


async def orphaned_questions(tx: Tx) -> list[Attestation]:
    """Open attestations asked of somebody who is no active employee (any more). One statement."""
    query = _open_questions().join(PersonRow, _P.id == _A.owner_id).where(~FIT)
    return await tx.values(Attestation, query.order_by(_A.id))


async def questions_about(tx: Tx, engagement_ids: Collection[str]) -> list[Attestation]:
    """Open attestations about these engagements. One statement."""
    return await tx.values(Attestation, _open_questions().where(_A.engagement_id.in_(engagement_ids)).order_by(_A.id))


def _open_questions() -> Any:
    return (
        select_rows(AttestationRow)
        .join(RoundRow, _R.id == _A.round_id)
        .join(ReviewItemRow, _I.engagement_id == _A.engagement_id)
        .join(ReviewRow, and_(_V.id == _I.review_id, _V.round_id == _A.round_id))
        .where(
            _A.state.in_(WAITING),
            _R.state == RoundState.OPEN.value,
            _I.state == ItemState.OPEN.value,
            _V.state.in_([state.value for state in OPEN_REVIEW]),
        )
    )


async def unowned(tx: Tx, limit: int, offset: int = 0, *, person_id: str = "") -> tuple[list[Unowned], int]:
    """Living work without a fit primary owner (of one who left), and how much there is. One statement; `was` is a name."""
    was: Any = aliased(PersonNameRow)
    held: Any = aliased(OwnerRow)
    holder: Any = aliased(PersonRow)
    query = (
        select(_E.id, _S.name, _E.business, _D.name, was.name, func.count().over())
        .select_from(EngagementRow)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .join(
            held,
            and_(held.engagement_id == _E.id, held.until.is_(None), held.role == OwnerRole.PRIMARY.value),
            isouter=True,
        )
        .join(holder, holder.id == held.person_id, isouter=True)
        .join(was, was.id == held.person_id, isouter=True)
        .where(_E.state.in_(LIVING), or_(holder.id.is_(None), ~_fit(holder)))
        .order_by(_D.name, _S.name, _E.business, _E.id)
        .limit(limit)
        .offset(offset)
    )
    query = query.where(held.person_id == person_id) if person_id else query
    rows = await tx.rows(query)
    found = [
        Unowned(engagement_id=key, supplier=supplier, business=business, department=department, was=name or "")
        for key, supplier, business, department, name, _total in rows
    ]
    return found, rows[0][-1] if rows else 0


def _fit(person: Any) -> Any:
    return and_(person.active, person.kind == "employee")


async def count_unowned(tx: Tx) -> int:
    """How much living work has no fit primary owner. One statement."""
    cared_for = (
        select(_O.id)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.engagement_id == _E.id, _O.until.is_(None), _O.role == OwnerRole.PRIMARY.value, FIT)
        .correlate(EngagementRow)
        .exists()
    )
    query = select(func.count()).select_from(EngagementRow).where(_E.state.in_(LIVING), ~cared_for)
    return int((await tx.rows(query))[0][0])
