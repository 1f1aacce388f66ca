"""A row of the ledger from flat words: each goes to the supplier, the engagement or the row, whichever has it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.domain.ledger import ContractType, Engagement, Supplier, SupplierKind
from bot.domain.reading import LedgerRow

THEIRS = {"corporate_number", "kind", "language", "reading", "address", "subcontracts", "paused"}
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def ledger_row(**changed: Any) -> LedgerRow:
    """`supplier` is the supplier's name."""
    supplier: dict[str, Any] = {
        "id": "s1",
        "name": "株式会社みかづき運輸",
        "name_key": "みかづき運輸",
        "created_at": NOW,
    }
    supplier |= {"kind": SupplierKind.COMPANY}
    supplier["corporate_number"] = "7999901000001"
    work: dict[str, Any] = {"id": "e1", "supplier_id": "s1", "department_id": "d1", "business": "社内便の配送"}
    work |= {"personal_data": True}
    work |= {"contract_type": ContractType.QUASI_MANDATE, "starts_on": date(2026, 4, 1), "created_at": NOW}
    row: dict[str, Any] = {"department": "総務部", "owner": "高橋 一郎"}
    for name, value in changed.items():
        if name == "supplier":
            supplier["name"] = value
        elif name in LedgerRow.model_fields:
            row[name] = value
        else:
            (supplier if name in THEIRS else work)[name] = value
    return LedgerRow(supplier=Supplier(**supplier), engagement=Engagement(**work), **row)
