"""Rows of people, names, memberships and settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Row


class PersonRow(Row, table=True):
    __tablename__ = "person"
    id: str = Field(primary_key=True)
    slack_user_id: str = Field(unique=True)
    team_id: str
    kind: str
    active: bool
    language: str
    seen_at: datetime
    since: datetime | None


class PersonNameRow(Row, table=True):
    """Erasable: the only table with names and mail of people."""

    __tablename__ = "person_name"
    id: str = Field(primary_key=True, foreign_key="person.id")
    name: str
    mail: str


class MembershipRow(Row, table=True):
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("group", "person_id"), Index(None, "person_id", "group"))
    id: str = Field(primary_key=True)
    group: str
    person_id: str = Field(foreign_key="person.id")
    seen_at: datetime


class SettingRow(Row, table=True):
    """Choices made inside the product (security team, pause); one JSON value a key."""

    __tablename__ = "setting"
    id: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=JSON)


class HomePictureRow(Row, table=True):
    """What a person's Home tab showed last; a stale drawing never replaces a newer one by its `hash`."""

    __tablename__ = "home_picture"
    id: str = Field(primary_key=True, foreign_key="person.id")
    hash: str
    digest: str
    opened_at: datetime
