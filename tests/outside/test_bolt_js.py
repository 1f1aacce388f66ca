"""A Bolt for JavaScript app on the official @slack/bolt: what it did stands in the local Slack's record, and no problem.

The app is `bolt_js/app.js`, once in Socket Mode and once over signed HTTP; nothing but the address of the API tells it
that this is not Slack. So what is asserted here is that the local Slack speaks what Slack's own library for another
language expects, and takes what it sends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.outside.desk import APP, Desk, desk
from tests.sandbox.stage import AIKO, BEN, BOT, GENERAL, MIKA, MIRAI


@pytest.fixture(params=["Socket Mode", "HTTP"])
async def opened(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Afterwards: nothing that must not happen did, and the app had no error and ends when it is told to."""
    async with desk(tmp_path, http=request.param == "HTTP") as made:
        yield made
        assert await made.slack.problems() == []
        assert await made.stop() == 0, made.said
        assert "the desk is open" in made.said
        assert not [line for line in made.said.splitlines() if "ERROR" in line or "WARN" in line or "FAILED" in line]


async def calls(opened: Desk, method: str) -> list[dict[str, Any]]:
    found = [e for e in await opened.slack.record() if e["kind"] == "api" and e["method"] == method]
    assert all(entry["ok"] for entry in found)
    return found


async def entries(opened: Desk, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in await opened.slack.record() if entry["kind"] == kind]


