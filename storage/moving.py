"""Queries of endpoints that move or are severed: what is open there, what is on its way, and what follows them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, update
from sqlmodel import col, select

from bot.domain.delivery import NoticeState
from bot.domain.ledger import Endpoint
from bot.domain.moving import OldHub
from bot.domain.rounds import ANSWERABLE, Review
from storage.mapping import to_value
from storage.tables.answering import ReviewQuestionRow
from storage.tables.delivery import NoticeRow
from storage.tables.endpoints import OldHubRow
from storage.tables.ledger import EngagementRow
from storage.tables.rounds import ReviewRow, RoundRow
from storage.tx import Tx

ON_ITS_WAY = (NoticeState.CLAIMED.value, NoticeState.IN_DOUBT.value)


async def open_at(tx: Tx, endpoint_ids: Collection[str]) -> list[tuple[str, Review, str]]:
    """(endpoint, review, the round's title) of every review that still takes answers at one of these endpoints."""
    asked = (
        select(ReviewQuestionRow.review_id, ReviewQuestionRow.endpoint_id)
        .where(col(ReviewQuestionRow.endpoint_id).in_(endpoint_ids), col(ReviewQuestionRow.included))
        .distinct()
        .subquery()
    )
    query = (
        select(asked.c.endpoint_id, ReviewRow, RoundRow.title)
        .join(ReviewRow, col(ReviewRow.id) == asked.c.review_id)
        .join(RoundRow, col(RoundRow.id) == col(ReviewRow.round_id))
        .where(col(ReviewRow.state).in_([state.value for state in ANSWERABLE]))
        .order_by(col(ReviewRow.due_on), col(ReviewRow.id))
    )
    return [(endpoint, to_value(Review, review), title) for endpoint, review, title in await tx.rows(query)]


async def on_its_way(tx: Tx, endpoint_id: str) -> int:
    """How many messages to an endpoint are being sent, or nobody knows yet whether they arrived."""
    query = (
        select(func.count())
        .select_from(NoticeRow)
        .where(NoticeRow.endpoint_id == endpoint_id, col(NoticeRow.state).in_(ON_ITS_WAY))
    )
    return int((await tx.rows(query))[0])


async def redirect(tx: Tx, endpoint_id: str, place: str) -> None:
    """What waits to be sent to an endpoint goes to this place."""
    statement = update(NoticeRow).where(
        col(NoticeRow.endpoint_id) == endpoint_id,
        col(NoticeRow.state) == NoticeState.PENDING.value,
        col(NoticeRow.place) != place,
    )
    await tx.run(statement.values(place=place, retry_at=None))


async def rename(tx: Tx, endpoint_id: str, old: str, new: str) -> None:
    """Keys of an endpoint's notices name its new channel: what has been told must stay told."""
    before, after = f"/channel:{old}", f"/channel:{new}"
    statement = update(NoticeRow).where(col(NoticeRow.endpoint_id) == endpoint_id)
    await tx.run(statement.values(key=func.replace(NoticeRow.key, before, after)))


async def works_of(tx: Tx, endpoints: Collection[Endpoint]) -> dict[str, list[str]]:
    """The engagements that have one of these endpoints as their own, by endpoint."""
    query = (
        select(EngagementRow.endpoint_id, EngagementRow.business)
        .where(col(EngagementRow.endpoint_id).in_([e.id for e in endpoints]))
        .order_by(EngagementRow.business)
    )
    found: dict[str, list[str]] = {}
    for endpoint_id, business in await tx.rows(query):
        found.setdefault(endpoint_id, []).append(business)
    return found


async def old_hubs(tx: Tx, limit: int) -> list[OldHub]:
    """Hubs in channels that their endpoint has left, at which nobody has looked yet."""
    query = select(OldHubRow).where(OldHubRow.outcome == "").order_by(col(OldHubRow.tries), col(OldHubRow.id))
    return await tx.values(OldHub, query.limit(limit))
