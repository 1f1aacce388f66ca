"""Events: kept once, worked through once, believed only as a hint to look; and what each kind changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.delivery import AuditEvent, CardKind, Inbox, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Change, Endpoint, EndpointState, Supplier
from bot.domain.people import Membership, Person, PersonKind, channel_group
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services.event_work import WORK
from bot.services.telling.base import new_notice
from bot.services.watching import FAILURES, TRIES, WAITS
from handlers.slack.events import KINDS
from storage import notices
from storage.db import Database
from tests.kit import START, StillClock, seen
from tests.services.link_stage import (
    ANNA,
    BERT,
    CHANNEL,
    EMP,
    GUEST,
    GUEST2,
    HOSHI,
    MIKA,
    RIVAL,
    SEC,
    TEAM_CHANNEL,
    Lane,
    lane,
)


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Lane:
    """A linked channel: one company, one guest."""
    made = await lane(db, clock)
    made.put(CHANNEL, SEC, ANNA, BERT, GUEST, teams=(MIKA,))
    await made.link(await made.supplier())
    clock.advance(seconds=5)
    return made


async def work(here: Lane) -> None:
    await here.watching.work_through(here.clock.now())


async def endpoint(here: Lane) -> Endpoint:
    found = await here.endpoint()
    assert found
    return found


async def members(here: Lane, channel: str = CHANNEL) -> set[str]:
    people = {p.id: p.slack_user_id for p in await here.all(Person)}
    return {people[m.person_id] for m in await here.all(Membership, group=channel_group(channel))}


def test_every_kind_that_is_routed_has_its_work() -> None:
    assert set(KINDS) == set(WORK)


# -- keeping -------------------------------------------------------------------------------------------------------------


async def test_an_event_is_kept_once_and_done_once(here: Lane) -> None:
    event = await here.happens("user_change", user=EMP)
    await here.watching.keep(event)
    (item,) = await here.all(Inbox, kind="user_change")
    assert not item.done
    await work(here)
    await here.watching.keep(event)
    (item,) = await here.all(Inbox, kind="user_change")
    assert item.done
    asked = here.directory.asked
    await work(here)
    assert here.directory.asked == asked


async def test_messages_without_files_in_a_thread_are_not_kept(here: Lane) -> None:
    await here.happens("message", user=ANNA, channel_id=CHANNEL, ts="1.1")
    await here.happens("message", user=ANNA, channel_id=CHANNEL, ts="1.1", files=("F1",))
    await here.happens("message", user=ANNA, channel_id=CHANNEL, ts="1.1", thread_ts="1.0")
    assert await here.all(Inbox, kind="message") == []


async def test_what_is_kept_says_nothing_that_somebody_wrote(here: Lane) -> None:
    await here.happens("message", user=ANNA, channel_id=CHANNEL, ts="1.2", thread_ts="1.0", files=("F1",))
    (item,) = await here.all(Inbox, kind="message")
    assert set(item.payload) == {
        *(
            "key",
            "kind",
            "who",
            "channel_id",
            "team_id",
            "thread_ts",
            "ts",
            "group_id",
            "new_id",
            "inviter",
            "files",
            "tab",
            "view_hash",
        )
    }


async def test_an_event_that_fails_is_tried_again_ever_later_and_then_set_aside(here: Lane) -> None:
    here.directory.down = True
    await here.happens("user_change", user=EMP)
    for _ in WAITS:
        await work(here)
        (item,) = await here.all(Inbox, kind="user_change")
        before = item.tries
        await work(here)
        (item,) = await here.all(Inbox, kind="user_change")
        assert item.tries == before, "not before its time"
        assert item.done == (item.tries == TRIES)
        here.clock.machine = item.at + timedelta(seconds=WAITS[min(item.tries, TRIES - 1)])
    (item,) = await here.all(Inbox, kind="user_change")
    assert (item.done, item.tries) == (True, TRIES)
    (audit,) = await here.all(AuditEvent, action="event:set_aside")
    assert (audit.subject_id, audit.reason, audit.detail) == (item.id, "timeout", {"kind": "user_change"})


async def test_one_bad_event_does_not_hold_up_the_next(here: Lane) -> None:
    here.directory.lost = frozenset({CHANNEL})
    await here.happens("channel_shared", channel_id=CHANNEL)
    here.clock.advance(seconds=1)
    await here.happens("subteam_members_changed", group_id="S0NONE")
    await work(here)
    assert [i.done for i in await here.all(Inbox, kind=["channel_shared", "subteam_members_changed"], order="at")] == [
        False,
        True,
    ]
    here.directory.lost = frozenset()
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
    here.clock.advance(seconds=2)
    await work(here)
    assert (await endpoint(here)).state is EndpointState.SUSPENDED


async def test_when_slack_is_out_of_reach_the_rest_waits(here: Lane) -> None:
    here.directory.down = True
    for _ in range(10):
        await here.happens("user_change", user=EMP)
    assert await here.watching.work_through(here.clock.now()) == FAILURES
    here.directory.down = False
    here.clock.advance(seconds=2)
    await work(here)
    assert all(item.done for item in await here.all(Inbox, kind="user_change"))


# -- who is in a channel ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [EMP, "U0CHIE"])
async def test_one_of_us_or_of_a_confirmed_company_may_join(here: Lane, user: str) -> None:
    here.directory.people["U0CHIE"] = seen("U0CHIE", PersonKind.EXTERNAL, MIKA)
    here.put(CHANNEL, SEC, ANNA, BERT, GUEST, user, teams=(MIKA,))
    await here.happens("member_joined_channel", user=user, channel_id=CHANNEL)
    await work(here)
    found = await endpoint(here)
    assert (found.state, found.checked_at) == (EndpointState.VERIFIED, here.clock.real())
    assert user in await members(here)


async def test_a_guest_whom_nobody_confirmed_suspends(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, BERT, GUEST, GUEST2, teams=(MIKA,))
    await here.happens("member_joined_channel", user=GUEST2, channel_id=CHANNEL)
    await work(here)
    found = await endpoint(here)
    assert (found.state, found.reason) == (EndpointState.SUSPENDED, "guest_new")
    (notice,) = await here.all(Notice)
    (guest,) = await here.all(Person, slack_user_id=GUEST2)
    assert notice.params == {"why": "guest_new", "companies": [], "people": [guest.id]}


async def test_a_person_of_a_company_that_nobody_confirmed_suspends(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, RIVAL, GUEST, teams=(MIKA, HOSHI))
    await here.happens("member_joined_channel", user=RIVAL, channel_id=CHANNEL)
    await work(here)
    assert ((await endpoint(here)).state, (await endpoint(here)).reason) == (EndpointState.SUSPENDED, "company_new")


async def test_who_leaves_is_forgotten_and_changes_nothing(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    await here.happens("member_left_channel", user=BERT, channel_id=CHANNEL)
    await here.happens("member_left_channel", user=GUEST, channel_id=CHANNEL)
    await work(here)
    assert (await endpoint(here)).state is EndpointState.VERIFIED
    assert await members(here) == {SEC, ANNA}


async def test_the_app_removed_from_the_channel_suspends(here: Lane) -> None:
    del here.directory.channels[CHANNEL]
    await here.happens("member_left_channel", user="U0BOT", channel_id=CHANNEL)
    await work(here)
    assert (await endpoint(here)).reason == "channel_gone"


async def test_channels_that_are_no_endpoint_are_none_of_our_business(here: Lane) -> None:
    asked = here.directory.asked
    await here.happens("member_joined_channel", user="U0NEW", channel_id="C0LOBBY")
    await here.happens("channel_shared", channel_id="C0LOBBY")
    await here.happens("channel_archive", channel_id="C0LOBBY")
    await work(here)
    assert here.directory.asked == asked
    assert await here.all(Person, slack_user_id="U0NEW") == []


# -- companies ---------------------------------------------------------------------------------------------------------------


async def test_a_new_company_suspends_and_the_team_is_told_once(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, BERT, GUEST, RIVAL, teams=(MIKA, HOSHI))
    before = (await endpoint(here)).version
    await here.happens("channel_shared", channel_id=CHANNEL, team_id=HOSHI)
    await here.happens("member_joined_channel", user=RIVAL, channel_id=CHANNEL)
    await work(here)
    found = await endpoint(here)
    assert (found.state, found.reason, found.teams) == (EndpointState.SUSPENDED, "company_new", (MIKA,))
    (notice,) = await here.all(Notice)
    assert (notice.kind, notice.place, notice.subject_id, notice.cycle) == (
        NoticeKind.ENDPOINT_SUSPENDED,
        f"channel:{TEAM_CHANNEL}",
        found.id,
        before,
    )
    assert notice.params == {"why": "company_new", "companies": ["ほしぞら印刷"], "people": []}
    assert (notice.supplier_id, notice.endpoint_id) == ("", ""), "a suspended endpoint must not hold this notice back"
    (audit,) = await here.all(AuditEvent, action="endpoint:suspended")
    assert (audit.reason, audit.detail) == ("company_new", {"teams": [HOSHI]})


async def test_a_company_that_left_takes_its_people_along(here: Lane) -> None:
    here.put(CHANNEL, SEC, GUEST)
    await here.happens("channel_unshared", channel_id=CHANNEL, team_id=MIKA)
    await work(here)
    assert ((await endpoint(here)).state, (await endpoint(here)).reason) == (EndpointState.SUSPENDED, "company_left")
    assert await members(here) == {SEC, GUEST}


@pytest.mark.parametrize("kind", ["channel_archive", "group_archive"])
async def test_an_archived_channel_suspends_and_nobody_may_answer_there(here: Lane, kind: str) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,), archived=True)
    await here.happens(kind, user=SEC, channel_id=CHANNEL)
    await work(here)
    assert (await endpoint(here)).reason == "channel_gone"
    assert await members(here) == set()


async def test_an_event_that_came_too_late_to_be_true_does_no_harm(here: Lane) -> None:
    """The company came and went before the event was worked through: what counts is what is there."""
    await here.happens("channel_shared", channel_id=CHANNEL, team_id=HOSHI)
    await here.happens("channel_unshared", channel_id=CHANNEL, team_id=HOSHI)
    await work(here)
    assert (await endpoint(here)).state is EndpointState.VERIFIED
    assert await here.all(Notice) == []


async def test_suspended_once_is_told_once_and_nothing_is_verified_by_itself(here: Lane) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
    await here.happens("channel_shared", channel_id=CHANNEL)
    await work(here)
    here.put(CHANNEL, SEC, ANNA, BERT, GUEST, teams=(MIKA,))
    await here.happens("channel_unshared", channel_id=CHANNEL)
    await work(here)
    assert (await endpoint(here)).state is EndpointState.SUSPENDED
    assert len(await here.all(Notice)) == 1


async def test_suspended_again_is_told_again(here: Lane) -> None:
    (supplier,) = await here.all(Supplier)
    for _ in range(2):
        here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
        await here.happens("channel_shared", channel_id=CHANNEL)
        await work(here)
        here.put(CHANNEL, SEC, ANNA, BERT, GUEST, teams=(MIKA,))
        here.clock.advance(seconds=1)
        await here.link(supplier)
    assert len(await here.all(Notice)) == 2


async def test_without_a_team_whoever_confirmed_is_told(here: Lane) -> None:
    async with here.db.begin("test.no_team") as tx:
        await tx.put(Setting(id=SECURITY_TEAM, value={"source": "S0GROUP"}))
    here.directory.groups["S0GROUP"] = []
    await here.people.sweep_security()
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA, HOSHI))
    await here.happens("channel_shared", channel_id=CHANNEL)
    await work(here)
    (notice,) = await here.all(Notice)
    assert notice.place == f"person:{(await endpoint(here)).verified_by}"


# -- a channel's id ----------------------------------------------------------------------------------------------------------


async def test_a_new_channel_id_is_followed_everywhere(here: Lane) -> None:
    found = await endpoint(here)
    old, new = CHANNEL, "C0NEW"
    told = new_notice(NoticeKind.HUB_REMINDER, f"channel:{old}", "r1", START, step="-3", endpoint_id=found.id)
    sent = told.model_copy(update={"state": NoticeState.SENT, "channel": old, "ts": "1.1"})
    waiting = new_notice(NoticeKind.HUB_REMINDER, f"channel:{old}", "r1", START, step="0", endpoint_id=found.id)
    async with here.db.begin("test.before") as tx:
        tx.add(sent, waiting)
        tx.add(LiveCard(id="card", kind=CardKind.HUB, subject_id="r1", place=found.id, channel=old, ts="1.0", wanted=1))
    here.directory.channels[new] = here.directory.channels.pop(old).model_copy(update={"channel_id": new})
    await here.happens("channel_id_changed", channel_id=old, new_id=new)
    await work(here)
    moved = await here.endpoint(new)
    assert moved
    assert (moved.id, moved.state) == (found.id, EndpointState.VERIFIED)
    assert [(c.before, c.after) for c in await here.all(Change, field="channel_id")] == [(old, new)]
    assert {n.place for n in await here.all(Notice)} == {f"channel:{new}"}
    assert [n.channel for n in await here.all(Notice, state=NoticeState.SENT)] == [new]
    assert [c.channel for c in await here.all(LiveCard)] == [new]
    assert await members(here, new) == {SEC, ANNA, BERT, GUEST}
    assert await members(here, old) == set()
    async with here.db.begin("test.again") as tx:
        again = new_notice(NoticeKind.HUB_REMINDER, f"channel:{new}", "r1", START, step="-3", endpoint_id=found.id)
        assert await notices.tell(tx, again) == 0, "what was told under the old id is told"
        tx.abandon()


async def test_the_id_of_the_teams_channel_is_followed_too(here: Lane) -> None:
    await here.happens("channel_id_changed", channel_id=TEAM_CHANNEL, new_id="C0SEC9")
    await work(here)
    (setting,) = await here.all(Setting, id=SECURITY_TEAM)
    assert setting.value == {"source": "C0SEC9"}


async def test_a_share_that_was_only_begun_changes_the_id_and_suspends(here: Lane) -> None:
    found = here.directory.channels.pop(CHANNEL)
    here.directory.channels["C0NEW"] = found.model_copy(update={"channel_id": "C0NEW", "pending": (HOSHI,)})
    await here.happens("channel_id_changed", channel_id=CHANNEL, new_id="C0NEW")
    await work(here)
    moved = await here.endpoint("C0NEW")
    assert moved
    assert (moved.state, moved.reason) == (EndpointState.SUSPENDED, "company_new")
