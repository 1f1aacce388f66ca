"""What a supplier's record is read from beside the ledger's rows: the changes of everything that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.ledger import Change
from storage.tables.ledger import ChangeRow
from storage.tables.people import PersonNameRow, PersonRow
from storage.tables.rounds import JudgementRow, ReviewItemRow
from storage.tx import Tx


def _of(subject_ids: Sequence[str], silent: Sequence[str], before: datetime | None) -> list[Any]:
    wanted: list[Any] = [col(ChangeRow.subject_id).in_(list(subject_ids)), col(ChangeRow.field).not_in(list(silent))]
    return wanted if before is None else [*wanted, col(ChangeRow.at) < before]


async def changes(
    tx: Tx, subject_ids: Sequence[str], silent: Sequence[str], before: datetime | None, limit: int, offset: int
) -> tuple[list[tuple[Any, str]], int]:
    """Some changes of these subjects, newest first, each with the name of who made it; and how many there are."""
    wanted = _of(subject_ids, silent, before)
    who = func.coalesce(func.nullif(PersonNameRow.name, ""), PersonRow.slack_user_id, col(ChangeRow.actor_id))
    query = (
        select(ChangeRow, who)
        .join(PersonRow, col(PersonRow.id) == col(ChangeRow.actor_id), isouter=True)
        .join(PersonNameRow, col(PersonNameRow.id) == col(ChangeRow.actor_id), isouter=True)
        .where(*wanted)
        .order_by(col(ChangeRow.at).desc(), col(ChangeRow.id).desc())
        .limit(limit)
        .offset(offset)
    )
    total = (await tx.rows(select(func.count()).select_from(ChangeRow).where(*wanted)))[0]
    return [(row, name) for row, name in await tx.rows(query)], int(total)


async def since(tx: Tx, subject_ids: Sequence[str], moment: datetime) -> list[Change]:
    """Every change of these subjects at the moment or after it."""
    query = select(ChangeRow).where(col(ChangeRow.subject_id).in_(list(subject_ids)), col(ChangeRow.at) >= moment)
    return await tx.values(Change, query)


async def last_author(tx: Tx, subject_id: str, field: str) -> str:
    """Who changed a field last: a name, or ''."""
    found, _total = await changes(tx, [subject_id], (), None, 50, 0)
    return next((name for row, name in found if row.field == field), "")


async def judged_before(tx: Tx, engagement_ids: Sequence[str], moment: datetime) -> dict[str, tuple[str, datetime]]:
    """Engagement id → the value and time of its last judgement before the moment."""
    columns: Any = (ReviewItemRow.engagement_id, JudgementRow.value, JudgementRow.at)
    query = (
        select(*columns)
        .join(ReviewItemRow, col(ReviewItemRow.id) == col(JudgementRow.item_id))
        .where(col(ReviewItemRow.engagement_id).in_(list(engagement_ids)), col(JudgementRow.at) < moment)
        .order_by(col(JudgementRow.at), col(JudgementRow.n), col(JudgementRow.id))
    )
    return {engagement: (value, at) for engagement, value, at in await tx.rows(query)}
