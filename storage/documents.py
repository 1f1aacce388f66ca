"""Documents of many suppliers at once: for an import that must not make them twice, and for an export that writes them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.documents import Document
from bot.domain.import_papers import cell_of
from bot.domain.reading import LedgerRow
from storage.tx import Tx


async def of_suppliers(tx: Tx, supplier_ids: Sequence[str]) -> dict[str, list[Document]]:
    """Supplier → its documents in the order in which they came, also those that were taken out."""
    found: dict[str, list[Document]] = {}
    for one in await tx.find(Document, supplier_id=list(supplier_ids)):
        found.setdefault(one.supplier_id, []).append(one)
    return found


async def beside(tx: Tx, rows: list[LedgerRow]) -> list[LedgerRow]:
    """Rows of an export with what stands in their column of documents: one statement."""
    found = await of_suppliers(tx, sorted({row.supplier.id for row in rows})) if rows else {}
    return [_with(row, found.get(row.supplier.id, ())) for row in rows] if found else rows


def _with(row: LedgerRow, of_supplier: Sequence[Document]) -> LedgerRow:
    here = [d for d in of_supplier if d.removed_at is None and d.engagement_id in (None, row.engagement.id)]
    return row.model_copy(update={"papers": cell_of(here)}) if here else row
