"""Loads the history of monitoring for a supplier's record: two statements, whatever the number of engagements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from bot.domain.monitoring import Monitoring, MonitoringLine
from storage import knowing, past_reviews
from storage.tx import Tx


async def monitoring_part(tx: Tx, engagements: Sequence[str], day: Callable[[datetime], date]) -> Monitoring:
    """Newest first. `day`: which day something happened on where the company is."""
    ours = [
        MonitoringLine(engagement_id=whose, on=day(judged.at), value=judged.value, reason=judged.reason)
        for whose, judged in await knowing.judgements(tx, engagements)
    ]
    theirs = [
        MonitoringLine(engagement_id=p.engagement_id, on=p.reviewed_on, value=p.value, reason=p.comment, imported=True)
        for p in await past_reviews.of(tx, engagements)
    ]
    return Monitoring(lines=tuple(sorted((*theirs, *ours), key=lambda line: line.on, reverse=True)))
