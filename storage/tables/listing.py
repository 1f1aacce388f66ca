"""Rows of the list: what somebody has open, and filters under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, version_column

OPEN_LIST_V = version_column()


class OpenListRow(Marked, table=True):
    __tablename__ = "open_list"
    __mapper_args__: ClassVar[Any] = {"version_id_col": OPEN_LIST_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=OPEN_LIST_V)
    person_id: str = Field(foreign_key="person.id", index=True)
    body: dict[str, Any] = Field(sa_type=JSON)
    at: datetime


class SavedFilterRow(Marked, table=True):
    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("owner_id", "name", "practice_of"),)
    id: str = Field(primary_key=True)
    owner_id: str
    name: str
    body: dict[str, Any] = Field(sa_type=JSON)
    made_by: str = Field(foreign_key="person.id")
    at: datetime
