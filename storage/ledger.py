"""Queries over suppliers, engagements, departments, owners and endpoints."""

from __future__ import annotations

from sqlmodel import col, select

from bot.domain.ledger import EndpointState
from storage.tables.ledger import EndpointRow, SupplierRow, SupplierTeamRow
from storage.tx import Tx


async def linked_channels(tx: Tx) -> list[str]:
    """Channel ids of endpoints that are not severed."""
    query = select(EndpointRow.channel_id).where(EndpointRow.state != EndpointState.SEVERED.value)
    return list(await tx.rows(query))


async def language_of_team(tx: Tx, team_id: str) -> str:
    """The language of the supplier that a partner's workspace was confirmed for; '' where there is none."""
    query = (
        select(SupplierRow.language)
        .join(SupplierTeamRow, col(SupplierTeamRow.supplier_id) == col(SupplierRow.id))
        .where(SupplierTeamRow.team_id == team_id, col(SupplierTeamRow.until).is_(None))
        .limit(1)
    )
    found = await tx.rows(query)
    return str(found[0]) if found else ""
