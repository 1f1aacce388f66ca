"""Queries over suppliers, engagements, departments, owners and endpoints. What people read is in `ledger_queries.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from bot.domain.base import Root, Value
from bot.domain.ledger import EndpointState, Engagement, Supplier
from bot.domain.names import ALIKE_FROM
from storage.mapping import columns, row_class
from storage.tables.ledger import ChangeRow, EndpointRow, SupplierRow, SupplierTeamRow
from storage.tx import Stale, Taken, Tx

CHUNK = 1000


async def linked_channels(tx: Tx) -> list[str]:
    """Channel ids of endpoints that are not severed."""
    query = select(EndpointRow.channel_id).where(EndpointRow.state != EndpointState.SEVERED.value)
    return list(await tx.rows(query))


async def language_of_team(tx: Tx, team_id: str) -> str:
    """The language of the supplier that a partner's workspace was confirmed for; '' where there is none."""
    query = (
        select(SupplierRow.language)
        .join(SupplierTeamRow, col(SupplierTeamRow.supplier_id) == col(SupplierRow.id))
        .where(SupplierTeamRow.team_id == team_id, col(SupplierTeamRow.until).is_(None))
        .limit(1)
    )
    found = await tx.rows(query)
    return str(found[0]) if found else ""


async def insert_all(tx: Tx, values: Sequence[Value]) -> None:
    """Write new values, class by class, parents before what refers to them.

    A list as the second argument of one INSERT, 1,000 rows at a time: 18 times faster than VALUES with all rows, and the
    memory stays flat (docs: limits of the stack, §3). Raises Taken where a unique key is there already.
    """
    await tx.flush()
    by_class: dict[type[Value], list[dict[str, Any]]] = {}
    for value in values:
        by_class.setdefault(type(value), []).append(tx.stamped(type(value), columns(value)))
    connection = await tx.session.connection()
    try:
        for cls in sorted(by_class, key=_generation):
            for some in _chunks(by_class[cls]):
                await connection.execute(insert(row_class(cls)), list(some))
    except IntegrityError as error:
        if "unique" not in str(error.orig).lower():
            raise
        raise Taken(str(error.orig)) from error


def _generation(cls: type[Value]) -> int:
    """The place of a class's table when tables are sorted by what refers to what."""
    names = [table.name for table in SQLModel.metadata.sorted_tables]
    return names.index(str(row_class(cls).__tablename__))


async def rewrite(tx: Tx, values: Sequence[Root]) -> None:
    """Write changed values of one class over their rows, a thousand at a time. Raises Stale where somebody was faster.

    Past the session: this transaction must not put them again.
    """
    await tx.flush()
    connection = await tx.session.connection()
    for some in _chunks(values):
        table: Any = row_class(type(some[0])).__table__  # type: ignore[attr-defined]
        rows = [{f"to_{name}": item for name, item in columns(value).items()} for value in some]
        names = [name for name in columns(some[0]) if name not in ("id", "version")]
        new: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names} | {
            "version": bindparam("to_version") + 1
        }
        same = (table.c.id == bindparam("to_id"), table.c.version == bindparam("to_version"))
        result = await connection.execute(update(table).where(*same).values(new), rows)
        if result.rowcount != len(some):
            raise Stale(f"{table.name}: {len(some) - result.rowcount} of {len(some)} were changed meanwhile")


async def numbered(tx: Tx, numbers: Collection[str]) -> list[Supplier]:
    """The suppliers with one of these corporate numbers."""
    found = []
    for some in _chunks(sorted(numbers)):
        found += await tx.find(Supplier, corporate_number=some)
    return found


async def unnumbered(tx: Tx, names: Collection[str]) -> list[Supplier]:
    """The suppliers without a corporate number that bear exactly one of these names, oldest first."""
    found = []
    for some in _chunks(sorted(names)):
        found += await tx.find(Supplier, corporate_number=None, name=some)
    return found


async def engagements_of(tx: Tx, supplier_ids: Collection[str]) -> list[Engagement]:
    """All engagements of these suppliers."""
    found = []
    for some in _chunks(sorted(supplier_ids)):
        found += await tx.find(Engagement, supplier_id=some)
    return found


async def mark(tx: Tx) -> tuple[int, str]:
    """Differs as soon as anything in the ledger was changed (whatever changes it leaves an entry in the history)."""
    number, newest = (await tx.rows(select(func.count(), func.max(ChangeRow.id)).select_from(ChangeRow)))[0]
    return int(number), str(newest)


async def alike(tx: Tx, key: str, limit: int) -> list[Supplier]:
    """Suppliers whose name key looks like this one (`names.alike`): equal ones first."""
    near = col(SupplierRow.name_key) == key
    if len(key) >= ALIKE_FROM:
        within = (func.length(SupplierRow.name_key) >= ALIKE_FROM) & literal(key).contains(SupplierRow.name_key)
        near = or_(near, col(SupplierRow.name_key).contains(key, autoescape=True), within)
    order = (col(SupplierRow.name_key) != key, func.length(SupplierRow.name_key), col(SupplierRow.id))
    return await tx.values(Supplier, select(SupplierRow).where(near).order_by(*order).limit(limit))


async def keys_taken(tx: Tx, keys: Collection[str]) -> dict[str, str]:
    """Name key → name, for the keys that a supplier has."""
    found: dict[str, str] = {}
    for some in _chunks(sorted(keys)):
        query = select(SupplierRow.name_key, SupplierRow.name).where(col(SupplierRow.name_key).in_(list(some)))
        found |= {str(key): str(name) for key, name in await tx.rows(query)}
    return found


async def matching(tx: Tx, key: str, number: str | None, limit: int) -> tuple[list[Supplier], int]:
    """Suppliers with this number or with this key in their name, and how many there are: exact ones first."""
    meant = col(SupplierRow.name_key).contains(key, autoescape=True)
    if number:
        meant = col(SupplierRow.corporate_number) == number
    order = (col(SupplierRow.name_key) != key, col(SupplierRow.name_key), col(SupplierRow.id))
    found = await tx.values(Supplier, select(SupplierRow).where(meant).order_by(*order).limit(limit))
    total = (await tx.rows(select(func.count()).select_from(SupplierRow).where(meant)))[0]
    return found, int(total)


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
