"""From the start to the first press: it listens before it has read everybody, and still believes nobody's rights of yesterday.

People left the team and a supplier's channel while the bot was away, and Slack told nobody; at the new start Slack does not
list its people either, so that all rests on whoever presses being asked about alone.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.client import ActResult
from tests.journeys import acts
from tests.journeys.short_checklist import PERSON, with_short_checklist
from tests.journeys.town import ANNA, BERT, CH1, EMPLOYEE, SEC1, SEC2, SEC_CHANNEL, Town, town

COMPANY = "みかづき運輸株式会社"
CHECKING, NOT_YOURS = "お名前を確認しています", "担当の方だけが行えます"


async def asked(t: Town) -> None:
    """A company is asked; Anna and Bert have the form open."""
    await acts.asked(t, COMPANY)
    for user in (ANNA, BERT):
        await acts.page(t, user, CH1, 0)


def leaves_unseen(t: Town, channel: str, user: str) -> None:
    """Somebody leaves, and no event of it ever reaches the bot."""
    t.running.sandbox.world.channels[channel].members.remove(user)


async def listing(t: Town, user: str) -> str:
    """What `list` shows somebody, in a window or a whisper, once it is more than that they are being checked."""
    for _ in range(50):
        said = await answer(t, user, "list")
        if CHECKING not in said:
            return said
        await asyncio.sleep(0.1)
    raise AssertionError(f"{user} is still being checked\n{t.log[-2000:]}")


async def answer(t: Town, user: str, words: str) -> str:
    """The window that a command opens, closed again, or its whisper."""
    person = t.slack.person(user)
    before = len(await person.ephemerals())
    assert (await person.command(acts.COMMAND, words)).acked
    for _ in range(50):
        if shown := await person.modal():
            await person.close()
            return shown.plain()
        if whispers := (await person.ephemerals())[before:]:
            return whispers[0].plain()
        await asyncio.sleep(0.1)
    raise AssertionError(f"{user} is not answered\n{t.log[-2000:]}")


async def chosen(t: Town, user: str, value: str) -> ActResult:
    """A choice in the open form, pressed until it is known who it is."""
    person = t.slack.person(user)
    for _ in range(50):
        while (shown := await person.modal()) and shown.callback_id != "vr1.page":
            await person.close()
        assert shown
        result = await person.choose(acts.block(shown, PERSON), value)
        assert result.acked
        await asyncio.sleep(0.1)
        now = await person.modal()
        if now is None or CHECKING not in now.plain():
            return result
    raise AssertionError(f"{user} is still being checked\n{t.log[-2000:]}")


def answers(t: Town, user: str) -> list[tuple[str]]:
    return acts.rows(
        t,
        "SELECT json_extract(a.value, '$') FROM answer a JOIN person p ON p.id = a.person_id"
        " WHERE p.slack_user_id = ? ORDER BY a.rev",
        user,
    )


async def test_nobody_is_believed_for_what_they_were_before_the_bot_was_away(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        bot = await t.start_bot()
        await asked(t)
        await t.stop_bot(bot)
        leaves_unseen(t, SEC_CHANNEL, SEC2)
        leaves_unseen(t, CH1, BERT)
        await t.slack.fault("http_500", "users.list", times=5)
        await t.start_bot()
        assert COMPANY in await listing(t, SEC1)
        said = await listing(t, SEC2)
        assert COMPANY not in said
        assert NOT_YOURS in said
        assert NOT_YOURS in await listing(t, EMPLOYEE)
        await chosen(t, BERT, "no")
        assert answers(t, BERT) == [], "he is not in the channel any more"
        await chosen(t, ANNA, "partly")
        assert answers(t, ANNA) == [("partly",)]


async def test_it_listens_before_it_has_read_everybody(tmp_path: Path) -> None:
    """The record says in which order: the connection first, then the people, and only then what is sent."""
    async with town(tmp_path) as t:
        bot = await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, COMPANY)
        await acts.link(t, COMPANY, CH1)
        await acts.open_round(t)
        await t.stop_bot(bot)
        await t.slack.set_clock(acts.morning(2026, 12, 2))  # the owner is to be reminded
        before = await acts.mark(t)
        await t.slack.fault("delay_before", "users.list", times=1, seconds=2)
        await t.start_bot()
        record = await t.slack.record(before)
        assert not [e for e in record if e["kind"] == "api" and e["method"] == "users.list"], "it was not waited for"
        help_ = await t.slack.person(SEC1).command(acts.COMMAND, "help")
        assert help_.ok
        await t.settle()
        calls = [e["method"] for e in await t.slack.record(before) if e["kind"] == "api"]
        assert calls.index("users.list") < calls.index("chat.postMessage"), calls
        assert await t.slack.problems(before) == []


@pytest.mark.parametrize("kind", ["joined", "left"])
async def test_an_event_that_comes_late_tells_only_when_to_look(tmp_path: Path, kind: str) -> None:
    """Bert came and went while the bot was away: the old news of his coming, delivered last, does not bring him back."""
    async with town(tmp_path) as t:
        await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, COMPANY)
        await acts.link(t, COMPANY, CH1)
        if kind == "joined":
            leaves_unseen(t, CH1, BERT)
        channel = t.running.sandbox.world.channels[CH1]
        inner = {"type": f"member_{kind}_channel", "user": BERT, "channel": CH1, "channel_type": "G", "team": "T0MIKA"}
        t.running.sandbox.emit(inner, channel=channel, actor=None)
        await t.settle()
        rows = acts.rows(
            t, "SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id WHERE p.slack_user_id = ?", BERT
        )
        assert len(rows) == (0 if kind == "joined" else 1)
