"""A small world for the local Slack's tests: a home workspace, one partner, a guest, a stranger. To add someone, a row."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox import web_api, world_file
from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.record import Record
from sandbox.scopes import Grant, install
from sandbox.triggers import TriggerBook

Json = dict[str, Any]
BOT_TOKEN, APP_TOKEN = "xoxb-1-local", "xapp-1-local"
SCOPES = frozenset(
    {
        *("chat:write", "im:write", "channels:read", "groups:read", "im:read", "users:read", "users:read.email"),
        *("channels:history", "groups:history", "im:history", "usergroups:read", "team:read"),
        *("files:read", "files:write", "commands", "conversations.connect:write"),
    }
)

WORLD: Json = {
    "app": {
        "app_id": "A1",
        "bot_id": "B1",
        "bot_user": "UBOT",
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "team_id": "THOME",
    },
    "teams": [
        {"id": "THOME", "name": "Aoba", "domain": "aoba"},
        {"id": "TPART", "name": "Midori", "domain": "midori"},
    ],
    "users": [
        {"id": "U1", "team_id": "THOME", "name": "sato", "real_name": "Sato", "email": "sato@example.com"},
        {"id": "U2", "team_id": "THOME", "name": "ito", "real_name": "Ito", "kind": "single_guest"},
        {"id": "UGONE", "team_id": "THOME", "name": "mori", "real_name": "Mori", "deleted": True},
        {"id": "UEXT", "team_id": "TPART", "name": "kato", "real_name": "Kato", "email": "kato@example.com"},
        {"id": "USTRANGER", "team_id": "TPART", "name": "abe", "real_name": "Abe"},
    ],
    "channels": [
        {"id": "C1", "name": "general", "team_id": "THOME", "members": ["U1", "UBOT"]},
        {"id": "CNOBOT", "name": "lunch", "team_id": "THOME", "members": ["U1"]},
        {"id": "CPRIV", "name": "secret", "team_id": "THOME", "is_private": True, "members": ["U1"]},
        {"id": "COLD", "name": "old", "team_id": "THOME", "members": ["U1", "UBOT"], "archived": True},
        {
            "id": "CEXT",
            "name": "ext-midori",
            "team_id": "THOME",
            "is_private": True,
            "members": ["U1", "U2", "UEXT", "UBOT"],
            "connected": ["TPART"],
        },
    ],
    "groups": [{"id": "S1", "handle": "security", "name": "Security", "users": ["U1"]}],
}


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


@dataclass
class Slack:
    """A sandbox with the words a test needs."""

    sandbox: Sandbox
    triggers: TriggerBook
    heard: list[Json] = field(default_factory=list)

    def call(self, method: str, token: str = BOT_TOKEN, /, **args: Any) -> Json:
        return web_api.call(self.sandbox, method, token, args)

    def post(self, channel: str = "C1", **args: Any) -> str:
        return str(self.call("chat.postMessage", channel=channel, **({"text": "hello"} | args))["ts"])

    def open(self, view: Json, user: str = "U1") -> Json:
        opened: Json = self.call("views.open", trigger_id=self.triggers.issue(user), view=view)["view"]
        return opened

    def entries(self, kind: str) -> list[Json]:
        return [entry for entry in self.sandbox.record.entries() if entry["kind"] == kind]


def refusal(slack: Slack, method: str, token: str, args: Json) -> SlackError:
    with pytest.raises(SlackError) as refused:
        slack.call(method, token, **args)
    return refused.value


def build(directory: Path, grant: Grant | None = None) -> Slack:
    clock, triggers = StillClock(), TriggerBook()
    world = world_file.from_json(copy.deepcopy(WORLD))
    install(world.app, grant or Grant(SCOPES, ("/vendor-review",), frozenset(), home_tab=True))
    sandbox = Sandbox(world, Record(directory / "record.jsonl", clock.now), clock, triggers)
    slack = Slack(sandbox, triggers)
    sandbox.emit = lambda event, **_: slack.heard.append(event)
    sandbox.new_socket_url = lambda: "ws://127.0.0.1/socket/?ticket=1"
    return slack


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Slack]:
    made = build(tmp_path)
    yield made
    made.sandbox.record.close()


@pytest.fixture
def slack_with(tmp_path: Path) -> Iterator[Callable[..., Slack]]:
    """A sandbox whose app was granted only these scopes."""
    made: list[Slack] = []

    def make(*scopes: str, home_tab: bool = True) -> Slack:
        made.append(build(tmp_path / str(len(made)), Grant(frozenset(scopes), (), frozenset(), home_tab)))
        return made[-1]

    yield make
    for each in made:
        each.sandbox.record.close()
