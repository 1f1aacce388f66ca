"""The row of the national register's look-up: public data, no part of anybody's books or rehearsal, so not Marked."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import String
from sqlmodel import Field

from storage.tables.base import Row


def _in_byte_order() -> Any:
    """Text whose order is that of its characters on both databases, so that a beginning is a range of the index."""
    return String().with_variant(String(collation="C"), "postgresql")


class RegisterEntryRow(Row, table=True):
    __tablename__ = "register_entry"
    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(sa_type=_in_byte_order(), index=True)
    reading: str
    reading_key: str = Field(sa_type=_in_byte_order(), index=True)
    address: str
    closed_on: date | None
    cause: str
    successor: str | None
    seen_on: date
