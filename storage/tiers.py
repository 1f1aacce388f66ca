"""Queries of risk tiers: the current decision is the one with the highest number.

`latest` and `in_force` are for the queries of others, who filter or sort by tier: join `TierDecisionRow` on the engagement
with `latest()`, and compare `in_force(today)`. To add a query: a function that takes a Tx and returns values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import select as select_rows

from bot.domain.ledger import Engagement, EngagementState
from bot.domain.tiers import TierDecision
from storage.mapping import to_value
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tables.tiers import TierDecisionRow
from storage.tx import Tx

CHUNK = 1000

_T: Any = TierDecisionRow
_E: Any = EngagementRow
_S: Any = SupplierRow
_LATER: Any = aliased(TierDecisionRow)
ALIVE = (EngagementState.PROPOSED.value, EngagementState.ACTIVE.value, EngagementState.CLOSING.value)


def latest() -> Any:
    """The condition that a decision is its engagement's current one."""
    return ~select(_LATER.id).where(_LATER.engagement_id == _T.engagement_id, _LATER.n > _T.n).exists()


def in_force(today: date) -> Any:
    """The tier that counts on a day, as a column of `TierDecisionRow`."""
    return case((and_(_T.override.is_not(None), _T.override_until >= today), _T.override), else_=_T.tier)


async def current(tx: Tx, engagement_ids: Collection[str]) -> dict[str, TierDecision]:
    """The current decisions by engagement id, a statement for each thousand; those without one are not there."""
    wanted = sorted(engagement_ids)
    found: dict[str, TierDecision] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select_rows(TierDecisionRow).where(_T.engagement_id.in_(wanted[start : start + CHUNK]), latest())
        found |= {d.engagement_id: d for d in await tx.values(TierDecision, query)}
    return found


async def tiers_in_force(tx: Tx, today: date) -> dict[str, str]:
    """Engagement id → tier that counts, of everything: one statement."""
    query = select(_T.engagement_id, in_force(today)).where(latest())
    return {str(row[0]): str(row[1]) for row in await tx.rows(query)}


def _attention(today: date) -> Any:
    """What a person has to look at: an override that has expired, or that facts have overtaken."""
    expired = and_(_T.override.is_not(None), _T.override_until < today)
    return and_(latest(), or_(expired, _T.overtaken))


async def attention_count(tx: Tx, today: date) -> int:
    """How many decisions wait for a look."""
    query = (
        select(func.count())
        .select_from(TierDecisionRow)
        .join(EngagementRow, _E.id == _T.engagement_id)
        .where(_attention(today), _E.state.in_(ALIVE))
    )
    ((number,),) = await tx.rows(query)
    return int(number)


async def attention(tx: Tx, today: date, limit: int) -> list[tuple[str, str, TierDecision]]:
    """(supplier, work, decision) of what waits for a look, the oldest first."""
    query = (
        select(_S.name, _E.business, TierDecisionRow)
        .join(EngagementRow, _E.id == _T.engagement_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .where(_attention(today), _E.state.in_(ALIVE))
        .order_by(_T.at, _T.id)
        .limit(limit)
    )
    return [(name, work, to_value(TierDecision, row)) for name, work, row in await tx.rows(query)]


async def batch(tx: Tx, after: str) -> list[Engagement]:
    """A thousand engagements that are not over, those after an id."""
    query = select_rows(EngagementRow).where(_E.id > after, _E.state.in_(ALIVE)).order_by(_E.id).limit(CHUNK)
    return await tx.values(Engagement, query)


async def batches(tx: Tx) -> AsyncIterator[list[Engagement]]:
    """All of them, a thousand at a time."""
    found = await batch(tx, "")
    while found:
        yield found
        found = await batch(tx, found[-1].id)


async def by_other_rules(tx: Tx, rules: str) -> int:
    """How many current decisions of work that is not over were made by other rules than these, or not at all."""
    query = (
        select(func.count())
        .select_from(EngagementRow)
        .join(TierDecisionRow, and_(_T.engagement_id == _E.id, latest()), isouter=True)
        .where(_E.state.in_(ALIVE), or_(_T.rules.is_(None), _T.rules != rules))
    )
    ((number,),) = await tx.rows(query)
    return int(number)
