"""Slack deletes what people still need: a supplier's request, an owner's digest, by retention or by hand.

Nobody is told of it. Who needs the message gets a new one, never two that work; answers stay, what follows is posted
under the new one, or on its own where nobody needs the old one any more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.client import Message
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.short_checklist import RULES, with_short_checklist
from tests.journeys.town import ADMIN, ANNA, BERT, CH1, OWNER1, Town, town

NAME = "みかづき運輸株式会社"
ASKED_FOR = "ご回答のお願い"


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    """Linked, the round is open, the owner has not answered."""
    async with town(folder) as made:
        with_short_checklist(made)
        made.env["HOLD_SECONDS"] = "0.5"
        await made.start_bot()
        await acts.security_and_department(made)
        await acts.register(made, NAME)
        await acts.link(made, NAME, CH1)
        await acts.open_round(made)
        yield made


async def hubs(t: Town) -> list[Message]:
    return [m for m in await acts.bot_messages(t, ANNA, CH1) if ASKED_FOR in m.plain() and not m.thread_ts]


async def asked(t: Town) -> Message:
    """The supplier has been asked, and half of it is answered."""
    await acts.attest(t, OWNER1, NAME)
    await t.settle()
    request = await acts.hub(t, ANNA, CH1)
    await acts.page(t, BERT, CH1, 0)
    await acts.choose(t, BERT, RULES, "yes")
    await t.slack.person(BERT).close(everything=True)
    await t.settle()
    return request


async def by_retention(t: Town, message: Message) -> None:
    """Everything older than a day is deleted, without a word."""
    await acts.at(t, days=2)
    for channel in {message.channel}:
        await t.slack.retain(channel, 1)
    assert await t.slack.retention_runs() >= 1
    for channel in {message.channel}:
        await t.slack.retain(channel, 0)


async def by_hand(t: Town, message: Message) -> None:
    """An administrator deletes the message."""
    await t.slack.join(CH1, ADMIN)
    await t.slack.delete_message(message.channel, message.ts, ADMIN)
    await t.slack.leave(CH1, ADMIN)
    await t.settle()


@pytest.mark.parametrize("deleted", [by_retention, by_hand])
async def test_a_request_that_is_gone_is_replaced_when_somebody_answers_on(tmp_path: Path, deleted: object) -> None:
    async with stage(tmp_path) as t:
        first = await asked(t)
        await acts.page(t, BERT, CH1, 0)  # the form is open while its message goes
        await deleted(t, first)  # type: ignore[operator]
        await t.settle()
        await t.slack.person(BERT).submit()  # the next page
        shown = await t.slack.person(BERT).modal()
        assert shown
        await acts.choose(t, BERT, next(f.label for f in shown.fields if f.type == "radio_buttons"), "yes")
        await t.slack.person(BERT).close(everything=True)
        again = await acts.hub(t, ANNA, CH1)
        assert again.ts != first.ts
        assert [m.ts for m in await hubs(t)] == [again.ts], "one, and one only"
        await acts.answer_all(t, BERT, CH1)
        assert "承りました" in (await acts.hand_in(t, ANNA, CH1)).plain()
        thanks = await t.slack.person(ANNA).thread(again)
        assert any("ありがとう" in m.plain() for m in thanks), "what follows is under the new one"
        assert len(await hubs(t)) <= 1
        values = acts.rows(t, "SELECT json_extract(value, '$') FROM answer ORDER BY rowid")
        assert values[0] == ("yes",), "nothing that was answered is lost"
        assert acts.rows(t, "SELECT count(*) FROM audit_event WHERE action = 'card:gone'") == [(1,)]
        assert acts.rows(t, "SELECT count(*) FROM notice WHERE state IN ('failed', 'unresolved')") == [(0,)]


async def test_a_request_that_is_gone_is_replaced_when_it_is_time_to_remind(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        first = await asked(t)
        due = acts.rows(t, "SELECT due_on FROM review")
        await by_retention(t, first)
        await t.settle()
        assert await hubs(t) == [], "nobody needs it at the moment, nobody is disturbed"
        await acts.at(t, to=morning(2026, 12, 18))
        await acts.at(t, to=morning(2026, 12, 21))
        reminder = await t.slack.person(ANNA).wait_message("近づいて", channel=CH1)
        (again,) = await hubs(t)
        assert reminder.thread_ts == again.ts, "the reminder is under the new one"
        assert acts.rows(t, "SELECT due_on FROM review") == due, "and nobody gets more time by it"
        await acts.answer_all(t, BERT, CH1)
        assert "承りました" in (await acts.hand_in(t, ANNA, CH1)).plain()


async def test_after_the_submission_nobody_needs_it_and_the_thanks_stand_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        first = await asked(t)
        await acts.answer_all(t, BERT, CH1)
        person = t.slack.person(ANNA)
        assert (await person.press(await acts.hub(t, ANNA, CH1), action_id="vr1.hub_submit")).ok
        shown = await person.wait_modal("vr1.submit")
        await t.slack.delete_message(CH1, first.ts, await _admin_in(t))
        for field, words in zip(shown.fields, ("安藤 花", "部長"), strict=True):
            await person.fill(field.block_id, words)
        await acts.submitted(t, ANNA)
        thanks = await person.wait_message("ありがとう", channel=CH1)
        await t.settle()
        assert thanks.thread_ts == ""
        assert await hubs(t) == []
        assert acts.rows(t, "SELECT state FROM review") == [("submitted",)]
        assert acts.rows(t, "SELECT count(*) FROM notice WHERE state NOT IN ('sent', 'cancelled')") == [(0,)]
        assert acts.rows(t, "SELECT count(*) FROM notice WHERE state = 'cancelled'") == [(0,)]


async def _admin_in(t: Town) -> str:
    await t.slack.join(CH1, ADMIN)
    return ADMIN


async def test_a_digest_that_is_gone_is_sent_again_with_the_reminder(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        first = await acts.digest(t, OWNER1)
        await by_retention(t, first)
        await t.settle()
        for day in (30,):
            await acts.at(t, to=morning(2026, 11, day))
        for day in range(1, 9):
            await acts.at(t, to=morning(2026, 12, day))
        again = [m for m in await t.slack.person(OWNER1).dm_with_bot() if "委託業務の現況確認:" in m.plain()]
        assert len(again) == 1
        assert again[0].ts != first.ts
        await acts.attest(t, OWNER1, NAME)
        await t.settle()
        assert len(await hubs(t)) == 1


async def test_nothing_is_posted_anew_where_a_strange_company_reads_along(tmp_path: Path) -> None:
    """The request is gone and the channel has changed: first somebody confirms the channel, then it comes once."""
    async with stage(tmp_path) as t:
        first = await asked(t)
        await by_retention(t, first)
        since = await acts.mark(t)
        await t.slack.connect(CH1, "T0KURO")
        await acts.at(t, to=morning(2026, 12, 18))
        await acts.at(t, to=morning(2026, 12, 21))
        assert await acts.arrivals(t, CH1, since) == []
        await t.slack.disconnect(CH1, "T0KURO")
        await acts.link(t, NAME, CH1)
        await t.slack.person(ANNA).wait_message(ASKED_FOR, channel=CH1)
        await t.settle()
        assert len(await hubs(t)) == 1
