"""Queries of closing lists that are not settled, and of what was told of them: read from the outbox, which keeps each notice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from bot.domain.closing_list import ItemState, Unsettled
from bot.domain.delivery import NoticeKind
from bot.domain.ledger import EngagementState
from storage.tables.delivery import NoticeRow
from storage.tables.ending import ClosingItemRow
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tx import Tx

_E: Any = EngagementRow
_S: Any = SupplierRow
_C: Any = ClosingItemRow
_N: Any = NoticeRow

_UNSETTLED = (
    select(
        _E.id.label("engagement_id"),
        _S.name.label("supplier"),
        _E.business,
        _E.ends_on,
        func.count(_C.id).label("open_items"),
    )
    .join(SupplierRow, _S.id == _E.supplier_id)
    .join(ClosingItemRow, _C.engagement_id == _E.id)
    .where(_E.state == EngagementState.CLOSING.value, _C.state == ItemState.OPEN.value, _S.paused.is_(False))
    .group_by(_E.id, _S.name, _E.business, _E.ends_on)
    .order_by(_E.ends_on, _E.id)
)
_HANDED = (
    select(_N.subject_id, _N.place, func.max(_N.cycle))
    .join(EngagementRow, _E.id == _N.subject_id)
    .where(_N.kind == NoticeKind.CLOSING_OPENED.value, _E.state == EngagementState.CLOSING.value)
    .group_by(_N.subject_id, _N.place)
)
_REMINDED = (
    select(_N.subject_id, func.max(_N.cycle))
    .where(_N.kind == NoticeKind.CLOSING_REMINDER.value)
    .group_by(_N.subject_id)
)


async def unsettled(tx: Tx) -> list[Unsettled]:
    """Lists with open items, of suppliers that are not paused, the earliest end first. One statement."""
    return [Unsettled(**row._asdict()) for row in await tx.rows(_UNSETTLED)]


async def handed(tx: Tx) -> dict[tuple[str, str], int]:
    """(engagement, place) → when its list was handed there last (the notice's cycle: seconds). One statement."""
    return {(str(engagement), str(place)): int(cycle) for engagement, place, cycle in await tx.rows(_HANDED)}


async def reminded(tx: Tx) -> dict[str, int]:
    """Who was reminded → the day of the last time (its ordinal). One statement."""
    return {str(who): int(cycle) for who, cycle in await tx.rows(_REMINDED)}
