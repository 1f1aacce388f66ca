"""What is kept of an import's report for its card in Slack: numbers, the first lines in both languages, and a fingerprint."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from bot.domain.importing import ImportReport, Verdict
from message_templates.catalogs import text
from message_templates.import_report import complaint_line, note_line, outcome, row_lines

LINES = 20
"""Lines of a report that are kept for the card."""


def summary(report: ImportReport) -> dict[str, Any]:
    """What is kept of a report for its card: numbers, and the first lines in both languages."""
    said = {language: partial(_lines, language, report) for language in ("ja", "en")}
    return {
        "ok": report.ok,
        "counts": {verdict.value: report.count(verdict) for verdict in Verdict},
        "unknown_columns": list(report.unknown_columns),
        "lines": {language: make() for language, make in said.items()},
        "outcome": {language: outcome(text(language), report) for language in said},
        "fingerprint": fingerprint(report),
    }


def fingerprint(report: ImportReport) -> str:
    """What becomes of every row, in short: equal for two reports that promise the same."""
    rows = "\n".join(f"{row.line} {row.verdict.value} {','.join(row.fields)}" for row in report.rows)
    return hashlib.sha256(rows.encode()).hexdigest()


def _lines(language: str, report: ImportReport) -> list[str]:
    t = text(language)
    lines = [complaint_line(t, c) for c in report.complaints]
    lines += [note_line(t, n) for n in report.notes]
    for row in report.rows:
        lines += row_lines(t, row)
        if len(lines) > LINES:
            break
    return lines[:LINES] + ([t("transfer.more")] if len(lines) > LINES else [])
