"""The last judgement of engagements with its reason and validity, for those who ask before they register."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import col, select

from bot.domain.rounds import Judgement
from storage.tables.rounds import JudgementRow, ReviewItemRow
from storage.tx import Tx


async def last_judgements(tx: Tx, engagement_ids: Collection[str]) -> dict[str, Judgement]:
    """By engagement id. One statement; an engagement has few judgements, so the last is picked here."""
    query = (
        select(JudgementRow)
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(JudgementRow.item_id))
        .where(col(ReviewItemRow.engagement_id).in_(list(engagement_ids)))
        .order_by(col(JudgementRow.at), col(JudgementRow.n), col(JudgementRow.id))
    )
    judgements = await tx.values(Judgement, query)
    items = select(ReviewItemRow.id, ReviewItemRow.engagement_id).where(
        col(ReviewItemRow.id).in_({judgement.item_id for judgement in judgements})
    )
    whose = {item: engagement for item, engagement in await tx.rows(items)} if judgements else {}
    return {whose[judgement.item_id]: judgement for judgement in judgements}
