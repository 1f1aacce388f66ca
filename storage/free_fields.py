"""The fields that the security team defined (`bot/domain/free_fields.py`)."""

from __future__ import annotations

from bot.domain.free_fields import FreeField
from storage.tx import Tx


async def active(tx: Tx) -> list[FreeField]:
    """Those that are asked for today, in the order in which they were made."""
    return await tx.find(FreeField, archived_at=None)


async def every(tx: Tx) -> list[FreeField]:
    """All of them, archived ones too: old records have values in them."""
    return await tx.find(FreeField)
