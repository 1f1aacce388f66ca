"""One WebSocket of the app, for its whole life: what waits on it, whether anybody is there, and how it ends.

A warning, a `refresh_requested`, and some time later Slack closes it; whoever answers no ping is dropped. It can be frozen:
the TCP connection stays open, but nothing goes out, no ping is answered and nothing that comes in is heard, as when a
device between Slack and the app has forgotten about it. Which payload goes where is `socket_mode.py`'s business.
Facts: slack_platform.md §4; how often Slack pings, and after how long it gives up, is not documented.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.delivery import ACK_SECONDS, Outcome
from sandbox.world import Json

RETRY_AFTER = (0.2, 2.0, 10.0)
"""Seconds before each retry: Slack's schedule is not documented for Socket Mode; this is HTTP's, made short for a demo."""
WARNING = 10.0
"""Seconds from the warning to the refresh."""
_HOST = {"host": "applink-local"}
_CLOSE_TIMEOUT = 1.0
_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Pace:
    """Seconds of real time. A connection is refreshed after `lifetime`, and closed `grace` later if the app did not."""

    ack: float = ACK_SECONDS
    retry_after: tuple[float, ...] = RETRY_AFTER
    ping: float = 30.0
    lifetime: float = 3600.0
    grace: float = 10.0


class Connection:
    """`retiring`: was asked to renew itself; may still acknowledge, gets nothing new. `note` writes to the record."""

    def __init__(self, number: int, request: web.Request, pace: Pace, note: Callable[..., object]) -> None:
        self.number = number
        self.socket = web.WebSocketResponse(autoping=False, autoclose=False, timeout=_CLOSE_TIMEOUT)
        self.waiting: dict[str, asyncio.Future[Outcome]] = {}
        self.retiring = False
        self.frozen = False
        self._request = request
        self._pace = pace
        self._note = note
        self._heard = True
        self._over = False
        self._ends: set[asyncio.Task[None]] = set()

    async def send(self, message: Json) -> None:
        """ConnectionError when it is gone; into the void when it is frozen."""
        if not self.frozen:
            await self.socket.send_json(message)

    async def greet(self, app_id: str, open_connections: int) -> None:
        """The hello."""
        started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        more = {"started": started, "build_number": 1, "approximate_connection_time": int(self._pace.lifetime)}
        connection_info = {"app_id": app_id}
        hello = {"type": "hello", "num_connections": open_connections, "connection_info": connection_info}
        await self.send(hello | {"debug_info": _HOST | more})

    async def ask(self, reason: str) -> None:
        """A `disconnect` message; after all but a `warning` it gets nothing new, and is closed when its time is up."""
        self._note("asked", reason=reason)
        with suppress(ConnectionError):
            await self.send({"type": "disconnect", "reason": reason, "debug_info": _HOST})
        if reason != "warning":
            self.retiring = True
            ending = asyncio.create_task(self._end_after(self._pace.grace if reason == "refresh_requested" else 0.0))
            self._ends.add(ending)
            ending.add_done_callback(self._ends.discard)

    async def end(self) -> None:
        """Slack closes it. A frozen one is just gone."""
        self._over = True
        if self.frozen:
            self._drop()
        else:
            await self.socket.close()

    async def converse(self, take: Callable[[Connection, str], None]) -> None:
        """Reads until it is closed; pings and grows old meanwhile."""
        meanwhile = [asyncio.create_task(work) for work in self._meanwhile()]
        try:
            async for message in self.socket:
                if self.frozen:
                    continue
                self._heard = True
                if message.type == WSMsgType.TEXT:
                    take(self, message.data)
                elif message.type == WSMsgType.PING:
                    await self.socket.pong(message.data)
            await self._silence()
        finally:
            for task in meanwhile if self._over else (*meanwhile, *self._ends):
                task.cancel()

    def _meanwhile(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return self._ping(), self._grow_old()

    async def _grow_old(self) -> None:
        await asyncio.sleep(max(0.0, self._pace.lifetime - WARNING))
        await self.ask("warning")
        await asyncio.sleep(min(self._pace.lifetime, WARNING))
        await self.ask("refresh_requested")

    async def _end_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.end()

    async def _silence(self) -> None:
        """For as long as the app holds on to a frozen one: not even its wish to close is heard."""
        transport = self._request.transport
        # aiohttp tells nobody that a transport has closed
        while self.frozen and transport is not None and not transport.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY)

    async def _ping(self) -> None:
        """Whoever has said nothing from one ping to the next is dead."""
        while True:
            self._heard = False
            with suppress(ConnectionError):
                if not self.frozen:
                    await self.socket.ping()
            await asyncio.sleep(self._pace.ping)
            if self._heard:
                continue
            self.retiring = True
            if not self.frozen:
                self._note("dropped")
                self._drop()
                return

    def _drop(self) -> None:
        """As if the network had: no closing handshake."""
        if self._request.transport is not None:
            self._request.transport.abort()
