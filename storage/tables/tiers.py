"""Rows of risk tiers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked


class TierDecisionRow(Marked, table=True):
    __tablename__ = "tier_decision"
    __table_args__ = (UniqueConstraint("engagement_id", "n"),)
    id: str = Field(primary_key=True)
    engagement_id: str = Field(foreign_key="engagement.id")
    n: int
    tier: str
    reasons: list[dict[str, Any]] = Field(sa_type=JSON)
    facts: dict[str, Any] = Field(sa_type=JSON)
    rules: str
    override: str | None
    override_reason: str
    override_by: str
    override_until: date | None
    overtaken: bool
    by: str
    at: datetime
    cause: str
