"""A stop in the middle of much to send: what is claimed is sent and marked, the rest waits in its rows for the next process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.domain.delivery import CardKind, Notice, NoticeKind, NoticeState
from bot.scheduler import Step, Ticker
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.ports import Message, Posted
from storage import notices
from storage.db import Database
from tests.kit import RecordingChannel, StillClock
from tests.scene import stage

SUPPLIERS = 4


@dataclass
class Told(RecordingChannel):
    """A channel through which somebody learns of each send and each update."""

    then: Callable[[], None] = field(default=lambda: None)

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:
        posted = await super().post(place, message, notice_id=notice_id, thread_ts=thread_ts)
        self.then()
        return posted

    async def update(self, where: Posted, message: Message) -> None:
        await super().update(where, message)
        self.then()


def make(db: Database, clock: StillClock, channel: Told) -> Outbox:
    return Outbox(db, clock, channel, Delivery(60.0, 30.0, 0.0, look_age=3600.0), "test", lambda _point: None)


@pytest.fixture
async def reviews(db: Database, clock: StillClock) -> list[str]:
    """As many reviews whose request waits."""
    made = [
        await stage(db, clock, channel=f"C0S{n}", team=f"T0S{n}", users=(f"U0S{n}",), name=f"委託先{n}")
        for n in range(SUPPLIERS)
    ]
    return [each.review.id for each in made]


async def states(db: Database) -> list[NoticeState]:
    async with db.read() as tx:
        return sorted(n.state for n in await tx.find(Notice, kind=NoticeKind.HUB.value))


async def test_it_stops_between_two_notices_and_the_next_process_sends_the_rest(
    db: Database, clock: StillClock, reviews: list[str]
) -> None:
    channel = Told()
    first = make(db, clock, channel)
    channel.then = first.halt
    await first.drain()
    assert len(channel.posted) == 1
    assert await states(db) == sorted([NoticeState.SENT, *[NoticeState.PENDING] * (SUPPLIERS - 1)])
    assert await first.drain() == 0, "it begins nothing more"
    await make(db, clock, Told(channel.posted)).drain()
    assert len(channel.posted) == SUPPLIERS
    assert set(await states(db)) == {NoticeState.SENT}


async def test_it_stops_between_two_cards_that_are_refreshed(
    db: Database, clock: StillClock, reviews: list[str]
) -> None:
    channel = Told()
    await make(db, clock, channel).drain()
    async with db.begin("test.refresh") as tx:
        for review in reviews:
            await notices.refresh(tx, CardKind.HUB, review)
    outbox = make(db, clock, channel)
    channel.then = outbox.halt
    await outbox.drain()
    assert len(channel.updated) == 1
    await make(db, clock, channel).drain()
    assert len(channel.updated) == SUPPLIERS


async def test_a_tick_under_way_ends_its_step_and_begins_no_other() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def look() -> None:
        done.append("look")

    async def slow() -> None:
        begun.set()
        await go_on.wait()
        done.append("slow")

    async def never() -> None:
        done.append("never")

    clockwork = Ticker(Step("look", look), [Step("slow", slow, halt=go_on.set), Step("never", never)], lambda: 1)
    tick = asyncio.create_task(clockwork.tick())
    await begun.wait()
    assert clockwork.at == "slow"
    await clockwork.finish()
    await tick
    assert done == ["look", "slow"], "the step was told of the stop, ended, and was the last one"
    assert clockwork.at == ""
    await clockwork.tick()
    assert done == ["look", "slow"]
