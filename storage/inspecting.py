"""Looking at a database without changing it: is it there, can it be written, how new is its schema, what came in lately.

For `vendor-review doctor`. Nothing here creates a file, migrates or commits; the one write is rolled back. Synchronous where
the schema may be missing, with a Tx where it is there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, func
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from bot.domain.base import Value
from storage.db import sync_url
from storage.migrate import Unusable, config
from storage.tables.delivery import InboxRow, NoticeRow
from storage.tx import Tx

CONNECT_SECONDS = 5


class DatabaseFacts(Value):
    """What a database tells of itself. `revision` '' before the first start; `journal` for SQLite, the rest for PostgreSQL."""

    revision: str = ""
    newest: str = ""
    known: bool = True
    journal: str = ""
    version: int = 0
    encoding: str = ""


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL. Raises Unusable where it is no URL."""
    try:
        found = make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        raise Unusable("this is no URL of a database") from error
    return Path(found.database or "") if found.get_backend_name() == "sqlite" else None


def inspect(url: str) -> DatabaseFacts:
    """What there is. A SQLite file must exist: opening it would create it. Raises Unusable, without a password in it."""
    scripts = ScriptDirectory.from_config(config(url))
    newest = scripts.get_current_head() or ""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision() or ""
            known = revision in {"", *(script.revision for script in scripts.walk_revisions())}
            return DatabaseFacts(revision=revision, newest=newest, known=known, **_server(connection))
    except (SQLAlchemyError, OSError) as error:
        raise _unusable(error) from error
    finally:
        engine.dispose()


def try_writing(url: str) -> None:
    """Make a table, write a row into it, and roll both back. Raises Unusable where that is not allowed."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE vendor_review_doctor (n INTEGER)")
            connection.exec_driver_sql("INSERT INTO vendor_review_doctor VALUES (1)")
            connection.rollback()
    except (SQLAlchemyError, OSError) as error:
        raise _unusable(error) from error
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """One connection at a time. On SQLite a transaction begins when SQLAlchemy says so, else CREATE TABLE would be kept."""
    if sqlite_file(url) is None:
        return create_engine(
            sync_url(url), connect_args={"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"}
        )
    engine = create_engine(sync_url(url), connect_args={"timeout": CONNECT_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _server(connection: Connection) -> dict[str, str | int]:
    if connection.dialect.name == "sqlite":
        return {"journal": str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())}
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar() or 0) // 10000
    return {"version": version, "encoding": str(connection.exec_driver_sql("SHOW server_encoding").scalar())}


def _unusable(error: Exception) -> Unusable:
    cause = getattr(error, "orig", None) or error
    return Unusable(str(cause).strip().split("\n")[0] or type(cause).__name__)


async def last_events(tx: Tx, kinds: Collection[str]) -> dict[str, datetime]:
    """The real time at which the newest event of each kind reached us; kinds that are not in the inbox are missing."""
    query = select(InboxRow.kind, func.max(InboxRow.at)).where(col(InboxRow.kind).in_(kinds)).group_by(InboxRow.kind)
    return dict(await tx.rows(query))


async def some_dm(tx: Tx) -> str:
    """The DM into which a notice was last posted; '' where there is none."""
    query = select(NoticeRow.channel).where(col(NoticeRow.channel).startswith("D"))
    found = await tx.rows(query.order_by(col(NoticeRow.created_at).desc()).limit(1))
    return str(found[0]) if found else ""
