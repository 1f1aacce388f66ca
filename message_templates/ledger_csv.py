"""The ledger as a table for spreadsheets, in Japanese like its columns; an import of it says "same" for every row.

CSV begins with a BOM, because Excel takes UTF-8 for Shift_JIS without one; .xlsx holds nothing but texts. Corporate numbers
are written as 1-2345-6789-0123, because a spreadsheet rounds a number of 13 digits. No cell is a formula in either
(`bot.domain.ledger_cells.safe`): an apostrophe stands before it, which an import takes off again, so the file may go through
a spreadsheet and another format on its way back. Shift_JIS is not offered: it cannot hold 𠮷 or ☕ (K07).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.domain.columns import PAPERS_COLUMN, PAST_ON_COLUMN, PAST_VALUE_COLUMN, READ_ONLY, WORK_ID_COLUMN
from bot.domain.corporate_number import grouped
from bot.domain.fields import COLUMNS, FIELDS, SUPPLIER, Field
from bot.domain.free_fields import FreeField
from bot.domain.ledger_cells import safe
from bot.domain.reading import LedgerRow
from bot.domain.registration import DEPARTMENT
from message_templates.catalogs import Text, text
from message_templates.workbook import workbook

BESIDE = (*READ_ONLY, PAST_VALUE_COLUMN, PAST_ON_COLUMN, PAPERS_COLUMN, WORK_ID_COLUMN)


def ledger_csv(rows: Iterable[LedgerRow], free: Sequence[FreeField] = ()) -> bytes:
    """One engagement a line. `free`: the security team's own fields, a column each."""
    out = io.BytesIO()
    words = io.TextIOWrapper(out, "utf-8-sig", newline="")
    csv.writer(words).writerows(table(rows, free))
    words.flush()
    return out.getvalue()


def ledger_xlsx(rows: Iterable[LedgerRow], free: Sequence[FreeField] = ()) -> bytes:
    """The same table as an Excel workbook of texts."""
    return workbook(text("ja")("transfer.sheet"), table(rows, free))


def table(rows: Iterable[LedgerRow], free: Sequence[FreeField] = ()) -> Iterator[list[str]]:
    """Heading and lines."""
    t = text("ja")
    yield [safe(one) for one in (*COLUMNS.values(), *(f.label_ja for f in free), *BESIDE)]
    for row in rows:
        yield [safe(one) for one in _cells(t, row, free)]


def _cells(t: Text, row: LedgerRow, free: Sequence[FreeField]) -> list[str]:
    fields = [cell(t, field, row.department if field.name == DEPARTMENT else _held(row, field)) for field in FIELDS]
    return [
        *fields,
        *(row.engagement.free.get(f.id, "") for f in free),
        row.owner,
        t(f"ledger.state.endpoint.{row.endpoint or 'none'}"),
        t(f"ledger.state.engagement.{row.engagement.state}"),
        t(f"ledger.judgement.{row.judgement}") if row.judgement else "",
        row.judged_on.isoformat() if row.judged_on else "",
        row.papers,
        row.engagement.id,
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
