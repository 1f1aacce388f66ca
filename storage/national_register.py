"""Queries over the look-up of the national register: what was imported from its file, and what its Web-API told since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from bot.domain.national_register import RegisterEntry
from storage import ledger
from storage.tables.register import RegisterEntryRow
from storage.tx import Tx

_LAST = "\U0010ffff"
_DIGITS = 13


async def replace(tx: Tx, entries: Sequence[RegisterEntry], gone: Collection[str] = ()) -> None:
    """Write these entries over what was known of their numbers, and forget those that are gone."""
    numbers = {e.id for e in entries} | set(gone)
    if numbers:
        await tx.run(delete(RegisterEntryRow).where(col(RegisterEntryRow.id).in_(numbers)))
    await ledger.insert_all(tx, list({e.id: e for e in entries}.values()))


async def known(tx: Tx, numbers: Collection[str]) -> dict[str, RegisterEntry]:
    """What is known of these numbers."""
    return {e.id: e for e in await tx.find(RegisterEntry, id=set(numbers))} if numbers else {}


async def beginning_with(tx: Tx, key: str, digits: str, limit: int) -> list[RegisterEntry]:
    """Companies whose name or reading key begins with `key`, or whose number begins with `digits`; open ones first.

    Beginnings alone, because the whole register has five million rows: a part would have to read them all before the ack.
    """
    row = RegisterEntryRow
    meant: list[tuple[Any, Any]] = []
    if key:
        keys = (col(row.name_key), col(row.reading_key))
        meant += [((column >= key) & (column < key + _LAST), column) for column in keys]
    if digits:
        low, high = digits.ljust(_DIGITS, "0"), digits.ljust(_DIGITS, "9")
        meant.append(((col(row.id) >= low) & (col(row.id) <= high), col(row.id)))
    found: dict[str, RegisterEntry] = {}
    for one, order in meant:  # one index each; an OR would make the planner read the table
        for entry in await tx.values(RegisterEntry, select(row).where(one).order_by(order).limit(limit)):
            found[entry.id] = entry
    order = sorted(found.values(), key=lambda e: (e.closed_on is not None, len(e.name_key), e.name_key, e.id))
    return order[:limit]


async def any_there(tx: Tx) -> bool:
    """Whether there is anything to look up in."""
    return bool(await tx.rows(select(RegisterEntryRow.id).limit(1)))
