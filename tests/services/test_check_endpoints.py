"""Before anything is sent: the channel is looked at, and what differs, or cannot be known, gets nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.delivery import AuditEvent, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Change, Endpoint, EndpointState
from bot.domain.people import Person, channel_group
from bot.services import sending
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.telling.base import new_notice
from bot.services.watching import HOLD
from storage import people
from storage.db import Database
from tests.kit import START, RecordingChannel, StillClock, remember
from tests.scene import Stage, stage
from tests.services.link_stage import (
    ANNA,
    CHANNEL,
    GUEST,
    HOSHI,
    MIKA,
    OTHER,
    SEC,
    TEAM_CHANNEL,
    Lane,
    lane,
)


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Lane:
    made = await lane(db, clock)
    await made.link(await made.supplier())
    clock.advance(minutes=5)
    return made


async def endpoint(here: Lane, channel: str = CHANNEL) -> Endpoint:
    found = await here.endpoint(channel)
    assert found
    return found


async def check(here: Lane, max_age: float = 60, *channels: str) -> None:
    ids = [(await endpoint(here, c)).id for c in channels or (CHANNEL,)]
    await here.watching.check_endpoints(ids, max_age)


async def test_a_look_that_agrees_is_noted_and_not_repeated_for_a_while(here: Lane) -> None:
    before = await endpoint(here)
    asked = here.directory.asked
    await check(here)
    after = await endpoint(here)
    assert (after.state, after.checked_at) == (EndpointState.VERIFIED, here.clock.real())
    assert after.version == before.version, "a look is no change"
    here.clock.advance(seconds=59)
    await check(here)
    assert here.directory.asked == asked + 1
    here.clock.advance(seconds=2)
    await check(here)
    assert here.directory.asked == asked + 2


async def test_a_look_that_differs_suspends_and_tells_the_team(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
    await check(here)
    found = await endpoint(here)
    assert (found.state, found.reason) == (EndpointState.SUSPENDED, "company_new")
    (notice,) = await here.all(Notice)
    assert (notice.kind, notice.place) == (NoticeKind.ENDPOINT_SUSPENDED, f"channel:{TEAM_CHANNEL}")
    assert notice.params["companies"] == ["ほしぞら印刷"]
    assert [(c.field, c.before, c.after, c.cause) for c in await here.all(Change, field="state")] == [
        ("state", "verified", "suspended", "company_new")
    ]
    assert len(await here.all(AuditEvent, action="endpoint:suspended")) == 1


async def test_an_invitation_is_enough(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,), pending=("?",))
    await check(here)
    assert (await endpoint(here)).state is EndpointState.SUSPENDED


async def test_a_channel_that_is_gone_suspends(here: Lane) -> None:
    del here.directory.channels[CHANNEL]
    await check(here)
    assert (await endpoint(here)).reason == "channel_gone"


async def test_a_guest_in_the_cache_whom_nobody_confirmed_suspends(here: Lane) -> None:
    (guest,) = await here.all(Person, slack_user_id=GUEST)
    async with here.db.begin("test.join") as tx:
        await people.add_member(tx, channel_group(CHANNEL), guest.id, START)
    await check(here)
    assert (await endpoint(here)).reason == "guest_new"


async def test_a_deactivated_guest_is_nobody(here: Lane) -> None:
    gone = here.directory.people[GUEST].model_copy(update={"active": False})
    await remember(here.db, gone, group=channel_group(CHANNEL))
    await check(here)
    assert (await endpoint(here)).state is EndpointState.VERIFIED


async def test_what_cannot_be_looked_at_gets_nothing_for_a_while(here: Lane) -> None:
    found = await endpoint(here)
    waiting = new_notice(NoticeKind.HUB, f"channel:{CHANNEL}", "r", START, endpoint_id=found.id)
    other = new_notice(NoticeKind.DIGEST, "person:x", "r", START)
    async with here.db.begin("test.notice") as tx:
        tx.add(waiting, other)
    here.directory.down = True
    await check(here)
    after = await endpoint(here)
    assert (after.state, after.checked_at) == (EndpointState.VERIFIED, found.checked_at)
    held = {n.id: (n.retry_at, n.reason) for n in await here.all(Notice)}
    assert held == {waiting.id: (here.clock.real() + HOLD, "channel_unchecked"), other.id: (None, "")}


async def test_one_lost_channel_does_not_hold_up_the_others(here: Lane) -> None:
    here.put(OTHER, SEC, ANNA, teams=(MIKA,))
    await here.link(await here.supplier("ほしぞら印刷"), OTHER)
    here.clock.advance(minutes=5)
    here.directory.lost = frozenset({CHANNEL})
    await check(here, 60, CHANNEL, OTHER)
    assert (await endpoint(here, OTHER)).checked_at == here.clock.real()
    assert (await endpoint(here, CHANNEL)).checked_at != here.clock.real()


async def test_a_slack_out_of_reach_is_not_asked_for_every_channel(here: Lane) -> None:
    async with here.db.begin("test.many") as tx:
        for n in range(30):
            copy = (await endpoint(here)).model_copy(
                update={"id": f"e{n:02}", "channel_id": f"C{n:02}", "checked_at": None}
            )
            tx.add(copy)
    here.directory.down = True
    asked = here.directory.asked
    await here.watching.check_endpoints([f"e{n:02}" for n in range(30)], 60)
    assert here.directory.asked - asked == 8


async def test_endpoints_that_are_not_verified_are_not_looked_at(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
    await check(here)
    asked = here.directory.asked
    here.clock.advance(hours=1)
    await check(here)
    await here.watching.check_endpoints([], 60)
    assert here.directory.asked == asked
    assert len(await here.all(Notice)) == 1


async def test_a_link_made_while_we_looked_stands(here: Lane) -> None:
    """The look is older than what a person has just confirmed: it must not undo it."""
    seen_before = await endpoint(here)
    async with here.db.begin("test.relinked") as tx:
        await tx.put(seen_before.model_copy(update={"teams": (MIKA, HOSHI)}))
    await here.watching._judge(seen_before, (MIKA, HOSHI))
    await here.watching._judge(seen_before, (MIKA,))
    assert (await endpoint(here)).state is EndpointState.VERIFIED


# -- what is told, and that nothing else is ------------------------------------------------------------------------------------


@pytest.fixture
async def s(here: Lane, clock: StillClock) -> Stage:
    """A review whose hub waits to be sent to OTHER."""
    here.put(OTHER, SEC, ANNA, teams=(MIKA,))
    return await stage(here.db, clock, channel=OTHER, team=MIKA, users=(ANNA,))


def outbox(here: Lane, channel: RecordingChannel) -> Outbox:
    return Outbox(here.db, here.clock, channel, Delivery(60.0, 30.0, 0.0), "test", lambda _point: None)


async def tick(here: Lane, channel: RecordingChannel) -> None:
    """As the scheduler does it: look at what is due, then send."""
    await here.watching.check_due(60)
    await outbox(here, channel).drain()


async def test_nothing_goes_to_a_channel_with_a_stranger_and_the_team_is_told_instead(here: Lane, s: Stage) -> None:
    channel = RecordingChannel()
    here.put(OTHER, SEC, ANNA, teams=(MIKA, HOSHI))
    here.clock.advance(minutes=5)
    await tick(here, channel)
    ((place, message, _, _),) = channel.posted
    assert place == f"channel:{TEAM_CHANNEL}"
    assert s.supplier.name in message.text
    assert "ほしぞら印刷" in str(message.blocks)
    (hub,) = await here.all(Notice, kind=NoticeKind.HUB)
    assert (hub.state, hub.reason) == (NoticeState.PENDING, "endpoint_not_verified")


async def test_it_goes_out_once_a_person_has_confirmed_again(here: Lane, s: Stage) -> None:
    channel = RecordingChannel()
    here.put(OTHER, SEC, ANNA, teams=(MIKA, HOSHI))
    here.clock.advance(minutes=5)
    await tick(here, channel)
    await here.link(s.supplier, OTHER)
    here.clock.advance(minutes=1)
    await tick(here, channel)
    await tick(here, channel)
    assert [place for place, *_ in channel.posted] == [f"channel:{TEAM_CHANNEL}", f"channel:{OTHER}"]


async def test_a_suspension_that_is_over_is_not_told_any_more(here: Lane, s: Stage) -> None:
    channel = RecordingChannel()
    here.put(OTHER, SEC, ANNA, teams=(MIKA, HOSHI))
    here.clock.advance(minutes=5)
    await here.watching.check_endpoints([s.endpoint.id], 60)
    await here.link(s.supplier, OTHER)
    await tick(here, channel)
    assert [place for place, *_ in channel.posted] == [f"channel:{OTHER}"]
    (told,) = await here.all(Notice, kind=NoticeKind.ENDPOINT_SUSPENDED)
    assert (told.state, told.reason) == (NoticeState.CANCELLED, "endpoint_verified")


@pytest.mark.parametrize(("language", "word"), [("ja", "止めました"), ("en", "has stopped")])
async def test_a_member_is_told_in_their_language(here: Lane, s: Stage, language: str, word: str) -> None:
    sec = here.directory.people[SEC].model_copy(update={"language": language})
    (person,) = await remember(here.db, sec)
    suspended = s.endpoint.model_copy(update={"state": EndpointState.SUSPENDED})
    params = {"why": "guest_new", "companies": [], "people": [person.id, "erased"]}
    notice = new_notice(NoticeKind.ENDPOINT_SUSPENDED, f"person:{person.id}", s.endpoint.id, START, params=params)
    async with here.db.begin("test.suspended") as tx:
        await tx.put(suspended)
        tx.add(notice)
    channel = RecordingChannel()
    await outbox(here, channel).drain()
    message = next(m for place, m, _, _ in channel.posted if place == f"user:{SEC}")
    assert word in message.text
    assert "佐藤 花子" in str(message.blocks)


async def test_a_review_without_an_endpoint_is_told_while_it_is_so(here: Lane, clock: StillClock) -> None:
    waiting = await stage(here.db, clock, channel="C0LATE", team=HOSHI, users=(), name="あかつき倉庫", send=False)
    here.put("C0LATE", SEC, ANNA, teams=(MIKA,))
    notices_ = [
        new_notice(
            NoticeKind.NO_ENDPOINT, f"channel:{TEAM_CHANNEL}", waiting.review.id, START + timedelta(seconds=n), cycle=n
        )
        for n in range(2)
    ]
    async with here.db.begin("test.none") as tx:
        tx.add(notices_[0])
    channel = RecordingChannel()
    await outbox(here, channel).drain()
    ((place, message, _, _),) = channel.posted
    assert place == f"channel:{TEAM_CHANNEL}"
    assert "あかつき倉庫" in message.text
    async with here.db.begin("test.sent") as tx:
        await sending.advance(tx, waiting.review, clock.now(), clock.real())
        tx.add(notices_[1])
    await outbox(here, channel).drain()
    assert [n.state for n in await here.all(Notice, kind=NoticeKind.NO_ENDPOINT, order="cycle")] == [
        NoticeState.SENT,
        NoticeState.CANCELLED,
    ]
