"""Faults of the network, response_urls, the clock, coming to rest, and the program itself."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.client import CannotDo, LocalSlack
from sandbox.server import running
from tests.sandbox.stage import (
    AIKO,
    APP_TOKEN,
    BEN,
    BOT_TOKEN,
    GENERAL,
    MANIFEST,
    MIRAI,
    START,
    actions,
    button,
    stage,
    world,
)


async def test_a_lost_answer_leaves_the_message_and_a_lost_request_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        aiko = scene.slack.person(AIKO)
        await scene.slack.fault("lost_answer", "chat.postMessage")
        with pytest.raises(aiohttp.ClientError):
            await scene.post(GENERAL)
        assert len(await aiko.messages(GENERAL)) == 1
        await scene.slack.fault("lost_request", "chat.postMessage", times=2)
        for _ in range(2):
            with pytest.raises(aiohttp.ClientError):
                await scene.post(GENERAL)
        assert len(await aiko.messages(GENERAL)) == 1
        await scene.app.client.auth_test()  # other methods are calm
        await scene.post(GENERAL)
        assert len(await aiko.messages(GENERAL)) == 2
        struck = [(e["what"], e["method"]) for e in await scene.slack.record() if e["kind"] == "fault"]
        assert struck == [("lost_answer", "chat.postMessage"), *[("lost_request", "chat.postMessage")] * 2]
        assert await scene.slack.problems() == []
        with pytest.raises(CannotDo, match="no fault"):
            await scene.slack.fault("earthquake", "chat.postMessage")
        await scene.slack.fault("lost_request", "chat.postMessage")
        await scene.slack.no_faults()
        await scene.post(GENERAL)


async def test_a_response_url_serves_five_times(tmp_path: Path) -> None:
    urls: list[str] = []

    def build(app: AsyncApp) -> None:
        @app.command("/review")
        @app.action("go")
        async def keep(ack: Any, body: Any) -> None:
            await ack()
            urls.append(body["response_url"])

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review", channel=GENERAL)
        hook = AsyncWebhookClient(urls[0])
        for number in range(4):
            assert (await hook.send(text=f"nur für dich {number}")).status_code == 200
        assert (await hook.send(text="für alle", response_type="in_channel")).body == "ok"
        used = await hook.send(text="zu viel")
        assert (used.status_code, json.loads(used.body)["error"]) == (404, "used_url")
        assert len(await aiko.ephemerals(GENERAL)) == 4
        assert [m.text for m in await scene.slack.person(BEN).messages(GENERAL)] == ["für alle"]
        calls = [e for e in await scene.slack.record() if e["kind"] == "api" and e["method"] == "response_url"]
        assert [call["ok"] for call in calls] == [True] * 5 + [False]


async def test_a_response_url_changes_what_was_pressed(tmp_path: Path) -> None:
    urls: list[str] = []

    def build(app: AsyncApp) -> None:
        @app.action("go")
        async def keep(ack: Any, body: Any) -> None:
            await ack()
            urls.append(body["response_url"])

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await scene.app.client.chat_postEphemeral(
            channel=MIRAI, user=AIKO, text="t", blocks=[actions(button("進む", "go"))]
        )
        await aiko.press((await aiko.ephemerals())[0], label="進む")
        assert (await AsyncWebhookClient(urls[0]).send(text="済み", replace_original=True)).status_code == 200
        assert [m.plain() for m in await aiko.ephemerals()] == ["済み"]
        assert (await AsyncWebhookClient(urls[0]).send(delete_original=True)).status_code == 200
        assert await aiko.ephemerals() == []
        async with httpx.AsyncClient(trust_env=False) as web:
            for body in ({"text": "x", "surprise": 1}, {}, {"blocks": [{"type": "nothing"}]}):
                assert (await web.post(urls[0], json=body)).status_code == 404
        assert {e["what"] for e in await scene.slack.problems()} == {"refused_call", "refused_block"}


async def test_the_clock_stands_still_until_it_is_set(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene, httpx.AsyncClient(trust_env=False) as app:
        assert await scene.slack.clock() == START
        assert await scene.slack.clock_reads() == 0
        later = START + timedelta(days=3)
        await scene.slack.set_clock(later)
        for _ in range(3):
            assert (await app.get(f"{scene.server.url}/clock")).json() == {"now": later.isoformat()}
        await scene.slack.advance_clock(60)
        await app.get(f"{scene.server.url}/clock")
        assert await scene.slack.clock() == later + timedelta(minutes=1)
        assert await scene.slack.clock_reads() == 4
        kinds = [entry["kind"] for entry in await scene.slack.record() if entry["kind"].startswith("clock")]
        assert kinds == ["clock", "clock_read", "clock", "clock_read"]


async def test_settled_means_two_looks_at_the_clock_without_a_call(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene, httpx.AsyncClient(trust_env=False) as app:
        with pytest.raises(TimeoutError, match="'quiet_reads': 0"):
            await scene.slack.settle(timeout=0.1)
        settling = asyncio.create_task(scene.slack.settle(timeout=20))
        await asyncio.sleep(0.1)
        await app.get(f"{scene.server.url}/clock")
        await scene.app.client.chat_postEphemeral(channel=GENERAL, user=AIKO, text="the first tick had work to do")
        await app.get(f"{scene.server.url}/clock")
        await asyncio.sleep(0.1)
        assert not settling.done()
        await app.get(f"{scene.server.url}/clock")
        await asyncio.wait_for(settling, 10)


async def test_a_mistake_of_the_local_slack_is_called_its_own(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        with pytest.raises(RuntimeError, match="500"):
            await scene.slack.post(f"/sandbox/people/{AIKO}/say", nonsense=True)
        (problem,) = await scene.slack.problems()
        assert problem["what"] == "sandbox_error"
        assert "Traceback" in problem["detail"]


async def test_messages_are_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        aiko = scene.slack.person(AIKO)
        waiting = asyncio.create_task(aiko.wait_message("期限"))
        await scene.post(GENERAL, [actions(button("期限は明日", "x"))])
        assert (await waiting).channel == GENERAL
        with pytest.raises(TimeoutError, match="no message nothing"):
            await aiko.wait_message("nothing", timeout=0.1)
        with pytest.raises(TimeoutError, match="no modal form"):
            await aiko.wait_modal("form", timeout=0.1)


async def test_wrong_worlds_and_manifests_are_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "app.yaml"
    for old, new, why in (
        ("groups:history, im:history,", "im:history,", "message.groups needs the scope groups:history"),
        ("app_home_opened, app_mention", "app_home_opend", "unknown bot event app_home_opend"),
    ):
        manifest.write_text(MANIFEST.replace(old, new), encoding="utf-8")
        (tmp_path / "world.json").write_text(json.dumps(world()))
        with pytest.raises(ValueError, match=why):
            async with running(tmp_path / "world.json", manifest, tmp_path):
                pass


async def test_the_program_announces_itself_and_ends_on_sigterm(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(json.dumps(world()))
    (tmp_path / "app.yaml").write_text(MANIFEST, encoding="utf-8")
    directory = tmp_path / "out"
    command = ["-m", "sandbox", "serve", "--world", tmp_path / "world.json", "--manifest", tmp_path / "app.yaml"]
    command += ["--dir", directory, "--clock", START.isoformat()]
    program = await asyncio.create_subprocess_exec(sys.executable, *map(str, command))
    try:
        async with asyncio.timeout(30):
            while not (directory / "sandbox.json").exists():
                await asyncio.sleep(0.05)
        where = json.loads((directory / "sandbox.json").read_text())
        assert where["api"] == f"{where['url']}/api/"
        async with LocalSlack(where["url"]) as slack:
            assert await slack.record() == []
        async with httpx.AsyncClient(trust_env=False) as app:
            assert (await app.get(where["clock"])).json()["now"] == START.isoformat()
            answer = await app.post(f"{where['api']}auth.test", data={"token": BOT_TOKEN})
            assert answer.json()["ok"] is True
            opened = await app.post(
                f"{where['api']}apps.connections.open", headers={"Authorization": f"Bearer {APP_TOKEN}"}
            )
            async with aiohttp.ClientSession() as session, session.ws_connect(opened.json()["url"]) as socket:
                hello = await socket.receive_json()
                assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", "A0APP")
                assert hello["debug_info"]["approximate_connection_time"] == 3600
                program.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(program.wait(), 20) == 0
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    assert "auth.test" in (directory / "record.jsonl").read_text()
