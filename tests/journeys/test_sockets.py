"""Two connections of Socket Mode: one is renewed while the other serves, and where all are dead the process says so and ends.

People press without a pause while Slack renews the bot's connections; the record of the local Slack decides whether one of
them was left without an answer.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.client import ActResult
from tests.journeys import acts
from tests.journeys.bot_sockets import connections, two, until
from tests.journeys.town import ADMIN, EMPLOYEE, OWNER1, SEC1, SEC2, Town, town

SILENT = 75
PEOPLE = (ADMIN, SEC1, SEC2, OWNER1, EMPLOYEE)


@asynccontextmanager
async def everybody_types(t: Town) -> AsyncIterator[list[ActResult]]:
    """Commands without a pause, by several people at once, until the block ends. What each came to."""
    results: list[ActResult] = []
    over = asyncio.Event()

    async def typing(user: str) -> None:
        while not over.is_set():
            results.append(await t.slack.person(user).command(acts.COMMAND, "help"))

    tasks = [asyncio.create_task(typing(user)) for user in PEOPLE]
    try:
        yield results
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def more(results: list[ActResult], count: int) -> None:
    """So many more of them."""
    goal = len(results) + count
    await until(lambda: len(results) >= goal, f"only {len(results)} of {goal} presses")


async def test_renewals_leave_no_press_without_an_answer(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        await t.start_bot()
        await two(t)
        async with everybody_types(t) as results:
            for reason, nth in itertools.product(("warning", "refresh_requested"), (0, 1, 0)):
                await more(results, 20)
                before, opened = connections(t)[nth], t.running.live.socket._opened
                await before.ask(reason)
                await until(lambda n=opened: t.running.live.socket._opened > n, "no successor came")
                if reason == "warning":
                    await before.ask("refresh_requested")
            await more(results, 20)
        assert all(result.acked for result in results), [r for r in results if not r.acked]
        assert await t.slack.problems() == [], t.log[-3000:]
        used = {e["connection"] for e in await t.slack.record() if e["kind"] == "sent"}
        assert len(used) >= 4, f"the presses went over connections {used}"
        assert "Traceback" not in t.log


async def test_all_renewed_at_once_are_renewed_one_after_the_other(tmp_path: Path) -> None:
    """While a warning lasts the old ones are there; each successor stands before the next one is asked for."""
    async with town(tmp_path) as t:
        await t.start_bot()
        old = await two(t)
        async with everybody_types(t) as results:
            await more(results, 10)
            await t.slack.renew_sockets("warning")
            await until(lambda: t.running.live.socket._opened == 4, "no two successors came")
            for each in old:
                await each.ask("refresh_requested")
            await more(results, 20)
        assert all(result.acked for result in results), [r for r in results if not r.acked]
        opened = re.findall(r"connection (\d) is open", t.log)
        assert sorted(opened) == ["1", "1", "2", "2"]
        assert await t.slack.problems() == [], t.log[-3000:]


async def test_one_connection_that_breaks_is_replaced_while_the_other_serves(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        await t.start_bot()
        broken, other = await two(t)
        broken._drop()
        await until(lambda: broken not in connections(t), "it did not break")
        for _ in range(5):
            assert (await t.slack.person(ADMIN).command(acts.COMMAND, "help")).acked
        assert other in connections(t)
        await two(t)
        assert "Traceback" not in t.log


async def test_as_many_connections_as_are_set(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        await t.start_bot(SOCKET_CONNECTIONS="4")
        await until(lambda: len(connections(t)) == 4, "there are not four connections")
        assert "connected: Socket Mode, 4 connections" in t.log


# -- silence ---------------------------------------------------------------------------------------------------------------


async def test_where_all_connections_are_dead_the_process_says_so_and_ends(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        bot = await t.start_bot(WATCHDOG_SECONDS="3", DRAIN_SECONDS="5")
        await two(t)
        await t.slack.freeze_sockets(also_new=True)
        assert await asyncio.wait_for(bot.wait(), 60) == SILENT
        assert "took too long" not in t.log
        said = [line for line in t.log.splitlines() if "sign of life" in line]
        assert len(said) == 1, t.log[-3000:]
        assert " ERROR " in said[0]
        assert "Traceback" not in t.log
        t.running.live.socket.freeze_new = False
        await t.start_bot()
        assert (await t.slack.person(ADMIN).command(acts.COMMAND, "help")).acked


async def test_a_quiet_evening_is_no_silence(tmp_path: Path) -> None:
    """Nobody presses, but pings are answered: longer than the watchdog waits."""
    async with town(tmp_path) as t:
        bot = await t.start_bot(WATCHDOG_SECONDS="12")
        await two(t)
        ended = asyncio.create_task(bot.wait())
        await asyncio.wait({ended}, timeout=15)
        assert not ended.done(), t.log[-3000:]
        ended.cancel()


async def test_one_frozen_connection_is_found_by_its_pings_and_replaced(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        await t.start_bot()
        frozen, other = await two(t)
        frozen.frozen = True
        await until(lambda: frozen not in t.running.live.socket._connections and len(connections(t)) == 2, "no new one")
        assert other in connections(t)
        assert (await t.slack.person(ADMIN).command(acts.COMMAND, "help")).acked
        assert "Traceback" not in t.log


async def test_where_slack_cannot_be_reached_it_goes_on_trying_and_ends_by_the_watchdog(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        bot = await t.start_bot(WATCHDOG_SECONDS="3", DRAIN_SECONDS="5")
        await two(t)
        await t.slack.renew_sockets("link_disabled")
        assert await asyncio.wait_for(bot.wait(), 60) == SILENT
        assert "cannot be opened (socket_mode_not_enabled)" in t.log
        assert "Traceback" not in t.log


async def test_no_log_level_shows_a_token_a_ticket_or_what_people_write(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        bot = await t.start_bot(LOG_LEVEL="DEBUG")
        await acts.security_and_department(t)
        await (await two(t))[0].ask("refresh_requested")
        await until(lambda: t.running.live.socket._opened == 3, "no successor came")
        await t.settle()
        await t.stop_bot(bot)
        for secret in ("xoxb-", "xapp-", "ticket=", "物流部"):
            assert secret not in t.log
        assert t.log.count("connected: Socket Mode, 2 connections") == 1
