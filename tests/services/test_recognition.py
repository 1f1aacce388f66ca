"""Who left while nobody looked is not believed: after a start, and where an event comes late.

`tests/journeys/test_start.py` plays the start with the real program.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.domain.base import Value
from bot.domain.people import SECURITY, Actor, Membership, Person, PersonKind, channel_group
from bot.domain.refusal import Code, Refusal
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services import recognition
from bot.services.desk import Desk
from bot.services.ports import SendFailed
from bot.services.recognition import Recognition
from storage import people
from storage.db import Database
from storage.tx import Tx
from tests.kit import StillClock, press
from tests.services.link_stage import ANNA, BERT, CHANNEL, EMP, MIKA, SEC, TEAM_CHANNEL, Lane, lane


class Rights(Value):
    """What the desk knew of whoever pressed."""

    security: bool
    inside: bool


class Start:
    """A process that has just started over the cache of its predecessor."""

    def __init__(self, here: Lane) -> None:
        self.here = here
        self.desk = Desk(here.db, here.clock, "")
        self.recognition = Recognition(here.people)
        self.desk.recognises = self.recognition.of

    async def rights(self, user: str, team: str = "T0HOME") -> Rights:
        async def work(tx: Tx, actor: Actor, _now: datetime) -> Rights:
            inside = await people.is_member(tx, channel_group(CHANNEL), actor.person_id)
            return Rights(security=actor.security, inside=inside)

        return await self.desk.once("test.rights", press(user, team), Rights, work)

    async def refused(self, user: str, team: str = "T0HOME") -> Code:
        with pytest.raises(Refusal) as caught:
            await self.rights(user, team)
        return caught.value.code


@pytest.fixture
async def start(db: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Start:
    monkeypatch.setattr(recognition, "SWEEP_WAIT", 1.0)
    here = await lane(db, clock)
    await here.link(await here.supplier())
    return Start(here)


async def members(here: Lane, group: str) -> set[str]:
    users = {p.id: p.slack_user_id for p in await here.all(Person)}
    return {users[m.person_id] for m in await here.all(Membership, group=group)}


async def test_whoever_still_is_what_they_were_presses_before_the_sweep(start: Start) -> None:
    assert (await start.rights(SEC)).security
    assert (await start.rights(ANNA, MIKA)).inside
    assert not start.here.people.swept.is_set()


async def test_who_left_the_team_while_we_were_away_has_no_say_any_more(start: Start) -> None:
    start.here.directory.groups[TEAM_CHANNEL] = [EMP]
    assert not (await start.rights(SEC)).security
    assert await members(start.here, SECURITY) == {EMP}


async def test_who_left_the_channel_while_we_were_away_is_outside(start: Start) -> None:
    start.here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    assert not (await start.rights(BERT, MIKA)).inside
    assert (await start.rights(ANNA, MIKA)).inside


async def test_who_became_a_guest_is_one(start: Start) -> None:
    told = start.here.directory.people[SEC]
    start.here.directory.people[SEC] = told.model_copy(update={"kind": PersonKind.GUEST})
    assert not (await start.rights(SEC)).security


async def test_while_slack_is_silent_nobody_is_believed_and_the_next_press_asks_again(start: Start) -> None:
    start.here.directory.down = True
    assert await start.refused(SEC) is Code.UNKNOWN_PERSON
    assert await start.refused(ANNA, MIKA) is Code.UNKNOWN_PERSON
    start.here.directory.down = False
    assert (await start.rights(SEC)).security


async def test_who_slack_does_not_know_any_more_is_unknown(start: Start) -> None:
    del start.here.directory.people[SEC]
    assert await start.refused(SEC) is Code.UNKNOWN_PERSON


async def test_a_team_that_is_gone_in_slack_locks_nobody_out_and_does_not_hide_the_channels(start: Start) -> None:
    """Its channel was deleted, or the bot put out of it: Slack's last word. Else nobody could ever choose another one."""
    del start.here.directory.groups[TEAM_CHANNEL]
    assert (await start.rights(SEC)).security
    start.here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    await start.here.people.sweep()
    assert start.here.people.swept.is_set()
    assert await members(start.here, channel_group(CHANNEL)) == {SEC, ANNA}
    assert await members(start.here, SECURITY) == {SEC}


