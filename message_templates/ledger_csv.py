"""The ledger as a CSV file for spreadsheets, in Japanese like its columns; an import of it says "same" for every row.

It begins with a BOM, because Excel takes UTF-8 for Shift_JIS without one. Corporate numbers are written as
1-2345-6789-0123, because a spreadsheet rounds a number of 13 digits. No cell is a formula (`bot.domain.ledger_csv.safe`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bot.domain.corporate_number import grouped
from bot.domain.ledger_csv import FIELDS, READ_ONLY, safe
from bot.domain.reading import LedgerRow
from message_templates.catalogs import Text


def ledger_csv(rows: Iterable[LedgerRow]) -> bytes:
    """One engagement a line."""
    t = Text("ja")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*FIELDS, *READ_ONLY])
    for row in rows:
        writer.writerow([safe(cell) for cell in _cells(t, row)])
    return out.getvalue().encode("utf-8-sig")


def _cells(t: Text, row: LedgerRow) -> list[str]:
    return [
        grouped(row.corporate_number) if row.corporate_number else "",
        row.supplier,
        t(f"ledger.kind.{row.kind}"),
        row.language,
        row.department,
        row.business,
        t(f"ledger.contract.{row.contract_type}"),
        row.starts_on.isoformat(),
        row.ends_on.isoformat() if row.ends_on else "",
        t("common.yes") if row.personal_data else t("common.no"),
        row.owner,
        t(f"ledger.state.endpoint.{row.endpoint or 'none'}"),
        t(f"ledger.judgement.{row.judgement}") if row.judgement else "",
        row.judged_on.isoformat() if row.judged_on else "",
        t(f"ledger.state.engagement.{row.state}"),
    ]
