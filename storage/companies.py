"""Which of our own suppliers are offered in the register form while somebody types."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.ledger import Supplier
from bot.domain.placing import OPEN_TO_WORK
from storage.tables.ledger import SupplierRow
from storage.tx import Stale, Tx


async def ours(tx: Tx, terms: Sequence[str], key: str, limit: int) -> list[Supplier]:
    """Suppliers that may get new work in whose name, reading or number every term is (`searching.terms`): best ones first.

    `key` is the name key of the whole of it: names that are it, then names that begin with it, then shorter ones.
    """
    if not terms:
        return []
    row = SupplierRow
    every = [col(row.search).contains(term, autoescape=True) for term in terms]
    query = select(row).where(col(row.state).in_([state.value for state in OPEN_TO_WORK]), *every)
    begins = col(row.name_key).startswith(key, autoescape=True)
    order = (col(row.name_key) != key, begins.is_(False), func.length(row.name_key), col(row.name_key), col(row.id))
    return await tx.values(Supplier, query.order_by(*order).limit(limit))


async def hold(tx: Tx, supplier_ids: Sequence[str]) -> None:
    """Until this transaction ends, nobody else adds to these suppliers, nor merges them. SQLite has one writer anyway.

    Raises Stale where one of them is not any more as this transaction has seen it: it may have been merged meanwhile.
    """
    if tx.sqlite or not supplier_ids:
        return
    query = select(SupplierRow.id, SupplierRow.version).where(col(SupplierRow.id).in_(list(supplier_ids)))
    for key, version in await tx.rows(query.order_by(col(SupplierRow.id)).with_for_update()):
        if tx.version(Supplier, key) not in (None, version):
            raise Stale(f"Supplier {key} was changed meanwhile")
