"""Queries of sub-contractors: the edges of a supplier's engagements, and where a company is itself one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, func
from sqlmodel import col, select

from bot.domain.ledger import EngagementState
from bot.domain.subcontracts import EdgeState, SubcontractEdge
from storage.mapping import to_value
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tables.third_parties import SubcontractEdgeRow
from storage.tx import Tx

_OVER = [EngagementState.ENDED.value, EngagementState.REFUSED.value]
_USED = [EdgeState.REQUESTED.value, EdgeState.APPROVED.value]


def subcontracts_known() -> Any:
    """A condition on engagements: a sub-contractor is on record that was not refused (the ledger's filter)."""
    return exists().where(
        col(SubcontractEdgeRow.engagement_id) == col(EngagementRow.id),
        col(SubcontractEdgeRow.state) != EdgeState.REFUSED.value,
    )


async def names_and_edges(tx: Tx, engagement_ids: Collection[str]) -> tuple[dict[str, str], list[SubcontractEdge]]:
    """The edges of these engagements, and the names of the companies that they point to."""
    query: Any = (
        select(SubcontractEdgeRow, SupplierRow.name)
        .join(SupplierRow, col(SupplierRow.id) == col(SubcontractEdgeRow.child_id))
        .where(col(SubcontractEdgeRow.engagement_id).in_(list(engagement_ids)))
        .order_by(col(SubcontractEdgeRow.id))
    )
    found = [(to_value(SubcontractEdge, row), name) for row, name in await tx.rows(query)]
    return {edge.child_id: name for edge, name in found}, [edge for edge, _ in found]


async def used_by(tx: Tx, child_ids: Collection[str]) -> dict[str, int]:
    """Company → how many of our suppliers pass work on to it, at any depth, in work that goes on."""
    query: Any = (
        select(SubcontractEdgeRow.child_id, func.count(func.distinct(EngagementRow.supplier_id)))
        .join(EngagementRow, col(EngagementRow.id) == col(SubcontractEdgeRow.engagement_id))
        .where(
            col(SubcontractEdgeRow.child_id).in_(list(child_ids)),
            col(SubcontractEdgeRow.state).in_(_USED),
            col(EngagementRow.state).not_in(_OVER),
        )
        .group_by(col(SubcontractEdgeRow.child_id))
    )
    return {str(child): int(count) for child, count in await tx.rows(query)}


async def uses_of(tx: Tx, child_id: str, limit: int) -> list[tuple[SubcontractEdge, str, str]]:
    """(edge, business, supplier) of the places where a company is a sub-contractor."""
    query: Any = (
        select(SubcontractEdgeRow, EngagementRow.business, SupplierRow.name)
        .join(EngagementRow, col(EngagementRow.id) == col(SubcontractEdgeRow.engagement_id))
        .join(SupplierRow, col(SupplierRow.id) == col(EngagementRow.supplier_id))
        .where(col(SubcontractEdgeRow.child_id) == child_id, col(EngagementRow.state).not_in(_OVER))
        .order_by(col(SupplierRow.name_key), col(SubcontractEdgeRow.id))
        .limit(limit)
    )
    return [(to_value(SubcontractEdge, row), business, name) for row, business, name in await tx.rows(query)]
