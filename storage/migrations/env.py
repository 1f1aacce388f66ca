"""Alembic's environment: online only. SQLite gets its foreign keys off while tables are rebuilt (dropping a parent table
with them on would delete the children's rows) and checked before the commit; PostgreSQL gets an advisory lock, so that
replicas that start together migrate once.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, pool, text
from sqlmodel import SQLModel

import storage.mapping  # noqa: F401  (registers every table)

LOCK = 7_302_114  # any number, the same for every process


def run(connection: Connection) -> None:
    """Migrate over one connection, in one transaction."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"the migration broke references: {broken[:5]}")


def main() -> None:
    """Open the database of the configuration and migrate."""
    url = context.config.get_main_option("sqlalchemy.url") or ""
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        _real_transactions(engine)
    with engine.connect() as connection:
        run(connection)


def _real_transactions(engine: Engine) -> None:
    """sqlite3 starts no transaction before DDL of its own accord: a migration that breaks off would leave half of it."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in ("journal_mode=wal", "busy_timeout=30000", "foreign_keys=off"):
            dbapi.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


main()
