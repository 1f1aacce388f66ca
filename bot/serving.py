"""The life of a process that serves: listen, work, and drain.

It listens at once; then everybody is read in the background, and only after that the clockwork starts, because what is sent
must not rest on a cache of yesterday (presses meanwhile: `bot/services/recognition.py`). A stop refuses what is new, ends what is
under way, and goes after `DRAIN_SECONDS` whatever is left. Where Socket Mode has gone silent, the process ends by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

SILENT = 75
"""Exit status of a process that could not serve or end as it should: start it again (sysexits' EX_TEMPFAIL)."""
SWEEP_AGAIN = 30.0
"""Seconds until the first sweep is tried again where Slack did not answer."""
LAST_SECONDS = 5.0
"""For closing what stays open after the drain; then the process goes without."""


class Silence(Exception):  # noqa: N818 - it is what happened, not somebody's mistake
    """No connection has shown any sign of life for too long."""


class Ear(Protocol):
    """How Slack reaches us: `handlers/slack/socket.py` or `handlers/web/server.py`.

    `hang_up` ends the taking of presses while those under way are still answered; `close` ends it all.
    """

    @property
    def says(self) -> str: ...

    async def open(self) -> None: ...

    def hang_up(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Work:
    """What there is to do: the first sweep (whether it succeeded), then the clockwork, and `wake` for ever.

    `refuse` ends the taking of presses at once; `finish` ends everything under way; `left` says what that still is.
    """

    sweep: Callable[[], Awaitable[bool]]
    scheduler: AsyncIOScheduler
    wake: Callable[[], Coroutine[Any, Any, None]]
    refuse: Callable[[], None]
    finish: Callable[[], Coroutine[Any, Any, None]]
    left: Callable[[], str]


async def serve(ear: Ear, work: Work, stop: asyncio.Event, watch: Coroutine[Any, Any, None], drain: float) -> None:
    """Until `stop` is set; then the drain, of at most so many seconds. Raises what `ear.open` and `watch` raise."""
    watching = asyncio.create_task(watch)
    stopping = asyncio.create_task(stop.wait())
    opening = asyncio.create_task(ear.open())
    over = asyncio.Event()
    busy: asyncio.Task[None] | None = None
    try:
        await asyncio.wait({opening, stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
            log.info("connected: %s", ear.says)
            busy = asyncio.create_task(_work(work, over))
            await asyncio.wait({stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
        else:
            log.info("stopped before there was a connection")
        if watching.done():
            watching.result()
    finally:
        over.set()
        work.refuse()
        ear.hang_up()
        await _drain(work, busy, drain)
        for task in (opening, stopping, watching):
            task.cancel()
        await asyncio.wait({opening, stopping, watching})
        await ear.close()


async def watchdog(silent_for: Callable[[], float], seconds: float) -> None:
    """Raises Silence when nothing was heard for so many seconds of real time."""
    while (left := seconds - silent_for()) > 0:  # noqa: ASYNC110 - each sign of life moves the end
        await asyncio.sleep(left)
    log.error("no connection has shown any sign of life for %.0f s: ending, to be started anew", silent_for())
    raise Silence


async def _work(work: Work, over: asyncio.Event) -> None:
    """Everybody first, then the clockwork. Where Slack does not tell, the clockwork starts without, and it is tried again."""
    swept = await work.sweep()
    if over.is_set():
        return
    work.scheduler.start()
    async with asyncio.TaskGroup() as group:
        group.create_task(work.wake())
        while not swept:
            await asyncio.sleep(SWEEP_AGAIN)
            swept = await work.sweep()


async def _drain(work: Work, busy: asyncio.Task[None] | None, seconds: float) -> None:
    """An end to what is under way; after `seconds` it is given up, and said what was left."""
    if work.scheduler.running:
        work.scheduler.shutdown(wait=False)
        if busy:
            busy.cancel()
    ending = {asyncio.create_task(work.finish()), *({busy} if busy else ())}
    _, late = await asyncio.wait(ending, timeout=seconds)
    if late:
        log.warning(
            "stopping after %g s although there is still under way: %s", seconds, work.left() or "the first sweep"
        )
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.wait(others, timeout=LAST_SECONDS / 2)
    for task in ending - late:
        if not task.cancelled() and task.exception():
            log.error("something ended badly at the stop", exc_info=task.exception())


def end_in_any_case(seconds: float) -> None:
    """Ends the process in so many seconds, where even closing hangs. Nothing that was acknowledged is in memory only."""

    def end() -> None:
        with contextlib.suppress(Exception):
            log.error("closing took too long: ending without")
        os._exit(SILENT)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
