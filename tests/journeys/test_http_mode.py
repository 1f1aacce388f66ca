"""The bot behind a Request URL: the same journey by signed requests, a stop under presses, and events that come again.

The local Slack signs, delivers and repeats as Slack does over HTTP; the bot is the real program with a signing secret and no
app token.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from sandbox.client import ActResult
from tests.journeys import acts
from tests.journeys.short_checklist import PERSON, with_short_checklist
from tests.journeys.town import ANNA, BERT, CH1, CHIE, SECRET, Town, town

COMPANY = "みかづき運輸株式会社"


@asynccontextmanager
async def town_by_http(folder: Path) -> AsyncIterator[tuple[Town, str]]:
    """The town whose Slack delivers to a Request URL; and the bot's address."""
    async with town(folder, http=True) as made:
        yield made, f"http://127.0.0.1:{made.env['HTTP_PORT']}"


async def status(address: str) -> int:
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        return answer.status


async def test_the_journey_goes_over_http_alone(tmp_path: Path) -> None:
    async with town_by_http(tmp_path) as (t, address):
        with_short_checklist(t)
        bot = await t.start_bot()
        assert await status(f"{address}/health") == 200
        assert await status(f"{address}/ready") == 200
        await acts.asked(t, COMPANY)
        await t.slack.join(CH1, CHIE)  # an event: whoever joins may answer from then on
        await t.settle()
        await acts.answer_all(t, CHIE, CH1)
        assert "承りました" in (await acts.hand_in(t, ANNA, CH1)).plain()
        assert await t.slack.problems() == [], t.log[-3000:]
        assert {e["via"] for e in await t.slack.record() if e["kind"] == "sent"} == {"http"}
        assert await t.stop_bot(bot) == 0
        assert f"connected: HTTP on 127.0.0.1 port {address.rpartition(':')[2]}" in t.log
        assert "Traceback" not in t.log


async def test_a_stop_under_presses_answers_what_it_took_and_loses_nothing(tmp_path: Path) -> None:
    async with town_by_http(tmp_path) as (t, _address):
        with_short_checklist(t)
        bot = await t.start_bot()
        await acts.asked(t, COMPANY)
        told: list[str] = []
        began = asyncio.Event()

        async def choosing() -> None:
            person = t.slack.person(ANNA)
            shown = await acts.page(t, ANNA, CH1, 0)
            question = acts.block(shown, PERSON)
            while bot.returncode is None:
                for value in ("yes", "partly", "no"):
                    result: ActResult = await person.choose(question, value)
                    if result.acked:
                        told.append(value)
                if len(told) > 5:
                    began.set()

        working = asyncio.create_task(choosing())
        await asyncio.wait_for(began.wait(), 60)
        before = await acts.mark(t)
        bot.terminate()
        assert await asyncio.wait_for(bot.wait(), 30) == 0, t.log[-3000:]
        await working
        kept = [value for (value,) in acts.rows(t, KEPT, ANNA)]
        assert told == kept, "each that was told is done is there, in its order, and nothing else"
        kinds = {p["what"] for p in await t.slack.problems(before)}
        assert kinds <= {"error_shown", "not_acked"}, await t.slack.problems(before)
        assert "Traceback" not in t.log


KEPT = """
SELECT json_extract(a.value, '$') FROM answer a JOIN person p ON p.id = a.person_id
WHERE p.slack_user_id = ? ORDER BY a.rev
"""


async def test_events_wait_for_a_bot_that_is_away_and_are_worked_through_once(tmp_path: Path) -> None:
    async with town_by_http(tmp_path) as (t, _address):
        with_short_checklist(t)
        bot = await t.start_bot()
        await acts.asked(t, COMPANY)
        assert t.running.live.http
        t.running.live.http.retry_after = (0.2, 1.0, 5.0, 10.0, 10.0)
        await t.stop_bot(bot)
        await t.slack.leave(CH1, BERT)
        await t.start_bot()
        await t.settle()
        (members,) = acts.rows(
            t, "SELECT count(*) FROM membership m JOIN person p ON p.id = m.person_id WHERE p.slack_user_id = ?", BERT
        )
        assert members == (0,)


async def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    async with town_by_http(tmp_path) as (t, address):
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", int(address.rpartition(":")[2])))
            busy.listen()
            bot = await t.spawn("run")
            assert await asyncio.wait_for(bot.wait(), 60) == 1
        last = t.log.strip().splitlines()[-1]
        assert last.startswith("vendor-review: HTTP_HOST and HTTP_PORT cannot be listened on")
        assert "Traceback" not in t.log


async def test_a_start_says_how_it_listens_and_no_log_level_shows_a_secret(tmp_path: Path) -> None:
    async with town_by_http(tmp_path) as (t, _address):
        bot = await t.start_bot(LOG_LEVEL="DEBUG")
        await acts.security_and_department(t)
        await t.settle()
        await t.stop_bot(bot)
        assert len([line for line in t.log.splitlines() if "connected: HTTP on" in line]) == 1
        for secret in (SECRET, "xoxb-", "xapp-", "ticket="):
            assert secret not in t.log
        assert "物流部" not in t.log, "what people write is not in the log either"
