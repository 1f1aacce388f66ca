"""What every row shares: named constraints, so that migrations can find them on both databases, and a version column."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Column, Integer
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def version_column() -> Column[Any]:
    """A `version` column; a row class names it in `__mapper_args__` so that a second writer on old state fails."""
    return Column("version", Integer, nullable=False)


class Row(SQLModel):
    """Base of all rows. Tables do not validate: the frozen value that is written has been checked already."""

    __mapper_args__: ClassVar[Any] = {}


class Marked(Row):
    """Base of rows that belong to the company's books or to somebody's rehearsal (docs/adr/0011).

    `practice_of` is the person who rehearses, '' for what is real. `Tx` writes it and reads by it; nobody else names it.
    """

    practice_of: str = ""
