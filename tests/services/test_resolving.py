"""Messages in doubt: a person says that they are there, or has them sent again; never a blind second message."""

from __future__ import annotations

import pytest

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.people import SYSTEM, PersonKind
from bot.domain.refusal import Code, Refusal
from bot.domain.resolving import where
from bot.services.desk import Desk
from bot.services.resolving import Resolving
from storage.db import Database
from tests.chase_stage import Town, audits, change, notices, statements, tokyo
from tests.kit import StillClock, press, remember, seen
from tests.scene import stage

LINK = "https://example.slack.com/archives/C0SUP1/p1795568400000100"


@pytest.fixture
async def hub(db: Database, clock: StillClock) -> Notice:
    """A hub of which nobody knows whether it arrived."""
    await stage(db, clock)
    (notice,) = await notices(db, NoticeKind.HUB)
    return await change(
        db, notice, state=NoticeState.UNRESOLVED, reason="channel_not_found", text="点検のお願い", lookups=5
    )


@pytest.fixture
async def reminder(db: Database, hub: Notice) -> Notice:
    """A message that is no card."""
    made = hub.model_copy(update={"id": "n1", "key": "k1", "kind": NoticeKind.HUB_REMINDER})
    async with db.begin("test.reminder") as tx:
        tx.add(made)
    return made


@pytest.fixture
def resolving(db: Database, clock: StillClock) -> Resolving:
    return Resolving(Desk(db, clock, ""))


async def stored(db: Database, notice: Notice) -> Notice:
    async with db.read() as tx:
        return await tx.need(Notice, notice.id)


async def test_the_list_shows_what_to_decide_first_and_why_the_rest_failed(
    db: Database, resolving: Resolving, hub: Notice, reminder: Notice
) -> None:
    await change(db, reminder, state=NoticeState.FAILED, reason="is_archived")
    with statements(db) as seen_:
        stuck = await resolving.stuck(press("U0SEC"))
    assert len(seen_) == 3  # who asks, how many, which
    assert (stuck.unresolved, stuck.failed) == (1, 1)
    assert [(n.notice_id, n.state, n.reason, n.supplier) for n in stuck.listed] == [
        (hub.id, NoticeState.UNRESOLVED, "channel_not_found", "みかづき運輸株式会社"),
        (reminder.id, NoticeState.FAILED, "is_archived", "みかづき運輸株式会社"),
    ]


async def test_it_is_there(db: Database, resolving: Resolving, reminder: Notice) -> None:
    resolved = await resolving.there(press("U0SEC", key="k"), reminder.id)
    assert (resolved.state, resolved.ask_where) == (NoticeState.SENT, False)
    assert await resolving.there(press("U0SEC", key="k"), reminder.id) == resolved
    assert (await stored(db, reminder)).state is NoticeState.SENT
    (audit,) = await audits(db, "notice:sent")
    assert (audit.subject_id, audit.reason) == (reminder.id, "a_person_saw_it")


async def test_a_card_that_is_there_needs_its_place(db: Database, resolving: Resolving, hub: Notice) -> None:
    resolved = await resolving.there(press("U0SEC"), hub.id)
    assert resolved.ask_where
    assert (await stored(db, hub)).state is NoticeState.UNRESOLVED
    await resolving.there_at(press("U0SEC"), hub.id, LINK)
    async with db.read() as tx:
        (card,) = await tx.find(LiveCard, kind=CardKind.HUB.value)
    assert (card.channel, card.ts) == ("C0SUP1", "1795568400.000100")
    assert card.wanted > card.shown  # it is brought up to date at the next tick
    assert (await stored(db, hub)).ts == card.ts


@pytest.mark.parametrize(
    "link", ["", "here", "https://example.slack.com/archives/C0OTHER/p1795568400000100", "javascript:alert(1)"]
)
async def test_a_link_to_somewhere_else_is_refused(db: Database, resolving: Resolving, hub: Notice, link: str) -> None:
    with pytest.raises(Refusal) as refused:
        await resolving.there_at(press("U0SEC"), hub.id, link)
    assert (refused.value.code, refused.value.field) == (Code.BAD_VALUE, "link")
    assert (await stored(db, hub)).state is NoticeState.UNRESOLVED


def test_a_link_with_a_thread_is_a_link() -> None:
    found = where(LINK + "?thread_ts=1795568400.000100&cid=C0SUP1", "link")
    assert (found.channel, found.ts) == ("C0SUP1", "1795568400.000100")


async def test_again_sends_it_once_more_and_chasing_goes_on_behind_it(
    db: Database, clock: StillClock, resolving: Resolving, hub: Notice
) -> None:
    town = Town(db, clock)
    await town.tick()
    assert town.received("channel:C0SUP1") == []
    await resolving.again(press("U0SEC", key="k"), hub.id)
    await resolving.again(press("U0SEC", key="k"), hub.id)
    await town.tick()
    assert len(town.received("channel:C0SUP1")) == 1
    assert [a.reason for a in await audits(db, "notice:again")] == ["a_person_looked"]
    await town.at(tokyo("2026-12-15"))
    assert len(town.received("channel:C0SUP1")) == 2


async def test_a_reminder_finds_its_way_although_nobody_knows_where_the_hub_stands(
    db: Database, clock: StillClock, hub: Notice
) -> None:
    """The hub was declared sent without a place: the reminder is a message of its own instead of waiting for ever."""
    town = Town(db, clock)
    await change(db, hub, state=NoticeState.SENT)
    async with db.begin("test.sent") as tx:
        tx.audit(clock.now(), SYSTEM, "notice:sent", "notice", hub.id)
    await town.at(tokyo("2026-12-15"))
    ((place, _message, _id, thread),) = town.channel.posted
    assert (place, thread) == ("channel:C0SUP1", "")


async def test_what_is_decided_is_decided(db: Database, resolving: Resolving, reminder: Notice) -> None:
    await resolving.there(press("U0SEC"), reminder.id)
    for attempt in (
        resolving.again(press("U0SEC"), reminder.id),
        resolving.there(press("U0SEC"), reminder.id),
        resolving.there_at(press("U0SEC"), reminder.id, LINK),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.ILLEGAL_MOVE
    with pytest.raises(Refusal) as refused:
        await resolving.again(press("U0SEC"), "nothing")
    assert refused.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    "wrong", [seen("U0EMP"), seen("U0GUEST", PersonKind.GUEST), seen("U0ANNA", PersonKind.EXTERNAL, "T0SUP1")]
)
async def test_nobody_else_may(db: Database, resolving: Resolving, reminder: Notice, wrong) -> None:
    await remember(db, wrong)
    user, team = wrong.slack_user_id, wrong.team_id
    for attempt in (
        resolving.stuck(press(user, team)),
        resolving.there(press(user, team), reminder.id),
        resolving.there_at(press(user, team), reminder.id, LINK),
        resolving.again(press(user, team), reminder.id),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.NOT_YOURS
    assert (await stored(db, reminder)).state is NoticeState.UNRESOLVED
