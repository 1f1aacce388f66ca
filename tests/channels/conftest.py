"""The local Slack with the people of the journeys, and our clients pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import read_again
from bot.channels.clients import posting_client, reading_client
from sandbox.client import LocalSlack
from sandbox.server import Running, running
from sandbox.world_file import from_json
from tests.journeys.town import ROOT, world


@dataclass
class Place:
    """A running local Slack; `api(method)` are the calls of a method that it has recorded."""

    running: Running
    slack: LocalSlack
    posting: AsyncWebClient
    reading: AsyncWebClient

    async def api(self, method: str) -> list[dict[str, Any]]:
        return [e for e in await self.slack.record() if e["kind"] == "api" and e["method"] == method]


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, with shorter pauses."""
    monkeypatch.setattr(read_again, "PAUSE", 0.01)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with (
        running(from_json(world()), ROOT / "app.yaml", tmp_path) as server,
        LocalSlack(server.url) as slack,
        aiohttp.ClientSession() as session,
    ):
        clients = (make("xoxb-town", server.api, session) for make in (posting_client, reading_client))
        made = Place(server, slack, *clients)
        yield made
        faults = [p for p in await slack.problems() if p["what"] == "sandbox_error"]
        assert not faults
