"""Rows of contracts that end: which step was told to whom, and the closing checklist."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, version_column

CLOSING_V = version_column()


class EndStepRow(Marked, table=True):
    __tablename__ = "end_step"
    __table_args__ = (UniqueConstraint("engagement_id", "ends_on", "step", "asked_of"),)
    id: str = Field(primary_key=True)
    engagement_id: str = Field(foreign_key="engagement.id")
    ends_on: date
    step: str
    asked_of: str
    asked_on: date
    reason: str


class ClosingItemRow(Marked, table=True):
    __tablename__ = "closing_item"
    __table_args__ = (UniqueConstraint("engagement_id", "key"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": CLOSING_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=CLOSING_V)
    engagement_id: str = Field(foreign_key="engagement.id")
    key: str
    state: str
    note: str
    by_id: str | None = Field(foreign_key="person.id")
    at: datetime | None
