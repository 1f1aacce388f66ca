"""The HTTP server of the bot in front of the stage of the other tests, and requests to it: signed, odd, or raw bytes.

async with at_http(stage, caplog) as http:
    await http.nothing_of(await http.send(body, "application/json"), 400)
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.domain.delivery import Inbox
from bot.domain.settings import COMPANY, Setting
from handlers.web.incoming import Limits
from handlers.web.server import PATH, HttpServer
from sandbox import request_signing
from sandbox.world import Json
from tests.handlers.stage import Scene

SECRET = "0123456789abcdef0123456789abcdef"
FORM, JSON = request_signing.FORM, request_signing.JSON
MARK = "紫陽花-4711"
"""Written into requests, so that the log can be searched for it."""


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Http:
    """A client of the server, with a look at what was processed and logged."""

    stage: Scene
    server: HttpServer
    log: pytest.LogCaptureFixture
    taken: list[Json]
    client: aiohttp.ClientSession
    before: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}{PATH}"

    async def send(self, body: bytes, kind: str, *, at: float = 0, method: str = "POST", **headers: str) -> Answer:
        """A signed request; `headers` (underscores for dashes) come on top, an empty one is left out."""
        usual = request_signing.headers(SECRET, int(at or time.time()), kind, body, None)
        wanted = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in wanted.items() if value}
        async with self.client.request(method, self.url, data=body, headers=kept) as answer:
            return Answer(answer.status, await answer.text(), dict(answer.headers))

    async def form(self, payload: Json, **headers: str) -> Answer:
        """An interaction, or a command where it has one."""
        fields = payload if "command" in payload else {"payload": json.dumps(payload, ensure_ascii=False)}
        return await self.send(urlencode(fields).encode(), FORM, **headers)

    async def event(self, payload: Any, **headers: str) -> Answer:
        """An event's JSON."""
        return await self.send(json.dumps(payload, ensure_ascii=False).encode(), JSON, **headers)

    async def raw(self, *parts: bytes) -> bytes:
        """Bytes on a bare connection, and all that comes back until the server closes it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return answer

    async def nothing_of(self, answer: Answer, status: int) -> None:
        """Refused so; nothing was processed or stored; one line in the log, without content and without a traceback."""
        assert answer.status == status, (answer, self.lines)
        assert self.taken == []
        assert await self.kept() == self.before
        assert self.stage.changes() == []
        assert len(self.lines) == 1, self.lines
        assert self.lines[0].startswith(f"refused: {status}, ")
        self.log_is_clean()
        assert MARK not in answer.text

    def log_is_clean(self) -> None:
        """No content, no secret, no traceback."""
        for record in self.log.records:
            said = logging.Formatter("%(message)s").format(record)
            assert not record.exc_info, said
            assert "Traceback" not in said
            for word in (MARK, SECRET, "xoxb-", "U0"):
                assert word not in said, said

    @property
    def lines(self) -> list[str]:
        return [r.getMessage() for r in self.log.records if r.name.startswith(("handlers", "bot", "slack", "aiohttp"))]

    async def kept(self) -> int:
        """How many presses and events are in the inbox."""
        async with self.stage.app.db.read() as tx:
            return len(await tx.find(Inbox))


@asynccontextmanager
async def at_http(stage: Scene, log: pytest.LogCaptureFixture, limits: Limits | None = None) -> AsyncIterator[Http]:
    """The server, listening. What reaches the intake is written down and goes on as usual."""
    taken: list[Json] = []
    honest = stage.app.intake.take

    async def spied(body: Json, *rest: Any) -> None:
        taken.append(body)
        await honest(body, *rest)

    async def look() -> None:
        async with stage.app.db.read() as tx:
            await tx.get(Setting, COMPANY)

    log.set_level(logging.DEBUG, logger="handlers")
    server = HttpServer(stage.app.intake, SECRET, look, "127.0.0.1", 0, limits)
    stage.app.intake.take = spied  # type: ignore[method-assign]
    await server.open()
    try:
        async with aiohttp.ClientSession() as client:
            made = Http(stage, server, log, taken, client)
            made.before = await made.kept()
            yield made
    finally:
        del stage.app.intake.take
        await server.close()
        await stage.app.effects.drain()  # they read after the answer: not under a restore, nor in a closed database
        stage.restore()
