"""The least that a press could cost: a bare AsyncApp that acknowledges the same payload after committing one row.

Same Bolt settings, same engine construction and pragmas as the product, no rules: one table, one INSERT.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.bolt import bolt
from message_templates import ids
from storage.db import Database


class Pressed(SQLModel, table=True):
    """The one row."""

    __tablename__ = "pressed"
    metadata = MetaData()
    key: str = Field(primary_key=True)
    person: str
    answer: str


@dataclass(frozen=True)
class Bare:
    """The app and its database."""

    app: AsyncApp
    db: Database


@asynccontextmanager
async def bare(folder: Path) -> AsyncIterator[Bare]:
    """Open it in a folder."""
    db = Database(f"sqlite:///{folder / 'bare.db'}")
    async with db.writer.begin() as connection:
        await connection.run_sync(Pressed.metadata.create_all)
    app = bolt()

    async def keep(body: dict[str, Any], ack: AsyncAck) -> None:
        action = body["actions"][0]
        row = Pressed(
            key=f"{body['view']['id']}/{action['action_ts']}",
            person=body["user"]["id"],
            answer=action["selected_option"]["value"],
        )
        async with AsyncSession(db.writer, expire_on_commit=False, autoflush=False) as session:
            session.add(row)
            await session.commit()
        await ack()

    app.action(ids.Do.PAGE_CHOOSE)(keep)
    try:
        yield Bare(app, db)
    finally:
        await db.close()
