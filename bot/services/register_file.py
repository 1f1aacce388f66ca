"""The look-up of the national register out of the agency's own file: every company, or what changed since.

A file has up to five million rows, so it is read and written piece by piece: memory stays flat, and presses wait for no more
than one piece. A row takes the place of what was known of its number, so a file that was broken off is simply taken again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.domain.national_register import NotTheRegister, RegisterEntry, read_file
from bot.domain.registering import RegisterTaken
from bot.services.desk import Desk
from storage import national_register

PIECE = 2000

Row = tuple[str, RegisterEntry | None]


class RegisterFile:
    """Takes the file in; only the operator at the machine does. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def take(self, file: TextIO) -> RegisterTaken:
        """Everything in it, or everything before the first row that cannot be read, with its line."""
        today = self._desk.clock.now().astimezone(self._zone).date()
        done = RegisterTaken()
        rows = _until_wrong(read_file(file, today))
        while piece := list(islice(rows, PIECE)):
            wrong = next((one.line for one in piece if isinstance(one, NotTheRegister)), 0)
            good = [one for one in piece if not isinstance(one, NotTheRegister)]
            done = await self._store(done, good)
            if wrong:
                return done.model_copy(update={"wrong_line": wrong})
        return done

    async def _store(self, done: RegisterTaken, rows: Iterable[Row]) -> RegisterTaken:
        every = list(rows)
        last = {number: entry for number, entry in every if number}  # of several for one number the last one holds
        older = sum(not number for number, _ in every)
        entries = [entry for entry in last.values() if entry]
        gone = [number for number, entry in last.items() if entry is None]
        async with self._desk.db.begin("register.imported") as tx:
            await national_register.replace(tx, entries, gone)
        return done.plus(stored=len(entries), gone=len(gone), older=older)


def _until_wrong(rows: Iterator[Row]) -> Iterator[Row | NotTheRegister]:
    """The rows, and at last what is wrong with the one after them."""
    try:
        yield from rows
    except NotTheRegister as wrong:
        yield wrong
