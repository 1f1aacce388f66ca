"""The business clock: what day it is in the local Slack. It stands still until somebody sets it.

Real time (message ts, trigger ids, the 3 s of an ack) is another clock and cannot be set. The app reads this one with
GET /clock; `reads` counts that, so that a driver knows when the app has noticed and worked through a new time.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class BusinessClock:
    """Aware times only. With `running` it advances with real time from where it was last set.

    `setting`: the time it was last set to, the real time of that, and whether it runs; the same until it is set again.
    """

    def __init__(self, start: datetime | None = None, *, running: bool = False) -> None:
        self._running = running
        self.reads = 0
        self.reads_since_set = 0
        self._read = asyncio.Event()
        self.set(start or datetime.now(UTC))

    def now(self) -> datetime:
        passed = time.monotonic() - self._set_at if self._running else 0.0
        return self._base + timedelta(seconds=passed)

    def set(self, moment: datetime) -> None:
        """Any direction. ValueError for a time without a zone: whose noon would it be?"""
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        self._base = moment
        self._set_at = time.monotonic()
        self.setting = (moment, datetime.now(UTC), self._running)
        self.reads_since_set = 0

    def advance(self, seconds: float) -> None:
        self.set(self.now() + timedelta(seconds=seconds))

    def read(self) -> datetime:
        """The app asks what time it is."""
        self.reads += 1
        self.reads_since_set += 1
        self._read.set()
        self._read = asyncio.Event()
        return self.now()

    async def next_read(self) -> None:
        """Returns when the app reads the clock again."""
        await self._read.wait()
