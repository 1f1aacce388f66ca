"""Queries of invitations: what may be sent, whose claim is over, what is open in a channel, the list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, update
from sqlmodel import col, select

from bot.domain.inviting import OPEN, OUT, Invitation, InvitationState
from storage.mapping import to_value
from storage.tables.delivery import PacingRow
from storage.tables.inviting import InvitationRow
from storage.tables.ledger import SupplierRow
from storage.tables.records import ContactRow
from storage.tx import Tx

PACE = "invitations"
"""The row of the pacing that all processes share: Slack takes twenty a minute (tier 2)."""
_OPEN = sorted(state.value for state in OPEN)


async def next_due(tx: Tx, real: datetime, *, lock: bool = True) -> Invitation | None:
    """The oldest invitation that may be asked of Slack now, locked for this transaction. Not of a paused supplier."""
    pace = select(PacingRow.id).where(PacingRow.id == PACE, col(PacingRow.free_at) > real)
    query = (
        select(InvitationRow)
        .join(SupplierRow, col(SupplierRow.id) == col(InvitationRow.supplier_id))
        .where(
            InvitationRow.state == InvitationState.WANTED.value,
            or_(col(InvitationRow.retry_at).is_(None), col(InvitationRow.retry_at) <= real),
            col(SupplierRow.paused).is_(False),
            ~pace.exists(),
        )
        .order_by(col(InvitationRow.confirmed_at), col(InvitationRow.id))
        .limit(1)
    )
    if lock and not tx.sqlite:
        query = query.with_for_update(skip_locked=True, of=InvitationRow)
    found = await tx.values(Invitation, query)
    return found[0] if found else None


async def expired_claims(tx: Tx, real: datetime) -> list[Invitation]:
    """Claims whose lease is over: whoever held them died, and may have asked Slack."""
    query = select(InvitationRow).where(
        InvitationRow.state == InvitationState.CLAIMED.value, col(InvitationRow.lease_until) <= real
    )
    return await tx.values(Invitation, query.order_by(col(InvitationRow.id)))


async def open_in(tx: Tx, channel_id: str) -> list[Invitation]:
    """The open invitations to a channel."""
    query = select(InvitationRow).where(InvitationRow.channel_id == channel_id, col(InvitationRow.state).in_(_OPEN))
    return await tx.values(Invitation, query.order_by(col(InvitationRow.id)))


async def awaited(tx: Tx, channel_ids: Collection[str]) -> set[str]:
    """Those of the channels to which somebody may have an invitation of ours: whoever comes there is no stranger."""
    states = [state.value for state in (*OUT, InvitationState.CLAIMED, InvitationState.ACCEPTED)]
    query = select(InvitationRow.channel_id).where(
        col(InvitationRow.channel_id).in_(channel_ids), col(InvitationRow.state).in_(states)
    )
    return set(await tx.rows(query.distinct()))


async def newest(tx: Tx, limit: int, supplier_id: str = "") -> list[tuple[Invitation, str]]:
    """The newest invitations with their suppliers' names, open ones first; of one supplier where it is given."""
    query = (
        select(InvitationRow, SupplierRow.name)
        .join(SupplierRow, col(SupplierRow.id) == col(InvitationRow.supplier_id))
        .order_by(col(InvitationRow.state).in_(_OPEN).desc(), col(InvitationRow.confirmed_at).desc())
        .limit(limit)
    )
    if supplier_id:
        query = query.where(InvitationRow.supplier_id == supplier_id)
    rows = await tx.rows(query)
    return [(to_value(Invitation, row), name) for row, name in rows]


async def others_mails(tx: Tx, supplier_id: str, keys: Collection[str]) -> set[str]:
    """Those of the addresses (in small letters) that stand in another supplier's record."""
    query = select(func.lower(ContactRow.mail)).where(
        func.lower(ContactRow.mail).in_(list(keys)), ContactRow.supplier_id != supplier_id
    )
    return set(await tx.rows(query))


async def move_channel(tx: Tx, old: str, new: str) -> None:
    """A channel has another id from now on: its open invitations follow."""
    statement = update(InvitationRow).where(col(InvitationRow.channel_id) == old, col(InvitationRow.state).in_(_OPEN))
    await tx.run(statement.values(channel_id=new))
