"""What happens without a press, as information: notices a second, and what a tick costs when nothing is due."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.press import statements
from benchmarks.stage import NoInviter, PaperDirectory, Place, Stage, SteadyClock
from bot.assembly import Outside, ticker
from bot.domain.delivery import CardKind
from bot.scheduler import Ticker
from bot.services.ports import FetchedFile, Message, Posted, SendFailed
from storage import notices

TICKS = 50


class RecordingChannel:
    """A way out that costs nothing and keeps count."""

    def __init__(self) -> None:
        self.posts = 0
        self.updates = 0

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:  # noqa: ARG002
        self.posts += 1
        return Posted(channel=place.partition(":")[2], ts=f"{self.posts}.000001")

    async def find(self, place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
        raise LookupError(f"nothing is in doubt here: {place} {notice_id} {thread_ts} {since}")

    async def update(self, where: Posted, message: Message) -> None:  # noqa: ARG002
        self.updates += 1


class NoUploads:
    """Nothing is given out."""

    async def upload(self, name: str, content: bytes) -> str:
        raise SendFailed(f"no upload of {name}, {len(content)} bytes", permanent=True)

    async def share(self, file_id: str, place: str, title: str, comment: str) -> None:
        raise SendFailed(f"no upload {file_id} {place} {title} {comment}", permanent=True)


class NoFiles:
    """There is nothing to fetch."""

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        raise SendFailed(f"no file {slack_file_id}", permanent=True)


class HandClock(SteadyClock):
    """Its real time is moved by hand: a tick looks through the tables once in a second, and rests in between."""

    def __init__(self) -> None:
        self._machine = super().real()

    def real(self) -> datetime:
        """Real time."""
        return self._machine

    def step(self) -> None:
        """One second further."""
        self._machine += timedelta(seconds=1)


@dataclass(frozen=True)
class Idle:
    """CPU in ms of a tick that looks through the tables and finds nothing due, with its statements, and of one that rests."""

    looking_ms: float
    resting_ms: float
    statements: int


@dataclass(frozen=True)
class Sent:
    """What one tick sent, and how fast."""

    notices: int
    cards: int
    seconds: float


class Clockwork:
    """The product's ticker with ways out that cost nothing."""

    def __init__(self, on: Stage) -> None:
        self._db = on.db
        self._clock = HandClock()
        self._channel = RecordingChannel()
        outside = Outside(self._channel, PaperDirectory(), NoFiles(), NoUploads(), NoInviter())
        self._ticker: Ticker = ticker(on.settings, on.db, self._clock, on.services, outside, lambda _point: None)

    async def send(self) -> Sent:
        """One tick: everything that waits leaves."""
        self._clock.step()
        posts, updates = self._channel.posts, self._channel.updates
        began = time.perf_counter()
        await self._ticker.tick()
        took = time.perf_counter() - began
        return Sent(self._channel.posts - posts, self._channel.updates - updates, took)

    async def refresh(self, places: Sequence[Place]) -> Sent:
        """One tick after something changed in every hub, and nothing else waits."""
        async with self._db.begin("bench.refresh") as tx:
            for place in places:
                await notices.refresh(tx, CardKind.HUB, place.review_id)
        return await self.send()

    async def idle(self) -> Idle:
        """Ticks with nothing due."""
        await self._tick(2, steps=True)
        with statements(self._db) as counted:
            await self._tick(1, steps=True)
        return Idle(await self._tick(TICKS, steps=True), await self._tick(TICKS, steps=False), counted.total())

    async def _tick(self, times: int, *, steps: bool) -> float:
        began = time.process_time()
        for _ in range(times):
            if steps:
                self._clock.step()
            await self._ticker.tick()
        return (time.process_time() - began) / times * 1000
