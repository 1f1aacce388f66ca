"""The history of an engagement's monitoring: every judgement, and every past review that came in with a file, newest first."""

from __future__ import annotations

from datetime import date

from bot.domain.base import Value
from bot.domain.rounds import JudgementValue


class MonitoringLine(Value):
    """One review that is over. `value` None: it was done, and nobody judged. `imported`: it came in with a file."""

    engagement_id: str
    on: date
    value: JudgementValue | None
    reason: str = ""
    imported: bool = False


class Monitoring(Value):
    """A supplier's, of all its engagements."""

    lines: tuple[MonitoringLine, ...]

    def of(self, engagement_id: str) -> tuple[MonitoringLine, ...]:
        """One engagement's."""
        return tuple(line for line in self.lines if line.engagement_id == engagement_id)
