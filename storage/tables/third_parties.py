"""Rows of what a supplier brings with it: certificates, looks into the public registers, sub-contractors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Marked, version_column

CERTIFICATE_V, EDGE_V = (version_column() for _ in range(2))


class CertificateRow(Marked, table=True):
    __tablename__ = "certificate"
    __mapper_args__: ClassVar[Any] = {"version_id_col": CERTIFICATE_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=CERTIFICATE_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    scheme: str
    other: str
    number: str
    certifier: str
    edition: str
    scope: str
    registered_on: date | None
    expires_on: date | None = Field(index=True)
    surveillance_on: date | None = Field(index=True)
    ended_on: date | None
    created_at: datetime


class RegisterCheckRow(Marked, table=True):
    __tablename__ = "register_check"
    id: str = Field(primary_key=True)
    certificate_id: str = Field(foreign_key="certificate.id", index=True)
    engagement_id: str = Field(foreign_key="engagement.id", index=True)
    covers: str
    department: str
    site: str
    looked: str
    number: str
    scope: str
    business: str
    expires_on: date | None
    by_id: str = Field(foreign_key="person.id")
    at: datetime


class CertificateWarningRow(Marked, table=True):
    __tablename__ = "certificate_warning"
    __table_args__ = (UniqueConstraint("certificate_id", "what", "day", "step"),)
    id: str = Field(primary_key=True)
    certificate_id: str = Field(foreign_key="certificate.id")
    what: str
    day: date
    step: str
    batch: str = Field(index=True)
    at: datetime


class SubcontractEdgeRow(Marked, table=True):
    __tablename__ = "subcontract_edge"
    __table_args__ = (UniqueConstraint("engagement_id", "parent_edge_id", "child_id", "work"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": EDGE_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=EDGE_V)
    engagement_id: str = Field(foreign_key="engagement.id")
    parent_edge_id: str  # '' directly under the engagement: a NULL would defeat the UNIQUE
    child_id: str = Field(foreign_key="supplier.id", index=True)
    work: str
    data: list[str] = Field(sa_type=JSON)
    secret_data: bool
    state: str
    approved_until: date | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    created_at: datetime
