"""Rows of past reviews: monitoring of before, which came in with a file."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked


class PastReviewRow(Marked, table=True):
    __tablename__ = "past_review"
    __table_args__ = (UniqueConstraint("engagement_id", "reviewed_on"),)
    id: str = Field(primary_key=True)
    engagement_id: str = Field(foreign_key="engagement.id")
    reviewed_on: date
    reviewed_at: datetime
    value: str | None
    comment: str
    source: str
    file_sha256: str
    imported_by: str
    imported_at: datetime
