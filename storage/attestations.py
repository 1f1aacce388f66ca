"""Queries of attestations: what a digest shows, and everything that decides about one answer, in one statement each."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from bot.domain.attesting import Asked, OpenOwner
from bot.domain.digests import DigestCard, Given, Orphan, Work
from bot.domain.ledger import Engagement, OwnerRole
from bot.domain.people import GROUP, PersonKind
from bot.domain.rounds import (
    OPEN_REVIEW,
    Attestation,
    AttestationKind,
    AttestationState,
    ItemState,
    Review,
    ReviewItem,
    RoundState,
)
from bot.domain.scoping import Asked as As
from storage.mapping import to_value
from storage.rounds import FIT, fact, inside
from storage.tables.ledger import DepartmentRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tables.rounds import AttestationAnswerRow, AttestationRow, ReviewItemRow, ReviewRow, RoundRow
from storage.tx import Tx

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_A: Any = AttestationRow
_G: Any = AttestationAnswerRow
_E: Any = EngagementRow
_S: Any = SupplierRow
_D: Any = DepartmentRow
_O: Any = OwnerRow
_P: Any = PersonRow
_M: Any = MembershipRow
_R: Any = RoundRow
_V: Any = ReviewRow
_I: Any = ReviewItemRow

_WAITING = [AttestationState.ASKED.value, AttestationState.LAPSED.value]
_WORK = (_S.name, _E.business, _E.starts_on, _E.ends_on, _E.personal_data)


async def asked(tx: Tx, attestation_id: str) -> Asked | None:
    """An attestation with its engagement, round, review, item and owners; None where there is no such attestation.

    The review is locked: two owners of one review who answer at the same moment must not both see the other as waiting.
    """
    query = (
        select(AttestationRow, EngagementRow, ReviewRow, ReviewItemRow, _S.name, _R.state, _escalation())
        .join(EngagementRow, _E.id == _A.engagement_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(RoundRow, _R.id == _A.round_id)
        .join(ReviewItemRow, _I.engagement_id == _E.id)
        .join(ReviewRow, and_(_V.id == _I.review_id, _V.round_id == _A.round_id))
        .where(_A.id == attestation_id)
    )
    if not tx.sqlite:
        query = query.with_for_update(of=ReviewRow)
    rows = await tx.rows(query)
    if not rows:
        return None
    attestation, engagement, review, item, supplier, state, escalation = rows[0]
    return Asked(
        attestation=to_value(Attestation, attestation),
        engagement=to_value(Engagement, engagement),
        supplier=supplier,
        round_state=RoundState(state),
        review=to_value(Review, review),
        item=to_value(ReviewItem, item),
        owners=await owners(tx, engagement.id),
        escalation=escalation,
    )


def _escalation() -> Any:
    """The engagement's department's escalation contact, where they are fit to be asked."""
    contact = select(_P.id).join(DepartmentRow, _D.escalation_id == _P.id).where(_D.id == _E.department_id, FIT)
    return contact.correlate(EngagementRow).scalar_subquery()


async def owners(tx: Tx, engagement_id: str) -> tuple[OpenOwner, ...]:
    """Who is responsible for an engagement today, the longest-serving first; then its department's user group.

    Most departments have none, and an owner waits for each statement: the group is asked for only where there may be one.
    """
    named = (
        select(_O.person_id, _O.role, FIT, _D.deputy_group)
        .join(PersonRow, _P.id == _O.person_id)
        .join(EngagementRow, _E.id == _O.engagement_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .where(_O.engagement_id == engagement_id, _O.until.is_(None))
        .order_by(_O.id)
    )
    group = (
        select(_P.id)
        .select_from(EngagementRow)
        .join(DepartmentRow, _D.id == _E.department_id)
        .join(MembershipRow, _M.group == literal(GROUP) + _D.deputy_group)
        .join(PersonRow, _P.id == _M.person_id)
        .where(_E.id == engagement_id, _D.deputy_group != "", FIT)
        .order_by(_P.id)
    )
    rows = await tx.rows(named)
    found = [OpenOwner(person_id=person, role=OwnerRole(role), fit=fit) for person, role, fit, _group in rows]
    if rows and not rows[0].deputy_group:
        return tuple(found)
    known = {one.person_id for one in found}
    stand_ins = [person for (person,) in await tx.rows(group) if person not in known]
    return (*found, *(OpenOwner(person_id=one, role=OwnerRole.DEPUTY, fit=True) for one in stand_ins))


# -- what a digest shows -------------------------------------------------------------------------------------------------


async def open_cards(tx: Tx, round_id: str, person_id: str, limit: int) -> tuple[list[DigestCard], int]:
    """The first cards that wait for somebody's answer, and how many there are."""
    query = (
        select(_A.id, _A.state, func.count().over(), *_WORK)
        .join(EngagementRow, _E.id == _A.engagement_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(ReviewItemRow, _I.engagement_id == _E.id)
        .join(ReviewRow, and_(_V.id == _I.review_id, _V.round_id == _A.round_id))
        .where(
            _A.round_id == round_id,
            _A.owner_id == person_id,
            _A.state.in_(_WAITING),
            _I.state == ItemState.OPEN.value,
            _V.state.in_([state.value for state in OPEN_REVIEW]),
        )
        .order_by(_E.supplier_id, _E.id)
        .limit(limit)
    )
    rows = await tx.rows(query)
    cards = [
        DigestCard(attestation_id=key, work=_work(*work), lapsed=state == AttestationState.LAPSED)
        for key, state, _total, *work in rows
    ]
    return cards, rows[0][2] if rows else 0


async def preview_cards(tx: Tx, round_id: str, person_id: str, limit: int) -> tuple[list[DigestCard], int]:
    """The same before the round is open: what would wait for somebody, in the same order."""
    mine = inside(round_id).where(fact("person") == person_id, fact("asked") != As.NOBODY.value)
    query = (
        select(func.count().over(), *_WORK)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .where(_E.id.in_(mine))
        .order_by(_E.supplier_id, _E.id)
        .limit(limit)
    )
    rows = await tx.rows(query)
    return [DigestCard(attestation_id="", work=_work(*work)) for _, *work in rows], rows[0][0] if rows else 0


def _work(supplier: str, business: str, starts_on: date, ends_on: date | None, personal_data: bool) -> Work:
    return Work(supplier=supplier, business=business, starts_on=starts_on, ends_on=ends_on, personal_data=personal_data)


async def given(tx: Tx, round_id: str, person_id: str, limit: int) -> tuple[list[Given], int]:
    """The latest answers in somebody's digest, newest first, and how many there are.

    Theirs are the answers to what they were asked, whoever gave them, and what they handed on.
    """
    later: Any = aliased(AttestationAnswerRow)
    newest = ~select(later.id).where(later.attestation_id == _G.attestation_id, later.n > _G.n).exists()
    handed_on = and_(_G.by == person_id, _G.kind == AttestationKind.NOT_MINE.value, _A.owner_id != person_id)
    query = (
        select(_S.name, _E.business, _G.kind, _G.detail, _G.by, _G.at, func.count().over())
        .join(AttestationRow, _A.id == _G.attestation_id)
        .join(EngagementRow, _E.id == _A.engagement_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .where(
            _A.round_id == round_id,
            or_(and_(_A.owner_id == person_id, newest, _A.state.not_in(_WAITING)), handed_on),
        )
        .order_by(_G.at.desc(), _G.id.desc())
        .limit(limit)
    )
    rows = await tx.rows(query)
    found = [
        Given(supplier=supplier, business=business, kind=AttestationKind(kind), detail=detail, by=by, at=at)
        for supplier, business, kind, detail, by, at, _total in rows
    ]
    return found, rows[0][-1] if rows else 0


# -- who is missing ------------------------------------------------------------------------------------------------------


async def orphans(tx: Tx, round_id: str, subject: str, limit: int) -> tuple[list[Orphan], int]:
    """Work in a round that has no fit primary owner. `subject`: a department, an engagement, or somebody who is asked."""
    asked_one: Any = aliased(PersonRow)
    fit = and_(asked_one.active, asked_one.kind == PersonKind.EMPLOYEE.value, _A.state == AttestationState.ASKED.value)
    cared_for = (
        select(_O.id)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.engagement_id == _E.id, _O.until.is_(None), _O.role == OwnerRole.PRIMARY.value, FIT)
    )
    query = (
        select(_S.name, _E.business, _D.name, _A.owner_id, fit, func.count().over())
        .join(EngagementRow, _E.id == _A.engagement_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .join(asked_one, asked_one.id == _A.owner_id)
        .where(_A.round_id == round_id, or_(*(c == subject for c in (_E.id, _D.id, _A.owner_id))), ~cared_for.exists())
        .order_by(_E.supplier_id, _E.id)
        .limit(limit)
    )
    rows = await tx.rows(query)
    found = [
        Orphan(supplier=supplier, business=business, department=department, instead=owner if is_fit else "")
        for supplier, business, department, owner, is_fit, _total in rows
    ]
    return found, rows[0][-1] if rows else 0
