"""Rows of invitations to channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.base import Marked, version_column

INVITATION_V = version_column()
_OPEN = text("state IN ('wanted', 'claimed', 'sent', 'unknown')")


class InvitationRow(Marked, table=True):
    """At most one open one for a channel and an address: whichever process comes second, its commit fails."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_open",
            "channel_id",
            "mail_key",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "state", "confirmed_at"),
    )
    __mapper_args__: ClassVar[Any] = {"version_id_col": INVITATION_V}
    id: str = Field(primary_key=True)
    version: int = Field(default=1, sa_column=INVITATION_V)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    channel_id: str
    channel_name: str
    mail: str
    mail_key: str
    state: str
    reason: str
    confirmed_by: str
    confirmed_at: datetime
    settled_by: str
    settled_at: datetime | None
    attempts: int
    lease_until: datetime | None
    retry_at: datetime | None
    tried_at: datetime | None
    slack_id: str
