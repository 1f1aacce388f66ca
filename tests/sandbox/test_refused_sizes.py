"""Limits that are a number, a pair each: accepted at exactly the limit, refused one beyond. To add one, add a row.

A row: name, limit, what of that size to post or open, and the line of the facts page (slack_platform.md) that says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.blockkit import (
    Json,
    actions,
    button,
    confirm,
    entry,
    modal,
    mrkdwn,
    option,
    options,
    pick,
    plain,
    radio,
    section,
    select,
    typed,
)
from tests.sandbox.conftest import BOT_TOKEN, Slack, refusal

Sized = tuple[str, int, Callable[[int], Json], str]

MESSAGE_LIMITS: list[Sized] = [
    ("header text", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "§2.1 header 150"),
    ("section text", 3000, lambda n: section(text=mrkdwn("x" * n)), "§2.1 section.text 1–3000"),
    ("section fields", 10, lambda n: section(fields=[plain()] * n), "§2.1 fields ≤10"),
    ("section field", 2000, lambda n: section(fields=[plain("x" * n)]), "§2.1 fields × 2000"),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn()] * n}, "§2.1 context ≤10 elements"),
    ("actions elements", 25, lambda n: actions(*(button(i) for i in range(n))), "§2.1 actions ≤25"),
    ("block_id", 255, lambda n: section(block_id="x" * n), "§2.1 block_id 255"),
    ("action_id", 255, lambda n: actions(button(action_id="x" * n)), "§2.1 action_id 255"),
    ("button text", 75, lambda n: actions(button(text=plain("x" * n))), "§2.1 button text 75"),
    ("button value", 2000, lambda n: actions(button(value="x" * n)), "§2.1 value 2000"),
    ("button url", 3000, lambda n: actions(button(url="https://e.example/".ljust(n, "x"))), "§2.1 url 3000"),
    ("confirm title", 100, lambda n: actions(button(confirm=confirm(title=plain("x" * n)))), "§2.1 confirm title 100"),
    ("confirm text", 300, lambda n: actions(button(confirm=confirm(text=plain("x" * n)))), "§2.1 confirm text 300"),
    ("confirm deny", 30, lambda n: actions(button(confirm=confirm(deny=plain("x" * n)))), "§2.1 confirm buttons 30"),
    ("radio options", 10, lambda n: actions(radio(n)), "§2.1 radio ≤10"),
    ("checkboxes", 10, lambda n: actions(pick("checkboxes", options=options(n))), "§2.1 checkboxes ≤10"),
    ("select options", 100, lambda n: actions(select(options=options(n))), "§2.1 select ≤100 options"),
    (
        "select groups",
        100,
        lambda n: actions(select(option_groups=[{"label": plain(), "options": [option(i)]} for i in range(n)])),
        "§2.1 or ≤100 groups",
    ),
    ("overflow options", 5, lambda n: actions(pick("overflow", options=options(n))), "§2.1 overflow ≤5"),
    ("option text", 75, lambda n: actions(select(options=[option(text=plain("x" * n))])), "§2.1 option text 75"),
    ("option value", 75, lambda n: actions(select(options=[option(value="x" * n)])), "§2.1 value → keep ≤75"),
    (
        "option description",
        75,
        lambda n: actions(select(options=[option(description=plain("x" * n))])),
        "§2.1 description 75",
    ),
    (
        "placeholder",
        150,
        lambda n: actions(select(options=options(1), placeholder=plain("x" * n))),
        "§2.1 placeholder 150",
    ),
    (
        "image url",
        3000,
        lambda n: {"type": "image", "alt_text": "x", "image_url": "https://e.example/".ljust(n, "x")},
        "§2.1 image url 3000",
    ),
    (
        "image alt",
        2000,
        lambda n: {"type": "image", "alt_text": "x" * n, "image_url": "https://e.example/i"},
        "§2.1 image alt 2000",
    ),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}, "§2.1 markdown block 12,000"),
    (
        "video title",
        199,
        lambda n: {
            "type": "video",
            "alt_text": "x",
            "title": plain("x" * n),
            "thumbnail_url": "https://e.example/i",
            "video_url": "https://e.example/v",
        },
        "§2.1 video title <200",
    ),
    (
        "table rows",
        100,
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n},
        "§2.1 table ≤100 rows",
    ),
    (
        "table cells",
        20,
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]},
        "§2.1 × ≤20 cells",
    ),
    (
        "data_table rows",
        101,
        lambda n: {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "x"}]] * n},
        "§2.4 data_table 2–101 rows",
    ),
    (
        "card actions",
        3,
        lambda n: {"type": "card", "actions": [button(i) for i in range(n)]},
        "§2.4 card ≤3 actions",
    ),
    ("card body", 200, lambda n: {"type": "card", "body": plain("x" * n)}, "§2.4 body/subtext 200"),
    (
        "carousel cards",
        10,
        lambda n: {"type": "carousel", "elements": [{"type": "card", "title": plain()}] * n},
        "§2.4 carousel ≤10 cards",
    ),
    (
        "container children",
        10,
        lambda n: {"type": "container", "title": plain(), "child_blocks": [{"type": "divider"}] * n},
        "§2.4 container ≤10 children",
    ),
    (
        "plan tasks",
        50,
        lambda n: {
            "type": "plan",
            "title": "p",
            "tasks": [{"task_id": str(i), "title": "t", "status": "pending"} for i in range(n)],
        },
        "§2.4 plan ≤50 tasks",
    ),
    (
        "context_actions",
        5,
        lambda n: {
            "type": "context_actions",
            "elements": [
                {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": f"a{i}"} for i in range(n)
            ],
        },
        "§2.1 context_actions ≤5",
    ),
    (
        "chart segments",
        12,
        lambda n: {
            "type": "data_visualization",
            "title": "t",
            "chart": {"type": "pie", "segments": [{"label": str(i), "value": 1} for i in range(n)]},
        },
        "§2.4 data_visualization ≤12 series",
    ),
]

VIEW_LIMITS: list[Sized] = [
    ("view blocks", 100, lambda n: modal(*[section()] * n), "§2.1 modal/Home 100 blocks"),
    ("title", 24, lambda n: modal(title=plain("x" * n)), "§2.1 title/submit/close 24"),
    ("submit", 24, lambda n: modal(submit=plain("x" * n)), "§2.1 title/submit/close 24"),
    ("close", 24, lambda n: modal(close=plain("x" * n)), "§2.1 title/submit/close 24"),
    ("private_metadata", 3000, lambda n: modal(private_metadata="x" * n), "§2.1 private_metadata 3000"),
    ("callback_id", 255, lambda n: modal(callback_id="x" * n), "§2.1 callback_id 255"),
    ("external_id", 255, lambda n: modal(external_id="x" * n), "§2.1 external_id 255"),
    ("label", 2000, lambda n: modal(typed() | {"label": plain("x" * n)}), "§2.1 input label 2000"),
    ("hint", 2000, lambda n: modal(typed() | {"hint": plain("x" * n)}), "§2.1 input hint 2000"),
    ("max_length", 3000, lambda n: modal(typed(max_length=n)), "§2.1 max_length ≤3000"),
    ("initial_value", 3000, lambda n: modal(typed(initial_value="x" * n)), "§2.1 plain_text_input ≤3000"),
    ("max_files", 10, lambda n: modal(entry({"type": "file_input", "max_files": n})), "§2.1 max_files 1–10"),
    ("max_lines", 100, lambda n: modal(entry({"type": "rich_text_input", "max_lines": n})), "§2.1 lines 1–100"),
    ("alert text", 200, lambda n: modal({"type": "alert", "text": plain("x" * n)}), "§2.4 alert text 200"),
]


@pytest.mark.parametrize(
    ("name", "limit", "build", "source"), MESSAGE_LIMITS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_message_limit(slack: Slack, name, limit, build, source):
    slack.post(blocks=[build(limit)])
    error = refusal(slack, "chat.postMessage", BOT_TOKEN, {"channel": "C1", "text": "x", "blocks": [build(limit + 1)]})
    assert error.name == "invalid_blocks", source
    assert "json-pointer:/blocks/0" in error.messages[0], source
    assert [problem["what"] for problem in slack.entries("problem")] == ["refused_block"]


@pytest.mark.parametrize(
    ("name", "limit", "build", "source"), VIEW_LIMITS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_view_limit(slack: Slack, name, limit, build, source):
    slack.open(build(limit))
    trigger = slack.triggers.issue("U1")
    error = refusal(slack, "views.open", BOT_TOKEN, {"trigger_id": trigger, "view": build(limit + 1)})
    assert error.name == "invalid_arguments", source
    assert "json-pointer:/view" in error.messages[0], source
    assert [problem["what"] for problem in slack.entries("problem")] == ["refused_block"]
