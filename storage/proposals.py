"""Queries over engagements that wait for the security team's yes or no."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.ledger import Engagement, EngagementState
from storage.tables.ledger import EngagementRow
from storage.tx import Tx

_WAITS = EngagementRow.state == EngagementState.PROPOSED.value


async def waiting(tx: Tx, limit: int) -> list[Engagement]:
    """The oldest ones."""
    query = select(EngagementRow).where(_WAITS).order_by(col(EngagementRow.created_at), col(EngagementRow.id))
    return await tx.values(Engagement, query.limit(limit))


async def count(tx: Tx) -> int:
    """How many there are."""
    return int((await tx.rows(select(func.count()).select_from(EngagementRow).where(_WAITS)))[0])
