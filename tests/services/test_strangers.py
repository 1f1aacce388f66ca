"""Outside people whom nobody registered: found, asked about once in a DM to one of ours, answered, never spoken to."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.delivery import Notice, NoticeKind, NoticeState
from bot.domain.people import Person
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.strangers import Stranger, StrangerKind, StrangerState
from bot.services.calendars import TOKYO, company_calendar
from bot.services.desk import Desk
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.strangers import Strangers
from storage.db import Database
from tests.kit import RecordingChannel, StillClock, press
from tests.services.link_stage import (
    ANNA,
    CHANNEL,
    EMP,
    GUEST,
    HOSHI,
    MIKA,
    OTHER,
    RIVAL,
    SEC,
    TEAM_CHANNEL,
    Lane,
    lane,
)

TEAM_PLACE = f"channel:{TEAM_CHANNEL}"


@dataclass
class Watch:
    """CHANNEL was made by EMP, nobody registered it; GUEST is a guest of nobody."""

    lane: Lane
    strangers: Strangers
    channel: RecordingChannel

    async def day(self, days: int = 1) -> list[str]:
        """Some days later in the morning: the sweep, the question, what was sent to whom."""
        self.lane.clock.business += timedelta(days=days)
        return await self.now()

    async def now(self) -> list[str]:
        await self.strangers.sweep()
        await self.strangers.run_due(self.lane.clock.now())
        before = len(self.channel.posted)
        timing = Delivery(60.0, 30.0, 0.0, look_age=360000.0)
        await Outbox(self.lane.db, self.lane.clock, self.channel, timing, "test", lambda _point: None).drain()
        return [place for place, *_ in self.channel.posted[before:]]

    async def one(self, kind: StrangerKind = StrangerKind.CHANNEL) -> Stranger:
        (found,) = await self.lane.all(Stranger, kind=kind)
        return found

    async def answer(self, user: str, answer: str, reason: str = "", kind: StrangerKind = StrangerKind.CHANNEL) -> str:
        one = await self.one(kind)
        return (await self.strangers.answer(press(user), one.id, one.cycle, answer, reason)).words


@pytest.fixture
async def watch(db: Database, clock: StillClock) -> Watch:
    here = await lane(db, clock)
    here.put(CHANNEL, SEC, EMP, ANNA, teams=(MIKA,), creator=EMP)
    hours = Hours(TOKYO, company_calendar())
    made = Watch(here, Strangers(Desk(db, clock, ""), here.directory, hours), RecordingChannel())
    clock.business = hours.opening(clock.now())
    return made


async def refusal(asked: Awaitable[object]) -> Code:
    with pytest.raises(Refusal) as caught:
        await asked
    return caught.value.code


async def test_whoever_made_the_channel_is_asked_once_the_day_after_and_the_team_about_a_guest(watch: Watch) -> None:
    assert await watch.now() == [], "whoever shares a channel may be about to register it"
    assert sorted(await watch.day()) == [TEAM_PLACE, f"user:{EMP}"]
    assert await watch.day() == await watch.day(5) == []
    one = await watch.one()
    (person,) = await watch.lane.all(Person, slack_user_id=EMP)
    assert (one.state, one.asked_of, one.name) == (StrangerState.ASKED, person.id, "みかづき運輸")
    for place, message, _notice, thread in watch.channel.posted:
        assert place in {f"user:{EMP}", TEAM_PLACE}, "our own people, in their DM or the team's own channel"
        assert thread == ""
        assert message.text == "この社外の方は、業務の委託先ですか?"


async def test_several_stand_in_one_message_and_a_second_one_waits_for_another_day(watch: Watch) -> None:
    watch.lane.put(OTHER, SEC, EMP, RIVAL, teams=(HOSHI,), creator=EMP)
    await watch.now()
    sent = await watch.day()
    assert sent.count(f"user:{EMP}") == 1
    assert len([n for n in await watch.lane.all(Notice) if n.kind is NoticeKind.STRANGERS]) == 2
    text = str([m.blocks for place, m, *_ in watch.channel.posted if place == f"user:{EMP}"])
    assert (text.count("みかづき運輸"), text.count("ほしぞら印刷")) == (1, 1)


async def test_nobody_is_asked_at_night_or_on_a_holiday(watch: Watch) -> None:
    await watch.now()
    watch.lane.clock.business += timedelta(hours=12)
    assert await watch.day() == []


async def test_registered_meanwhile_it_is_not_asked(watch: Watch) -> None:
    await watch.now()
    watch.lane.clock.business += timedelta(days=1)
    await watch.strangers.run_due(watch.lane.clock.now())
    watch.lane.put(CHANNEL, SEC, ANNA, GUEST, teams=(MIKA,), creator=EMP)
    await watch.lane.link(await watch.lane.supplier())
    assert await watch.now() == []
    told = {n.reason for n in await watch.lane.all(Notice, kind=NoticeKind.STRANGERS.value)}
    assert told <= {"registered", "answered"}
    assert {s.state for s in await watch.lane.all(Stranger)} == {StrangerState.KNOWN}


async def test_nobody_is_asked_about_a_company_of_a_registered_name_and_the_list_says_so(watch: Watch) -> None:
    supplier = await watch.lane.supplier("㈱ミカヅキ運輸")
    await watch.now()
    assert await watch.day() == [TEAM_PLACE], "about the guest alone"
    (line,) = [x for x in (await watch.strangers.page(press(SEC))).lines if x.channel_id == CHANNEL]
    assert (line.state, line.registered) == (StrangerState.FOUND, True)
    async with watch.lane.db.begin("test.renamed") as tx:
        await tx.put(supplier.model_copy(update={"name": "別の会社", "name_key": "別の会社"}))
    assert await watch.day() == [f"user:{EMP}"]


async def test_a_channel_that_became_an_endpoint_is_off_the_list_at_once(watch: Watch) -> None:
    await watch.strangers.sweep()
    before = await watch.strangers.page(press(SEC))
    assert [x.state for x in before.lines if x.channel_id == CHANNEL] == ["found"]
    await watch.lane.link(await watch.lane.supplier())
    after = await watch.strangers.page(press(SEC))
    assert CHANNEL not in {x.channel_id for x in after.lines}
    assert after.open_ == before.open_ - 1


async def test_a_no_is_remembered_with_its_reason_until_another_company_comes(watch: Watch) -> None:
    await watch.now()
    await watch.day()
    await watch.answer(EMP, "no", "当社の顧客")
    assert await watch.day(7) == []
    assert (await watch.one()).reason == "当社の顧客"
    watch.lane.put(CHANNEL, SEC, EMP, ANNA, RIVAL, teams=(MIKA, HOSHI), creator=EMP)
    assert await watch.now() == [f"user:{EMP}"]


async def test_a_yes_gives_the_name_for_the_form_and_is_not_asked_again(watch: Watch) -> None:
    await watch.now()
    await watch.day()
    assert await watch.answer(EMP, "partner") == "みかづき運輸"
    assert await watch.answer(SEC, "partner", kind=StrangerKind.GUEST) == "客野 個人"
    assert await watch.day(7) == []
    assert await refusal(watch.answer(EMP, "no", "x")) is Code.ALREADY_ANSWERED


async def test_who_does_not_know_passes_it_on_to_the_team(watch: Watch) -> None:
    await watch.now()
    await watch.day()
    await watch.answer(EMP, "unsure")
    assert await watch.day() == [TEAM_PLACE]
    await watch.answer(SEC, "unsure")
    assert (await watch.one()).state is StrangerState.UNSURE
    assert await watch.day(7) == []
    await watch.answer(SEC, "no", "実績なし")


async def test_only_whoever_was_asked_and_the_team_answer_and_only_the_team_reads_the_list(watch: Watch) -> None:
    await watch.now()
    assert await refusal(watch.answer(EMP, "partner")) is Code.NOT_YOURS, "nobody has asked them yet"
    await watch.day()
    assert await refusal(watch.answer(GUEST, "partner")) is Code.NOT_YOURS
    assert await refusal(watch.answer(EMP, "partner", kind=StrangerKind.GUEST)) is Code.NOT_YOURS
    assert await refusal(watch.strangers.answer(press(EMP), "0" * 32, 1, "partner")) is Code.NOT_YOURS
    assert await refusal(watch.strangers.page(press(EMP))) is Code.NOT_YOURS
    page = await watch.strangers.page(press(SEC), 9)
    assert (page.total, page.open_, page.page, len(page.lines)) == (2, 2, 1, 2)


async def test_a_sweep_that_could_not_look_forgets_nobody(watch: Watch) -> None:
    await watch.now()
    watch.lane.directory.down = True
    await watch.strangers.sweep()
    watch.lane.directory.down = False
    assert (await watch.one()).state is StrangerState.FOUND
    del watch.lane.directory.channels[CHANNEL]
    await watch.strangers.sweep()
    assert (await watch.one()).state is StrangerState.KNOWN


async def test_an_event_of_a_channel_that_nobody_registered_is_noted(watch: Watch) -> None:
    await watch.lane.happens("channel_shared", channel_id=CHANNEL)
    await watch.lane.watching.work_through(watch.lane.clock.now())
    assert (await watch.one()).teams == (MIKA,)


async def joins(watch: Watch, who: str, inviter: str, channel: str = "C0HALL") -> None:
    await watch.lane.happens("member_joined_channel", user=who, channel_id=channel, inviter=inviter)
    await watch.lane.watching.work_through(watch.lane.clock.now())


@pytest.mark.parametrize("seen_before", [True, False])
async def test_whoever_invited_a_guest_is_asked_about_them_once(watch: Watch, seen_before: bool) -> None:
    if seen_before:
        await watch.now()
    await joins(watch, GUEST, EMP)
    assert await watch.now() == []
    assert await watch.day() == [f"user:{EMP}"], "the channel and the guest in one message"
    (person,) = await watch.lane.all(Person, slack_user_id=EMP)
    assert (await watch.one(StrangerKind.GUEST)).asked_of == person.id
    await joins(watch, GUEST, SEC, "C0OTHER")  # somebody else brings them to one more channel
    assert await watch.day() == await watch.day(7) == []
    await watch.answer(EMP, "partner", kind=StrangerKind.GUEST)


async def test_an_inviter_who_does_not_know_or_is_none_of_ours_leaves_it_to_the_team(watch: Watch) -> None:
    await joins(watch, GUEST, ANNA)
    await watch.now()
    assert TEAM_PLACE in await watch.day()
    other = await watch.one(StrangerKind.GUEST)
    assert (other.asked_of, other.brought_by) == ("team", "")


async def test_a_guest_of_an_endpoint_is_nobodys_question(watch: Watch) -> None:
    watch.lane.put(CHANNEL, SEC, ANNA, GUEST, teams=(MIKA,), creator=EMP)
    await watch.lane.link(await watch.lane.supplier())
    await joins(watch, GUEST, EMP)
    assert await watch.lane.all(Stranger, kind=StrangerKind.GUEST) == []


async def test_of_a_channel_that_an_outsider_made_whoever_brought_them_is_asked(watch: Watch) -> None:
    watch.lane.put(CHANNEL, SEC, EMP, ANNA, teams=(MIKA,), creator=ANNA)
    await watch.now()
    await joins(watch, ANNA, EMP, CHANNEL)
    assert sorted(await watch.day()) == [TEAM_PLACE, f"user:{EMP}"], "the team about the guest"
    (person,) = await watch.lane.all(Person, slack_user_id=EMP)
    assert (await watch.one()).asked_of == person.id


async def test_the_message_is_cancelled_where_it_was_answered_before_it_was_sent(watch: Watch) -> None:
    await watch.now()
    watch.lane.clock.business += timedelta(days=1)
    await watch.strangers.run_due(watch.lane.clock.now())
    await watch.answer(SEC, "no", "顧客")
    assert f"user:{EMP}" not in await watch.now()
    found = await watch.lane.all(Notice, kind=NoticeKind.STRANGERS.value, state=NoticeState.CANCELLED.value)
    assert [n.reason for n in found] == ["answered"]