async def test_a_team_chosen_while_the_old_one_was_read_is_not_overwritten_by_it(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, honest = start.here, start.here.directory.group

    async def group(source: str) -> list[str]:
        read = await honest(source)
        async with here.db.begin("test.chosen") as tx:
            await tx.put(Setting(id=SECURITY_TEAM, value={"source": "S0NEW"}))
            await people.set_members(tx, SECURITY, [], here.clock.real())
        return read

    monkeypatch.setattr(here.directory, "group", group)
    await here.people.sweep_security()
    assert await members(here, SECURITY) == set()


async def test_who_is_deactivated_has_no_say_in_a_team_that_is_gone(start: Start) -> None:
    del start.here.directory.groups[TEAM_CHANNEL]
    told = start.here.directory.people[SEC]
    start.here.directory.people[SEC] = told.model_copy(update={"active": False})
    async with start.here.db.read() as tx:
        assert (await people.actor(tx, press(SEC).who, "")).employee
    await start.rights(SEC)
    async with start.here.db.read() as tx:
        assert not (await people.actor(tx, press(SEC).who, "")).employee


async def test_a_press_waits_for_a_sweep_that_is_about_to_end_and_asks_nothing(start: Start) -> None:
    start.here.directory.down = True
    waiting = asyncio.create_task(start.rights(SEC))
    await asyncio.sleep(0)
    start.here.people.swept.set()
    assert (await waiting).security


async def test_a_slow_answer_refuses_once_and_is_there_for_the_next_press(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, honest, asked = asyncio.Event(), start.here.people.confirm, []

    async def slow(user: str) -> bool:
        asked.append(user)
        await go_on.wait()
        return await honest(user)

    monkeypatch.setattr(start.here.people, "confirm", slow)
    assert await start.refused(SEC) is Code.UNKNOWN_PERSON
    assert await start.refused(SEC) is Code.UNKNOWN_PERSON
    assert asked == [SEC], "one question, however often somebody presses"
    go_on.set()
    await start.recognition.finish()
    assert (await start.rights(SEC)).security


async def test_a_question_that_changes_nothing_is_not_answered_either(start: Start) -> None:
    start.here.directory.down = True

    async def work(_tx: Tx, _actor: Actor, _now: datetime) -> None:
        raise AssertionError("it was answered")

    with pytest.raises(Refusal):
        await start.desk.look(press(SEC), work)


async def test_after_a_whole_sweep_the_cache_is_believed_and_nobody_is_asked(start: Start) -> None:
    await start.here.people.sweep()
    start.here.directory.down = True
    assert (await start.rights(SEC)).security


async def test_a_sweep_that_breaks_off_is_none(start: Start) -> None:
    start.here.directory.lost = frozenset({CHANNEL})
    with pytest.raises(SendFailed):
        await start.here.people.sweep()
    assert not start.here.people.swept.is_set()
    start.here.directory.lost = frozenset()
    start.here.people.halt()
    await start.here.people.sweep()
    assert not start.here.people.swept.is_set(), "one that the stop has ended early is none either"


# -- events that come late -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
async def test_an_event_tells_only_when_to_look(start: Start, kind: str) -> None:
    """Joined, left and joined again, in any order of arrival: what counts is who is there now."""
    here = start.here
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    await here.happens(kind, user=BERT, channel_id=CHANNEL)
    await here.watching.work_through(here.clock.now())
    assert BERT not in await members(here, channel_group(CHANNEL))
    here.put(CHANNEL, SEC, ANNA, BERT, teams=(MIKA,))
    await here.happens(kind, user=BERT, channel_id=CHANNEL)
    await here.watching.work_through(here.clock.now())
    assert BERT in await members(here, channel_group(CHANNEL))
    assert len(await here.all(Person, slack_user_id=BERT)) == 1
