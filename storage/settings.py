"""Choices made inside the product: one row each, written over."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col

from bot.domain.settings import Setting
from storage.tables.people import SettingRow
from storage.tx import Tx


async def save(tx: Tx, setting: Setting) -> None:
    """Write a choice, whether there was one or not."""
    if await tx.get(Setting, setting.id):
        await tx.put(setting)
    else:
        tx.add(setting)


async def forget(tx: Tx, name: str) -> None:
    """There is no such choice any more."""
    await tx.run(delete(SettingRow).where(col(SettingRow.id) == name))
