"""`vendor-review doctor` beside a bot that runs: it disturbs nothing, and hears the bot where Slack would."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

from tests.journeys.town import ADMIN, ANNA, CH1, SEC1, TEAM_GROUP, Town, town

SECRET = "0123456789abcdef0123456789abcdef"


async def doctor(t: Town, *words: str, **extra: str) -> tuple[int, str]:
    """The program, with the bot's own settings."""
    before = len(t.log)
    program = await t.spawn("doctor", "--lang", "en", *words, **extra)
    status = await program.wait()
    return status, t.log[before:]


async def test_beside_a_bot_in_socket_mode(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        await t.start_bot()
        await t.slack.person(ADMIN).command("/vendor-review", "security @security")
        await t.settle()

        status, said = await doctor(t, "--channel", CH1)

        assert status == 0, said
        assert re.search(r"✓ Socket Mode connection: Slack said hello \([12] other connections\)", said)
        assert "✓ Database schema: the newest" in said
        assert f"✓ Security team: {TEAM_GROUP}, 2 employees" in said
        assert "! Linked as endpoint: to no supplier" in said
        assert re.search(rf"! Person: .*{ANNA}.*: cannot press, the channel is no endpoint", said)
        answer = await t.slack.person(SEC1).command("/vendor-review", "help")
        assert answer.acked, "the bot goes on as before"


async def test_a_bot_by_http_answers_at_its_address(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    http = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "HTTP_PORT": str(port)}
    async with town(tmp_path) as t:
        address = f"http://127.0.0.1:{port}"
        assert "cannot be reached" in (await doctor(t, "--url", address, **http))[1]

        bot = await t.spawn("run", **http)
        while "connected: HTTP" not in t.log:
            assert bot.returncode is None, t.log
            await asyncio.sleep(0.05)
        _, said = await doctor(t, "--url", address, **http)

        assert "! HTTP port: 127.0.0.1" in said
        assert f"! Public URL: {address}/slack/events answered, but is not https" in said
        _, said = await doctor(t, "--url", address, **{**http, "SLACK_SIGNING_SECRET": "f" * 32})
        assert "✗ Public URL: " in said
        assert "(status 401)" in said
