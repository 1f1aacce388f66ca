"""A raw Socket Mode client: nobody's SDK, so that a test can be late, deaf, or answer on the wrong connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.server import Running, Timing, running
from tests.sandbox.stage import APP_TOKEN, MANIFEST, START, world

WAIT = 20.0


class Wire:
    """One connection. Pings are answered only by `answer_ping`, as `autoping` is off."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}

    async def message(self) -> dict[str, Any]:
        """The next JSON message; pings on the way are answered."""
        while True:
            frame = await self.socket.receive(WAIT)
            if frame.type == WSMsgType.PING:
                await self.socket.pong(frame.data)
                continue
            assert frame.type == WSMsgType.TEXT, frame
            found: dict[str, Any] = frame.json()
            return found

    async def ack(self, envelope: dict[str, Any], payload: Any = None) -> None:
        more = {} if payload is None else {"payload": payload}
        await self.socket.send_json({"envelope_id": envelope["envelope_id"]} | more)

    async def closed(self) -> None:
        """Reads on until Slack has closed it; AssertionError if something else comes."""
        while not self.socket.closed:
            frame = await self.socket.receive(WAIT)
            assert frame.type in {WSMsgType.PING, WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}, frame


@dataclass
class Scene:
    slack: LocalSlack
    server: Running
    session: aiohttp.ClientSession
    wires: list[Wire] = field(default_factory=list)

    async def call_open(self) -> dict[str, Any]:
        """apps.connections.open, as Slack answered it."""
        bearer = {"Authorization": f"Bearer {APP_TOKEN}"}
        async with self.session.post(f"{self.server.api}apps.connections.open", headers=bearer) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def open(self, more: str = "", *, hello: bool = True) -> Wire:
        opened = await self.call_open()
        wire = Wire(await self.session.ws_connect(opened["url"] + more, autoping=False))
        self.wires.append(wire)
        if hello:
            wire.hello = await wire.message()
        return wire

    async def noted(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first entry of the record like this, waited for."""
        since = 0
        while True:
            entries = await self.slack.record(since, wait=WAIT)
            assert entries, f"no {kind} {fields}"
            for entry in entries:
                if entry["kind"] == kind and fields.items() <= entry.items():
                    return entry
            since = entries[-1]["n"]


@asynccontextmanager
async def raw(directory: Path, timing: Timing | None = None) -> AsyncIterator[Scene]:
    """The local Slack with nobody connected yet."""
    manifest = directory / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    async with (
        running(world_file.from_json(world()), manifest, directory, start=START, timing=timing) as server,
        LocalSlack(server.url) as slack,
        aiohttp.ClientSession() as session,
    ):
        yield Scene(slack, server, session)
