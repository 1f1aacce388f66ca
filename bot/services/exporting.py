"""Giving the ledger out as a file. Nothing changes here. Another format: its writer (`message_templates/`), a line in WRITERS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.domain.free_fields import FreeField
from bot.domain.reading import LedgerRow
from bot.services.desk import Desk
from message_templates.ledger_csv import ledger_csv, ledger_xlsx
from storage import free_fields, ledger_queries

CSV, XLSX = "csv", "xlsx"
WRITERS: Mapping[str, Callable[[Iterable[LedgerRow], Sequence[FreeField]], bytes]] = {
    CSV: ledger_csv,
    XLSX: ledger_xlsx,
}


class Exporting:
    """Writes the ledger. `zone` is the company's: which day something was judged on. Who may is asked by whoever calls."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def ledger(self, kind: str = CSV) -> bytes:
        """The whole ledger; an import of it says "same" for every row. Presses have their turn while it is written.

        Written while it is read, some hundred rows at a time: the file is all of it that is ever in memory.
        """
        async with self._desk.db.read() as tx:
            free = await free_fields.active(tx)
            rows = _taken(ledger_queries.everything(tx), asyncio.get_running_loop())
            return await asyncio.to_thread(WRITERS[kind], map(self._dated, rows), free)

    def _dated(self, row: LedgerRow) -> LedgerRow:
        on = row.judged_at.astimezone(self._zone).date() if row.judged_at else None
        return row.model_copy(update={"judged_on": on}) if on else row


def _taken(pieces: AsyncIterator[list[LedgerRow]], loop: asyncio.AbstractEventLoop) -> Iterator[LedgerRow]:
    """In another thread: row after row, each piece fetched by the loop when the one before is written."""
    while some := asyncio.run_coroutine_threadsafe(_next(pieces), loop).result():
        yield from some


async def _next(pieces: AsyncIterator[list[LedgerRow]]) -> list[LedgerRow]:
    return await anext(pieces, [])
