"""Our own company, as one row of the database (one company per database): what suppliers read as the sender."""

from __future__ import annotations

from bot.domain.settings import COMPANY, Setting
from bot.services.again import again
from storage.db import Database
from storage.tx import Tx


async def company_name(tx: Tx) -> str:
    """The name suppliers read; it was stored at the start of the process."""
    stored = await tx.get(Setting, COMPANY)
    return str(stored.value["name"]) if stored else ""


async def remember_company(db: Database, name: str) -> None:
    """Store the name from the settings, where it differs."""

    async def store() -> None:
        async with db.begin("company.remember") as tx:
            stored = await tx.get(Setting, COMPANY)
            wanted = Setting(id=COMPANY, value={"name": name})
            if stored == wanted:
                tx.abandon()
            elif stored:
                await tx.put(wanted)
            else:
                tx.add(wanted)

    await again(store)
