"""The record of what happened, and the files a local Slack starts from: the world and the app's manifest."""

from __future__ import annotations

import asyncio
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox import world_file
from sandbox.record import Record
from sandbox.scopes import read_manifest
from tests.sandbox.blockkit import entry, plain, section
from tests.sandbox.conftest import WORLD, Slack, build

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


# --- the record


def test_tokens_are_masked_wherever_they_stand(slack: Slack):
    slack.post(text="my token is xoxb-1-local", blocks=[section(text=plain("xapp-1-local"))], token="xoxb-1-local")
    recorded = json.dumps(slack.entries("api"))
    assert "xoxb-1-local" not in recorded
    assert "xapp-1-local" not in recorded
    assert "xoxb-***" in recorded


def test_what_was_sent_lives_on_in_nobody_elses_hands(slack: Slack):
    blocks = [entry({"type": "plain_text_input"})]
    sent = copy.deepcopy(blocks)
    slack.post(blocks=sent)
    sent[0]["label"]["text"] = "changed"
    assert slack.entries("posted")[0]["blocks"][0]["label"]["text"] == "x"
    assert slack.sandbox.world.channels["C1"].messages[0].blocks[0]["label"]["text"] == "x"


def test_record_goes_on_after_a_restart(tmp_path: Path):
    path = tmp_path / "new" / "record.jsonl"
    first = Record(path, lambda: NOW)
    first.write("clock", now="x")
    first.problem("unhandled", "why", user="U1")
    first.close()
    with path.open("a") as file:
        file.write('{"n": 3, "kind": "half')
    again = Record(path, lambda: NOW)
    assert [entry["n"] for entry in again.entries()] == [1, 2]
    assert again.write("clock", now="y")["n"] == 3
    again.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["n"], line["kind"]) for line in lines] == [(1, "clock"), (2, "problem"), (3, "clock")]
    assert lines[1] | {"at": ""} == {
        "n": 2,
        "at": "",
        "clock": "2026-11-25T01:00:00.000Z",
        "kind": "problem",
        "what": "unhandled",
        "detail": "why",
        "user": "U1",
    }


async def test_record_wakes_who_waits(tmp_path: Path):
    record = Record(tmp_path / "record.jsonl", lambda: NOW)
    waiting = asyncio.create_task(record.wait_for_change(since=1))
    await asyncio.sleep(0)
    record.write("clock", now="x")
    await asyncio.sleep(0)
    assert not waiting.done()
    record.write("clock", now="y")
    await asyncio.wait_for(waiting, 5)
    assert [entry["n"] for entry in record.entries(since=1)] == [2]
    record.close()


# --- worlds and grants


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.update(planets=[]), "unknown planets"),
        (lambda w: w["users"][0].update(shoe_size=27), "unknown shoe_size"),
        (lambda w: w["users"][0].update(team_id="TNONE"), "TNONE is not there"),
        (lambda w: w["channels"][0].update(id="X1"), "does not start with"),
        (lambda w: w["channels"][0]["members"].append("UNONE"), "UNONE is not there"),
        (lambda w: w["channels"][0]["members"].append("UEXT"), "not shared with"),
        (lambda w: w["groups"][0]["users"].append("UNONE"), "UNONE is not there"),
        (lambda w: w["users"].append(w["users"][0]), "twice"),
    ],
)
def test_a_world_that_cannot_be(change: Any, says: str):
    world = copy.deepcopy(WORLD)
    change(world)
    with pytest.raises(ValueError, match=says):
        world_file.from_json(world)


def test_world_from_a_file(tmp_path: Path):
    path = tmp_path / "world.json"
    path.write_text(json.dumps(WORLD), encoding="utf-8")
    world = world_file.load(path)
    assert world.users["UBOT"].is_bot
    assert world.is_external(world.users["UEXT"])


def test_grant_from_a_manifest(tmp_path: Path):
    path = tmp_path / "app.yaml"
    path.write_text(
        """
display_information: {name: x}
features:
  app_home: {home_tab_enabled: true}
  slash_commands:
    - {command: /vendor-review, description: x, should_escape: true}
oauth_config: {scopes: {bot: [chat:write, commands]}}
settings: {event_subscriptions: {bot_events: [app_home_opened]}}
""",
        encoding="utf-8",
    )
    grant = read_manifest(path)
    assert grant.scopes == {"chat:write", "commands"}
    assert (grant.commands, grant.escaped_commands) == (("/vendor-review",), {"/vendor-review"})
    assert (grant.events, grant.home_tab) == ({"app_home_opened"}, True)
    slack = build(tmp_path, grant)
    assert slack.post()
    slack.sandbox.record.close()