def test_the_package_is_pinned_and_its_lock_names_no_place_to_fetch_it_from() -> None:
    lock = json.loads((APP / "package-lock.json").read_text(encoding="utf-8"))
    pinned = json.loads((APP / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert pinned == {"@slack/bolt": lock["packages"]["node_modules/@slack/bolt"]["version"]}
    fetched = [name for name in lock["packages"] if name]
    assert all(lock["packages"][name]["integrity"].startswith("sha512-") for name in fetched)
    assert not [name for name in fetched if "resolved" in lock["packages"][name]]


async def test_it_is_reached_and_hears_of_messages(opened: Desk, request: pytest.FixtureRequest) -> None:
    over_http = "HTTP" in request.node.name
    assert bool(await calls(opened, "apps.connections.open")) is not over_http
    aiko = opened.slack.person(AIKO)
    said = await aiko.say(GENERAL, "hello desk")
    answer = await aiko.wait_message(f"hello <@{AIKO}>", channel=GENERAL)
    assert (answer.user, answer.thread_ts) == (BOT, said.ts)
    events = [entry for entry in await entries(opened, "sent") if entry["type"] == "events_api"]
    sent = [entry for entry in events if entry["payload"]["event"]["user"] == AIKO]
    assert sent
    acked = {entry["envelope_id"] for entry in await entries(opened, "acked")}
    assert {entry["envelope_id"] for entry in sent} <= acked
    assert {entry.get("via") == "http" for entry in sent} == {over_http}
    await aiko.say(GENERAL, "goodbye desk")  # no listener for it, and acknowledged all the same
    assert [one.text for one in await aiko.thread(said)] == [f"hello <@{AIKO}>"]


async def test_a_command_opens_a_modal_that_searches_is_corrected_and_posts(opened: Desk) -> None:
    ben = opened.slack.person(BEN)
    assert (await ben.command("/review", "lend", channel=GENERAL)).ok
    assert [one.text for one in await ben.ephemerals(GENERAL)] == ["one moment"]
    shown = await ben.wait_modal("lend")
    assert [each.type for each in shown.fields] == ["external_select", "number_input", "file_input"]
    assert (await ben.choose("Thing", "monitor arm", query="mon")).ok
    await ben.fill("Days", "31")
    refused = await ben.submit()
    assert refused.errors == {"days": "At most 30 days"}
    await ben.fill("Days", "3")
    await ben.fill("Permission", [("permission.txt", b"signed")])
    assert (await ben.submit()).closed
    posted = await ben.wait_message("monitor arm", channel=GENERAL)
    assert f"permission.txt 6 {hashlib.sha256(b'signed').hexdigest()}" in posted.plain()
    asked = [e["payload"] for e in await entries(opened, "sent") if e["payload"].get("type") == "block_suggestion"]
    assert [(one["action_id"], one["value"]) for one in asked] == [("thing", "mon")]
    post = next(entry for entry in await entries(opened, "posted") if entry["channel"] == GENERAL)
    assert post["metadata"] == {"event_type": "lend", "event_payload": {"asked_by": BEN}}
    assert [entry["op"] for entry in await entries(opened, "view")] == ["open", "errors", "close"]


async def test_a_modal_that_is_closed_tells_the_app(opened: Desk) -> None:
    ben = opened.slack.person(BEN)
    await ben.command("/review", "lend", channel=GENERAL)
    await ben.wait_modal("lend")
    assert (await ben.close()).ok
    told = await ben.wait_message("nothing was asked for", channel=GENERAL)
    assert told.ephemeral
    assert await calls(opened, "chat.postEphemeral")


async def test_a_person_of_another_company_presses_the_button(opened: Desk) -> None:
    aiko, mika = opened.slack.person(AIKO), opened.slack.person(MIKA)
    await aiko.command("/review", "lend", channel=MIRAI)
    await aiko.wait_modal("lend")
    await aiko.choose("Thing", "projector", query="pro")
    await aiko.fill("Days", "2")
    await aiko.submit()
    asked = await mika.wait_message("projector", channel=MIRAI)
    assert (await mika.press(asked, label="Lend it")).ok
    thanks = await mika.wait_message("thank you for the projector", channel=MIRAI)
    assert thanks.ephemeral
    changed = await aiko.refreshed(asked)
    assert "lent by mika" in changed.plain()
    assert changed.buttons() == []
    assert not await aiko.ephemerals(MIRAI) or "thank you" not in (await aiko.ephemerals(MIRAI))[-1].text
    assert [entry["ts"] for entry in await entries(opened, "updated")] == [asked.ts]
    assert [entry["ok"] for entry in await calls(opened, "response_url")] == [True]


async def test_the_home_tab_is_published_and_counts(opened: Desk) -> None:
    ben = opened.slack.person(BEN)
    await ben.open_home()
    home = await ben.wait_home(lambda shown: "counted 0 times" in shown.plain())
    assert (await ben.press(home, label="Count")).ok
    counted = await ben.wait_home(lambda shown: "counted 1 times" in shown.plain())
    assert counted.id == home.id
    first, second = await calls(opened, "views.publish")
    assert "hash" not in first["args"]
    assert second["args"]["hash"] == home.hash


async def test_a_file_is_uploaded_by_the_app(opened: Desk) -> None:
    ben = opened.slack.person(BEN)
    assert (await ben.command("/review", "stock", channel=GENERAL)).ok
    await ben.wait_message("listed 4 things", channel=GENERAL)
    shared = await ben.wait_message("stock.txt", channel=GENERAL)
    content = b"monitor\nmonitor arm\nkeyboard\nprojector\n"
    assert [file["name"] for file in shared.files] == ["stock.txt"]
    (stored,) = await entries(opened, "file")
    assert (stored["user"], stored["size"]) == (BOT, len(content))
    assert stored["sha256"] == hashlib.sha256(content).hexdigest()
    assert await calls(opened, "files.getUploadURLExternal")
    assert await calls(opened, "files.completeUploadExternal")


@pytest.mark.parametrize(
    ("who", "where", "asks"), [(AIKO, GENERAL, 0), (MIKA, MIRAI, 1)], ids=["a colleague", "another company"]
)
async def test_a_file_in_a_thread_is_read_by_the_app(opened: Desk, who: str, where: str, asks: int) -> None:
    """In a channel with another company the event holds the id of the file alone, and the app asks for the rest."""
    person, content = opened.slack.person(who), "見積書".encode()
    said = await person.say(where, "please see", files=[("quote.txt", content)])
    told = await person.wait_message(hashlib.sha256(content).hexdigest(), channel=where)
    assert (told.thread_ts, told.text.split()[:2]) == (said.ts, ["quote.txt", str(len(content))])
    assert len(await calls(opened, "files.info")) == asks
