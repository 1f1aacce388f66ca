"""Rows of ledger files on their way through Slack."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field

from storage.tables.base import Marked, version_column

TRANSFER_V = version_column()


class TransferRow(Marked, table=True):
    __tablename__ = "ledger_transfer"
    __mapper_args__: ClassVar[Any] = {"version_id_col": TRANSFER_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=TRANSFER_V)
    way: str
    person_id: str = Field(foreign_key="person.id")
    slack_file_id: str | None = Field(unique=True)
    format: str
    name: str
    sha256: str
    choices: dict[str, Any] = Field(sa_type=JSON)
    report: dict[str, Any] = Field(sa_type=JSON)
    state: str = Field(index=True)
    reason: str
    cycle: int
    tries: int
    lease_until: datetime | None
    at: datetime
