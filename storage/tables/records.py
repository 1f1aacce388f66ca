"""Rows that belong to a supplier's record: contacts, documents, and the fields that the security team defines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, version_column

CONTACT_V, DOCUMENT_V, FREE_FIELD_V = (version_column() for _ in range(3))


class ContactRow(Marked, table=True):
    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("supplier_id", "mail"), UniqueConstraint("supplier_id", "slack_user"))
    __mapper_args__: ClassVar[Any] = {"version_id_col": CONTACT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=CONTACT_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    name: str
    mail: str | None  # NULLs may repeat: not everybody has an address, or an account
    slack_user: str | None
    may_submit: bool
    until: date | None
    created_at: datetime


class DocumentRow(Marked, table=True):
    __tablename__ = "document"
    __mapper_args__: ClassVar[Any] = {"version_id_col": DOCUMENT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=DOCUMENT_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    engagement_id: str | None = Field(foreign_key="engagement.id", index=True)
    title: str
    link: str
    sha256: str | None = Field(foreign_key="evidence.id", index=True)  # a stored file; NULL where it is a link
    file_name: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None


class FreeFieldRow(Marked, table=True):
    __tablename__ = "free_field"
    __mapper_args__: ClassVar[Any] = {"version_id_col": FREE_FIELD_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=FREE_FIELD_V)
    label_ja: str
    label_en: str
    kind: str
    choices: list[str] = Field(sa_type=JSON)
    archived_at: datetime | None
    created_at: datetime
