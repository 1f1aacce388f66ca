"""A record made by hand, for the tests of transcripts: people, rooms, entries a minute of business time apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.render.names import Person, Room, WorldNames
from sandbox.render.transcript import Transcript, build

Json = dict[str, Any]
NAMES = WorldNames(
    users={
        "UBOT": Person("Vendor Review", "あおぞら商事", "bot"),
        "U1": ("佐藤 花子", "あおぞら商事", "member"),
        "U2": ("鈴木 一郎", "あおぞら商事", "admin"),
        "UA": ("港 太郎", "みなと情報", "external"),
    },
    channels={
        "C1": Room("ext-みなと", ("あおぞら商事", "みなと情報"), ("U1", "UA", "UBOT")),
        "C2": ("empty", ("あおぞら商事",)),
        "D1": Room("", ("あおぞら商事",), ("U1", "UBOT"), is_im=True),
    },
    teams={"TA": "みなと情報"},
)
START = datetime(2026, 12, 18, 1, 23, tzinfo=UTC)  # 10:23 in Tokyo


class Tape:
    """A record made by hand; each entry one minute of business time later unless it says otherwise."""

    def __init__(self) -> None:
        self.entries: list[Json] = []
        self.now = START

    def add(self, kind: str, *, minutes: int = 1, **fields: Any) -> None:
        at = self.now.isoformat().replace("+00:00", "Z")
        self.entries.append(
            {"n": len(self.entries) + 1, "at": "2026-11-24T00:00:00.000Z", "clock": at, "kind": kind, **fields}
        )
        self.now += timedelta(minutes=minutes)

    def post(self, channel: str, ts: str, *blocks: Json, kind: str = "posted", **more: Any) -> None:
        fields = {
            "channel": channel,
            "ts": ts,
            "thread_ts": None,
            "user": "UBOT",
            "bot": True,
            "text": "",
            "files": [],
            "sees": [],
        }
        self.add(kind, **{**fields, "blocks": list(blocks), "metadata": None, **more})

    def press(self, user: str, label: str, **more: Any) -> None:
        action = more.pop("action", {"type": "button", "action_id": "a", "block_id": "row"})
        self.add("pressed", user=user, label=label, action=action, **more)

    def view(self, op: str, user: str, view: Json, **more: Any) -> None:
        self.add("view", op=op, user=user, view=view, **more)

    def told(self, title: str = "記録") -> Transcript:
        return build(self.entries, NAMES, title)


def card(text: str, *labels: str) -> list[Json]:
    buttons = [
        {"type": "button", "action_id": f"a{n}", "text": {"type": "plain_text", "text": label}}
        for n, label in enumerate(labels)
    ]
    row = [{"type": "actions", "block_id": "row", "elements": buttons}] if labels else []
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}, *row]


def form(view_id: str, title: str, value: str | None = None, **more: Any) -> Json:
    entry = {"type": "plain_text_input", "action_id": "t"}
    block = {"type": "input", "block_id": "q", "label": {"type": "plain_text", "text": "会社名"}, "element": entry}
    values = {"q": {"t": {"type": "plain_text_input", "value": value}}}
    view = {
        "id": view_id,
        "root_view_id": view_id,
        "previous_view_id": None,
        "type": "modal",
        "callback_id": "f",
        "hash": "1.a",
    }
    return {
        **view,
        "title": {"type": "plain_text", "text": title},
        "blocks": [block],
        "state": {"values": values},
        **more,
    }


def typed(value: str | None) -> Json:
    return {"q": {"t": {"type": "plain_text_input", "value": value}}}


def section_of(html: str, section: str) -> str:
    found = re.search(rf'<section id="s-{section}".*?</section>', html, re.DOTALL)
    assert found, f"no section {section}"
    return found[0]


def in_order(text: str, *parts: str) -> bool:
    """Each part stands behind the one before it."""
    at = 0
    for part in parts:
        at = text.find(part, at) + len(part)
        assert at >= len(part), f"{part!r} is not there, or too early"
    return True
