"""What each of Slack's answers means for a message: over a real connection to a server that answers as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from bot.channels.clients import posting_client
from bot.channels.errors import WAIT, WAIT_FOR_PEOPLE, reading
from bot.channels.slack import SlackChannel
from bot.services.ports import Message, Posted, SendFailed, SendInDoubt

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MESSAGE = Message(text="x", blocks=[])


class Stub:
    """Answers every call with what the test set, and counts."""

    def __init__(self) -> None:
        self.calls = 0
        self.answer: Handler = self.ok

    async def ok(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "channel": "C1", "ts": "1.000001"})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        return await self.answer(request)

    def says(self, status: int = 200, headers: dict[str, str] | None = None, **body: object) -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.json_response(body, status=status, headers=headers)

        self.answer = answer


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
async def channel(stub: Stub) -> AsyncIterator[SlackChannel]:
    app = web.Application()
    app.add_routes([web.post("/api/{method}", stub.handle)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
        yield SlackChannel(posting_client("xoxb-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/", session))
    await runner.cleanup()


async def post(channel: SlackChannel) -> Posted:
    return await channel.post("channel:C1", MESSAGE, notice_id="n", thread_ts="")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        *(("internal_error", 200), ("fatal_error", 200), ("request_timeout", 200), ("service_unavailable", 200)),
        *(("", 500), ("", 502), ("", 503), ("", 504), ("internal_error", 500), ("channel_not_found", 503)),
    ],
)
async def test_what_slack_may_have_stored_is_in_doubt(
    stub: Stub, channel: SlackChannel, error: str, status: int
) -> None:
    stub.says(status, ok=False, **({"error": error} if error else {}))
    with pytest.raises(SendInDoubt):
        await post(channel)
    with pytest.raises(SendInDoubt):
        await channel.update(Posted(channel="C1", ts="1.1"), MESSAGE)


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "msg_too_long", "invalid_blocks", "brand_new_error"]
)
async def test_what_slack_refuses_is_final(stub: Stub, channel: SlackChannel, error: str) -> None:
    stub.says(ok=False, error=error)
    with pytest.raises(SendFailed) as failed:
        await post(channel)
    assert (failed.value.error, failed.value.permanent) == (error, True)


@pytest.mark.parametrize(
    ("error", "gone"), [("message_not_found", True), ("thread_not_found", True), ("is_archived", False)]
)
async def test_a_message_that_is_gone_is_told_from_one_that_cannot_be_answered(
    stub: Stub, channel: SlackChannel, error: str, gone: bool
) -> None:
    stub.says(ok=False, error=error)
    with pytest.raises(SendFailed) as caught:
        await channel.post("channel:C1", MESSAGE, notice_id="n", thread_ts="1.000001")
    assert (caught.value.permanent, caught.value.gone) == (True, gone)


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "missing_scope", "account_inactive"])
async def test_a_broken_installation_loses_no_message(stub: Stub, channel: SlackChannel, error: str) -> None:
    stub.says(ok=False, error=error)
    with pytest.raises(SendFailed) as failed:
        await post(channel)
    assert (failed.value.permanent, failed.value.after) == (False, WAIT_FOR_PEOPLE)


@pytest.mark.parametrize(
    ("status", "headers", "after"),
    [(429, {"Retry-After": "31"}, 31.0), (429, {"retry-after": "2"}, 2.0), (429, {}, WAIT), (200, {}, WAIT)],
)
async def test_too_many_is_tried_again_when_slack_says(
    stub: Stub, channel: SlackChannel, status: int, headers: dict[str, str], after: float
) -> None:
    stub.says(status, headers, ok=False, error="ratelimited")
    with pytest.raises(SendFailed) as failed:
        await post(channel)
    assert (failed.value.permanent, failed.value.after) == (False, after)
    assert stub.calls == 1, "the outbox waits, not the client"


async def test_a_proxys_refusal_is_not_slacks(stub: Stub, channel: SlackChannel) -> None:
    async def proxy(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=403, text="<html>blocked</html>", content_type="text/html")

    stub.answer = proxy
    with pytest.raises(SendFailed) as failed:
        await post(channel)
    assert (failed.value.error, failed.value.permanent) == ("http_403", False)


@pytest.mark.parametrize("body", ["<html>hello</html>", "not json", ""])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
async def test_an_answer_that_cannot_be_read_is_in_doubt(
    stub: Stub, channel: SlackChannel, body: str, kind: str
) -> None:
    async def odd(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type=kind)

    stub.answer = odd
    with pytest.raises(SendInDoubt):
        await post(channel)


async def test_a_cut_line_is_in_doubt_and_is_not_tried_again_by_the_client(stub: Stub, channel: SlackChannel) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.abort()
        return web.Response()

    stub.answer = cut
    with pytest.raises(SendInDoubt):
        await post(channel)
    assert stub.calls == 1


async def test_silence_is_in_doubt(stub: Stub, channel: SlackChannel) -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3)
        return web.Response()

    stub.answer = silent
    with pytest.raises(SendInDoubt):
        await post(channel)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    channel = SlackChannel(posting_client("xoxb-1", "http://127.0.0.1:9/api/"))
    with pytest.raises(SendFailed) as failed:
        await post(channel)
    assert not failed.value.permanent


async def test_a_mistake_of_ours_does_not_escape_either(
    channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Message.model_construct(text="x", blocks=[{"type": {1, 2}}])
    with pytest.raises(SendInDoubt):
        await channel.post("channel:C1", broken, notice_id="n", thread_ts="")
    assert "unknown way" in caplog.text


async def test_reading_is_never_in_doubt() -> None:
    async def cut() -> None:
        raise TimeoutError

    with pytest.raises(SendFailed) as failed:
        await reading(cut())
    assert not failed.value.permanent
