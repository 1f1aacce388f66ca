"""The history of monitoring in an engagement's record (`record_sections.ENGAGEMENT`)."""

from __future__ import annotations

from typing import Any

from bot.domain.monitoring import Monitoring, MonitoringLine
from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]

SHOWN = 10
REASON = 200


def monitoring_section(t: Text, _record: Any, found: Monitoring, engagement_id: str) -> list[Json]:
    """The newest reviews; nothing where there was none."""
    lines = found.of(engagement_id)
    if not lines:
        return []
    told = [_line(t, line) for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        told.append(t("ledger.more", count=len(lines) - SHOWN))
    return [kit.section(kit.plain(t("monitoring.title"))), kit.context(kit.plain("\n".join(told)))]


def _line(t: Text, line: MonitoringLine) -> str:
    value = t(f"ledger.judgement.{line.value}") if line.value else t("monitoring.not_judged")
    told = t("monitoring.imported" if line.imported else "monitoring.line", day=t.date(line.on), value=value)
    return told + (t("monitoring.reason", reason=kit.cut(line.reason, REASON)) if line.reason else "")
