"""Global shortcuts: who has them, what the app is sent, and that a shortcut opens a modal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.client import CannotDo
from tests.sandbox.stage import AIKO, HOME, MIKA, choice_input, modal, stage

NAME, CALLBACK = "試す", "test.shortcut"


class Heard:
    """An app that opens a modal for its shortcut."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[Any] = asyncio.Queue()

    def __call__(self, app: AsyncApp) -> None:
        @app.global_shortcut(CALLBACK)
        async def heard(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await self.bodies.put(body)
            view = modal(choice_input("static_select", "b", "選ぶ", options=[_option()]))
            await client.views_open(trigger_id=body["trigger_id"], view=view)


def _option() -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "a"}, "value": "a"}


async def test_ours_have_it_and_outsiders_do_not(tmp_path: Path) -> None:
    app = Heard()
    async with stage(tmp_path, app) as scene:
        scene.server.live.sandbox.world.app.shortcuts[NAME] = CALLBACK
        aiko = scene.slack.person(AIKO)
        assert (await aiko.shortcut(NAME)).ok
        body = await asyncio.wait_for(app.bodies.get(), 10)
        assert (body["type"], body["callback_id"], body["user"]["id"], body["team"]["id"]) == (
            "shortcut",
            CALLBACK,
            AIKO,
            HOME,
        )
        assert not {"channel", "response_url", "message", "view"} & body.keys()
        await aiko.wait_modal("form")
        for person, name in ((scene.slack.person(MIKA), NAME), (aiko, "ない")):
            with pytest.raises(CannotDo):
                await person.shortcut(name)
        assert await scene.slack.problems() == []
