"""Socket Mode: the app's open WebSockets, and what became of each envelope sent to them.

A payload goes to any one open connection, in turn. An ack counts when it arrives within `ack_seconds` of real time; the
connection that carried the envelope must live until then. Facts: slack_platform.md §4 ("Socket Mode"); that an ack on a
*replaced* socket does not count is the strict reading of open question (h).
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.delivery import ACK_SECONDS, Kind, Outcome, Retry, new_envelope_id
from sandbox.record import Record
from sandbox.world import Json

MAX_CONNECTIONS = 10
RETRY_AFTER = (0.2, 2.0, 10.0)
"""Seconds before each retry: Slack's schedule is not documented for Socket Mode; this is HTTP's, made short for a demo."""
REASONS = {"not_acked": "timeout", "connection_lost": "connection_failed", "no_connection": "connection_failed"}
"""What the next try of an event is told; `timeout` is in Bolt's own fixture, the other is unverified (facts §8 g)."""


@dataclass(eq=False)
class Connection:
    number: int
    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Outcome]] = field(default_factory=dict)
    retiring: bool = False  # asked to renew itself: may still acknowledge, gets nothing new


class SocketMode:
    """`touched` is called whenever something goes to the app or comes back."""

    via = "socket"

    def __init__(
        self,
        record: Record,
        app_id: str,
        touched: Callable[[], None],
        ack_seconds: float = ACK_SECONDS,
        retry_after: tuple[float, ...] = RETRY_AFTER,
    ) -> None:
        self.retry_after = retry_after
        self._record = record
        self._touched = touched
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._opened = 0
        self._turn = 0
        self._sent_at: dict[str, float] = {}
        self._changed = asyncio.Condition()

    @property
    def open_connections(self) -> int:
        return len(self._fresh())

    @property
    def in_flight(self) -> int:
        """Envelopes that still may be acknowledged."""
        return sum(len(connection.waiting) for connection in self._connections)

    def new_ticket(self) -> str:
        """For one connection: apps.connections.open gives it away inside the URL."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

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
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if self.open_connections >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
            await socket.close()
            return socket
        await self._converse(socket)
        return socket

    async def deliver(self, kind: Kind, payload: Json, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        """Sends one envelope and waits for its fate."""
        envelope_id = new_envelope_id()
        fresh = self._fresh()
        if not fresh:
            return Outcome(envelope_id, "no_connection", reason=REASONS["no_connection"])
        self._turn += 1
        connection = fresh[self._turn % len(fresh)]
        extra = {"retry_attempt": retry.attempt, "retry_reason": retry.reason} if retry else {}
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload} | extra
        self._record.write("sent", **envelope, via=self.via)
        self._touched()
        envelope["accepts_response_payload"] = answerable
        outcome = await self._send(connection, envelope_id, envelope)
        outcome.reason = REASONS.get(outcome.fate, "")
        return outcome

    async def disconnect(self, reason: str) -> None:
        """Tells every connection to renew itself; except for a `warning` they get nothing new from now on."""
        for connection in self._fresh():
            connection.retiring = reason != "warning"
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _debug()})

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.socket.close()

    def _fresh(self) -> list[Connection]:
        return [connection for connection in self._connections if not connection.retiring]

    async def _send(self, connection: Connection, envelope_id: str, envelope: Json) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        self._sent_at[envelope_id] = time.monotonic()
        try:
            await connection.socket.send_json(envelope)
            async with asyncio.timeout(self._ack_seconds):
                return await future
        except TimeoutError:
            return Outcome(envelope_id, "not_acked", self._age_ms(envelope_id))
        except ConnectionError:
            return Outcome(envelope_id, "connection_lost", self._age_ms(envelope_id))
        finally:
            connection.waiting.pop(envelope_id, None)

    async def _converse(self, socket: web.WebSocketResponse) -> None:
        self._opened += 1
        connection = Connection(self._opened, socket)
        await socket.send_json(self._hello())
        await self._enter(connection)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._take(connection, message.data)
        finally:
            await self._leave(connection)

    async def _enter(self, connection: Connection) -> None:
        async with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()

    async def _leave(self, connection: Connection) -> None:
        self._connections.remove(connection)
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
            self._record.problem("late_ack", f"envelope {envelope_id} acknowledged after {ms} ms, or twice")
        else:
            self._record.problem("bad_ack", f"no envelope {envelope_id} was sent")

    def _age_ms(self, envelope_id: str) -> int:
        sent = self._sent_at.get(envelope_id)
        return int((time.monotonic() - sent) * 1000) if sent is not None else 0

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.open_connections + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": _debug(),
        }


def _debug() -> Json:
    return {"host": "applink-local", "build_number": 1, "approximate_connection_time": 3600}
