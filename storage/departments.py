"""Queries of departments: the list with its counts, the work of one, and the people of a user group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import case, func, select

from bot.domain.departments import DepartmentLine
from bot.domain.ledger import Engagement, EngagementState, OwnerRole
from storage.rounds import FIT
from storage.tables.ledger import DepartmentRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import PersonNameRow, PersonRow
from storage.tx import Tx

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_D: Any = DepartmentRow
_E: Any = EngagementRow
_O: Any = OwnerRow
_P: Any = PersonRow
_N: Any = PersonNameRow
_S: Any = SupplierRow

LIVING = (EngagementState.PROPOSED.value, EngagementState.ACTIVE.value, EngagementState.CLOSING.value)
"""States in which somebody still has to answer for an engagement."""


async def count(tx: Tx) -> int:
    """How many departments there are, archived ones too."""
    return int((await tx.rows(select(func.count()).select_from(DepartmentRow)))[0][0])


async def page(tx: Tx, limit: int, offset: int) -> list[DepartmentLine]:
    """Departments with who answers for them and their living work, by name, archived ones last. Two statements."""
    query = (
        select(_D.id, _D.name, _N.name, FIT, _D.deputy_ids, _D.deputy_group, _D.archived_at, _D.escalation_id)
        .join(PersonRow, _P.id == _D.primary_id)
        .join(PersonNameRow, _N.id == _D.primary_id, isouter=True)
        .order_by(_D.archived_at.is_not(None), _D.name, _D.id)
        .limit(limit)
        .offset(offset)
    )
    rows = await tx.rows(query)
    counted = await _counts(tx, [row[0] for row in rows])
    return [
        DepartmentLine(
            id=key,
            name=name,
            primary=primary or "",
            primary_fit=bool(is_fit),
            deputies=len(deputies),
            group=group,
            escalation=escalation or "",
            engagements=counted.get(key, (0, 0))[0],
            unowned=counted.get(key, (0, 0))[1],
            archived=archived is not None,
        )
        for key, name, primary, is_fit, deputies, group, archived, escalation in rows
    ]


async def _counts(tx: Tx, ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Living engagements of each department, and how many of them have no fit primary owner."""
    cared_for = (
        select(_O.id)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.engagement_id == _E.id, _O.until.is_(None), _O.role == OwnerRole.PRIMARY.value, FIT)
        .correlate(EngagementRow)
        .exists()
    )
    query = (
        select(_E.department_id, func.count(), func.sum(case((cared_for, 0), else_=1)))
        .where(_E.department_id.in_(set(ids)), _E.state.in_(LIVING))
        .group_by(_E.department_id)
    )
    return {key: (int(all_), int(unowned)) for key, all_, unowned in await tx.rows(query)}


async def living(tx: Tx, department_id: str) -> list[Engagement]:
    """The engagements a department answers for today."""
    return await tx.find(Engagement, department_id=department_id, state=list(LIVING), order="id")


async def businesses(tx: Tx, department_id: str, limit: int) -> tuple[list[str], int]:
    """The first pieces of work it answers for (supplier and business), and how many there are. One statement."""
    query = (
        select(_S.name, _E.business, func.count().over())
        .join(SupplierRow, _S.id == _E.supplier_id)
        .where(_E.department_id == department_id, _E.state.in_(LIVING))
        .order_by(_S.name, _E.business, _E.id)
        .limit(limit)
    )
    rows = await tx.rows(query)
    return [f"{supplier}({business})" for supplier, business, _total in rows], rows[0][2] if rows else 0


async def groups_in_use(tx: Tx) -> set[str]:
    """The user groups that are somebody's deputies; of archived departments too, which may come back any day."""
    query = select(_D.deputy_group).where(_D.deputy_group != "").distinct()
    return {group for (group,) in await tx.rows(query)}
