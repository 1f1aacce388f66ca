"""Calls that cannot be read at all, sent by hand over a real connection: refused by name, recorded, nothing done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import world_file
from sandbox.server import Running, running
from tests.sandbox.stage import BOT_TOKEN, GENERAL, MANIFEST, world

POST = "chat.postMessage"
JSON = {"Content-Type": "application/json; charset=utf-8"}
MINE = {"Authorization": f"Bearer {BOT_TOKEN}"}
FORM = "multipart/form-data; boundary=x"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    (tmp_path / "app.yaml").write_text(MANIFEST, encoding="utf-8")
    async with running(world_file.from_json(world()), tmp_path / "app.yaml", tmp_path) as made:
        yield made


async def call(server: Running, method: str = POST, **request: Any) -> Any:
    async with httpx.AsyncClient(trust_env=False) as web:
        return (await web.post(f"{server.api}{method}", **request)).json()


@pytest.mark.parametrize(
    ("head", "body", "error"),
    [
        (JSON, b'{"channel": "C0GENERAL", "text": ', "invalid_json"),
        (JSON, b"\xff\xfe", "invalid_json"),
        (JSON, b"[1, 2]", "json_not_object"),
        (JSON, b'"text"', "json_not_object"),
        ({"Content-Type": "application/xml"}, b"<text/>", "invalid_post_type"),
        ({"Content-Type": "text/plain"}, b"channel=C0GENERAL&text=x", "invalid_post_type"),
        ({}, b"channel=C0GENERAL&text=x", "missing_post_type"),
        ({"Content-Type": FORM}, b"no form at all", "invalid_form_data"),
    ],
)
async def test_a_body_that_cannot_be_read(server: Running, head: dict[str, str], body: bytes, error: str) -> None:
    answer = await call(server, headers=MINE | head, content=body)
    assert answer == {"ok": False, "error": error}
    entries = server.sandbox.record.entries()
    assert [(e["kind"], e.get("error") or e["what"]) for e in entries] == [("api", error), ("problem", "refused_call")]


async def test_forms_and_json_are_read(server: Running) -> None:
    message = {"channel": GENERAL, "text": "x"}
    assert (await call(server, headers=MINE, json=message))["ok"]
    assert (await call(server, headers=MINE, data=message))["ok"]
    assert (await call(server, headers=MINE, params=message))["ok"]
    assert (await call(server, headers=MINE, params={"channel": GENERAL}, data={"text": "x"}))["ok"]
    assert (await call(server, headers=MINE, files={"text": (None, "x")}, params={"channel": GENERAL}))["ok"]
    assert (await call(server, data={"token": BOT_TOKEN, **message}))["ok"]
    assert len(server.sandbox.world.channels[GENERAL].messages) == 6


async def test_a_token_in_the_query_or_in_json_is_none(server: Running) -> None:
    message = {"channel": GENERAL, "text": "x"}
    assert (await call(server, params={"token": BOT_TOKEN}, data=message))["error"] == "not_authed"
    assert (await call(server, json={"token": BOT_TOKEN, **message}))["error"] == "not_authed"
    assert BOT_TOKEN not in str(server.sandbox.record.entries())
