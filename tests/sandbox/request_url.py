"""An app behind a Request URL: a small aiohttp server that keeps what was posted to it and answers as it is told.

It is no product: `answers` is what it says to the next payloads (the last one for all that follow), each a
`web.Response`, a coroutine function, or "hang". `world_over_http` serves the local Slack with it, nothing else connected.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.server import Running, Timing, running
from tests.sandbox.stage import MANIFEST, START, world

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Posted:
    """One request as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers["Content-Type"]

    @property
    def form(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def json(self) -> dict[str, Any]:
        """The payload, out of its form if it is in one."""
        found: dict[str, Any] = json.loads(self.body if self.kind == "application/json" else self.form["payload"])
        return found


async def bare(_request: web.Request) -> web.StreamResponse:
    return web.Response()


async def hang(request: web.Request) -> web.StreamResponse:
    """Until Slack has given up."""
    while request.transport is not None:
        await asyncio.sleep(0.01)
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    """The connection is gone before an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def says(status: int = 200, text: str = "", content_type: str = "text/plain", **headers: str) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return web.Response(status=status, text=text, content_type=content_type, headers=named)

    return answer


def says_json(value: Any) -> Answer:
    return says(text=json.dumps(value), content_type="application/json")


@dataclass
class App:
    """`seen` without the handshakes, which it passes unless `challenge_answer` says otherwise."""

    answers: list[Answer] = field(default_factory=lambda: [bare])
    seen: list[Posted] = field(default_factory=list)
    handshakes: list[Posted] = field(default_factory=list)
    challenge_answer: Answer | None = None
    url: str = ""
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.StreamResponse:
        posted = Posted(dict(request.headers), await request.read())
        if posted.kind == "application/json" and posted.json["type"] == "url_verification":
            self.handshakes.append(posted)
            if self.challenge_answer is not None:
                return await self.challenge_answer(request)
            return web.json_response({"challenge": posted.json["challenge"]})
        self.seen.append(posted)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        async with self._came:
            self._came.notify_all()
        return await answer(request)

    async def wait_for(self, count: int) -> list[Posted]:
        async with asyncio.timeout(20), self._came:
            await self._came.wait_for(lambda: len(self.seen) >= count)
        return self.seen

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[App]:
        application = web.Application()
        application.router.add_post("/slack/events", self.take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        try:
            yield self
        finally:
            await runner.cleanup()


@dataclass
class Scene:
    slack: LocalSlack
    server: Running
    app: App


@asynccontextmanager
async def world_over_http(directory: Path, url: str, timing: Timing | None = None) -> AsyncIterator[Scene]:
    """The local Slack alone, posting to `url`."""
    manifest = directory / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    made = world_file.from_json(world())
    async with (
        running(
            made, manifest, directory, start=START, timing=timing, request_url=url, signing_secret=SECRET
        ) as server,
        LocalSlack(server.url) as slack,
    ):
        yield Scene(slack, server, App())


@asynccontextmanager
async def scene(directory: Path, *answers: Answer, timing: Timing | None = None) -> AsyncIterator[Scene]:
    """The local Slack and an app that gives these answers."""
    app = App(list(answers) or [bare])
    async with app.serve(), world_over_http(directory, app.url, timing) as made:
        made.app = app
        yield made
