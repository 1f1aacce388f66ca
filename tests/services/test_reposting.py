"""There are never two requests that work: only what Slack itself calls gone is posted anew, and once.

The whole way with the real program is in `tests/journeys/test_hub_deleted.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.services import reposting
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.ports import Message, Posted, SendFailed, SendInDoubt
from storage import notices
from storage.db import Database
from tests.kit import RecordingChannel, StillClock
from tests.scene import Stage, stage


@dataclass
class Refusing(RecordingChannel):
    """A channel in which nothing can be changed, for a reason."""

    why: SendFailed | SendInDoubt | None = None

    async def update(self, where: Posted, message: Message) -> None:
        if self.why:
            raise self.why
        await super().update(where, message)


@dataclass
class Desk:
    """The request has been posted once."""

    db: Database
    clock: StillClock
    channel: Refusing
    review_id: str

    async def send(self) -> None:
        timing = Delivery(60.0, 30.0, 0.0, look_age=3600.0)
        await Outbox(self.db, self.clock, self.channel, timing, "test", lambda _point: None).drain()

    async def card(self) -> LiveCard:
        async with self.db.read() as tx:
            found = await tx.one(LiveCard, kind=CardKind.HUB.value, subject_id=self.review_id)
        assert found
        return found

    async def hubs(self) -> int:
        async with self.db.read() as tx:
            return len(await tx.find(Notice, kind=NoticeKind.HUB.value, subject_id=self.review_id))

    async def refreshed(self, why: SendFailed | SendInDoubt | None) -> None:
        """Something changes, and the request is to show it."""
        self.channel.why = why
        async with self.db.begin("test.refresh") as tx:
            await notices.refresh(tx, CardKind.HUB, self.review_id)
        await self.send()
        await self.send()


@pytest.fixture
async def desk(db: Database, clock: StillClock) -> Desk:
    s: Stage = await stage(db, clock)
    made = Desk(db, clock, Refusing(), s.review.id)
    await made.send()
    assert (await made.card()).ts
    return made


@pytest.mark.parametrize(
    "why",
    [
        SendFailed("edit_window_closed", permanent=True),
        SendFailed("channel_not_found", permanent=True),
        SendFailed("ratelimited", permanent=False),
        SendInDoubt("cut"),
    ],
    ids=str,
)
async def test_a_request_that_cannot_be_changed_still_stands_and_is_not_posted_again(
    desk: Desk, why: SendFailed | SendInDoubt
) -> None:
    before = await desk.card()
    await desk.refreshed(why)
    assert await desk.hubs() == 1
    assert len(desk.channel.posted) == 1
    assert (await desk.card()).ts == before.ts


async def test_a_request_that_is_gone_is_posted_once_more_and_changed_there(desk: Desk) -> None:
    before = await desk.card()
    await desk.refreshed(SendFailed("message_not_found", permanent=True, gone=True))
    assert len(desk.channel.posted) == 2
    assert (await desk.card()).ts != before.ts
    await desk.refreshed(None)
    assert [where.ts for where, _ in desk.channel.updated] == [(await desk.card()).ts]
    assert len(desk.channel.posted) == 2


async def test_whoever_learns_late_that_the_old_one_is_gone_does_not_touch_the_new_one(desk: Desk) -> None:
    """Another process had read the card before it was posted anew."""
    old = await desk.card()
    await desk.refreshed(SendFailed("message_not_found", permanent=True, gone=True))
    new = await desk.card()
    async with desk.db.begin("test.late") as tx:
        await reposting.gone(tx, old, desk.clock.now(), desk.clock.real())
    await desk.send()
    assert await desk.card() == new
    assert len(desk.channel.posted) == 2
