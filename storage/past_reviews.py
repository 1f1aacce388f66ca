"""Queries over past reviews (`bot/domain/past.py`) and over the days of our own judgements beside them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from bot.domain.past import PastReview
from bot.domain.rounds import JudgementValue
from storage.tables.rounds import JudgementRow, ReviewItemRow
from storage.tx import Tx


async def of(tx: Tx, engagement_ids: Collection[str]) -> list[PastReview]:
    """Everything that came in about these engagements, in the order of days."""
    return await tx.find(PastReview, order="reviewed_on", engagement_id=sorted(engagement_ids))


async def taken(tx: Tx, engagement_ids: Collection[str]) -> dict[str, dict[date, JudgementValue | None]]:
    """Engagement → day → value."""
    found: dict[str, dict[date, JudgementValue | None]] = {}
    for past in await of(tx, engagement_ids):
        found.setdefault(past.engagement_id, {})[past.reviewed_on] = past.value
    return found


async def judged(tx: Tx, engagement_ids: Collection[str]) -> list[tuple[str, JudgementValue, datetime]]:
    """Our own judgements of these engagements."""
    columns: Any = (ReviewItemRow.engagement_id, JudgementRow.value, JudgementRow.at)
    query = (
        select(*columns)
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(JudgementRow.item_id))
        .where(col(ReviewItemRow.engagement_id).in_(sorted(engagement_ids)))
    )
    return [(engagement, JudgementValue(value), at) for engagement, value, at in await tx.rows(query)]
