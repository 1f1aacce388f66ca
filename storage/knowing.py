"""The last judgement of engagements with its reason and validity, for those who ask before they register."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import col, select

from bot.domain.rounds import Judgement
from storage.tables.rounds import JudgementRow, ReviewItemRow
from storage.tx import Tx


async def judgements(tx: Tx, engagement_ids: Collection[str]) -> list[tuple[str, Judgement]]:
    """Every judgement of these engagements with the engagement's id, oldest first. One statement, and one for whose they are."""
    query = (
        select(JudgementRow)
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(JudgementRow.item_id))
        .where(col(ReviewItemRow.engagement_id).in_(list(engagement_ids)))
        .order_by(col(JudgementRow.at), col(JudgementRow.n), col(JudgementRow.id))
    )
    found = await tx.values(Judgement, query)
    items = select(ReviewItemRow.id, ReviewItemRow.engagement_id).where(
        col(ReviewItemRow.id).in_({judgement.item_id for judgement in found})
    )
    whose = {str(item): str(engagement) for item, engagement in await tx.rows(items)} if found else {}
    return [(whose[judgement.item_id], judgement) for judgement in found]


async def last_judgements(tx: Tx, engagement_ids: Collection[str]) -> dict[str, Judgement]:
    """The last one by engagement id; an engagement has few, so it is picked here."""
    return dict(await judgements(tx, engagement_ids))
