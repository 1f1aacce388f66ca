"""Messages and files that are gone: by retention, which tells nobody, or by a person, of which the app hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.client import CannotDo
from tests.sandbox.connect_stage import Told, refused
from tests.sandbox.stage import AIKO, BEN, GENERAL, MIKA, MIRAI, Stage, actions, button, stage

DAY = 86_400


def _deletions(told: Told) -> list[dict[str, Any]]:
    return [event for event in told.events if event.get("subtype") == "message_deleted"]


async def _history(scene: Stage, channel: str) -> list[str]:
    return [m["ts"] for m in (await scene.app.client.conversations_history(channel=channel))["messages"]]


async def test_retention_deletes_what_is_old_and_tells_nobody(tmp_path: Path) -> None:
    told = Told()
    async with stage(tmp_path, told) as scene:
        client, mika = scene.app.client, scene.slack.person(MIKA)
        old = await scene.post(MIRAI, [actions(button("押す", "go"))])
        file = (await mika.say(MIRAI, "資料", thread_ts=old, files=[("a.pdf", b"%PDF")])).files[0]["id"]
        elsewhere = await scene.post(GENERAL)
        await scene.slack.retain(MIRAI, 30)
        await scene.slack.advance_clock(20 * DAY)
        young = (await mika.say(MIRAI, "返事", thread_ts=old)).ts
        assert await scene.slack.retention_runs() == 0
        await scene.slack.advance_clock(15 * DAY)
        shown = (await mika.messages(MIRAI))[0]
        assert await scene.slack.retention_runs() == 2
        assert await _history(scene, MIRAI) == []
        assert await _history(scene, GENERAL) == [elsewhere], "another channel keeps its own"
        assert await refused(client.conversations_replies(channel=MIRAI, ts=old)) == "thread_not_found"
        assert await refused(client.chat_update(channel=MIRAI, ts=old, text="x")) == "message_not_found"
        assert await refused(client.chat_delete(channel=MIRAI, ts=old)) == "message_not_found"
        assert await refused(client.files_info(file=file)) == "file_deleted"
        with pytest.raises(CannotDo, match="no message"):
            await mika.press(shown)
        assert [m.ts for m in await mika.messages(MIRAI)] == [young], "a reply that is young enough stays"
        await scene.slack.person(BEN).say(GENERAL, "後")
        await told.of("message", 3)
        assert _deletions(told) == []
        removed = [entry for entry in await scene.slack.record() if entry["kind"] == "deleted"]
        assert [entry["why"] for entry in removed] == ["retention", "retention"]


async def test_a_person_deletes_a_message_and_the_app_hears_of_it(tmp_path: Path) -> None:
    told = Told()
    async with stage(tmp_path, told) as scene:
        ts = await scene.post(GENERAL, [actions(button("押す", "go"))])
        said = await scene.slack.person(BEN).say(GENERAL, "まちがい")
        for by in (BEN, MIKA):
            with pytest.raises(CannotDo):
                await scene.slack.delete_message(GENERAL, ts, by)
        await scene.slack.delete_message(GENERAL, ts, AIKO)
        await scene.slack.delete_message(GENERAL, said.ts, BEN)
        await told.of("message", 2)  # what concerns a message of the app itself is kept from it by Bolt
        assert [event["deleted_ts"] for event in _deletions(told)] == [said.ts]
        sent = [entry["payload"]["event"] for entry in await scene.slack.record() if entry["kind"] == "sent"]
        assert [event.get("deleted_ts") for event in sent if event.get("subtype") == "message_deleted"] == [ts, said.ts]
        assert await _history(scene, GENERAL) == []


async def test_a_deleted_file_leaves_a_tombstone(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        said = await scene.slack.person(MIKA).say(MIRAI, "資料", files=[("a.pdf", b"%PDF")])
        file = said.files[0]["id"]
        await scene.slack.delete_file(file)
        (message,) = (await scene.app.client.conversations_history(channel=MIRAI))["messages"]
        assert message["files"] == [{"id": file, "mode": "tombstone"}]
        assert await refused(scene.app.client.files_info(file=file)) == "file_deleted"
        with pytest.raises(CannotDo, match="no file"):
            await scene.slack.delete_file(file)


async def test_what_was_given_out_for_a_message_that_is_gone(tmp_path: Path) -> None:
    """A response_url outlives its message and its channel; the app is told so instead of a fault."""
    answers: list[str] = []

    def build(app: AsyncApp) -> None:
        async def press(ack: Any, body: Any) -> None:
            await ack()
            answers.append(body["response_url"])

        app.action({"block_id": "acts"})(press)

    async with stage(tmp_path, build) as scene:
        await scene.post(GENERAL, [actions(button("押す", "go"))])
        shown = await scene.slack.person(AIKO).wait_message("押す", channel=GENERAL)
        await scene.slack.person(AIKO).press(shown)
        await scene.slack.delete_message(GENERAL, shown.ts, AIKO)
        session = scene.slack._http
        gone = await session.post(answers[0], json={"text": "x", "replace_original": True})
        assert "message_not_found" in gone.text
        await scene.slack.delete_channel(GENERAL, AIKO)
        assert "channel_not_found" in (await session.post(answers[0], json={"text": "x"})).text
        assert [e for e in await scene.slack.problems() if e["what"] == "sandbox_error"] == []
