"""Socket Mode: the app's open WebSockets, and what became of each envelope sent to them.

A payload goes to any one open connection, in turn or by seeded chance. An ack counts when it arrives within `ack` seconds
on the connection that carried the envelope, which must live until then. Connections do not live for ever: a warning, a
`refresh_requested`, and some time later Slack closes them. Facts: slack_platform.md §4 ("Socket Mode"); that an ack on a
*replaced* socket does not count is the strict reading of open question (h).
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiohttp import web

from sandbox.delivery import Kind, Outcome, Retry, new_envelope_id
from sandbox.errors import SlackError
from sandbox.record import Record
from sandbox.socket_connection import Connection, Pace
from sandbox.world import Json

MAX_CONNECTIONS = 10
REASONS = {"not_acked": "timeout", "connection_lost": "connection_failed", "no_connection": "connection_failed"}
"""What the next try of an event is told; `timeout` is in Bolt's own fixture, the other is unverified (facts §8 g)."""
DEBUG_LIFETIME = 360.0
"""Seconds that a connection lives whose URL says `debug_reconnects=true`."""
DISCONNECTS = ("warning", "refresh_requested", "link_disabled")


class SocketMode:
    """`touched` is called whenever something goes to the app or comes back. `enabled` is the switch in Slack's settings."""

    via = "socket"

    def __init__(self, record: Record, app_id: str, touched: Callable[[], None], pace: Pace | None = None) -> None:
        self.enabled = True
        self.freeze_new = False
        self._pace = pace or Pace()
        self._record = record
        self._touched = touched
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._opened = 0
        self._turn = 0
        self._dice: random.Random | None = None
        self._sent_at: dict[str, float] = {}
        self._changed = asyncio.Condition()

    @property
    def retry_after(self) -> tuple[float, ...]:
        return self._pace.retry_after

    @property
    def open_connections(self) -> int:
        return len(self._fresh())

    @property
    def in_flight(self) -> int:
        """Envelopes that still may be acknowledged."""
        return sum(len(connection.waiting) for connection in self._connections)

    def new_url(self, base_url: str) -> str:
        """For one connection: what apps.connections.open gives. SlackError while Socket Mode is off."""
        if not self.enabled:
            raise SlackError("socket_mode_not_enabled")
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return f"{base_url.replace('http', 'ws', 1)}/socket/?ticket={ticket}"

    def spread(self, seed: int | None) -> None:
        """Which connection a payload goes to: the next one in turn, or by chance from this seed."""
        self._dice = None if seed is None else random.Random(seed)  # noqa: S311 - it must be repeatable

    async def wait_connected(self, seconds: float) -> bool:
        """True as soon as there is an open connection, False when `seconds` have passed."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(self._fresh)
        except TimeoutError:
            return False
        return True

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket for its whole life; 401 without a fresh ticket."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="unknown or used ticket")
        self._tickets.discard(ticket)
        connection = self._new(request)
        await connection.socket.prepare(request)
        if len(self._connections) >= MAX_CONNECTIONS:
            await connection.ask("too_many_websockets")
        else:
            await self._live_through(connection)
        return connection.socket

    async def deliver(self, kind: Kind, payload: Json, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        """Sends one envelope and waits for its fate."""
        envelope_id = new_envelope_id()
        connection = self._any()
        if connection is None:
            return Outcome(envelope_id, "no_connection", reason=REASONS["no_connection"])
        extra = {"retry_attempt": retry.attempt, "retry_reason": retry.reason} if retry else {}
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload} | extra
        self._record.write("sent", **envelope, via=self.via, connection=connection.number)
        self._touched()
        envelope["accepts_response_payload"] = answerable
        outcome = await self._send(connection, envelope_id, envelope)
        outcome.reason = REASONS.get(outcome.fate, "")
        return outcome

    async def disconnect(self, reason: str) -> None:
        """Says so to every connection, and does what follows from it. ValueError for a reason that Slack does not have."""
        if reason not in DISCONNECTS:
            raise ValueError(f"no reason {reason!r}; there are {', '.join(DISCONNECTS)}")
        switched_off = reason == "link_disabled"
        self.enabled = self.enabled and not switched_off
        for connection in list(self._connections) if switched_off else self._fresh():
            await connection.ask(reason)

    def freeze(self, *, also_new: bool = False) -> None:
        """Every open connection goes dead without anybody being told; `also_new`: those to come, too."""
        self.freeze_new = also_new
        for connection in self._connections:
            connection.frozen = True
            self._note(connection.number, "frozen")

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.end()

    def _fresh(self) -> list[Connection]:
        return [connection for connection in self._connections if not connection.retiring]

    def _any(self) -> Connection | None:
        fresh = self._fresh()
        if not fresh:
            return None
        self._turn += 1
        return self._dice.choice(fresh) if self._dice else fresh[self._turn % len(fresh)]

    async def _send(self, connection: Connection, envelope_id: str, envelope: Json) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        self._sent_at[envelope_id] = time.monotonic()
        try:
            await connection.send(envelope)
            async with asyncio.timeout(self._pace.ack):
                return await future
        except TimeoutError:
            return Outcome(envelope_id, "not_acked", self._age_ms(envelope_id))
        except ConnectionError:
            return Outcome(envelope_id, "connection_lost", self._age_ms(envelope_id))
        finally:
            connection.waiting.pop(envelope_id, None)

    def _new(self, request: web.Request) -> Connection:
        self._opened += 1
        debug = request.query.get("debug_reconnects") == "true"
        pace = replace(self._pace, lifetime=DEBUG_LIFETIME) if debug else self._pace
        return Connection(self._opened, request, pace, partial(self._note, self._opened))

    async def _live_through(self, connection: Connection) -> None:
        connection.frozen = self.freeze_new
        await connection.greet(self._app_id, len(self._connections) + 1)
        async with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()
        self._note(connection.number, "opened")
        try:
            await connection.converse(self._take)
        finally:
            self._leave(connection)

    def _leave(self, connection: Connection) -> None:
        self._connections.remove(connection)
        self._note(connection.number, "closed")
        for envelope_id, future in connection.waiting.items():
            if not future.done():
                future.set_result(Outcome(envelope_id, "connection_lost", self._age_ms(envelope_id)))

    def _take(self, connection: Connection, text: str) -> None:
        """One message of the app: the ack of an envelope, and nothing else is allowed."""
        try:
            answer = json.loads(text)
            envelope_id, payload = str(answer["envelope_id"]), answer.get("payload")
        except (ValueError, KeyError, TypeError):
            self._record.problem("bad_ack", f"not an acknowledgement: {text[:200]}")
            return
        ms = self._age_ms(envelope_id)
        self._touched()
        self._record.write("acked", envelope_id=envelope_id, ms=ms, payload=payload, via=self.via)
        future = connection.waiting.get(envelope_id)
        if future is not None and not future.done():
            future.set_result(Outcome(envelope_id, "acked", ms, payload))
        elif envelope_id in self._sent_at:
            how = f"after {ms} ms, twice, or on another connection than its own ({connection.number})"
            self._record.problem("late_ack", f"envelope {envelope_id} acknowledged {how}")
        else:
            self._record.problem("bad_ack", f"no envelope {envelope_id} was sent")

    def _age_ms(self, envelope_id: str) -> int:
        sent = self._sent_at.get(envelope_id)
        return int((time.monotonic() - sent) * 1000) if sent is not None else 0

    def _note(self, number: int, op: str, **more: str) -> None:
        self._record.write("link", op=op, via=self.via, connection=number, **more)
