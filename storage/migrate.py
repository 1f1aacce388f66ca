"""Bring a database to the newest schema. Alembic, from the first table on; the same migrations on both databases."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError

from storage.db import sync_url


class Unusable(Exception):  # noqa: N818
    """The database cannot be used; the text says why, in one line."""


FOLDER = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("sqlalchemy.url", sync_url(url).replace("%", "%%"))
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing migrations. Safe to run at every start; on PostgreSQL a lock lets one process do it.

    Raises Unusable where the database cannot be opened or is none; its text holds no password.
    """
    try:
        command.upgrade(config(url), revision)
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise Unusable(str(cause).strip().split("\n")[0] or type(cause).__name__) from error


def write_revision(message: str) -> None:
    """Write a migration for what the row classes have and the migrations lack; read it before you commit it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        upgrade(url)
        command.revision(config(url), message=message, autogenerate=True)


if __name__ == "__main__":
    write_revision(sys.argv[1])
