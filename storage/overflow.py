"""What an import must remember of the rows before, out of memory: a mapping that keeps its newest entries and writes the rest
into a temporary database, so that a long file needs no more memory than a short one.

The database has no name (the system forgets it with the process) and is read by nobody else. What is taken out is a copy:
whoever changes it puts it back.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

NEWEST = 4000
"""Entries of a mapping that are held in memory; a file of fewer rows opens no database."""
LOOKED_UP = "it is looked up and written to, nothing else"
_BITS = 1 << 20
_CACHE = "pragma cache_size=-2048"  # KiB


class Shelves:
    """Mappings that share a temporary database. `shelf()` makes one."""

    def __init__(self) -> None:
        self._database: sqlite3.Connection | None = None
        self._made = 0

    def shelf(self) -> Shelf:
        """A new mapping."""
        self._made += 1
        return Shelf(self, f"shelf_{self._made}")

    def database(self) -> sqlite3.Connection:
        """Opened when it is needed first."""
        if self._database is None:
            self._database = sqlite3.connect("", isolation_level=None)
            for pragma in ("pragma journal_mode=off", "pragma synchronous=off", "pragma temp_store=file", _CACHE):
                self._database.execute(pragma)
            self._database.execute("begin")
        return self._database

    def __enter__(self) -> Shelves:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._database is not None:
            self._database.close()


class Shelf(MutableMapping[Any, Any]):
    """Keys are texts, bytes, or tuples whose parts are told apart as texts; values are whatever can be pickled."""

    def __init__(self, shelves: Shelves, table: str) -> None:
        self._shelves, self._table = shelves, table
        self._newest: dict[bytes, Any] = {}
        self._written = False
        self._marks = bytearray(_BITS // 8)  # a Bloom filter: most keys are new, and what is new is not looked for

    def __getitem__(self, key: Any) -> Any:
        place = _place(key)
        if place in self._newest:
            return self._newest[place]
        bit = hash(place) % _BITS
        if self._marks[bit >> 3] & 1 << (bit & 7):
            query = f"select value from {self._table} where place = ?"  # noqa: S608  a name of our own
            if found := self._shelves.database().execute(query, (place,)).fetchone():
                return pickle.loads(found[0])  # noqa: S301  our own database: nobody else can write it
        raise KeyError(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._newest[_place(key)] = value
        if len(self._newest) >= NEWEST:
            self._write()

    def _write(self) -> None:
        database = self._shelves.database()
        if not self._written:
            database.execute(f"create table {self._table} (place blob primary key, value blob) without rowid")
            self._written = True
        rows = []
        for place, value in self._newest.items():
            rows.append((place, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)))
            bit = hash(place) % _BITS
            self._marks[bit >> 3] |= 1 << (bit & 7)
        database.executemany(f"insert or replace into {self._table} values (?, ?)", rows)  # noqa: S608  as above
        self._newest.clear()

    def __delitem__(self, key: Any) -> None:
        raise TypeError(LOOKED_UP)

    def __iter__(self) -> Iterator[Any]:
        raise TypeError(LOOKED_UP)

    def __len__(self) -> int:
        raise TypeError(LOOKED_UP)


def _place(key: Any) -> bytes:
    if isinstance(key, bytes):
        return key
    text = key if isinstance(key, str) else "\0".join(map(str, key))
    return text.encode("utf-8", "surrogatepass")
