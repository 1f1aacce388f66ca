"""Time: zone data for TIME_ZONE, and Japan's holidays of this and the next year, on which reminders and due days rest."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.doctor.base import Around, Line, Reading, line
from bot.services.calendars import company_calendar

LEAST = 10
"""Japan has 16 public holidays; some fall together or move, but a year with fewer than this was not loaded."""


def examine(reading: Reading, around: Around) -> list[Line]:
    """The lines about days."""
    today = around.now().astimezone(ZoneInfo(reading.settings.time_zone)).date()
    days = company_calendar(ZoneInfo(reading.settings.time_zone)).closures
    years = (today.year, today.year + 1)
    lacking = [str(year) for year in years if sum(day.year == year for day in days) < LEAST]
    return [line("holidays", "missing" if lacking else "ok", years=", ".join(lacking or map(str, years)))]
