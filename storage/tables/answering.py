"""Rows of frozen questions, page tokens, answers, submissions and evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, Row, version_column

FETCH_V = version_column()


class ReviewQuestionRow(Marked, table=True):
    __tablename__ = "review_question"
    __table_args__ = (UniqueConstraint("review_id", "scope", "key"), Index(None, "review_id", "endpoint_id", "page"))
    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="review.id")
    endpoint_id: str = Field(foreign_key="endpoint.id")
    version_id: str = Field(foreign_key="checklist_version.id", index=True)
    scope: str  # 'company' or an item id; never NULL, because NULLs defeat UNIQUE
    key: str
    section: str
    position: int
    page: int
    included: bool
    reason: str
    body: dict[str, Any] = Field(sa_type=JSON)


class PageTokenRow(Marked, table=True):
    __tablename__ = "page_token"
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    review_id: str = Field(foreign_key="review.id")
    endpoint_id: str = Field(foreign_key="endpoint.id")
    page: int
    shown: dict[str, int] = Field(sa_type=JSON)
    at: datetime


class AnswerRow(Marked, table=True):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("question_id", "rev"),)
    id: str = Field(primary_key=True)
    question_id: str = Field(foreign_key="review_question.id")
    rev: int
    status: str
    value: Any = Field(sa_type=JSON, nullable=True)
    comment: str
    person_id: str = Field(foreign_key="person.id")
    team_id: str
    via: str
    at: datetime


class SubmissionRow(Marked, table=True):
    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("review_id", "endpoint_id", "n"),)
    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="review.id")
    endpoint_id: str = Field(foreign_key="endpoint.id")
    n: int
    answers: list[Any] = Field(sa_type=JSON)
    by: str
    name: str
    role: str
    at: datetime


class FileFetchRow(Marked, table=True):
    __tablename__ = "file_fetch"
    __mapper_args__: ClassVar[Any] = {"version_id_col": FETCH_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=FETCH_V)
    slack_file_id: str = Field(unique=True)
    purpose: str
    review_id: str | None = Field(foreign_key="review.id")
    endpoint_id: str | None = Field(foreign_key="endpoint.id")
    supplier_id: str | None = Field(foreign_key="supplier.id")
    engagement_id: str | None = Field(foreign_key="engagement.id")
    title: str
    person_id: str = Field(foreign_key="person.id")
    state: str = Field(index=True)
    reason: str
    at: datetime
    tries: int


class EvidenceRow(Row, table=True):
    __tablename__ = "evidence"
    id: str = Field(primary_key=True)  # SHA-256 of the content
    size: int
    at: datetime


class EvidenceLinkRow(Marked, table=True):
    __tablename__ = "evidence_link"
    __table_args__ = (UniqueConstraint("review_id", "endpoint_id", "sha256", "name", "person_id"),)
    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="review.id")
    endpoint_id: str = Field(foreign_key="endpoint.id")
    sha256: str = Field(foreign_key="evidence.id")
    name: str
    person_id: str = Field(foreign_key="person.id")
    at: datetime
