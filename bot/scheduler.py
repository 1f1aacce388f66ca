"""The clockwork: a table of (name, every how many seconds, what). No rules, no state; due work is found in rows.

APScheduler's own defaults would skip a run that is more than a second late, so `misfire_grace_time=None` and `coalesce`
are set: a late tick runs once, now. One tick at a time; what a tick does is told by `Ticker`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """Something that runs every so many seconds of real time."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """One part of a tick. A step that fails is logged, and the others still run.

    `key`, where given, says what the step looks at beside the tick's own state: it runs only when that has changed.
    `halt` tells a step that may take long that the process stops: it ends at its next convenient place.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    key: Callable[[], Hashable] | None = None
    halt: Callable[[], None] | None = None


class Ticker:
    """Runs the steps of a tick in order, one tick at a time.

    `look` is the first step, the reading of the clock. `state` tells what a tick's work depends on; after a tick that
    changed nothing, the other steps rest until it differs, because looking through the tables costs far more than asking.
    A tick that has begun is never cut off: APScheduler's shutdown cancels running jobs, and a send cut in the middle would
    be in doubt for no reason.
    """

    def __init__(self, look: Step, steps: Sequence[Step], state: Callable[[], Hashable]) -> None:
        self._look = look
        self._steps = steps
        self._state = state
        self._idle: Hashable = None
        self._done: dict[str, Hashable] = {}
        self._lock = asyncio.Lock()
        self._closing = False
        self._running: set[asyncio.Task[None]] = set()
        self._at = ""

    @property
    def at(self) -> str:
        """The step that is under way; '' between ticks."""
        return self._at if self._running else ""

    async def tick(self) -> None:
        """Every step once. Waits for a tick that is under way; none begins after `finish`."""
        if self._closing:
            return
        task = asyncio.create_task(self._tick())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)  # whoever waits may be cancelled; the tick goes on, and `finish` waits for it

    async def finish(self) -> None:
        """Begin no more ticks nor steps, and wait for the step under way."""
        self._closing = True
        for step in self._steps:
            if step.halt:
                step.halt()
        if self._running:
            await asyncio.wait(self._running)

    async def _tick(self) -> None:
        async with self._lock:
            await self._run(self._look)
            before = self._state()
            if before == self._idle:
                return
            well = all([await self._run(step) for step in self._steps])
            self._idle = before if well and self._state() == before else None

    async def _run(self, step: Step) -> bool:
        """Whether the step ended well, or had nothing new to look at."""
        if self._closing:
            return False
        self._at = step.name
        key = step.key() if step.key else None
        if key is not None and self._done.get(step.name) == key:
            return True
        try:
            await step.run()
        except Exception:
            log.exception("tick step %s", step.name)
            return False
        self._done[step.name] = key
        return True


class UnderWay:
    """Work that a stop lets end. Cut off inside a transaction it would leave SQLite locked for the presses that still end."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[Any], str] = {}

    async def run(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """What the work comes to. Whoever waits here may be cancelled; the work goes on, and `finish` waits for it."""
        task = asyncio.ensure_future(_awaited(work))
        self._tasks[task] = name
        task.add_done_callback(self._tasks.pop)
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for all of it."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def left(self) -> str:
        """What `finish` still waits for, in words; '' for nothing."""
        return ", ".join(f"the {name}" for name in self._tasks.values())


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()


async def _whole(job: Job, under_way: UnderWay) -> None:
    """APScheduler's shutdown cancels a running job, and logs what goes wrong in one with a traceback: one line says it here."""
    with suppress(asyncio.CancelledError):
        try:
            await under_way.run(job.name, job.run)
        except Exception as error:  # noqa: BLE001 - it runs again
            why = getattr(error, "error", "") or type(error).__name__
            log.warning("%s failed (%s); it is tried again in %g s", job.name, why, job.seconds)


def make_scheduler(jobs: Sequence[Job], under_way: UnderWay) -> AsyncIOScheduler:
    """A scheduler in memory with these jobs; start it inside the running loop. `under_way` keeps the ones that run."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            partial(_whole, job, under_way),
            "interval",
            seconds=job.seconds,
            id=job.name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler
