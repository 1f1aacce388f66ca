"""Migrations: they make exactly what the row classes say, on both databases, and can be run again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

import storage.mapping  # noqa: F401
from storage.db import sync_url
from storage.migrate import upgrade
from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> str:
    return f"sqlite:///{tmp_path}/m.db" if request.param == "sqlite" else postgres.fresh("migrations")


def test_migrations_and_row_classes_agree(url: str) -> None:
    upgrade(url)
    upgrade(url)
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_every_constraint_has_a_name(url: str) -> None:
    upgrade(url)
    engine = create_engine(sync_url(url))
    looked = inspect(engine)
    for table in SQLModel.metadata.tables:
        assert looked.get_pk_constraint(table)["name"] == f"pk_{table}"
        for unique in looked.get_unique_constraints(table):
            assert (unique["name"] or "").startswith(f"uq_{table}")
        for key in looked.get_foreign_keys(table):
            assert (key["name"] or "").startswith(f"fk_{table}")
    engine.dispose()
