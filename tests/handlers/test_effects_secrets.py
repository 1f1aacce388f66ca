"""What is logged of an effect that fails holds no token and no response_url, whatever stands on the line."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.channels.clients import posting_client
from handlers.slack import effects
from handlers.slack.effects import Effects
from handlers.slack.replies import OpenView, Reply, UpdateView, Whisper

TOKEN, ADDRESS = "xoxb-1-secret", "response/T0/secret"


async def gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that is no HTTP: aiohttp's error then carries the whole request."""
    await reader.read(200)
    writer.write(b"HTTP/1.1 2x0 what\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_an_answer_that_is_no_http_puts_no_secret_into_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(effects, "IN_A_MODAL", (0.0,))
    monkeypatch.setattr(effects, "IN_A_TRIGGER", (0.0,))
    server = await asyncio.start_server(gibberish, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    view = {"type": "modal"}
    async with aiohttp.ClientSession() as session:
        running = Effects(posting_client(TOKEN, f"{url}/api/", session))
        each = (UpdateView("V1", view), OpenView("1.2.3", view), Whisper(f"{url}/{ADDRESS}", "text", []))
        running.start([Reply(effects=(effect,)) for effect in each])
        await running.drain()
    server.close()
    assert len(caplog.records) == len(each)
    assert TOKEN not in caplog.text
    assert ADDRESS not in caplog.text
