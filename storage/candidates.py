"""Who could be asked in a round: every engagement with what decides about it. A constant number of statements.

To let one more fact decide: its column here, its field in `scoping.Candidate` (or `scope_rules.Entrusted`), its rule there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, literal, select

from bot.domain.ledger import Assessment, CloudClass, EngagementState, OwnerRole, Profession, SupplierState
from bot.domain.people import GROUP
from bot.domain.rounds import OPEN_REVIEW
from bot.domain.scope_rules import Entrusted
from bot.domain.scoping import Candidate
from storage.rounds import FIT, only
from storage.tables.ledger import DepartmentRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tables.rounds import ReviewRow
from storage.tiers import tiers_in_force
from storage.tx import Tx

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_E: Any = EngagementRow
_S: Any = SupplierRow
_D: Any = DepartmentRow
_O: Any = OwnerRow
_P: Any = PersonRow
_V: Any = ReviewRow
_M: Any = MembershipRow

_WORK = (
    _E.personal_data,
    _E.secret_data,
    _E.system_access,
    _E.work_stops,
    _S.profession,
    _S.group_company,
    _E.cloud_class,
    _E.assessment,
)
"""What the policy's rules look at, in the order of `scope_rules.Entrusted`."""


_CANDIDATES = (
    select(
        _E.id,
        _E.supplier_id,
        _E.department_id,
        _E.state,
        _E.ends_on,
        _E.version,
        _S.state,
        _S.version,
        _D.primary_id,
        _D.escalation_id,
        _E.auto_renews,
        *_WORK,
    )
    .join(SupplierRow, _S.id == _E.supplier_id)
    .join(DepartmentRow, _D.id == _E.department_id)
    .order_by(_E.supplier_id, _E.id)
)


async def candidates(tx: Tx, today: date) -> list[Candidate]:
    """Every engagement with what decides about it, by supplier. Six statements."""
    fit, named = await _owners(tx)
    busy, escalation = await _suppliers_in_review(tx), await _escalations(tx)
    stand_ins = await _group_deputies(tx)
    tier = await tiers_in_force(tx, today)
    return [
        Candidate(
            engagement_id=key,
            supplier_id=supplier,
            department_id=department,
            state=EngagementState(state),
            ends_on=ends_on,
            supplier_state=SupplierState(supplier_state),
            review_open=supplier in busy,
            primary=fit.get((key, OwnerRole.PRIMARY)),
            deputy=fit.get((key, OwnerRole.DEPUTY)) or stand_ins.get(department),
            escalation=escalates if escalates in escalation else None,
            named=named.get(key, head),
            versions=(version, supplier_version),
            work=_entrusted(*work),
            tier=tier.get(key, ""),
            auto_renews=bool(renews),
        )
        for (
            key,
            supplier,
            department,
            state,
            ends_on,
            version,
            supplier_state,
            supplier_version,
            head,
            escalates,
            renews,
            *work,
        ) in await tx.rows(_CANDIDATES)
    ]


def _entrusted(
    personal: bool, secret: bool | None, access: bool | None, stops: bool | None, *supplier_and_terms: Any
) -> Entrusted:
    profession, group_company, cloud, assessment = supplier_and_terms
    return Entrusted(
        personal_data=personal,
        secret_data=secret,
        system_access=access,
        work_stops=stops,
        profession=Profession(profession),
        group_company=group_company,
        cloud_class=CloudClass(cloud) if cloud else None,
        assessment=Assessment(assessment),
    )


async def _owners(tx: Tx) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """The first fit person by (engagement, role), and whom the ledger names as primary, fit or not."""
    query = (
        select(_O.engagement_id, _O.role, _O.person_id, FIT)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.until.is_(None))
        .order_by(_O.id)
    )
    fit: dict[tuple[str, str], str] = {}
    named: dict[str, str] = {}
    for engagement, role, person, is_fit in await tx.rows(query):
        if is_fit:
            fit.setdefault((engagement, role), person)
        if role == OwnerRole.PRIMARY:
            named[engagement] = person
    return fit, named


async def _group_deputies(tx: Tx) -> dict[str, str]:
    """Department id → the first fit person of the user group that stands in for it."""
    query = (
        select(_D.id, func.min(_P.id))
        .join(MembershipRow, _M.group == literal(GROUP) + _D.deputy_group)
        .join(PersonRow, _P.id == _M.person_id)
        .where(_D.deputy_group != "", FIT)
        .group_by(_D.id)
    )
    return dict(await tx.rows(query))


async def _suppliers_in_review(tx: Tx) -> set[str]:
    wanted = [state.value for state in OPEN_REVIEW]
    return await only(tx, select(_V.supplier_id).where(_V.state.in_(wanted)).distinct())


async def _escalations(tx: Tx) -> set[str]:
    return await only(tx, select(_P.id).join(DepartmentRow, _D.escalation_id == _P.id).where(FIT).distinct())
