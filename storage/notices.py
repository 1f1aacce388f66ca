"""The outbox: telling, claiming, marking, and what is in doubt. Also live cards and pacing.

A notice that was told before (same key) is not told again: `tell` says so by returning False, and the UNIQUE key holds
it even where two processes decide at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import col, select

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeState
from bot.domain.ledger import EndpointState
from storage.ids import new_id
from storage.mapping import row_class
from storage.tables.delivery import LiveCardRow, NoticeRow, PacingRow
from storage.tables.ledger import EndpointRow
from storage.tx import Tx


async def tell(tx: Tx, *notices: Notice) -> int:
    """Queue notices in this transaction; those whose key exists are left out. How many are new.

    A rehearsal tells nobody but whoever rehearses: anything else is a fault of ours, and nothing of it is kept.
    """
    if tx.practice_of and (abroad := {n.place for n in notices} - {f"person:{tx.practice_of}"}):
        raise RuntimeError(f"a rehearsal would tell {sorted(abroad)}")
    keys = [n.key for n in notices]
    known = set(await tx.rows(select(NoticeRow.key).where(col(NoticeRow.key).in_(keys)))) if keys else set()
    fresh = {n.key: n for n in notices if n.key not in known}
    tx.add(*fresh.values())
    return len(fresh)


async def next_due(tx: Tx, now: datetime, real: datetime, *, lock: bool = True) -> Notice | None:
    """The oldest notice that may be sent now, locked for this transaction; None where there is none.

    Left out: not before its business time, waiting for a retry, and places that the pacing keeps closed.
    """
    query = (
        select(NoticeRow)
        .join(PacingRow, col(PacingRow.id) == col(NoticeRow.place), isouter=True)
        .where(
            NoticeRow.state == NoticeState.PENDING.value,
            or_(col(NoticeRow.not_before).is_(None), col(NoticeRow.not_before) <= now),
            or_(col(NoticeRow.retry_at).is_(None), col(NoticeRow.retry_at) <= real),
            or_(col(PacingRow.free_at).is_(None), col(PacingRow.free_at) <= real),
        )
        .order_by(col(NoticeRow.created_at), col(NoticeRow.id))
        .limit(1)
    )
    if lock and not tx.sqlite:
        query = query.with_for_update(skip_locked=True, of=NoticeRow)
    found = await tx.values(Notice, query)
    return found[0] if found else None


async def due_endpoints(tx: Tx, now: datetime, real: datetime) -> list[str]:
    """Endpoint ids at which something is about to be posted or refreshed: their channels are looked at before that."""
    due = select(NoticeRow.endpoint_id).where(
        NoticeRow.state == NoticeState.PENDING.value,
        NoticeRow.endpoint_id != "",
        or_(col(NoticeRow.not_before).is_(None), col(NoticeRow.not_before) <= now),
        or_(col(NoticeRow.retry_at).is_(None), col(NoticeRow.retry_at) <= real),
    )
    stale = select(LiveCardRow.place).where(
        LiveCardRow.kind == CardKind.HUB.value, LiveCardRow.ts != "", col(LiveCardRow.shown) < col(LiveCardRow.wanted)
    )
    return sorted({*await tx.rows(due.distinct()), *await tx.rows(stale)})


async def reserve(tx: Tx, place: str, free_at: datetime) -> None:
    """Close a place until `free_at` (one post per channel per second, slack_platform §3)."""
    if not await tx.run(update(PacingRow).where(col(PacingRow.id) == place).values(free_at=free_at)):
        tx.session.add(PacingRow(id=place, free_at=free_at))


async def expired_claims(tx: Tx, real: datetime, *, lock: bool = True) -> list[Notice]:
    """Claims whose lease is over: whoever held them died, and may have sent."""
    query = select(NoticeRow).where(NoticeRow.state == NoticeState.CLAIMED.value, col(NoticeRow.lease_until) <= real)
    return await tx.values(Notice, query.with_for_update(skip_locked=True) if lock and not tx.sqlite else query)


async def doubtful(tx: Tx, real: datetime) -> list[Notice]:
    """Notices in doubt whose waiting time is over."""
    query = select(NoticeRow).where(
        NoticeRow.state == NoticeState.IN_DOUBT.value,
        or_(col(NoticeRow.retry_at).is_(None), col(NoticeRow.retry_at) <= real),
    )
    return await tx.values(Notice, query.order_by(col(NoticeRow.created_at)))


async def cancel_open(tx: Tx, reason: str, **equals: str) -> int:
    """Cancel what has not been sent yet, with the reason; how many."""
    statement = update(row_class(Notice)).where(col(NoticeRow.state) == NoticeState.PENDING.value)
    for name, wanted in equals.items():
        statement = statement.where(getattr(NoticeRow, name) == wanted)
    return await tx.run(statement.values(state=NoticeState.CANCELLED.value, reason=reason))


async def card(tx: Tx, kind: CardKind, subject_id: str, place: str) -> LiveCard | None:
    """The live card of a subject at a place."""
    return await tx.one(LiveCard, kind=kind.value, subject_id=subject_id, place=place)


async def make_card(tx: Tx, kind: CardKind, subject_id: str, place: str) -> LiveCard:
    """The live card, made where there is none."""
    found = await card(tx, kind, subject_id, place)
    if found:
        return found
    made = LiveCard(id=new_id(), kind=kind, subject_id=subject_id, place=place)
    tx.add(made)
    return made


async def refresh(tx: Tx, kind: CardKind, subject_id: str, place: str = "") -> None:
    """Ask for a fresh rendering of a subject's card (of all its cards without a place): one statement, no call."""
    statement = update(LiveCardRow).where(
        col(LiveCardRow.kind) == kind.value, col(LiveCardRow.subject_id) == subject_id
    )
    if place:
        statement = statement.where(col(LiveCardRow.place) == place)
    await tx.run(statement.values(wanted=LiveCardRow.wanted + 1))


async def stale_cards(tx: Tx, limit: int = 50, *, awaited: bool = False) -> list[LiveCard]:
    """Posted cards that show less than they should; no hubs of endpoints that are not verified, they would block the rest.

    `awaited`: only those under which something waits to be posted.
    """
    verified = select(EndpointRow.id).where(EndpointRow.state == EndpointState.VERIFIED.value)
    query = select(LiveCardRow).where(
        col(LiveCardRow.ts) != "",
        col(LiveCardRow.shown) < col(LiveCardRow.wanted),
        or_(col(LiveCardRow.kind) != CardKind.HUB.value, col(LiveCardRow.place).in_(verified)),
    )
    if awaited:
        waiting = select(NoticeRow.thread_of).where(NoticeRow.state == NoticeState.PENDING.value)
        query = query.where(col(LiveCardRow.id).in_(waiting.where(col(NoticeRow.thread_of).is_not(None))))
    return await tx.values(LiveCard, query.order_by(col(LiveCardRow.id)).limit(limit))


async def card_shown(tx: Tx, card_id: str, wanted: int) -> None:
    """The card shows the state of `wanted` now."""
    await tx.run(update(LiveCardRow).where(col(LiveCardRow.id) == card_id).values(shown=wanted))


async def hub_at(tx: Tx, channel: str, ts: str) -> LiveCard | None:
    """The hub with this message, or None: whether a thread belongs to a review."""
    return await tx.one(LiveCard, kind=CardKind.HUB.value, channel=channel, ts=ts) if ts else None
