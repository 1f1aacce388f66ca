"""HTTP delivery: signed requests, acknowledgements in the response, retries of events, and what people see when it fails."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import CannotDo
from sandbox.server import RequestUrl, Timing
from tests.sandbox.request_url import (
    SECRET,
    App,
    Scene,
    bare,
    cut,
    hang,
    says,
    says_json,
    scene,
    world_over_http,
)
from tests.sandbox.stage import (
    AIKO,
    APP_TOKEN,
    BOT_TOKEN,
    GENERAL,
    MIRAI,
    actions,
    button,
    choice_input,
    modal,
    stage,
    text_input,
)

QUICK = Timing(ack=1.0)


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


BAD_ANSWERS = [
    (says(500), "dispatch_failed", ["not_acked", "error_shown"]),
    (says(404), "dispatch_failed", ["not_acked", "error_shown"]),
    (says(201), "dispatch_failed", ["not_acked", "error_shown"]),
    (says(text="{", content_type="application/json"), "dispatch_failed", ["not_acked", "error_shown"]),
    (hang, "operation_timeout", ["not_acked", "error_shown"]),
    (cut, "connection_lost", ["error_shown"]),
]


@pytest.mark.parametrize(("answer", "shown", "problems"), BAD_ANSWERS)
async def test_a_bad_answer_is_an_error_for_the_person_and_never_sent_again(
    tmp_path: Path, answer: Any, shown: str, problems: list[str]
) -> None:
    async with scene(tmp_path, answer, timing=QUICK) as s:
        result = await s.slack.person(AIKO).command("/review", channel=GENERAL)
        assert not result.acked
        assert result.error_shown
        assert result.error_shown.startswith(shown)
        assert [entry["what"] for entry in await s.slack.problems()] == problems
        s.app.answers = [bare]
        assert (await s.slack.person(AIKO).command("/review", channel=GENERAL)).ok
        assert len(s.app.seen) == 2


async def test_nobody_listens_at_the_url(tmp_path: Path) -> None:
    async with App().serve() as app:
        url = app.url
    async with world_over_http(tmp_path, url, QUICK) as s:
        result = await s.slack.person(AIKO).command("/review")
        assert result.error_shown
        assert result.error_shown.startswith("no_connection")
        with pytest.raises(TimeoutError):
            await s.slack.connected(0.3)
        problems = await s.slack.problems()
        assert [entry["what"] for entry in problems] == ["error_shown", "url_verification"]
        assert "ClientConnectorError" in problems[1]["detail"]


async def test_an_answer_in_text_is_a_message_to_a_command_and_nothing_elsewhere(tmp_path: Path) -> None:
    async with scene(tmp_path, says(text="承知しました"), says_json({"text": "はい"}), says(text="ok")) as s:
        aiko = s.slack.person(AIKO)
        await aiko.command("/review", channel=GENERAL)
        await aiko.command("/review", channel=GENERAL)
        assert [m.text for m in await aiko.ephemerals(GENERAL)] == ["承知しました", "はい"]
        await _post_button(s)
        await aiko.press((await aiko.messages(GENERAL))[-1], label="進む")
        assert [entry["what"] for entry in await s.slack.problems()] == ["bad_ack"]


async def test_sockets_are_refused_while_payloads_are_posted(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
            await AsyncWebClient(base_url=s.server.api).apps_connections_open(app_token=APP_TOKEN)


async def test_a_socket_world_has_no_url_to_verify(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        with pytest.raises(CannotDo, match="no Request URL"):
            await s.slack.verify_request_url()


def test_url_and_secret_go_together() -> None:
    with pytest.raises(ValueError, match="go together"):
        RequestUrl("http://127.0.0.1:1/slack/events")


async def _post_button(s: Scene) -> None:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=s.server.api, retry_handlers=[])
    await client.chat_postMessage(channel=GENERAL, text="card", blocks=[actions(button("進む", "go"))])
