"""`vendor-review doctor --url`: who answers at the public address. The answers are Bolt's own, or those of other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.doctor import web as looked
from bot.doctor.base import Line, Reading
from bot.doctor.settings import Settings

SECRET, ANOTHER = "0123456789abcdef0123456789abcdef", "f" * 32
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def bolt(secret: str) -> Answer:
    app = AsyncApp(token="xoxb-1", signing_secret=secret)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return answer


async def careless(request: web.Request) -> web.StreamResponse:
    """Checks no signature."""
    return web.json_response({"challenge": (await request.json())["challenge"]})


async def login(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<h1>Welcome</h1>")


async def moved(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere")


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/slack/events", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def look(url: str) -> Line:
    settings = Settings(slack_bot_token="xoxb-1", slack_app_token="", slack_signing_secret=SECRET)  # type: ignore[arg-type]
    async with aiohttp.ClientSession() as session:
        (found,) = await looked.examine(url, Reading(settings, {}), session)
    return found


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        (bolt(SECRET), "plain", None),
        (bolt(ANOTHER), "wrong", 401),
        (careless, "open", None),
        (login, "wrong", 200),
        (moved, "wrong", 302),
    ],
    ids=["ours", "another app's secret", "no check", "a page", "elsewhere"],
)
async def test_who_answers_there(answer: Answer, outcome: str, status: int | None) -> None:
    async with serving(answer) as url:
        for address in (url, f"{url}/", f"{url}/slack/events"):
            found = await look(address)
            assert (found.outcome, found.params.get("status")) == (outcome, status)
            assert found.params["url"] == f"{url}/slack/events"
            assert SECRET not in str(found.params)


async def test_another_path_is_taken_as_it_is() -> None:
    async with serving(bolt(SECRET)) as url:
        found = await look(f"{url}/somewhere")
    assert (found.outcome, found.params["status"]) == ("wrong", 404)


async def test_nobody_there_and_no_address_at_all() -> None:
    async with serving(login) as url:
        gone = url
    assert (await look(gone)).outcome == "unreachable"
    for nonsense in ("vendor.example.com", "ftp://vendor.example.com", "https://"):
        assert (await look(nonsense)).outcome == "wrong"


def test_https_alone_is_good() -> None:
    assert [looked.outcome(scheme) for scheme in ("https", "http")] == ["ok", "plain"]
