"""Queries of what a round leaves out: the proposals and choices among its decisions, and the tiers it asks about.

To add a query: a function that takes a Tx and returns values or tuples. What was decided is written by `rounds.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, or_, select

from bot.domain.rounds import RoundDecision
from bot.domain.scoping import IN
from storage.mapping import to_value
from storage.rounds import fact
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tables.rounds import RoundDecisionRow
from storage.tx import Tx

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_E: Any = EngagementRow
_S: Any = SupplierRow
_R: Any = RoundDecisionRow

_NAMED = (
    select(_S.name, _E.business, RoundDecisionRow)
    .join(EngagementRow, _E.id == _R.engagement_id)
    .join(SupplierRow, _S.id == _E.supplier_id)
)


async def chosen_or_proposed(tx: Tx, round_id: str, reasons: Collection[str]) -> list[tuple[str, str, RoundDecision]]:
    """(supplier, work, decision) of what is left out for one of these reasons or was turned by somebody, by supplier."""
    query = _NAMED.where(_R.round_id == round_id, _turnable(reasons))
    rows = await tx.rows(query.order_by(_S.name, _E.business, _R.id))
    return [(name, work, to_value(RoundDecision, row)) for name, work, row in rows]


def _turnable(reasons: Collection[str]) -> Any:
    return or_(_R.reason.in_(sorted(reasons)), _R.facts[("choice", "verdict")].as_string().is_not(None))


async def turnable(tx: Tx, round_id: str, reasons: Collection[str]) -> bool:
    """Whether there is anything that `chosen_or_proposed` would tell."""
    return bool(await tx.rows(select(_R.id).where(_R.round_id == round_id, _turnable(reasons)).limit(1)))


async def decision(tx: Tx, round_id: str, engagement_id: str) -> tuple[str, str, RoundDecision] | None:
    """(supplier, work, decision) about one engagement."""
    rows = await tx.rows(_NAMED.where(_R.round_id == round_id, _R.engagement_id == engagement_id))
    return next(((name, work, to_value(RoundDecision, row)) for name, work, row in rows), None)


async def tiers_inside(tx: Tx, round_id: str) -> dict[str, int]:
    """How many engagements of each tier a round asks about ('' where none was decided)."""
    tier = fact("tier")
    query = select(tier, func.count()).where(_R.round_id == round_id, _R.verdict == IN).group_by(tier)
    return {key or "": number for key, number in await tx.rows(query)}
