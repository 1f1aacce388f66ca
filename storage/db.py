"""The database: one writer, many readers, one commit per use case.

SQLite is for one machine: WAL, `BEGIN IMMEDIATE` before the first read (a deferred transaction that reads first lost 449
of 480 increments, docs/adr/0003), one writing connection, readers on a `query_only` engine. PostgreSQL is for more:
any number of processes, `FOR UPDATE SKIP LOCKED` where work is claimed.

Never open a transaction inside another: the SQLite writer pool has one connection and would wait for itself.
To add a query: a function in the story's file in this package that takes a `Tx`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tx import Tx

Observer = Callable[[str], None]

# Until when (event loop time) a caller waits for its turn to write; None waits as long as it takes. Patience ends before a
# transaction begins, never inside one: a write that is cancelled half-way leaves aiosqlite's thread holding the lock.
PATIENCE: ContextVar[float | None] = ContextVar("patience", default=None)


def _nothing(_point: str) -> None:
    """Nobody watches."""


def _sqlite_writer(url: str, sync: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=10, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # the driver starts no transaction of its own
        cursor = dbapi.cursor()
        for pragma in ("journal_mode=wal", f"synchronous={sync}", "busy_timeout=10000", "foreign_keys=on"):
            cursor.execute("pragma " + pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the lock is taken before the first read

    return engine


def _sqlite_reader(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=8, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        cursor = dbapi.cursor()
        for pragma in ("busy_timeout=10000", "query_only=on"):
            cursor.execute("pragma " + pragma)
        cursor.close()

    return engine


def _postgresql(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=16, max_overflow=8, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.autocommit = True  # a setting of a transaction that is rolled back would be gone
        cursor = dbapi.cursor()
        cursor.execute("SET jit = off")  # compiling a filter of the ledger took seconds, running it a tenth of one
        cursor.close()
        dbapi.autocommit = False

    return engine


class Database:
    """Opens transactions. `observer` is told of each commit by its name, before and after (used to kill and to count)."""

    def __init__(self, url: str, *, sqlite_sync: str = "FULL", observer: Observer = _nothing) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self.writer = _sqlite_writer(async_url(url), sqlite_sync)
            self.reader = _sqlite_reader(async_url(url))
        else:
            self.writer = self.reader = _postgresql(async_url(url))
        self._observer = observer
        self._turn = asyncio.Lock() if self.sqlite else None
        self.commits = 0  # of this process; tells whether anything can have changed here

    @asynccontextmanager
    async def begin(self, name: str, practice_of: str | None = "") -> AsyncIterator[Tx]:
        """One unit of work, committed when the block ends well and rolled back when anything is raised.

        `practice_of`: whose rehearsal it is about, '' for the books, or EVERYWHERE.
        TimeoutError where the caller's PATIENCE ends before its turn: then nothing has happened. Never cancel a task inside.
        """
        async with self._my_turn(), AsyncSession(self.writer, expire_on_commit=False, autoflush=False) as session:
            tx = Tx(session, sqlite=self.sqlite, practice_of=practice_of)
            yield tx
            if tx.abandoned:
                return
            await tx.flush()
            self._observer(f"commit:{name}:before")
            await session.commit()
            self.commits += 1
            self._observer(f"commit:{name}:after")

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        """SQLite writes one after another; a fair queue here is far better than SQLite's own sleep-and-retry."""
        if self._turn is None:
            yield
            return
        async with asyncio.timeout_at(PATIENCE.get()):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def read(self, practice_of: str | None = "") -> AsyncIterator[Tx]:
        """A consistent look without writing; on SQLite it cannot write."""
        async with AsyncSession(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield Tx(session, sqlite=self.sqlite, practice_of=practice_of, writes=False)

    async def close(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


def async_url(url: str) -> str:
    """The URL with the async driver: `sqlite:///file` and `postgresql://…` are what people write."""
    if url.startswith("sqlite:"):
        return url.replace("sqlite:", "sqlite+aiosqlite:", 1)
    return sync_url(url)


def sync_url(url: str) -> str:
    """The URL for migrations. psycopg serves both worlds, so PostgreSQL has one driver."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
