"""Rows of endpoints that moved, and of people and channels that nobody registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, version_column

STRANGER_V = version_column()


class OldHubRow(Marked, table=True):
    __tablename__ = "old_hub"
    __table_args__ = (UniqueConstraint("channel", "ts"),)
    id: str = Field(primary_key=True)
    endpoint_id: str = Field(foreign_key="endpoint.id")
    review_id: str = Field(foreign_key="review.id")
    channel: str
    ts: str
    teams: list[str] = Field(sa_type=JSON)
    guests: list[str] = Field(sa_type=JSON)
    moved_at: datetime
    tries: int
    outcome: str = Field(index=True)


class StrangerRow(Marked, table=True):
    __tablename__ = "stranger"
    __table_args__ = (UniqueConstraint("kind", "key", "practice_of"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": STRANGER_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=STRANGER_V)
    kind: str
    key: str
    name: str
    teams: list[str] = Field(sa_type=JSON)
    brought_by: str
    state: str = Field(index=True)
    cycle: int
    asked_of: str
    reason: str
    answered_by: str
    first_seen: datetime
    asked_at: datetime | None
    answered_at: datetime | None
