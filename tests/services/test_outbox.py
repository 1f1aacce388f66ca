"""The outbox: nothing twice, nothing false, nothing lost; and what nobody can know goes to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.config import Settings
from bot.domain.delivery import Attempt, CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Endpoint, EndpointState, Supplier
from bot.domain.rounds import Review, ReviewState
from bot.domain.settings import PAUSED, Setting
from bot.services import telling
from bot.services.cards import IN_VAIN
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.ports import Message, Posted, SendFailed, SendInDoubt
from bot.services.telling.base import new_notice
from storage import notices
from storage.db import Database
from storage.ids import new_id
from tests.kit import RecordingChannel, StillClock
from tests.scene import Stage, stage

WAIT = 60.0


@dataclass
class Shaky(RecordingChannel):
    """A channel that fails as told: `lost_answer` posts and cuts the line, `lost_request` cuts it before, or an error."""

    plan: list[str] = field(default_factory=list)
    blind: bool = False

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:
        fate = self.plan.pop(0) if self.plan else ""
        if fate == "lost_request":
            raise SendInDoubt("cut")
        if fate and fate != "lost_answer":
            raise SendFailed(fate, permanent=fate != "ratelimited", after=1.0)
        posted = await super().post(place, message, notice_id=notice_id, thread_ts=thread_ts)
        if fate == "lost_answer":
            raise SendInDoubt("cut")
        return posted

    async def find(self, place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
        if self.blind:
            raise SendFailed("missing_scope", permanent=True)
        return await super().find(place, notice_id=notice_id, thread_ts=thread_ts, since=since)


@pytest.fixture
async def s(db: Database, clock: StillClock) -> Stage:
    return await stage(db, clock)


def make(db: Database, clock: StillClock, channel: RecordingChannel) -> Outbox:
    return Outbox(db, clock, channel, Delivery(WAIT, 30.0, 0.0, look_age=3600.0), "test", lambda _point: None)


async def hub_notice(db: Database, s: Stage) -> Notice:
    async with db.read() as tx:
        found = await tx.one(Notice, subject_id=s.review.id, kind=NoticeKind.HUB.value)
        assert found
        return found


async def test_a_notice_is_posted_once_and_kept_as_sent(db, clock, s) -> None:
    channel = Shaky()
    outbox = make(db, clock, channel)
    await outbox.drain()
    await outbox.drain()
    notice = await hub_notice(db, s)
    assert [p[0] for p in channel.posted] == ["channel:C0SUP1"]
    assert notice.state is NoticeState.SENT
    assert notice.ts
    assert "ご回答のお願い" in notice.text
    assert notice.language == "ja"


async def test_the_same_key_is_never_told_twice(db, clock, s) -> None:
    async with db.begin("test.tell") as tx:
        again = new_notice(NoticeKind.HUB, "channel:C0SUP1", s.review.id, clock.real(), endpoint_id=s.endpoint.id)
        assert await notices.tell(tx, again, again) == 0
    channel = Shaky()
    await make(db, clock, channel).drain()
    assert len(channel.posted) == 1


async def test_a_lost_answer_is_found_and_not_repeated(db, clock, s) -> None:
    channel = Shaky(plan=["lost_answer"])
    outbox = make(db, clock, channel)
    await outbox.drain()
    assert (await hub_notice(db, s)).state is NoticeState.IN_DOUBT
    await outbox.drain()
    assert (await hub_notice(db, s)).state is NoticeState.IN_DOUBT, "looked up before the wait was over"
    clock.machine += timedelta(seconds=WAIT + 1)
    await outbox.drain()
    assert (await hub_notice(db, s)).state is NoticeState.SENT
    assert len(channel.posted) == 1


async def test_a_lost_request_is_repeated_after_two_looks(db, clock, s) -> None:
    channel = Shaky(plan=["lost_request"])
    outbox = make(db, clock, channel)
    await outbox.drain()
    clock.machine += timedelta(seconds=WAIT + 1)
    await outbox.drain()
    assert channel.posted == [], "one look is not enough: history may lag behind"
    clock.machine += timedelta(seconds=WAIT + 1)
    await outbox.drain()
    assert len(channel.posted) == 1
    assert (await hub_notice(db, s)).state is NoticeState.SENT


async def test_a_look_that_failed_is_no_look(db, clock, s) -> None:
    """One failed look and one that found nothing are not two looks: nothing is repeated on that."""
    channel = Shaky(plan=["lost_request"], blind=True)
    outbox = make(db, clock, channel)
    await outbox.drain()
    for blind in (True, False, True, True):
        channel.blind = blind
        clock.machine += timedelta(seconds=WAIT + 1)
        await outbox.drain()
        assert channel.posted == []
    channel.blind = False
    clock.machine += timedelta(seconds=WAIT + 1)
    await outbox.drain()
    assert len(channel.posted) == 1


async def test_where_nobody_can_look_a_person_decides(db, clock, s) -> None:
    channel = Shaky(plan=["lost_answer"], blind=True)
    outbox = make(db, clock, channel)
    for _ in range(12):
        await outbox.drain()
        clock.machine += timedelta(seconds=WAIT + 1)
    assert (await hub_notice(db, s)).state is NoticeState.UNRESOLVED
    assert len(channel.posted) == 1


async def test_a_process_that_died_while_sending_leaves_it_in_doubt(db, clock, s) -> None:
    channel = Shaky()
    outbox = make(db, clock, channel)
    claimed = await outbox._claim()
    assert claimed
    await make(db, clock, channel).drain()
    assert channel.posted == [], "the claim belongs to the other process until its lease ends"
    clock.machine += timedelta(seconds=31)
    await make(db, clock, channel).drain()
    assert (await hub_notice(db, s)).state is NoticeState.IN_DOUBT
    for _ in range(3):
        clock.machine += timedelta(seconds=WAIT + 1)
        await make(db, clock, channel).drain()
    assert len(channel.posted) == 1


async def test_a_rate_limit_is_waited_for_and_a_refusal_is_final(db, clock, s) -> None:
    channel = Shaky(plan=["ratelimited"])
    outbox = make(db, clock, channel)
    await outbox.drain()
    assert (await hub_notice(db, s)).state is NoticeState.PENDING
    clock.machine += timedelta(seconds=5)
    await outbox.drain()
    assert (await hub_notice(db, s)).state is NoticeState.SENT
    async with db.read() as tx:
        results = [a.result for a in await tx.find(Attempt, notice_id=(await hub_notice(db, s)).id, order="n")]
    assert results == ["ratelimited", "sent"]


async def test_a_permanent_refusal_is_kept_with_its_reason(db, clock, s) -> None:
    channel = Shaky(plan=["not_in_channel"])
    await make(db, clock, channel).drain()
    notice = await hub_notice(db, s)
    assert (notice.state, notice.reason) == (NoticeState.FAILED, "not_in_channel")


@pytest.mark.parametrize("what", ["everything", "supplier", "endpoint"])
async def test_a_pause_holds_and_ends(db, clock, s, what) -> None:
    async def switch(*, on: bool) -> None:
        async with db.begin("test.switch") as tx:
            if what == "everything":
                setting = Setting(id=PAUSED, value={"on": on})
                if await tx.get(Setting, PAUSED):
                    await tx.put(setting)
                else:
                    tx.add(setting)
            elif what == "supplier":
                await tx.put((await tx.need(Supplier, s.supplier.id)).model_copy(update={"paused": on}))
            else:
                state = EndpointState.SUSPENDED if on else EndpointState.VERIFIED
                await tx.put((await tx.need(Endpoint, s.endpoint.id)).model_copy(update={"state": state}))

    channel = Shaky()
    outbox = make(db, clock, channel)
    await switch(on=True)
    await outbox.drain()
    assert channel.posted == []
    assert (await hub_notice(db, s)).reason
    await switch(on=False)
    clock.machine += timedelta(seconds=20)
    await outbox.drain()
    assert len(channel.posted) == 1


async def test_what_is_not_true_any_more_is_cancelled_with_the_reason(db, clock, s) -> None:
    async with db.begin("test.cancel") as tx:
        review = await tx.need(Review, s.review.id)
        await tx.put(review.model_copy(update={"state": ReviewState.CANCELLED}))
    channel = Shaky()
    await make(db, clock, channel).drain()
    notice = await hub_notice(db, s)
    assert channel.posted == []
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "review_cancelled")


async def test_a_card_that_cannot_be_drawn_does_not_stop_the_others(db, clock, s, monkeypatch) -> None:
    other = await stage(db, clock, channel="C0SUP2", team="T0SUP2", users=("U0RIVAL",), name="ほしぞら印刷")
    honest = telling.TELL[NoticeKind.HUB]

    async def broken(tx, notice, now):
        if notice.subject_id == s.review.id:
            raise KeyError("template")
        return await honest(tx, notice, now)

    monkeypatch.setitem(telling.TELL, NoticeKind.HUB, broken)
    channel = Shaky()
    await make(db, clock, channel).drain()
    assert [p[0] for p in channel.posted] == ["channel:C0SUP2"]
    assert (await hub_notice(db, s)).reason == "cannot_be_drawn"
    assert (await hub_notice(db, other)).state is NoticeState.SENT


async def test_a_channel_nobody_has_looked_at_lately_gets_nothing(db, clock, s) -> None:
    channel = Shaky()
    outbox = make(db, clock, channel)
    clock.machine += timedelta(hours=2)
    assert await outbox.drain() == 1, "held once, not round and round until the next look"
    assert channel.posted == []
    assert (await hub_notice(db, s)).reason == "channel_not_looked_at"
    async with db.begin("test.look") as tx:
        endpoint = await tx.need(Endpoint, s.endpoint.id)
        await tx.put(endpoint.model_copy(update={"checked_at": clock.machine}))
    clock.machine += timedelta(seconds=1)
    await outbox.drain()
    assert len(channel.posted) == 1


async def test_a_channel_is_looked_at_before_the_post_once_a_drain(db, clock, s) -> None:
    clock.machine += timedelta(hours=2)
    looks: list[str] = []

    async def look(endpoint_id: str) -> None:
        looks.append(endpoint_id)
        async with db.begin("test.look") as tx:
            endpoint = await tx.need(Endpoint, endpoint_id)
            await tx.put(endpoint.model_copy(update={"checked_at": clock.machine}))

    async def blind(endpoint_id: str) -> None:
        looks.append(endpoint_id)

    channel = Shaky()
    timing = Delivery(WAIT, 30.0, 0.0)
    await Outbox(db, clock, channel, timing, "test", lambda _point: None, blind).drain()
    assert (looks, channel.posted) == ([s.endpoint.id], [])
    clock.machine += timedelta(seconds=1)
    await Outbox(db, clock, channel, timing, "test", lambda _point: None, look).drain()
    assert len(channel.posted) == 1


async def test_many_changes_cost_one_update(db, clock, s) -> None:
    channel = Shaky()
    outbox = make(db, clock, channel)
    await outbox.drain()
    async with db.begin("test.refresh") as tx:
        for _ in range(5):
            await notices.refresh(tx, telling.CARD_OF[NoticeKind.HUB], s.review.id)
    await outbox.drain()
    await outbox.drain()
    assert len(channel.updated) == 1


def test_the_default_wait_before_a_look_is_a_minute() -> None:
    assert Settings.model_fields["in_doubt_seconds"].default == 60.0
    assert Settings.model_fields["lease_seconds"].default == 30.0


async def test_a_hub_that_was_held_gives_the_full_time_to_answer(db, clock, s) -> None:
    """R-L5: the days count from the day on which the supplier hears of it, not from the day it was queued."""
    clock.advance(days=21)
    async with db.begin("test.look") as tx:
        endpoint = await tx.need(Endpoint, s.endpoint.id)
        await tx.put(endpoint.model_copy(update={"checked_at": clock.machine}))
    channel = Shaky()
    await make(db, clock, channel).drain()
    async with db.read() as tx:
        review = await tx.need(Review, s.review.id)
    assert (s.review.due_on.isoformat(), review.due_on.isoformat()) == ("2026-12-18", "2027-01-05")
    assert "2027年1月5日" in str(channel.posted[0][1].blocks)


async def test_a_request_is_not_refreshed_where_the_look_just_before_finds_others(db, clock, s) -> None:
    """A press made it stale after the tick had looked at the channels."""
    channel = Shaky()
    await make(db, clock, channel).drain()
    async with db.begin("test.refresh") as tx:
        await notices.refresh(tx, telling.CARD_OF[NoticeKind.HUB], s.review.id)

    async def finds_others(endpoint_id: str) -> None:
        async with db.begin("test.look") as tx:
            endpoint = await tx.need(Endpoint, endpoint_id)
            await tx.put(endpoint.model_copy(update={"state": EndpointState.SUSPENDED}))

    timing = Delivery(WAIT, 30.0, 0.0, look_age=3600.0)
    await Outbox(db, clock, channel, timing, "test", lambda _point: None, finds_others).drain()
    assert channel.updated == []


async def test_a_request_whose_channel_could_not_be_looked_at_is_refreshed_once_it_was(db, clock, s) -> None:
    channel, looks = Shaky(), list[str]()
    await make(db, clock, channel).drain()
    async with db.begin("test.refresh") as tx:
        await notices.refresh(tx, telling.CARD_OF[NoticeKind.HUB], s.review.id)
    clock.machine += timedelta(hours=2)
    timing = Delivery(WAIT, 30.0, 0.0)

    async def in_vain(endpoint_id: str) -> None:
        looks.append(endpoint_id)

    async def look(endpoint_id: str) -> None:
        async with db.begin("test.look") as tx:
            endpoint = await tx.need(Endpoint, endpoint_id)
            await tx.put(endpoint.model_copy(update={"checked_at": clock.machine}))

    await Outbox(db, clock, channel, timing, "test", lambda _point: None, in_vain).drain()
    assert (looks, channel.updated) == ([s.endpoint.id], [])
    await Outbox(db, clock, channel, timing, "test", lambda _point: None, look).drain()
    assert len(channel.updated) == 1


async def test_where_no_look_tells_anything_not_every_request_is_looked_at(db, clock, s) -> None:
    """Slack is out of reach, and each look in vain takes seconds of the tick."""
    places = [f"place{n}" for n in range(10)]
    async with db.begin("test.cards") as tx:
        for place in places:
            endpoint = s.endpoint.model_copy(update={"id": place, "channel_id": place, "checked_at": None})
            card = {"kind": CardKind.HUB, "subject_id": s.review.id, "place": place, "channel": place, "ts": "1.0"}
            tx.add(endpoint)
            tx.add(LiveCard(id=new_id(), wanted=2, shown=1, **card))
    looks: list[str] = []

    async def in_vain(endpoint_id: str) -> None:
        looks.append(endpoint_id)

    channel = Shaky()
    timing = Delivery(WAIT, 30.0, 0.0, look_age=3600.0)
    await Outbox(db, clock, channel, timing, "test", lambda _point: None, in_vain).drain()
    assert (len(looks), channel.updated) == (IN_VAIN, [])
