"""HTTP delivery: signed requests, acknowledgements in the response, retries of events, and what people see when it fails."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Timing
from tests.sandbox.request_url import SECRET, App, scene, world_over_http
from tests.sandbox.stage import (
    AIKO,
    BOT_TOKEN,
    GENERAL,
    MIRAI,
    actions,
    button,
    choice_input,
    modal,
    text_input,
)

QUICK = Timing(ack=0.4, retry_after=(0.0, 0.05, 0.1))


async def test_slack_sdk_takes_every_signature(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        aiko = s.slack.person(AIKO)
        await aiko.command("/review", "登録 A&B=c", channel=GENERAL)
        await aiko.say(GENERAL, "こんにちは")
        seen = await s.app.wait_for(2)
        verifier = SignatureVerifier(SECRET)
        for posted in (*seen, *s.app.handshakes):
            assert verifier.is_valid_request(posted.body, posted.headers)
            assert abs(time.time() - int(posted.headers["X-Slack-Request-Timestamp"])) < 60
            tampered = {key.lower(): value for key, value in posted.headers.items()}
            assert not verifier.is_valid_request(posted.body + b"x", tampered)
            assert not SignatureVerifier("another").is_valid_request(posted.body, tampered)


async def test_bolt_over_http_plays_command_modal_button_and_search(tmp_path: Path) -> None:
    """Bolt checks signatures and reads forms by itself: none of that is ours."""
    seen: list[str] = []
    app, done = App(), asyncio.Event()

    def build(bolt: AsyncApp) -> None:
        @bolt.command("/review")
        async def open_form(ack: Any, body: Any, client: Any) -> None:
            await ack("開きます")
            search = choice_input("external_select", "who", "委託先", min_query_length=1)
            await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("number", "番号"), search))

        @bolt.options("choice")
        async def suggest(ack: Any, body: Any) -> None:
            seen.append(body["value"])
            await ack(options=[{"text": {"type": "plain_text", "text": "みらい"}, "value": "v1"}])

        @bolt.view("form")
        async def take(ack: Any, view: Any) -> None:
            values = view["state"]["values"]
            seen.append(values["who"]["choice"]["selected_option"]["value"])
            wrong = {"response_action": "errors", "errors": {"number": "数字で"}}
            await ack(**wrong) if values["number"]["text"]["value"] == "x" else await ack()

        @bolt.action("go")
        async def pressed(ack: Any, body: Any) -> None:
            seen.append(body["actions"][0]["value"])
            await ack()

        @bolt.event("message")
        async def heard(event: Any) -> None:
            seen.append(event["text"])
            done.set()

    async with app.serve(), world_over_http(tmp_path, app.url) as s:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=s.server.api, retry_handlers=[])
        bolt = AsyncApp(token=BOT_TOKEN, signing_secret=SECRET, client=client)
        build(bolt)

        async def by_bolt(request: Any) -> Any:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

        app.answers, app.challenge_answer = [by_bolt], by_bolt
        await s.slack.connected(5)
        aiko = s.slack.person(AIKO)
        assert (await aiko.command("/review", channel=GENERAL)).ok
        assert [m.text for m in await aiko.ephemerals(GENERAL)] == ["開きます"]
        await aiko.wait_modal("form")
        await aiko.fill("番号", "x")
        await aiko.choose("who", "みらい", query="み")
        assert (await aiko.submit()).errors == {"number": "数字で"}
        await aiko.fill("番号", "1")
        assert (await aiko.submit()).closed
        await client.chat_postMessage(channel=MIRAI, text="card", blocks=[actions(button("進む", "go", "v9"))])
        assert (await aiko.press((await aiko.messages(MIRAI))[-1], label="進む")).ok
        await aiko.say(GENERAL, "おはよう")
        await asyncio.wait_for(done.wait(), 10)
        assert seen == ["み", "v1", "v1", "v9", "おはよう"]
        assert await s.slack.problems() == []


async def test_shapes_are_those_that_slack_documents(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        aiko = s.slack.person(AIKO)
        await aiko.command("/review", "登録", channel=GENERAL)
        await aiko.say(GENERAL, "やあ")
        command, event = await s.app.wait_for(2)
        assert command.kind == "application/x-www-form-urlencoded"
        assert command.form["text"] == "登録"
        assert {"token", "team_id", "user_id", "command", "response_url", "trigger_id"} <= command.form.keys()
        assert event.kind == "application/json"
        assert event.json["type"] == "event_callback"
        assert event.json["event"]["text"] == "やあ"
        assert not {key.lower() for key in event.headers} & {"x-slack-retry-num", "x-slack-retry-reason"}
        sent = [entry for entry in await s.slack.record() if entry["kind"] in {"sent", "acked"}]
        assert [(entry["kind"], entry["via"]) for entry in sent] == [("sent", "http"), ("acked", "http")] * 2
