"""Socket Mode: commands, modals, acks within 3 s, redelivery of events, over real sockets with a real Bolt app."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from sandbox.client import CannotDo
from sandbox.server import Timing
from tests.sandbox.stage import (
    AIKO,
    BEN,
    GEN,
    GENERAL,
    MIKA,
    MIRAI,
    SORA,
    Stage,
    actions,
    button,
    modal,
    stage,
    text_input,
)

QUICK = Timing(ack=0.5, retry_after=(0.05, 0.1, 0.1))


def form(app: AsyncApp) -> None:
    """A command opens a modal; its number must be digits."""

    @app.command("/review")
    async def open_form(ack: Any, body: Any, client: Any) -> None:
        await ack()
        view = modal(text_input("name", "会社名"), text_input("number", "番号"), private_metadata="m1")
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def take(ack: Any, view: Any) -> None:
        number = view["state"]["values"]["number"]["text"]["value"]
        if number.isdigit():
            await ack()
        else:
            await ack(response_action="errors", errors={"number": "数字だけで入力してください"})


async def test_a_command_opens_a_modal_that_is_corrected_and_closed(tmp_path: Path) -> None:
    async with stage(tmp_path, form) as scene:
        aiko = scene.slack.person(AIKO)
        assert (await aiko.command("/review", "register", channel=GENERAL)).ok
        shown = await aiko.wait_modal("form")
        assert shown.title == "登録"
        assert [each.label for each in shown.fields] == ["会社名", "番号"]
        await aiko.fill("会社名", "株式会社みらい")
        await aiko.fill("number", "12x")
        wrong = await aiko.submit()
        assert wrong.errors == {"number": "数字だけで入力してください"}
        assert wrong.modal
        assert wrong.modal.hash == shown.hash
        assert wrong.modal.field("会社名").value == "株式会社みらい"
        await aiko.fill("番号", "123")
        right = await aiko.submit()
        assert right.ok
        assert right.closed
        assert await aiko.modal() is None
        assert await scene.slack.problems() == []
        kinds = [entry["kind"] for entry in await scene.slack.record()]
        assert kinds.count("submitted") == 2
        assert [entry["op"] for entry in await scene.slack.record() if entry["kind"] == "view"] == [
            "open",
            "errors",
            "close",
        ]


async def test_a_command_is_escaped_if_the_manifest_says_so(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    def build(app: AsyncApp) -> None:
        @app.command("/review")
        @app.command("/raw")
        async def hear(ack: Any, body: Any) -> None:
            heard.append(body)
            await ack("聞きました")

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review", "owner @ben #general @security A<B & @nobody", channel=GENERAL)
        await aiko.command("/raw", "@ben <!channel>", channel=GENERAL)
        assert heard[0]["text"] == (
            f"owner <@{BEN}|ben> <#{GENERAL}|general> <!subteam^S0SEC|@security> A&lt;B &amp; @nobody"
        )
        assert heard[1]["text"] == "@ben <!channel>"
        assert {"team_id", "channel_name", "response_url", "trigger_id", "api_app_id"} <= heard[0].keys()
        assert [m.text for m in await aiko.ephemerals(GENERAL)] == ["聞きました", "聞きました"]
        assert await scene.slack.person(BEN).ephemerals(GENERAL) == []


@pytest.mark.parametrize("who", [MIKA, SORA])
async def test_no_slash_commands_for_externals_and_single_channel_guests(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, form) as scene:
        with pytest.raises(CannotDo, match=r"not a valid command|no slash commands"):
            await scene.slack.person(who).command("/review")


async def test_only_commands_of_the_manifest_and_channels_one_is_in(tmp_path: Path) -> None:
    async with stage(tmp_path, form) as scene:
        with pytest.raises(CannotDo, match="not a valid command"):
            await scene.slack.person(AIKO).command("/other")
        with pytest.raises(CannotDo, match="not in"):
            await scene.slack.person(GEN).command("/review", channel=GENERAL)
        assert (await scene.slack.person(GEN).command("/review")).ok  # a guest of several channels, in the DM


async def test_no_ack_in_time_is_an_error_for_the_person(tmp_path: Path) -> None:
    def build(app: AsyncApp) -> None:
        @app.command("/review")
        async def late(ack: Any) -> None:
            await asyncio.sleep(1.0)
            await ack()

    async with stage(tmp_path, build, timing=QUICK) as scene:
        result = await scene.slack.person(AIKO).command("/review")
        assert not result.acked
        assert result.error_shown
        assert result.error_shown.startswith("operation_timeout")
        seen = 0
        while {entry["what"] for entry in await scene.slack.problems()} != {"not_acked", "error_shown", "late_ack"}:
            seen = len(await scene.slack.record())
            assert await scene.slack.record(seen, wait=10), "no late ack came"


async def test_a_command_nobody_handles_is_not_acknowledged(tmp_path: Path) -> None:
    async with stage(tmp_path, timing=QUICK) as scene:
        result = await scene.slack.person(AIKO).command("/review")
        assert not result.acked
        assert [entry["what"] for entry in await scene.slack.problems()] == ["not_acked", "error_shown"]


async def test_a_dead_app_is_told_apart(tmp_path: Path) -> None:
    reached = asyncio.Event()

    def build(app: AsyncApp) -> None:
        @app.command("/review")
        async def hang(ack: Any) -> None:
            reached.set()
            await asyncio.sleep(2.5)

    async with stage(tmp_path, build) as scene:
        typing = asyncio.create_task(scene.slack.person(AIKO).command("/review"))
        await reached.wait()
        await scene.stop_app()
        lost = await typing
        assert lost.error_shown
        assert lost.error_shown.startswith("connection_lost")
        nobody = await scene.slack.person(AIKO).command("/review")
        assert nobody.error_shown
        assert nobody.error_shown.startswith("no_connection")
        problems = await scene.slack.problems()
        assert [entry["what"] for entry in problems] == ["error_shown", "error_shown"]
        assert "connection_lost" in problems[0]["detail"]


async def test_a_trigger_opens_one_modal_within_three_seconds(tmp_path: Path) -> None:
    refused: list[str] = []
    done = asyncio.Event()

    def build(app: AsyncApp) -> None:
        @app.command("/review")
        async def twice(ack: Any, body: Any, client: Any) -> None:
            await ack()
            if body["text"] == "late":
                await asyncio.sleep(0.4)
            for _ in range(2):
                try:
                    await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("a", "A")))
                except SlackApiError as error:
                    refused.append(error.response["error"])
            done.set()

    async with stage(tmp_path, build, timing=Timing(trigger=0.2)) as scene:
        await scene.slack.person(AIKO).command("/review", "late")
        await done.wait()
        assert refused == ["expired_trigger_id", "expired_trigger_id"]
    done.clear()
    async with stage(tmp_path, build) as scene:
        await scene.slack.person(AIKO).command("/review")
        await done.wait()
        assert refused[2:] == ["exchanged_trigger_id"]


async def test_an_event_is_delivered_again_until_it_is_acknowledged(tmp_path: Path) -> None:
    tries: list[dict[str, Any]] = []

    async with stage(tmp_path, timing=Timing(ack=1.0, retry_after=(0.05, 0.1, 0.1))) as scene:
        await _hear(scene, tries, acknowledge_from=2)
        await scene.slack.person(AIKO).say(GENERAL, "こんにちは")
        while len(tries) < 3:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        assert len(tries) == 3
        assert [each["retry_attempt"] for each in tries] == [0, 1, 2]
        assert [each["retry_reason"] for each in tries] == ["", "timeout", "timeout"]
        assert len({each["payload"]["event_id"] for each in tries}) == 1
        assert len({each["envelope_id"] for each in tries}) == 3
        assert {entry["what"] for entry in await scene.slack.problems()} == {"not_acked"}


async def _hear(scene: Stage, tries: list[dict[str, Any]], acknowledge_from: int) -> None:
    """Replaces Bolt by somebody who acknowledges only from the n-th delivery (counted from 0)."""
    assert scene.handler
    client = scene.handler.client
    client.socket_mode_request_listeners.clear()

    async def listen(_client: Any, message: dict[str, Any], raw: str | None) -> None:
        if message.get("type") == "events_api":
            tries.append(message)
            if len(tries) > acknowledge_from:
                await client.send_message(json.dumps({"envelope_id": message["envelope_id"]}))

    client.message_listeners.append(listen)


async def test_events_wait_for_the_app_to_come_back(tmp_path: Path) -> None:
    heard = asyncio.Event()

    def build(app: AsyncApp) -> None:
        @app.event("message")
        async def hear() -> None:
            heard.set()

    async with stage(tmp_path, build) as scene:
        await scene.stop_app()
        await scene.slack.person(AIKO).say(GENERAL, "誰かいますか")
        await asyncio.sleep(0.1)
        assert not heard.is_set()
        await scene.connect()
        await asyncio.wait_for(heard.wait(), 10)
        assert await scene.slack.problems() == []


async def test_payloads_go_to_any_one_of_the_open_sockets(tmp_path: Path) -> None:
    async with stage(tmp_path, form) as scene, stage_second_socket(scene):
        aiko = scene.slack.person(AIKO)
        for _ in range(4):
            assert (await aiko.command("/review")).ok
            await aiko.wait_modal("form")
        assert scene.server.live.socket.open_connections == 2
        assert sum(entry["kind"] == "sent" for entry in await scene.slack.record()) == 4


class stage_second_socket:  # noqa: N801 - used as a verb in `async with`
    def __init__(self, scene: Stage) -> None:
        self.scene = scene

    async def __aenter__(self) -> None:
        self.first = self.scene.handler
        await self.scene.connect()

    async def __aexit__(self, *_: object) -> None:
        assert self.first
        await self.first.close_async()


async def test_the_app_renews_its_socket_when_asked(tmp_path: Path) -> None:
    async with stage(tmp_path, form) as scene:
        await scene.slack.renew_sockets("refresh_requested")
        await scene.slack.connected(15)
        assert (await scene.slack.person(AIKO).command("/review")).ok


async def test_a_ticket_is_good_for_one_socket(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        import aiohttp

        async with aiohttp.ClientSession() as session, session.get(f"{scene.server.url}/socket/?ticket=x") as answer:
            assert answer.status == 401


async def test_a_faulty_ack_is_shown_to_the_person(tmp_path: Path) -> None:
    def build(app: AsyncApp) -> None:
        form(app)

        @app.view("strange")
        async def errors(ack: Any) -> None:
            await ack(response_action="errors", errors={"elsewhere": "x"})

        @app.command("/raw")
        async def open_strange(ack: Any, body: Any, client: Any) -> None:
            await ack()
            view = modal(text_input("a", "A", optional=True), callback_id="strange")
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        @app.action("go")
        async def answer(ack: Any) -> None:
            await ack({"text": "pressed"})

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/raw")
        await aiko.wait_modal("strange")
        result = await aiko.submit()
        assert result.error_shown
        assert "no input blocks" in result.error_shown
        assert not result.closed
        await scene.post(MIRAI, [actions(button("進む", "go"))])
        pressed = await aiko.press((await aiko.messages(MIRAI))[-1], label="進む")
        assert pressed.error_shown
        assert [e["what"] for e in await scene.slack.problems()] == ["bad_ack", "error_shown"] * 2
