"""Our own company, as one row of the database (one company per database): its name, and the zone its days are in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.business_days import Calendar
from bot.domain.settings import COMPANY, Setting
from bot.services.again import again
from bot.services.calendars import TOKYO, company_calendar
from storage.db import Database
from storage.tx import Tx

ANSWER_DAYS = 10  # least business days a supplier gets, whatever the round says (fair-dealing rule R-L5)


async def company_name(tx: Tx) -> str:
    """The name suppliers read; it was stored at the start of the process."""
    stored = await tx.get(Setting, COMPANY)
    return str(stored.value["name"]) if stored else ""


async def calendar_of(tx: Tx) -> Calendar:
    """The company's business days, in its own time zone."""
    stored = await tx.get(Setting, COMPANY)
    return company_calendar(ZoneInfo(str(stored.value["zone"])) if stored else TOKYO)


def due_day(planned: date, now: datetime, calendar: Calendar) -> date:
    """The due day a supplier gets: the round's, or later so that at least ANSWER_DAYS business days remain (R-L5)."""
    return max(planned, calendar.add_business_days(calendar.local_day(now), ANSWER_DAYS))


async def remember_company(db: Database, name: str, zone: str = "Asia/Tokyo") -> None:
    """Store what the settings say, where it differs."""

    async def store() -> None:
        async with db.begin("company.remember") as tx:
            stored = await tx.get(Setting, COMPANY)
            wanted = Setting(id=COMPANY, value={"name": name, "zone": zone})
            if stored == wanted:
                tx.abandon()
            elif stored:
                await tx.put(wanted)
            else:
                tx.add(wanted)

    await again(store)
