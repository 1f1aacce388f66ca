"""Rows of the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.base import Marked, Row, version_column

SUPPLIER_V, ENDPOINT_V, DEPARTMENT_V, ENGAGEMENT_V = (version_column() for _ in range(4))


class SupplierRow(Marked, table=True):
    __tablename__ = "supplier"
    __mapper_args__: ClassVar[Any] = {"version_id_col": SUPPLIER_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=SUPPLIER_V)
    name: str
    name_key: str = Field(index=True)
    corporate_number: str | None = Field(unique=True)  # NULLs may repeat: sole traders and foreign companies have none
    reading: str
    kind: str
    language: str
    address: str
    subcontracts: bool | None
    group_company: bool
    profession: str
    closed_on: date | None
    successor_number: str | None
    register_checked_on: date | None
    state: str
    merged_into: str | None
    paused: bool
    search: str
    created_at: datetime


class SupplierTeamRow(Marked, table=True):
    __tablename__ = "supplier_team"
    id: str = Field(primary_key=True)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    team_id: str = Field(index=True)
    since: datetime
    until: datetime | None
    confirmed_by: str


class EndpointRow(Marked, table=True):
    __tablename__ = "endpoint"
    __table_args__ = (
        Index(
            "uq_endpoint_channel_live",
            "channel_id",
            unique=True,
            sqlite_where=text("state != 'severed'"),
            postgresql_where=text("state != 'severed'"),
        ),
    )
    __mapper_args__: ClassVar[Any] = {"version_id_col": ENDPOINT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=ENDPOINT_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    kind: str
    channel_id: str
    state: str
    teams: list[str] = Field(sa_type=JSON)
    guests: list[str] = Field(sa_type=JSON)
    verified_by: str
    verified_at: datetime | None
    checked_at: datetime | None
    reason: str
    note: str


class ChannelLookRow(Row, table=True):
    __tablename__ = "channel_look"
    id: str = Field(primary_key=True)
    channel_id: str = Field(index=True)
    name: str
    teams: list[str] = Field(sa_type=JSON)
    pending: list[str] = Field(sa_type=JSON)
    guests: list[str] = Field(sa_type=JSON)
    members: list[str] = Field(sa_type=JSON)
    seen_at: datetime
    shown_to: str = Field(foreign_key="person.id")
    changed: bool


class DepartmentRow(Marked, table=True):
    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("name", "practice_of"),)
    __mapper_args__: ClassVar[Any] = {"version_id_col": DEPARTMENT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=DEPARTMENT_V)
    name: str
    primary_id: str = Field(foreign_key="person.id")
    deputy_ids: list[str] = Field(sa_type=JSON)
    deputy_group: str = Field(index=True)
    escalation_id: str | None = Field(foreign_key="person.id")
    archived_at: datetime | None


class EngagementRow(Marked, table=True):
    __tablename__ = "engagement"
    __mapper_args__: ClassVar[Any] = {"version_id_col": ENGAGEMENT_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=ENGAGEMENT_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    department_id: str = Field(foreign_key="department.id", index=True)
    endpoint_id: str | None = Field(foreign_key="endpoint.id")
    business: str
    contract_type: str
    starts_on: date
    ends_on: date | None
    auto_renews: bool | None
    notice_days: int | None
    personal_data: bool
    data_kinds: list[str] = Field(sa_type=JSON)
    data_count: int | None = Field(sa_type=BigInteger, nullable=True)
    secret_data: bool | None
    recipients: str
    system_access: bool | None
    work_stops: bool | None
    devices: str | None
    workplace: str | None
    instructors: str
    cloud_class: str | None
    cloud_basis: str
    cloud_checked_on: date | None
    trade_law: str
    assessment: str
    tags: list[str] = Field(sa_type=JSON)
    free: dict[str, str] = Field(sa_type=JSON)
    state: str
    search: str
    created_at: datetime


class OwnerRow(Marked, table=True):
    __tablename__ = "owner"
    __table_args__ = (
        Index(
            "uq_owner_open",
            "engagement_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(
            "uq_owner_primary_open",
            "engagement_id",
            unique=True,
            sqlite_where=text("until IS NULL AND role = 'primary'"),
            postgresql_where=text("until IS NULL AND role = 'primary'"),
        ),
    )
    id: str = Field(primary_key=True)
    engagement_id: str = Field(foreign_key="engagement.id")
    person_id: str = Field(foreign_key="person.id", index=True)
    role: str
    since: datetime
    until: datetime | None


class ChangeRow(Marked, table=True):
    __tablename__ = "change"
    __table_args__ = (Index(None, "subject", "subject_id"),)
    id: str = Field(primary_key=True)
    subject: str
    subject_id: str
    field: str
    before: Any = Field(sa_type=JSON, nullable=True)
    after: Any = Field(sa_type=JSON, nullable=True)
    actor_id: str
    at: datetime
    cause: str
