"""Queries over notices that need a person: those nobody can look up, and those that could not be sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_many
from sqlmodel import col, select

from bot.domain.delivery import NoticeState
from bot.domain.resolving import StuckNotice
from storage.tables.delivery import LiveCardRow, NoticeRow
from storage.tables.ledger import SupplierRow
from storage.tables.people import PersonNameRow
from storage.tx import Tx


async def stuck(tx: Tx, limit: int) -> list[StuckNotice]:
    """Notices to decide on first, then the failed ones; the newest first. One statement."""
    person = func.substr(NoticeRow.place, len("person:") + 1)
    query: Any = (
        select_many(
            col(NoticeRow.id).label("notice_id"),
            col(NoticeRow.kind),
            col(NoticeRow.place),
            col(NoticeRow.state),
            col(NoticeRow.reason),
            col(NoticeRow.tried_at),
            col(NoticeRow.text),
            func.coalesce(SupplierRow.name, "").label("supplier"),
            func.coalesce(PersonNameRow.name, "").label("person"),
        )
        .join(SupplierRow, col(SupplierRow.id) == col(NoticeRow.supplier_id), isouter=True)
        .join(PersonNameRow, col(PersonNameRow.id) == person, isouter=True)
        .where(col(NoticeRow.state).in_([NoticeState.UNRESOLVED.value, NoticeState.FAILED.value]))
        .order_by(col(NoticeRow.state).desc(), col(NoticeRow.created_at).desc(), col(NoticeRow.id))
    )
    return [StuckNotice(**row._asdict()) for row in await tx.rows(query.limit(limit))]


async def counts(tx: Tx) -> dict[NoticeState, int]:
    """How many there are of each. One statement."""
    query = (
        select(NoticeRow.state, func.count())
        .where(col(NoticeRow.state).in_([NoticeState.UNRESOLVED.value, NoticeState.FAILED.value]))
        .group_by(col(NoticeRow.state))
    )
    return {NoticeState(state): n for state, n in await tx.rows(query)}


async def taken(tx: Tx, channel: str, ts: str, notice_id: str, card_id: str) -> bool:
    """Whether another card or notice than these stands there: a card must not be drawn over somebody else's message."""
    card = select(LiveCardRow.id).where(
        LiveCardRow.channel == channel, LiveCardRow.ts == ts, col(LiveCardRow.id) != card_id
    )
    told = select(NoticeRow.id).where(NoticeRow.channel == channel, NoticeRow.ts == ts, col(NoticeRow.id) != notice_id)
    return bool(await tx.rows(card.limit(1)) or await tx.rows(told.limit(1)))
