"""The ledger as a CSV file for spreadsheets, in Japanese like its columns; an import of it says "same" for every row.

It begins with a BOM, because Excel takes UTF-8 for Shift_JIS without one. Corporate numbers are written as
1-2345-6789-0123, because a spreadsheet rounds a number of 13 digits. No cell is a formula (`bot.domain.ledger_csv.safe`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.fields import COLUMNS, FIELDS, SUPPLIER, Field
from bot.domain.ledger_csv import READ_ONLY, safe
from bot.domain.reading import LedgerRow
from bot.domain.registration import DEPARTMENT
from message_templates.catalogs import Text


def ledger_csv(rows: Iterable[LedgerRow]) -> bytes:
    """One engagement a line."""
    t = Text("ja")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*COLUMNS.values(), *READ_ONLY])
    for row in rows:
        writer.writerow([safe(one) for one in _cells(t, row)])
    return out.getvalue().encode("utf-8-sig")


def _cells(t: Text, row: LedgerRow) -> list[str]:
    fields = [cell(t, field, row.department if field.name == DEPARTMENT else _held(row, field)) for field in FIELDS]
    return [
        *fields,
        row.owner,
        t(f"ledger.state.endpoint.{row.endpoint or 'none'}"),
        t(f"ledger.judgement.{row.judgement}") if row.judgement else "",
        row.judged_on.isoformat() if row.judged_on else "",
        t(f"ledger.state.engagement.{row.engagement.state}"),
    ]


def _held(row: LedgerRow, field: Field) -> Any:
    return getattr(row.supplier if field.of == SUPPLIER else row.engagement, field.name)


def cell(t: Text, field: Field, value: Any) -> str:
    """A field's value as its reader reads it again."""
    if value is None or value in ("", ()):
        return ""
    if field.name == "corporate_number":
        return grouped(value)
    if isinstance(value, bool):
        return t("common.yes") if value else t("common.no")
    every = value if isinstance(value, tuple) else (value,)
    return "、".join(t(f"{field.words}.{v}") if field.words else str(v) for v in every)
