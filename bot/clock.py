"""The two clocks. Business time comes from the machine, or from a local Slack whose clock can be set."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import httpx

log = logging.getLogger(__name__)


class SystemClock:
    """Business time is real time."""

    def now(self) -> datetime:
        """Business time."""
        return datetime.now(UTC)

    def real(self) -> datetime:
        """Real time."""
        return datetime.now(UTC)

    async def follow(self) -> None:
        """Nothing to follow."""

    async def close(self) -> None:
        """Nothing to close."""


class FollowedClock(SystemClock):
    """Business time as the local Slack last told it; `follow` asks again, once a tick."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=2.0)
        self._now: datetime | None = None

    def now(self) -> datetime:
        """Business time of the last look; the machine's before the first one."""
        return self._now or self.real()

    async def follow(self) -> None:
        """Ask for the time. Where the local Slack does not answer the last time holds; the first look raises httpx.HTTPError."""
        try:
            answer = await self._client.get(self._url)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            if self._now is None:
                raise
            log.warning("the clock does not answer (%s)", type(error).__name__)
            return
        self._now = datetime.fromisoformat(answer.json()["now"])

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()
