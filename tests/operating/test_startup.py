"""A start says in one line what Slack's answer comes to: a token that is refused is one thing, a Slack in trouble another."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.clients import posting_client
from bot.config import load
from bot.startup import StartError, first_socket

JSON = "application/json"


async def told(status: int, kind: str, text: str) -> str:
    """What a start says where apps.connections.open is answered so."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, content_type=kind, text=text)

    application = web.Application()
    application.router.add_post("/api/{method}", answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/api/"))
        settings = load(slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_api_url=url, _env_file=None)
        with pytest.raises(StartError) as caught:
            await first_socket(posting_client("xoxb-1", url, session), settings)
    return str(caught.value)


@pytest.mark.parametrize("error", ["invalid_auth", "missing_scope", "not_allowed_token_type"])
async def test_a_refused_token_is_named(error: str) -> None:
    assert await told(200, JSON, f'{{"ok": false, "error": "{error}"}}') == f"Slack refused SLACK_APP_TOKEN: {error}"


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (503, "text/plain", "upstream connect error"),
        (503, "text/html", "<h1>503</h1>"),
        (200, JSON, '{"ok": tr'),
        (200, "text/html", "<h1>a login of the network</h1>"),
        (500, JSON, '{"ok": false, "error": "internal_error"}'),
        (429, JSON, '{"ok": false, "error": "ratelimited"}'),
    ],
)
async def test_a_slack_in_trouble_is_no_refused_token(
    status: int, kind: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = await told(status, kind, text)
    assert "SLACK_API_URL" in said
    assert "cannot be reached" in said
    assert "refused" not in said
    assert "Traceback" not in caplog.text
