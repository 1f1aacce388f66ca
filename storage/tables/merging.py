"""Rows of mergings: two records of one company that became one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field

from storage.tables.base import Marked, version_column

MERGE_V = version_column()


class MergeRow(Marked, table=True):
    __tablename__ = "merge"
    __mapper_args__: ClassVar[Any] = {"version_id_col": MERGE_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=MERGE_V)
    kept_id: str = Field(foreign_key="supplier.id", index=True)
    gone_id: str = Field(foreign_key="supplier.id", index=True)
    moved: list[dict[str, str]] = Field(sa_type=JSON)
    number_moved: bool
    taken: list[dict[str, Any]] = Field(sa_type=JSON)
    by_id: str = Field(foreign_key="person.id")
    at: datetime
    undone_by: str
    undone_at: datetime | None
