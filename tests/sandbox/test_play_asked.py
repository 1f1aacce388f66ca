"""What no window of ours sends: refused with 400, nothing is done, and no error of the local Slack's own."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.play import acts, asked, clockbar
from tests.sandbox.stage import AIKO, MIRAI
from tests.sandbox.test_play_page import Browser, opened

ELEMENT = {"block_id": "b", "action_id": "a"}
VIEW = {"view_id": "V1"}
Bodies = list[dict[str, Any]]


def each(name: str, values: list[Any], **rest: Any) -> Bodies:
    return [{name: value, **rest} for value in values]


NO_TARGETS: list[Any] = ["x", [], {}, {"view_id": [1]}, {"channel": "C", "ts": 1}, {**VIEW, "channel": "C", "ts": "1"}]
NO_FILES: list[Any] = ["abc", {}, [["a"]], [[1, "x"]], ["ab"]]
STRANGE: Bodies = [
    *each("act", ["press", "enter", "submit", "say", "dismiss", "clock", None, [], {}, ["read"], "nothing"]),
    *each("place", ["x", 5, [1], {"room": [1]}, {"thread": {}}], act="read"),
    *each("target", NO_TARGETS, act="press", **ELEMENT),
    {"act": "press", "target": VIEW, "action_id": [], "block_id": {}},
    *each("given", [5, {}, [1], [["a"]], [["a", 1]]], act="enter", target=VIEW, **ELEMENT),
    {"act": "submit", "view_id": {}},
    {"act": "say", "room": [], "text": "x"},
    {"act": "say", "room": MIRAI, "text": 1},
    *each("files", NO_FILES, act="say", room=MIRAI, text="x"),
    {"act": "dismiss", "target": VIEW},
    {"act": "clock", "how": []},
]
STRANGE_SEARCHES: Bodies = [
    *({}, {"sign": "@"}, {"sign": [], "typed": ""}, {"sign": "@", "typed": 5}),
    *each("target", NO_TARGETS, typed="", **ELEMENT),
]


async def status(browser: Browser, path: str, **what: Any) -> int:
    async with browser._session.post(f"/as/{AIKO}/{path}", **what) as answer:
        return answer.status


async def test_whatever_has_another_shape_is_refused_and_nothing_is_done(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, browser):
        before = scene.server.sandbox.record.last
        for body in STRANGE:
            assert await status(browser, "act", json=body) == 400, body
        for body in STRANGE_SEARCHES:
            assert await status(browser, "options", json=body) == 400, body
        for raw in (b'{"act": "\xff"}', b'{"act":' + b"[" * 200_000 + b"]" * 200_000 + b"}"):
            assert await status(browser, "act", data=raw) == 400, raw[:20]
        assert scene.server.sandbox.record.last == before


def test_every_act_has_its_shape() -> None:
    assert set(asked.ACTS) == set(acts.DOINGS)


async def test_half_of_an_emoji_harms_nobody(tmp_path: Path) -> None:
    """A browser sends a lone surrogate as it is; no file and no page could hold it."""
    async with opened(tmp_path) as (_scene, browser):
        assert (await browser.act("say", room=MIRAI, text="前 \ud83d 後"))["ok"]
        assert "前 ? 後" in browser.parts["main"]
        files = [["\udc00.txt", "YQ=="]]
        assert (await browser.act("say", room=MIRAI, text="\ud83d", files=files))["ok"]
        href = re.search(r'href="(/as/\w+/files/\w+)"', (await browser.look())["main"])
        assert href
        async with browser._session.get(href[1]) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("to", ["0001-01-01T00:00", "1999-12-31T23:59", "2100-01-01T00:00", "9999-12-31T23:59"])
async def test_the_clock_has_an_end_in_both_directions(tmp_path: Path, to: str) -> None:
    async with opened(tmp_path) as (scene, browser):
        before = scene.server.live.clock.now()
        told = await browser.act("clock", how="date", to=to)
        assert told["notice"] == "業務時計は2000年から2099年までの間で動かせます。"
        assert scene.server.live.clock.now() == before
        await browser.act("clock", how="date", to=f"{clockbar.LAST:%Y-%m-%dT%H:%M}")
        told = await browser.act("clock", how="week", to="")
        assert not told["ok"]
        assert scene.server.live.clock.now() == clockbar.LAST


@pytest.mark.parametrize("to", ["", "2026-13-01T00:00", "275760-09-13T00:00", "きのう"])
async def test_what_is_no_date_is_said(tmp_path: Path, to: str) -> None:
    async with opened(tmp_path) as (_scene, browser):
        assert (await browser.act("clock", how="date", to=to))["notice"] == "日付を入力してください。"


async def test_a_file_of_sixty_megabytes_with_an_odd_name_comes_back_whole(tmp_path: Path) -> None:
    name = '../見積 "最終"\n;%2F\u202egpj.exe'
    content = "A" * 80 * 1024 * 1024
    async with opened(tmp_path) as (_scene, browser):
        said = json.dumps({"act": "say", "room": MIRAI, "text": "", "files": [[name, content]]})
        assert await status(browser, "act", data=io.BytesIO(said.encode())) == 200
        href = re.search(r'href="(/as/\w+/files/\w+)"', (await browser.look())["main"])
        assert href
        async with browser._session.get(href[1]) as answer:
            assert len(await answer.read()) == 60 * 1024 * 1024
            assert "\n" not in answer.headers["Content-Disposition"]
        assert await status(browser, "act", data=io.BytesIO(b" " * 97 * 1024 * 1024)) == 413
