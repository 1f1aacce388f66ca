"""The clockwork: a table of (name, every how many seconds, what). No rules, no state; due work is found in rows.

APScheduler's own defaults would skip a run that is more than a second late, so `misfire_grace_time=None` and `coalesce`
are set: a late tick runs once, now. One tick at a time; what a tick does is told by `Ticker`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something that runs every so many seconds of real time."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """One part of a tick. A step that fails is logged, and the others still run."""

    name: str
    run: Callable[[], Awaitable[object]]


class Ticker:
    """Runs the steps of a tick in order, one tick at a time.

    A tick that has begun is never cut off: APScheduler's shutdown cancels running jobs, and a send cut in the middle would
    be in doubt for no reason.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Every step once. Waits for a tick that is under way."""
        task = asyncio.create_task(self._tick())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        with contextlib.suppress(
            asyncio.CancelledError
        ):  # the clockwork stops; the tick goes on, and `finish` waits for it
            await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self._running:
            await asyncio.wait(self._running)

    async def _tick(self) -> None:
        async with self._lock:
            for step in self._steps:
                try:
                    await step.run()
                except Exception:
                    log.exception("tick step %s", step.name)


def make_scheduler(jobs: Sequence[Job]) -> AsyncIOScheduler:
    """A scheduler in memory with these jobs; start it inside the running loop."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            job.run,
            "interval",
            seconds=job.seconds,
            id=job.name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler
