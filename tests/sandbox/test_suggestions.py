"""Searching menus, the whole way: a person types, the app is asked, its options come in the ack, one is chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.client import CannotDo
from sandbox.server import Timing
from tests.sandbox.stage import AIKO, HOME, MIKA, MIRAI, Stage, actions, choice_input, modal, stage

Json = dict[str, Any]
MENU: Json = {"type": "external_select", "action_id": "choice", "min_query_length": 2}


def options(*names: str) -> list[Json]:
    return [{"text": {"type": "plain_text", "text": name}, "value": f"v-{name}"} for name in names]


class Suggesting:
    """An app that answers a search as told, and keeps what it was asked and what was chosen."""

    def __init__(self, **answer: Any) -> None:
        self.answer: Json = answer
        self.wait = 0.0
        self.asked: list[Json] = []
        self.chosen: asyncio.Queue[Json] = asyncio.Queue()

    def __call__(self, app: AsyncApp) -> None:
        @app.options("choice")
        async def suggest(ack: Any, body: Json) -> None:
            self.asked.append(body)
            await asyncio.sleep(self.wait)
            await ack(**self.answer)

        @app.action("choice")
        async def choose(ack: Any, body: Json) -> None:
            await ack()
            await self.chosen.put(body)

        @app.command("/review")
        async def begin(ack: Any, body: Json, client: Any) -> None:
            await ack()
            view = modal(choice_input("external_select", "supplier", "委託先", min_query_length=2))
            await client.views_open(trigger_id=body["trigger_id"], view=view)


async def test_in_a_message_for_somebody_of_another_company(tmp_path: Path) -> None:
    app = Suggesting(options=options("みらい", "みどり"))
    async with stage(tmp_path, app) as scene:
        mika = scene.slack.person(MIKA)
        ts = await scene.post(MIRAI, [actions(MENU)])
        (message,) = await mika.messages(MIRAI)
        with pytest.raises(CannotDo, match="at least 2"):
            await mika.choose("choice", "み", message)
        assert app.asked == []
        assert (await mika.choose("choice", "みどり", message, query="みど")).acked
        (asked,) = app.asked
        assert (asked["type"], asked["action_id"], asked["block_id"], asked["value"]) == (
            "block_suggestion",
            "choice",
            "acts",
            "みど",
        )
        assert asked["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": MIRAI,
            "is_ephemeral": False,
        }
        assert (asked["channel"]["id"], asked["message"]["ts"]) == (MIRAI, ts)
        assert (asked["team"]["id"], asked["user"]["id"]) == (HOME, MIKA)
        assert not {"view", "trigger_id", "response_url", "actions"} & asked.keys()
        pressed = await asyncio.wait_for(app.chosen.get(), 10)
        assert pressed["actions"][0]["selected_option"] == options("みどり")[0]
        assert pressed["state"]["values"]["acts"]["choice"]["selected_option"]["value"] == "v-みどり"
        assert await scene.slack.problems() == []


async def test_in_an_ephemeral_the_message_is_left_out(tmp_path: Path) -> None:
    app = Suggesting(options=options("みらい"))
    async with stage(tmp_path, app) as scene:
        mika = scene.slack.person(MIKA)
        await scene.app.client.chat_postEphemeral(channel=MIRAI, user=MIKA, text="t", blocks=[actions(MENU)])
        (shown,) = await mika.ephemerals(MIRAI)
        assert (await mika.choose("choice", "みらい", shown)).acked
        assert app.asked[0]["container"]["is_ephemeral"] is True
        assert "message" not in app.asked[0]


async def searched(scene: Stage, typed: str = "みらい") -> Any:
    """Aiko searches in the modal."""
    aiko = scene.slack.person(AIKO)
    await aiko.command("/review")
    await aiko.wait_modal("form")
    return await aiko.choose("委託先", typed)


@pytest.mark.parametrize(
    "answer",
    [
        {"options": options(*map(str, range(99)), "みらい")},
        {"option_groups": [{"label": {"type": "plain_text", "text": "東京"}, "options": options("みらい")}]},
    ],
    ids=["a hundred", "groups"],
)
async def test_what_slack_takes(tmp_path: Path, answer: Json) -> None:
    app = Suggesting(**answer)
    async with stage(tmp_path, app) as scene:
        assert (await searched(scene)).ok
        assert app.asked[0]["view"]["callback_id"] == "form"
        assert (app.asked[0]["container"]["type"], "message" in app.asked[0]) == ("view", False)
        shown = await scene.slack.person(AIKO).modal()
        assert shown
        assert shown.field("委託先").chosen == "v-みらい"
        assert await scene.slack.problems() == []


async def test_nothing_found_is_an_answer_too(tmp_path: Path) -> None:
    async with stage(tmp_path, Suggesting(options=[])) as scene:
        with pytest.raises(CannotDo, match="no option 'みらい'"):
            await searched(scene)
        assert await scene.slack.problems() == []


def _changed(change: Callable[[Json], Any]) -> list[Json]:
    (option,) = options("みらい")
    change(option)
    return [option]


GROUP = {"label": {"type": "plain_text", "text": "東京"}, "options": options("みらい")}
BAD: dict[str, tuple[Json, str]] = {
    "101 options": ({"options": options(*map(str, range(101)))}, "no more than 100 items"),
    "101 groups": (
        {"option_groups": [GROUP | {"options": options(str(n))} for n in range(101)]},
        "no more than 100 items",
    ),
    "neither": ({}, "exactly one of options, option_groups"),
    "label too long": ({"options": options("み" * 76)}, "must be less than 76 characters"),
    "label is mrkdwn": ({"options": _changed(lambda o: o["text"].update(type="mrkdwn"))}, "plain_text"),
    "no value": ({"options": _changed(lambda o: o.pop("value"))}, "missing required field: value"),
    "unknown field": ({"options": _changed(lambda o: o.update(colour="red"))}, "invalid additional property: colour"),
    "same value twice": ({"options": options("みらい", "みらい")}, "option value already exists"),
    "empty group": ({"option_groups": [GROUP | {"options": []}]}, "no fewer than 1 items"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_slack_does_not_take_is_shown_as_an_error(tmp_path: Path, name: str) -> None:
    answer, why = BAD[name]
    async with stage(tmp_path, Suggesting(**answer)) as scene:
        result = await searched(scene)
        assert not result.ok
        assert result.error_shown.startswith("bad_ack")
        assert why in result.error_shown
        assert [entry["what"] for entry in await scene.slack.problems()] == ["bad_ack", "error_shown"]
        shown = await scene.slack.person(AIKO).modal()
        assert shown
        assert shown.field("委託先").chosen is None


async def test_an_answer_that_comes_late_is_an_error_for_the_person(tmp_path: Path) -> None:
    app = Suggesting(options=options("みらい"))
    app.wait = 1.0
    async with stage(tmp_path, app, timing=Timing(ack=0.3)) as scene:
        result = await searched(scene)
        assert not result.acked
        assert result.error_shown.startswith("operation_timeout")
        seen = 0
        while {e["what"] for e in await scene.slack.problems()} != {"not_acked", "error_shown", "late_ack"}:
            seen = len(await scene.slack.record())
            assert await scene.slack.record(seen, wait=10), "no late ack came"
