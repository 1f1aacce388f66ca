"""Socket Mode over several connections: one is renewed at a time, and its successor stands before it goes.

So a refresh leaves no gap, and renewals do not coincide. `silent_for` tells a watchdog how long no connection has shown any
life. What one connection does is in `connection.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_answers import error_name
from handlers.slack.connection import Connection, listening
from handlers.slack.intake import Intake

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
WAITS = (0.2, 1.0, 3.0, 10.0)
"""Seconds between tries to connect; the last one repeats."""


class Sockets:
    """Holds `count` connections. Build it inside the running loop."""

    def __init__(self, intake: Intake, app_token: str, web: AsyncWebClient, count: int, first_url: str = "") -> None:
        self.intake = intake
        self.app_token = app_token
        self.web = web
        self.session = aiohttp.ClientSession(ws_response_class=listening(self.alive))
        self._first_url = first_url
        self._slots: list[Connection | None] = [None] * count
        self._renewing = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wanted: dict[int, asyncio.Task[None]] = {}
        self._closed = False
        self._life = asyncio.get_running_loop().time()

    @property
    def says(self) -> str:
        """How it listens, for the log."""
        return f"Socket Mode, {len(self._slots)} connections"

    @property
    def silent_for(self) -> float:
        """Seconds of real time since anything was received: a hello, a payload, a ping or a pong."""
        return asyncio.get_running_loop().time() - self._life

    def alive(self) -> None:
        """Something was received."""
        self._life = asyncio.get_running_loop().time()

    async def open(self) -> None:
        """Return when the first connection stands; the others follow by themselves."""
        for slot in range(len(self._slots)):
            self._want(slot)
        await asyncio.wait(self._wanted.values(), return_when=asyncio.FIRST_COMPLETED)

    async def url(self) -> str:
        """Where to connect: an address serves once, and the first one was asked for when the token was tried."""
        first, self._first_url = self._first_url, ""
        if first:
            return first
        answer = await self.web.apps_connections_open(
            app_token=self.app_token
        )  # the SDK's own cannot read every refusal
        return str(answer["url"])

    def replace(self, old: Connection) -> None:
        """A connection is about to end, or has ended."""
        if self._slots[old.slot] is old:
            self._want(old.slot)

    def hang_up(self) -> None:
        """Take no more: Slack gives the next press to another process, or tells the person at once."""
        self._closed = True
        for wanted in self._wanted.values():
            wanted.cancel()
        for connection in filter(None, self._slots):
            self._keep(connection.hang_up())

    async def close(self) -> None:
        """End all connections. Nothing under way is waited for: `Intake.drain` did that."""
        self._closed = True
        for task in (*self._wanted.values(), *self._tasks):
            task.cancel()
        await asyncio.gather(*self._wanted.values(), *self._tasks, return_exceptions=True)
        await asyncio.gather(*(connection.end() for connection in self._slots if connection))
        await self.session.close()

    def _want(self, slot: int) -> None:
        if not self._closed and slot not in self._wanted:
            task = asyncio.create_task(self._renew(slot))
            self._wanted[slot] = task
            task.add_done_callback(lambda _: self._wanted.pop(slot, None))

    async def _renew(self, slot: int) -> None:
        """A new connection for this slot; then the old one is let go. One slot at a time, so that the others serve meanwhile."""
        async with self._renewing:
            fresh = await self._connected(slot)
            old, self._slots[slot] = self._slots[slot], fresh
        if old:
            self._keep(old.retire())

    def _keep(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(ending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connected(self, slot: int) -> Connection:
        for tried in range(10**9):
            fresh = Connection(self, slot)
            try:
                await asyncio.wait_for(fresh.connect(), CONNECT_SECONDS)
            except asyncio.CancelledError:
                await fresh.end()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is: a slot that is given up stays empty for ever
                await fresh.end()
                if tried in (0, 5) or tried % 60 == 0:
                    log.warning("connection %d cannot be opened (%s); it is tried again", slot + 1, _why(error))
                await asyncio.sleep(WAITS[min(tried, len(WAITS) - 1)])
            else:
                log.info("connection %d is open", slot + 1)
                return fresh
        raise AssertionError("unreachable")


def _why(error: Exception) -> str:
    """What went wrong, without addresses and tokens."""
    return (isinstance(error, SlackApiError) and error_name(error)) or type(error).__name__
