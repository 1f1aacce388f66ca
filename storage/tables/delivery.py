"""Rows of the outbox, attempts, live cards, the inbox, pacing and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, Row


class NoticeRow(Marked, table=True):
    __tablename__ = "notice"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "subject_id"))
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    place: str
    subject_id: str
    supplier_id: str
    endpoint_id: str
    cycle: int
    step: str
    params: dict[str, Any] = Field(sa_type=JSON)
    depends_on: str | None
    thread_of: str | None
    not_before: datetime | None
    state: str
    reason: str
    created_at: datetime
    claimed_by: str
    lease_until: datetime | None
    retry_at: datetime | None
    tried_at: datetime | None
    attempts: int
    lookups: int
    blind: int
    language: str
    text: str
    channel: str
    ts: str


class AttemptRow(Marked, table=True):
    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("notice_id", "n"),)
    id: str = Field(primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    n: int
    started_at: datetime
    result: str


class LiveCardRow(Marked, table=True):
    __tablename__ = "live_card"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "place"), Index(None, "channel", "ts"))
    id: str = Field(primary_key=True)
    kind: str
    subject_id: str
    place: str
    channel: str
    ts: str
    wanted: int
    shown: int


class InboxRow(Row, table=True):
    __tablename__ = "inbox"
    __table_args__ = (Index(None, "done", "at"),)
    id: str = Field(primary_key=True)  # press key or event_id: the database forbids a second
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    response: dict[str, Any] | None = Field(sa_type=JSON, nullable=True)
    done: bool
    tries: int
    at: datetime


class PacingRow(Row, table=True):
    """The next free moment of a place (a channel, the workspace): one UPDATE reserves it for all replicas."""

    __tablename__ = "pacing"
    id: str = Field(primary_key=True)
    free_at: datetime


class AuditEventRow(Marked, table=True):
    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "subject", "subject_id"), Index(None, "at"))
    id: str = Field(primary_key=True)
    at: datetime
    actor_id: str
    action: str
    subject: str
    subject_id: str
    reason: str
    detail: dict[str, Any] = Field(sa_type=JSON)
