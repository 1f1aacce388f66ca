"""Rows of the shelf of checklists: what is asked now, working copies, publications, what people said of meanings.

The versions themselves are in `rounds.py`: they are what rounds pin.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Row, version_column

SHELF_V, DRAFT_V = (version_column() for _ in range(2))


class ShelfRow(Row, table=True):
    __tablename__ = "checklist_shelf"
    __mapper_args__: ClassVar[Any] = {"version_id_col": SHELF_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=SHELF_V)
    key: str = Field(unique=True)
    origin: str
    version_id: str | None = Field(foreign_key="checklist_version.id")
    file_hash: str
    retired_at: datetime | None
    retired_by: str
    retired_why: str


class DraftRow(Row, table=True):
    __tablename__ = "checklist_draft"
    __mapper_args__: ClassVar[Any] = {"version_id_col": DRAFT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=DRAFT_V)
    key: str = Field(unique=True)
    base_id: str | None = Field(foreign_key="checklist_version.id")
    body: dict[str, Any] = Field(sa_type=JSON)
    edited_by: str = Field(foreign_key="person.id")
    edited_at: datetime


class PublicationRow(Row, table=True):
    __tablename__ = "checklist_publication"
    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="checklist_version.id", index=True)
    before_id: str | None = Field(foreign_key="checklist_version.id")
    by: str = Field(foreign_key="person.id")
    at: datetime
    reason: str


class MeaningRow(Row, table=True):
    __tablename__ = "question_meaning"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "question"),)
    id: str = Field(primary_key=True)
    from_id: str = Field(foreign_key="checklist_version.id")
    to_id: str = Field(foreign_key="checklist_version.id")
    question: str
    same: bool
    by: str = Field(foreign_key="person.id")
    at: datetime
