"""Rows of checklist versions, rounds, attestations, reviews and judgements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, Row, version_column

ROUND_V, ATTESTATION_V, REVIEW_V, ITEM_V = (version_column() for _ in range(4))


class ChecklistVersionRow(Row, table=True):
    __tablename__ = "checklist_version"
    __table_args__ = (UniqueConstraint("key", "n"), UniqueConstraint("key", "content_hash"))
    id: str = Field(primary_key=True)
    key: str
    n: int
    content_hash: str
    body: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime


class RoundRow(Marked, table=True):
    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("rule", "period"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": ROUND_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=ROUND_V)
    title: str
    checklist_version_ids: list[str] = Field(sa_type=JSON)  # versions are never deleted, so no row may lose one
    by_policy: bool
    rule: str
    period: str
    due_on: date
    attest_by: date
    state: str = Field(index=True)
    opened_by: str
    opened_at: datetime | None


class RoundDecisionRow(Marked, table=True):
    __tablename__ = "round_decision"
    __table_args__ = (UniqueConstraint("round_id", "engagement_id"),)
    id: str = Field(primary_key=True)
    round_id: str = Field(foreign_key="round.id")
    engagement_id: str = Field(foreign_key="engagement.id")
    verdict: str
    reason: str
    facts: dict[str, Any] = Field(sa_type=JSON)


class AttestationRow(Marked, table=True):
    __tablename__ = "attestation"
    __table_args__ = (UniqueConstraint("round_id", "engagement_id"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": ATTESTATION_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=ATTESTATION_V)
    round_id: str = Field(foreign_key="round.id")
    engagement_id: str = Field(foreign_key="engagement.id", index=True)
    owner_id: str = Field(foreign_key="person.id", index=True)
    state: str
    cycle: int


class AttestationAnswerRow(Marked, table=True):
    __tablename__ = "attestation_answer"
    __table_args__ = (UniqueConstraint("attestation_id", "n"),)
    id: str = Field(primary_key=True)
    attestation_id: str = Field(foreign_key="attestation.id")
    n: int
    kind: str
    detail: dict[str, Any] = Field(sa_type=JSON)
    by: str
    at: datetime


class ReviewRow(Marked, table=True):
    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("round_id", "supplier_id"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": REVIEW_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=REVIEW_V)
    round_id: str = Field(foreign_key="round.id")
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    state: str = Field(index=True)
    due_on: date
    reason: str


class ReviewItemRow(Marked, table=True):
    __tablename__ = "review_item"
    __table_args__ = (UniqueConstraint("review_id", "engagement_id"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": ITEM_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=ITEM_V)
    review_id: str = Field(foreign_key="review.id")
    engagement_id: str = Field(foreign_key="engagement.id", index=True)
    state: str
    reason: str


class JudgementRow(Marked, table=True):
    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("item_id", "n"), CheckConstraint("reason <> ''", name="reason_given"))
    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="review_item.id")
    n: int
    value: str
    reason: str
    submission_id: str | None = Field(foreign_key="submission.id")
    by: str
    at: datetime
    valid_until: date | None
