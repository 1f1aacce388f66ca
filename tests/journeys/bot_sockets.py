"""The bot's connections as the local Slack sees them, and waiting for what no event tells of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sandbox.socket_connection import Connection
from tests.journeys.town import Town


def connections(t: Town) -> list[Connection]:
    """The bot's connections that are given payloads, the oldest first."""
    return t.running.live.socket._fresh()


async def until(done: Callable[[], object], what: str) -> None:
    """Wait for something that no event tells of."""
    try:
        async with asyncio.timeout(60):
            while not done():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(what) from None


async def two(t: Town) -> list[Connection]:
    await until(lambda: len(connections(t)) == 2, "there are not two connections")
    return connections(t)
