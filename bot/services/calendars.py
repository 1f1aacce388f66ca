"""Builds the company's calendar from Japan's public holidays.

The `holidays` package names them in the machine's language unless told otherwise, and it knows the days on which a
Sunday's holiday is made up for and the days between two holidays (K26). To add the company's own days off, hand them in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.domain.business_days import Calendar

TOKYO = ZoneInfo("Asia/Tokyo")
YEARS = range(2010, 2061)
"""Far more than any deadline needs; years that are not gazetted yet are computed (`gazetted_until`)."""


def company_calendar(zone: ZoneInfo = TOKYO, closures: Iterable[date] = ()) -> Calendar:
    """The calendar of a company in Japan, with its own days off."""
    return Calendar(zone, _japan() | frozenset(closures))


@lru_cache(maxsize=1)
def _japan() -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=YEARS, language="ja"))
