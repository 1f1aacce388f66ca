"""Endpoints that move or are severed: answers stay, the request is in the new channel once, nothing new is where it was."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

import pytest

from bot.domain.delivery import AuditEvent, CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Change, Endpoint, EndpointState, Engagement, SupplierTeam
from bot.domain.moving import Moved, OldHub, Severed
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Review, ReviewState
from bot.services import old_hubs
from bot.services.answering import Answering
from bot.services.calendars import TOKYO
from bot.services.desk import Desk
from bot.services.marking import Delivery
from bot.services.moving import Moving
from bot.services.old_hubs import OldHubs
from bot.services.outbox import Outbox
from bot.services.ports import Message, Posted, SendFailed
from bot.services.recipients import channel_place
from bot.services.telling import base
from bot.services.telling.base import new_notice
from storage import notices
from storage.db import Database
from storage.ids import new_id
from tests.kit import RecordingChannel, StillClock, press
from tests.scene import Stage, stage
from tests.services.link_stage import ANNA, BERT, CHANNEL, EMP, HOSHI, MIKA, OTHER, RIVAL, SEC, Lane, lane


@dataclass
class Shaky(RecordingChannel):
    """A channel in which nothing can be changed, for a reason."""

    why: SendFailed | None = None

    async def update(self, where: Posted, message: Message) -> None:
        if self.why:
            raise self.why
        await super().update(where, message)


@dataclass
class House:
    """A supplier whose review has been sent to CHANNEL; OTHER is shared with the same company."""

    lane: Lane
    scene: Stage
    channel: Shaky
    moving: Moving
    answering: Answering
    old: OldHubs

    async def send(self) -> list[str]:
        """Everything that is due; to which channels."""
        before = len(self.channel.posted)
        timing = Delivery(60.0, 30.0, 0.0, look_age=360000.0)
        await Outbox(self.lane.db, self.lane.clock, self.channel, timing, "test", lambda _point: None).drain()
        return [place for place, *_ in self.channel.posted[before:]]

    async def endpoint(self) -> Endpoint:
        (found,) = await self.lane.all(Endpoint, id=self.scene.endpoint.id)
        return found

    async def review(self) -> Review:
        (found,) = await self.lane.all(Review, id=self.scene.review.id)
        return found

    async def card(self) -> LiveCard:
        (found,) = await self.lane.all(LiveCard, kind=CardKind.HUB.value)
        return found

    async def move(self, channel: str = OTHER, user: str = SEC) -> Moved:
        endpoint = self.scene.endpoint.id
        shown = await self.moving.look(press(SEC, channel_id=channel), endpoint)
        return await self.moving.move(press(user), shown.look_id, endpoint)

    async def sever(self, then: str = "wait", why: str = "severed_over", note: str = "", user: str = SEC) -> Severed:
        endpoint = await self.endpoint()
        return await self.moving.sever(press(user), endpoint.id, endpoint.version, why, note, then)

    async def open(self, user: str = ANNA, channel: str = CHANNEL) -> None:
        who = press(user, team=MIKA, channel_id=channel)
        await self.answering.open(who, self.scene.review.id, self.scene.endpoint.id, 0)

    async def queue(self, kind: NoticeKind = NoticeKind.HUB_REMINDER) -> Notice:
        """Something more waits to go to the endpoint as it is."""
        endpoint = await self.endpoint()
        made = new_notice(
            kind,
            channel_place(endpoint.channel_id),
            self.scene.review.id,
            self.lane.clock.real(),
            supplier_id=endpoint.supplier_id,
            endpoint_id=endpoint.id,
            step=new_id(),
        )
        async with self.lane.db.begin("test.queue") as tx:
            await notices.tell(tx, made)
        return made


@pytest.fixture
async def house(db: Database, clock: StillClock) -> House:
    here = await lane(db, clock)
    scene = await stage(db, clock, team=MIKA, users=(ANNA, BERT))
    here.put(OTHER, SEC, ANNA, teams=(MIKA,))
    desk = Desk(db, clock, "")
    channel = Shaky()
    made = House(
        here,
        scene,
        channel,
        Moving(desk, here.linking, TOKYO),
        Answering(desk),
        OldHubs(db, clock, here.directory, channel),
    )
    assert await made.send() == [channel_place(CHANNEL)]
    return made


async def refusal(asked: Awaitable[object]) -> Code:
    with pytest.raises(Refusal) as caught:
        await asked
    return caught.value.code


# -- moving --------------------------------------------------------------------------------------------------------------


async def test_what_was_asked_and_answered_moves_along_and_the_request_is_posted_once(house: House) -> None:
    before = await house.card()
    await house.open()
    moved = await house.move()
    assert (moved.reviews, moved.was, moved.channel_id) == (1, CHANNEL, OTHER)
    assert await house.send() == [channel_place(OTHER)]
    assert await house.send() == []
    after = await house.card()
    assert (after.id, after.channel) == (before.id, OTHER)
    endpoint = await house.endpoint()
    assert (endpoint.state, endpoint.teams, endpoint.channel_id) == (EndpointState.VERIFIED, (MIKA,), OTHER)
    said = {c.field: (c.before, c.after) for c in await house.lane.all(Change, subject_id=endpoint.id)}
    assert said["channel_id"] == (CHANNEL, OTHER)
    await house.open(channel=OTHER)


async def test_an_old_button_says_kindly_that_it_moved_and_nothing_to_anybody_else(house: House) -> None:
    await house.move()
    assert await refusal(house.open(ANNA)) is Code.ENDPOINT_MOVED, "she is in the new channel too"
    assert await refusal(house.open(BERT)) is Code.ENDPOINT_MOVED, "he is not"
    assert await refusal(house.open(BERT, OTHER)) is Code.NOT_YOURS
    house.lane.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    await house.lane.people.learn(press(RIVAL).who)
    rival = press(RIVAL, team=HOSHI, channel_id=CHANNEL)
    asked = house.answering.open(rival, house.scene.review.id, house.scene.endpoint.id, 0)
    assert await refusal(asked) in {Code.NOT_YOURS, Code.UNKNOWN_PERSON}


async def test_the_old_message_is_refreshed_once_while_only_the_confirmed_are_there(house: House) -> None:
    old = await house.card()
    await house.move()
    await house.send()
    posted = len(house.channel.posted)
    assert (await house.old.run_due(), await house.old.run_due()) == (1, 0)
    ((where, message),) = [u for u in house.channel.updated if u[0].channel == CHANNEL]
    assert (where.ts, len(house.channel.posted)) == (old.ts, posted)
    assert OTHER not in str(message.blocks)
    assert "button" not in str(message.blocks)


@pytest.mark.parametrize("how", ["rival", "left", "archived", "linked", "gone"])
async def test_the_old_message_is_left_alone_in_front_of_anybody_else(house: House, how: str) -> None:
    await house.move()
    if how == "rival":
        house.lane.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    if how == "left":
        house.lane.put(CHANNEL, SEC)
    if how == "archived":
        house.lane.put(CHANNEL, SEC, ANNA, teams=(MIKA,), archived=True)
    if how == "gone":
        del house.lane.directory.channels[CHANNEL]
    if how == "linked":
        await house.lane.link(await house.lane.supplier("ほかの委託先"))
    await house.old.run_due()
    assert house.channel.updated == []
    (old,) = await house.lane.all(OldHub)
    assert old.outcome not in {"", "said"}


async def test_without_the_look_the_rival_would_be_shown_that(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.move()
    house.lane.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    monkeypatch.setattr(old_hubs, "_differs", lambda _old, _facts: "")
    await house.old.run_due()
    assert [where.channel for where, _ in house.channel.updated] == [CHANNEL]


async def test_a_slack_that_does_not_answer_is_asked_again_and_not_for_ever(house: House) -> None:
    await house.move()
    house.channel.why = SendFailed("timeout", permanent=False, after=1.0)
    for _ in range(5):
        await house.old.run_due()
    (old,) = await house.lane.all(OldHub)
    assert old.outcome
    house.channel.why = None
    assert await house.old.run_due() == 0


async def test_what_waited_goes_to_the_new_channel_and_what_was_told_is_not_told_again(house: House) -> None:
    waiting = await house.queue(NoticeKind.EVIDENCE_STORED)
    (sent,) = await house.lane.all(Notice, kind=NoticeKind.HUB.value)
    await house.move()
    (waiting,) = await house.lane.all(Notice, id=waiting.id)
    assert waiting.place == channel_place(OTHER)
    (sent,) = await house.lane.all(Notice, id=sent.id)
    assert (sent.place, sent.key.endswith(f"channel:{OTHER}")) == (channel_place(CHANNEL), True)


async def test_it_is_not_moved_while_a_message_is_under_way(house: House) -> None:
    notice = await house.queue()
    async with house.lane.db.begin("test.claim") as tx:
        await tx.put(notice.model_copy(update={"state": NoticeState.IN_DOUBT}))
    assert await refusal(house.move()) is Code.ENDPOINT_SENDING


async def test_what_nobody_knew_of_comes_to_the_new_channel_when_it_is_sent_again(house: House) -> None:
    notice = await house.queue(NoticeKind.REVIEW_CANCELLED)
    async with house.lane.db.begin("test.unresolved") as tx:
        await tx.put(notice.model_copy(update={"state": NoticeState.UNRESOLVED}))
    await house.move()
    async with house.lane.db.begin("test.again") as tx:
        (current,) = await tx.find(Notice, id=notice.id)
        assert current.place == channel_place(CHANNEL), "it is looked for where it went"
        await tx.put(current.model_copy(update={"state": NoticeState.PENDING}))
    sent = await house.send() + await house.send()
    assert set(sent) == {channel_place(OTHER)}


async def test_a_move_needs_the_team_a_fresh_look_and_a_free_channel(house: House) -> None:
    assert await refusal(house.move(user=EMP)) is Code.NOT_YOURS
    assert await refusal(house.moving.move(press(SEC), "0" * 32, house.scene.endpoint.id)) is Code.CHANNEL_UNCHECKED
    assert await refusal(house.move(CHANNEL)) is Code.SAME_CHANNEL
    await house.lane.link(await house.lane.supplier("ほかの委託先"), OTHER)
    assert await refusal(house.move()) is Code.CHANNEL_TAKEN
    house.lane.put("C0OURS", SEC, EMP)
    house.lane.directory.groups["C0OURS"] = [SEC, EMP]
    assert await refusal(house.move("C0OURS")) is Code.CHANNEL_UNFIT
    assert (await house.endpoint()).channel_id == CHANNEL


async def test_a_channel_that_is_archived_can_be_moved_away_from(house: House) -> None:
    house.lane.put(CHANNEL, SEC, ANNA, teams=(MIKA,), archived=True)
    await house.lane.watching.check_endpoints([house.scene.endpoint.id], -1)
    assert (await house.endpoint()).state is EndpointState.SUSPENDED
    assert (await house.move()).reviews == 1
    assert channel_place(OTHER) in await house.send()


async def test_twice_over_it_is_posted_once_in_each(house: House) -> None:
    await house.move()
    await house.send()
    await house.move(CHANNEL)
    assert await house.send() == [channel_place(CHANNEL)]
    assert (await house.card()).channel == CHANNEL


# -- severing ------------------------------------------------------------------------------------------------------------


async def test_nothing_goes_to_a_severed_endpoint(house: House) -> None:
    waiting = await house.queue()
    done = await house.sever(note="  契約終了  ")
    assert (done.reviews, done.cancelled, done.unsent) == (1, 0, 1)
    (waiting,) = await house.lane.all(Notice, id=waiting.id)
    assert (waiting.state, waiting.reason) == (NoticeState.CANCELLED, "endpoint_severed")
    later = await house.queue(NoticeKind.REVIEW_CANCELLED)
    async with house.lane.db.begin("test.refresh") as tx:
        await notices.refresh(tx, CardKind.HUB, house.scene.review.id)
    assert await house.send() == []
    assert house.channel.updated == []
    (later,) = await house.lane.all(Notice, id=later.id)
    assert (later.state, later.reason) == (NoticeState.CANCELLED, "endpoint_severed")
    endpoint = await house.endpoint()
    assert (endpoint.state, endpoint.reason, endpoint.note) == (EndpointState.SEVERED, "severed_over", "契約終了")
    assert "契約終了" not in str([a.detail for a in await house.lane.all(AuditEvent)])


async def test_without_the_check_at_claim_this_would_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_tx: object, _notice: object) -> None:
        return None

    await house.sever()
    await house.queue(NoticeKind.REVIEW_CANCELLED)
    monkeypatch.setattr(base, "_endpoint_barrier", nothing)
    assert await house.send() == [channel_place(CHANNEL)]


async def test_a_review_waits_and_goes_on_when_a_channel_is_linked(house: House) -> None:
    await house.sever()
    assert (await house.review()).state is ReviewState.SENT
    assert await refusal(house.open()) is Code.ENDPOINT_SUSPENDED
    linked = await house.lane.link(house.scene.supplier, OTHER)
    assert linked.reviews == 1
    assert await house.send() == [channel_place(OTHER)]
    assert (await house.endpoint()).channel_id == OTHER
    await house.open(channel=OTHER)


async def test_severed_by_mistake_it_goes_on_in_the_same_channel_without_a_second_request(house: House) -> None:
    await house.sever(why="severed_mistake")
    await house.lane.link(house.scene.supplier)
    assert await house.send() == []
    await house.open()


async def test_a_review_is_cancelled_where_that_is_chosen_at_once_or_later(house: House) -> None:
    await house.sever()
    done = await house.sever("cancel")
    assert done.cancelled == 1
    review = await house.review()
    assert (review.state, review.reason) == (ReviewState.CANCELLED, "endpoint_severed")
    assert await house.send() == []
    assert await refusal(house.open()) is Code.CLOSED
    assert await refusal(house.sever("cancel")) is Code.ILLEGAL_MOVE


async def test_severing_needs_the_team_a_reason_and_the_state_that_was_shown(house: House) -> None:
    assert await refusal(house.sever(user=EMP)) is Code.NOT_YOURS
    assert await refusal(house.sever(why="")) is Code.NO_REASON
    assert await refusal(house.sever(why="severed_other")) is Code.NO_REASON
    assert await refusal(house.sever(note="あ" * 301)) is Code.TOO_LONG
    assert await refusal(house.sever("")) is Code.NO_CHOICE
    stale = house.moving.sever(press(SEC), house.scene.endpoint.id, 99, "severed_over", "", "wait")
    assert await refusal(stale) is Code.CHANGED_MEANWHILE
    assert (await house.endpoint()).state is EndpointState.VERIFIED


async def test_its_companies_are_the_suppliers_no_more(house: House) -> None:
    await house.lane.link(house.scene.supplier)
    await house.sever()
    assert [team.until is None for team in await house.lane.all(SupplierTeam)] == [False]


# -- an engagement's own -------------------------------------------------------------------------------------------------


async def test_an_engagement_is_given_an_endpoint_of_its_own_and_its_suppliers_again(house: House) -> None:
    await house.lane.link(house.scene.supplier, OTHER)
    own = next(e for e in await house.lane.all(Endpoint) if e.channel_id == OTHER)
    work = house.scene.engagement.id
    form = await house.moving.override_form(press(SEC), work)
    assert {c.channel_id for c in form.choices} == {CHANNEL, OTHER}
    await house.moving.override(press(SEC), work, form.version, own.id)
    (engagement,) = await house.lane.all(Engagement)
    assert engagement.endpoint_id == own.id
    assert await refusal(house.moving.override(press(SEC), work, form.version, "")) is Code.CHANGED_MEANWHILE
    assert await refusal(house.moving.override(press(SEC), work, form.version + 1, "x")) is Code.NOT_FOUND
    assert await refusal(house.moving.override(press(EMP), work, form.version + 1, "")) is Code.NOT_YOURS
    await house.moving.override(press(SEC), work, form.version + 1, "")
    said = [(c.before, c.after) for c in await house.lane.all(Change, subject_id=work, field="endpoint_id")]
    assert said == [(None, own.id), (own.id, None)]
