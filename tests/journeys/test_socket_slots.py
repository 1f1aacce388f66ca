"""Our connections without the bot around them: how the first ones come to stand, and how they end at a stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.response import BoltResponse

from bot.channels.clients import posting_client
from handlers.slack.intake import Intake, Send
from handlers.slack.socket import Sockets
from tests.journeys import acts
from tests.journeys.bot_sockets import connections, two, until
from tests.journeys.town import ADMIN, Town, town


@asynccontextmanager
async def behind_a_proxy(t: Town, kind: str, text: str) -> AsyncIterator[str]:
    """The Web API, but the first call is answered by what stands in between."""
    first = [web.Response(text=text, content_type=kind, status=503)]

    async def pass_on(request: web.Request) -> web.Response:
        if first:
            return first.pop()
        url = t.env["SLACK_API_URL"] + request.match_info["method"]
        headers = {"Authorization": request.headers["Authorization"]}
        async with aiohttp.request("POST", url, headers=headers, data=await request.read()) as answer:
            return web.Response(body=await answer.read(), content_type=answer.content_type)

    application = web.Application()
    application.router.add_post("/api/{method}", pass_on)
    async with TestServer(application) as server:
        yield str(server.make_url("/api/"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [("text/plain", "upstream connect error"), ("application/json", '{"ok": tr'), ("text/html", "<h1>503</h1>")],
)
async def test_a_first_connection_that_slack_does_not_give_is_tried_for_again(
    tmp_path: Path, kind: str, text: str
) -> None:
    """There is no older one that would ask for a successor: whatever is answered, its place must not stay empty."""
    async with town(tmp_path) as t, behind_a_proxy(t, kind, text) as url, aiohttp.ClientSession() as session:
        slack = posting_client(t.env["SLACK_BOT_TOKEN"], url, session)
        sockets = Sockets(cast("Intake", None), t.env["SLACK_APP_TOKEN"], slack, 2)
        await sockets.open()
        try:
            await two(t)
        finally:
            await sockets.close()


class Slow:
    """An intake that answers when it is let."""

    def __init__(self) -> None:
        self.closing = False
        self.taken, self.go = asyncio.Event(), asyncio.Event()

    async def take(self, _body: object, send: Send, _headers: object) -> None:
        self.taken.set()
        await self.go.wait()
        await send(BoltResponse(status=200, body=""))


async def test_at_a_stop_connections_close_at_once_but_the_one_that_still_owes_an_answer(tmp_path: Path) -> None:
    """However long the drain takes: else Slack would go on giving presses to somebody who takes none."""
    async with town(tmp_path) as t, aiohttp.ClientSession() as session:
        slow = Slow()
        slack = posting_client(t.env["SLACK_BOT_TOKEN"], t.env["SLACK_API_URL"], session)
        sockets = Sockets(cast("Intake", slow), t.env["SLACK_APP_TOKEN"], slack, 2)
        await sockets.open()
        try:
            await two(t)
            press = asyncio.create_task(t.slack.person(ADMIN).command(acts.COMMAND, "help"))
            await slow.taken.wait()
            slow.closing = True
            sockets.hang_up()
            await until(lambda: len(connections(t)) == 1, "the idle one is still there")
            slow.go.set()
            assert (await press).acked
            await until(lambda: not connections(t), "the other one is still there")
        finally:
            await sockets.close()
