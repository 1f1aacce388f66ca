"""What the local Slack refuses, a row each: the request, Slack's error, and the line of the facts page that says so.

Where a limit is a number there is a pair: accepted at exactly the limit, refused one beyond. To add a refusal, add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.errors import SlackError
from tests.sandbox.conftest import APP_TOKEN, BOT_TOKEN, Slack

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(n: int = 1, **more: Any) -> Json:
    return {"text": plain(f"option {n}"), "value": f"v{n}", **more}


def options(n: int) -> list[Json]:
    return [option(i) for i in range(n)]


def button(n: int = 1, **more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": f"a{n}", **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": {"action_id": "a", **element}, **more}


def typed(**more: Any) -> Json:
    return entry({"type": "plain_text_input", **more})


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks) or [section()], **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def radio(n: int, **more: Any) -> Json:
    return {"type": "radio_buttons", "action_id": "a", "options": options(n), **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", **more}


def pick(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "a", **more}


def refusal(slack: Slack, method: str, token: str, args: Json) -> SlackError:
    with pytest.raises(SlackError) as refused:
        slack.call(method, token, **args)
    return refused.value


# --- limits that are a number: name, limit, what of that size to post or open, source

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


# --- blocks that are wrong in another way: blocks, part of the sentence, source

WRONG_BLOCKS: list[tuple[Any, str, str]] = [
    ([section()] * 51, "no more than 50 items", "§2.1 message 50 blocks"),
    ([], "no_text", "§2.1 blocks"),
    ([section(colour="red")], "invalid additional property: colour", "README: an unknown field is an error"),
    ([{"type": "section"}], "missing required field: text or fields", "§2.1 section.text"),
    ([{"type": "marquee"}], "unsupported type: marquee", "README: an unknown block is an error"),
    ([{"text": mrkdwn()}], "missing required field: type", "README: an unknown block is an error"),
    ([{"type": "alert", "text": plain()}], "unsupported type: alert", "§2.4 alert modal only"),
    ([{"type": "auth_provider"}], "unsupported type: auth_provider", "§2.4 auth_provider: surfaces unknown"),
    ([{"type": "header", "text": mrkdwn()}], "must be one of plain_text", "§2.1 header"),
    ([{"type": "header", "text": plain("")}], "must be more than 0 characters", "§2.4 empty label"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` already exists", "§2.4 duplicate block_id"),
    ([actions(button(1), button(1))], "`action_id` already exists", "§2.1 action_id"),
    ([actions(button(style="loud"))], "must be one of primary, danger", "§2.4 bad button style"),
    ([actions(button(url="ftp://e.example/"))], "must be a valid http or https URL", "§2.1 button url"),
    ([actions(button(text=mrkdwn()))], "must be one of plain_text", "§2.1 button text"),
    ([actions(button(value=7))], "must be a string", "§2.1 button value"),
    ([actions(pick("plain_text_input"))], "unsupported type: plain_text_input", "§2.1 input elements"),
    ([section(accessory=pick("datetimepicker"))], "unsupported type: datetimepicker", "§2.1 accessories"),
    ([actions(select())], "exactly one of options, option_groups", "§2.1 options or groups"),
    (
        [actions(select(options=options(1), option_groups=[]))],
        "no fewer than 1 items",
        "§2.1 options or groups",
    ),
    ([actions(select(options=options(2), initial_option=option(9)))], "must be among the options", "§2.1 options"),
    ([actions(select(options=[option(1), option(1)]))], "option value already exists", "§2.1 option value"),
    ([actions(select(options=[option(text=mrkdwn())]))], "must be one of plain_text", "§2.1 option text"),
    ([actions(select(options=[option(url="https://e.example/")]))], "property: url", "§2.1 options (url: overflow)"),
    ([actions(button(confirm={"title": plain()}))], "missing required field: text", "§2.1 confirm"),
    ([actions(pick("datepicker", initial_date="2026-02-30"))], "YYYY-MM-DD", "§2.1 elements"),
    ([actions(pick("datetimepicker", initial_date_time=1))], "must be between", "§2.1 10-digit epoch"),
    ([actions(pick("timepicker", initial_time="25:00"))], "HH:mm", "§2.1 elements"),
    ([actions(pick("conversations_select", filter={}))], "missing required field: include", "§2.1 filter"),
    ([actions(pick("conversations_select", response_url_enabled=True))], "only allowed in an input", "§2.1 [MOD]"),
    ([entry({"type": "file_input"})], "unsupported type: file_input", "§2.1 file_input: modal input only"),
    (
        [{"type": "markdown", "text": "x" * 7000}] * 2,
        "12001 characters together",
        "§2.1 markdown cumulative per message",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
        "no more than 1 table",
        "§2.1 table: one per message",
    ),
    (
        [{"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}],
        "must be one of in_progress",
        "§2.4 standalone card can't be pending",
    ),
    ([{"type": "image", "alt_text": "x"}], "exactly one of image_url, slack_file", "§2.1 image"),
    ([{"type": "image", "image_url": "https://e.example/i"}], "missing required field: alt_text", "§2.1 image alt"),
    ([{"type": "context", "elements": [button()]}], "unsupported type: button", "§2.1 context"),
    ([section(text="x")], "must provide an object", "§2.1 section.text"),
]


@pytest.mark.parametrize(("blocks", "says", "source"), WRONG_BLOCKS, ids=lambda v: v if isinstance(v, str) else "")
def test_blocks_refused(slack: Slack, blocks, says, source):
    error = refusal(slack, "chat.postMessage", BOT_TOKEN, {"channel": "C1", "blocks": blocks})
    assert error.name in ("invalid_blocks", "no_text"), source
    assert says in " ".join([error.name, *error.messages]), source
    assert not slack.sandbox.world.channels["C1"].messages
    assert slack.entries("problem")


WRONG_VIEWS: list[tuple[Json, str, str]] = [
    ({k: v for k, v in modal(typed()).items() if k != "submit"}, "missing required field: submit", "§2.1 [MOD] submit"),
    ({k: v for k, v in modal().items() if k != "title"}, "missing required field: title", "§2.1 title"),
    (modal(title=mrkdwn()), "must be one of plain_text", "§2.1 title"),
    (modal(title=plain("")), "must be more than 0 characters", "§2.4 empty label"),
    (modal(colour="red"), "invalid additional property: colour", "README: an unknown field is an error"),
    (modal(submit_disabled=False), "invalid additional property: submit_disabled", "sb: configuration modals only"),
    ({"type": "profile", "blocks": []}, "unsupported type: profile", "§2.1 modal/Home"),
    ({"type": "home", "blocks": [section()]}, "must be modal", "§2.1 modal/Home"),
    (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown", "§2.4 markdown: message"),
    (
        modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
        "unsupported type: table",
        "§2.1 not for modals",
    ),
    (modal(typed(min_length=5, max_length=4)), "less than or equal to max_length", "§2.1 min/max_length"),
    (modal(typed(initial_value="xxxxx", max_length=4)), "must be less than 5 characters", "§2.1 min/max_length"),
    (modal(typed(initial_value="")), "must be more than 0 characters", "§2.1 empty strings"),
    (modal(entry({"type": "number_input"})), "missing required field: is_decimal_allowed", "§2.1 number_input"),
    (
        modal(entry({"type": "number_input", "is_decimal_allowed": True, "min_value": 3})),
        "must be a string",
        "§2.1 min/max as strings",
    ),
    (
        modal(entry({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"})),
        "must be a number",
        "§2.1 is_decimal_allowed",
    ),
    (modal(entry({"type": "file_input", "max_files": 0})), "must be between 1 and 10", "§2.1 max_files 1–10"),
    (modal(entry({"type": "file_input", "filetypes": [".pdf"]})), "a file extension", "§2.1 filetypes"),
    (
        modal(entry({"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": []}})),
        "no fewer than 1",
        "§2.1 elements",
    ),
    (
        modal(*(entry({"type": "plain_text_input", "focus_on_load": True}) for _ in range(2))),
        "only one element can have focus_on_load",
        "§2.1 focus_on_load once per view",
    ),
    (
        modal(entry({"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1})),
        "max_selected_items",
        "§2.1 multi-select",
    ),
    (modal(entry(button())), "unsupported type: button", "§2.1 input elements"),
    (modal(entry(radio(11))), "no more than 10 items", "§2.1 radio ≤10"),
    (modal(typed(), typed() | {"block_id": "b"}, section(block_id="b")), "already exists", "§2.4 duplicate block_id"),
]


@pytest.mark.parametrize(("view", "says", "source"), WRONG_VIEWS, ids=lambda v: v if isinstance(v, str) else "")
def test_view_refused(slack: Slack, view, says, source):
    error = refusal(slack, "views.open", BOT_TOKEN, {"trigger_id": slack.triggers.issue("U1"), "view": view})
    assert error.name == "invalid_arguments", source
    assert says in " ".join(error.messages), source
    assert not slack.entries("view")


# --- calls: method, token, arguments, error, source. `seen` posts a message first, with ts in `{ts}`

HELLO = {"channel": "C1", "text": "x"}
Call = tuple[str, str, Json, str, str]
CALLS: list[Call] = [
    ("chat.postMessage", "", HELLO, "not_authed", "§0 [K:common] not_authed"),
    ("chat.postMessage", "xoxb-other", HELLO, "invalid_auth", "§0 [K:common] invalid_auth"),
    ("chat.postMessage", APP_TOKEN, HELLO, "not_allowed_token_type", "§0 [K:common] not_allowed_token_type"),
    ("apps.connections.open", BOT_TOKEN, {}, "not_allowed_token_type", "§4.1 app_token for apps.connections.open"),
    ("chat.shout", BOT_TOKEN, HELLO, "unknown_method", "§7 unknown fields refused"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"client_msg_id": "1"}, "invalid_arguments", "§3.2 not documented"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"colour": "red"}, "invalid_arguments", "§7 unknown fields refused"),
    ("chat.postMessage", BOT_TOKEN, {"text": "x"}, "invalid_arguments", "[K:chat.postMessage] channel required"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"mrkdwn": "maybe"}, "invalid_arguments", "[K:chat.postMessage] boolean"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"as_user": True}, "invalid_arguments", "[K:chat.postMessage] as_user"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"username": "x"}, "invalid_arguments", "[K:chat.postMessage] username"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"attachments": [{}]}, "invalid_arguments", "§2.1 attachments"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"attachments": [{}] * 101}, "too_many_attachments", "§2.1 ≤100"),
    ("chat.postMessage", BOT_TOKEN, {"channel": "C1"}, "no_text", "[K:chat.postMessage] no_text"),
    ("chat.postMessage", BOT_TOKEN, {"channel": "C1", "text": " "}, "no_text", "[K:chat.postMessage] no_text"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"text": "x" * 40_001}, "msg_too_long", "§2.1 >40,000"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "#general"}, "channel_not_found", "§1 ids, no names"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CNONE"}, "channel_not_found", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CPRIV"}, "channel_not_found", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CNOBOT"}, "not_in_channel", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "COLD"}, "is_archived", "[K:chat.postMessage]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"channel": "USTRANGER"},
        "channel_not_found",
        "§1 if they share a channel",
    ),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "UGONE"}, "channel_not_found", "§1 DM from bot"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": "1.000001"}, "thread_not_found", "§3.2 threads"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": "soon"}, "invalid_arguments", "§3.2 threads"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"blocks": "{"}, "invalid_blocks_format", "[K:chat.postMessage]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"blocks": {"type": "divider"}},
        "invalid_blocks_format",
        "[K:chat.postMessage]",
    ),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"metadata": {"event_type": "x"}}, "invalid_metadata_format", "§3.2 [MD]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"metadata": {"event_type": "x", "event_payload": {}, "more": 1}},
        "invalid_metadata_format",
        "§3.2 [MD]",
    ),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"metadata": {"event_type": "x", "event_payload": {"a": "x" * 20_000}}},
        "metadata_too_large",
        "[K:chat.postMessage] metadata_too_large",
    ),
    ("chat.update", BOT_TOKEN, HELLO | {"ts": "1.000001"}, "message_not_found", "[K:chat.update]"),
    ("chat.update", BOT_TOKEN, HELLO, "invalid_arguments", "[K:chat.update] ts required"),
    ("chat.delete", BOT_TOKEN, {"channel": "C1", "ts": "1.000001"}, "message_not_found", "[K:chat.delete]"),
    ("chat.postEphemeral", BOT_TOKEN, HELLO | {"user": "U2"}, "user_not_in_channel", "§1 user_not_in_channel"),
    ("chat.postEphemeral", BOT_TOKEN, HELLO, "invalid_arguments", "[K:chat.postEphemeral] user required"),
    (
        "chat.postEphemeral",
        BOT_TOKEN,
        HELLO | {"user": "U1", "metadata": {"event_type": "x", "event_payload": {}}},
        "invalid_arguments",
        "§3.2 chat.postEphemeral has no metadata",
    ),
    (
        "chat.getPermalink",
        BOT_TOKEN,
        {"channel": "C1", "message_ts": "1.000001"},
        "message_not_found",
        "[K:chat.getPermalink]",
    ),
    ("conversations.info", BOT_TOKEN, {"channel": "CPRIV"}, "channel_not_found", "[K:conversations.info]"),
    (
        "conversations.members",
        BOT_TOKEN,
        {"channel": "C1", "cursor": "zzz"},
        "invalid_cursor",
        "[K:conversations.members]",
    ),
    (
        "conversations.members",
        BOT_TOKEN,
        {"channel": "C1", "limit": 1001},
        "invalid_arguments",
        "[K:conversations.members]",
    ),
    ("conversations.list", BOT_TOKEN, {"types": "dm"}, "invalid_types", "[K:conversations.list]"),
    ("conversations.list", BOT_TOKEN, {"types": "mpim"}, "missing_scope", "[K:conversations.list] mpim:read"),
    ("conversations.history", BOT_TOKEN, {"channel": "CNOBOT"}, "not_in_channel", "§3.2 needs bot in channel"),
    (
        "conversations.replies",
        BOT_TOKEN,
        {"channel": "C1", "ts": "1.000001"},
        "thread_not_found",
        "[K:conversations.replies]",
    ),
    ("conversations.open", BOT_TOKEN, {"users": "UNONE"}, "user_not_found", "[K:conversations.open]"),
    ("conversations.open", BOT_TOKEN, {"users": "UGONE"}, "user_disabled", "[K:conversations.open]"),
    (
        "conversations.open",
        BOT_TOKEN,
        {"users": "USTRANGER"},
        "invalid_user_combination",
        "§1 invalid_user_combination",
    ),
    ("conversations.open", BOT_TOKEN, {}, "users_list_not_supplied", "[K:conversations.open]"),
    (
        "conversations.open",
        BOT_TOKEN,
        {"channel": "C1"},
        "method_not_supported_for_channel_type",
        "[K:conversations.open]",
    ),
    ("conversations.open", BOT_TOKEN, {"users": "U1,U2"}, "invalid_arguments", "README: when in doubt, it refuses"),
    ("users.info", BOT_TOKEN, {"user": "UNONE"}, "user_not_found", "§1.1 users.info"),
    ("users.lookupByEmail", BOT_TOKEN, {"email": "kato@example.com"}, "users_not_found", "§1.1 externals"),
    ("usergroups.users.list", BOT_TOKEN, {"usergroup": "S9"}, "no_such_subteam", "§5 usergroups.users.list [K]"),
    ("views.open", BOT_TOKEN, {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id", "§2.2 trigger_id"),
    ("views.open", BOT_TOKEN, {"view": modal()}, "invalid_arguments", "[K:views.open] trigger_id"),
    ("views.update", BOT_TOKEN, {"view_id": "V9", "view": modal()}, "not_found", "[K:views.update] not_found"),
    ("views.update", BOT_TOKEN, {"view": modal()}, "invalid_arguments", "[K:views.update] view_id or external_id"),
    ("views.publish", BOT_TOKEN, {"user_id": "U1", "view": modal()}, "invalid_arguments", "§2.1 Home"),
    ("files.info", BOT_TOKEN, {"file": "F9"}, "file_not_found", "[K:files.info]"),
    (
        "files.completeUploadExternal",
        BOT_TOKEN,
        {"files": [{"id": "F9"}]},
        "file_not_found",
        "[K:files.completeUploadExternal]",
    ),
    (
        "files.getUploadURLExternal",
        BOT_TOKEN,
        {"filename": "a.pdf"},
        "invalid_arguments",
        "[K:files.getUploadURLExternal]",
    ),
    ("team.info", BOT_TOKEN, {"team": "TNONE"}, "team_not_found", "[K:team.info]"),
]


@pytest.mark.parametrize(("method", "token", "args", "name", "source"), CALLS)
def test_call_refused(slack: Slack, method, token, args, name, source):
    error = refusal(slack, method, token, args)
    assert error.name == name, source
    recorded = slack.entries("api")[-1]
    assert (recorded["method"], recorded["ok"], recorded["error"]) == (method, False, name)
    assert bool(slack.entries("problem")) == error.is_app_fault
    assert not slack.entries("posted")


# --- scopes: method, arguments, the scope that is needed

SCOPES = [
    ("chat.postMessage", HELLO, "chat:write"),
    ("chat.postEphemeral", HELLO | {"user": "U1"}, "chat:write"),
    ("users.info", {"user": "U1"}, "users:read"),
    ("users.lookupByEmail", {"email": "sato@example.com"}, "users:read.email"),
    ("usergroups.users.list", {"usergroup": "S1"}, "usergroups:read"),
    ("conversations.open", {"users": "U1"}, "im:write"),
    ("conversations.info", {"channel": "C1"}, "channels:read"),
    ("conversations.members", {"channel": "CEXT"}, "groups:read"),
    ("conversations.history", {"channel": "C1"}, "channels:history"),
    ("conversations.replies", {"channel": "CEXT", "ts": "1.000001"}, "groups:history"),
    ("files.info", {"file": "F1"}, "files:read"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("team.info", {}, "team:read"),
]


@pytest.mark.parametrize("others", [(), ("im:read", "im:history", "commands")], ids=["none", "others"])
@pytest.mark.parametrize(("method", "args", "needed"), SCOPES)
def test_missing_scope(slack_with, others, method, args, needed):
    """slack_platform §7: missing scopes; §3.2 `*:history`; §1.1 users:read.email."""
    error = refusal(slack_with(*others), method, BOT_TOKEN, args)
    assert error.name == "missing_scope"
    assert needed in error.extra["needed"].split(",")
    assert error.extra["provided"] == ",".join(sorted(others))


# --- refusals that need a history


def test_a_reply_is_no_root(slack: Slack):
    """[K:chat.postMessage] thread_ts: "Avoid using a reply's ts value"."""
    reply = slack.post(thread_ts=slack.post())
    assert refusal(slack, "chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": reply}).name == "cannot_reply_to_message"


def test_update_text_over_4000(slack: Slack):
    """slack_platform §2.1: chat.update text ≤4,000 chars."""
    ts = slack.post()
    slack.call("chat.update", channel="C1", ts=ts, text="x" * 4000)
    assert refusal(slack, "chat.update", BOT_TOKEN, HELLO | {"ts": ts, "text": "x" * 4001}).name == "msg_too_long"


def test_trigger_works_once(slack: Slack):
    """slack_platform §2.2: single use (`exchanged_trigger_id`)."""
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    slack.call("views.open", **args)
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "exchanged_trigger_id"


def test_stack_of_three(slack: Slack):
    """slack_platform §2.2: Stack ≤3 (`push_limit_reached`); a push without anything open is not_found."""
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    assert refusal(slack, "views.push", BOT_TOKEN, args).name == "not_found"
    slack.open(modal())
    for _ in range(2):
        slack.call("views.push", trigger_id=slack.triggers.issue("U1"), view=modal())
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    assert refusal(slack, "views.push", BOT_TOKEN, args).name == "push_limit_reached"


def test_stale_hash(slack: Slack):
    """slack_platform §2.2: pass `hash` → `hash_conflict` on stale; views.publish also takes it."""
    view = slack.open(modal())
    args = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    slack.call("views.update", **args)
    assert refusal(slack, "views.update", BOT_TOKEN, args).name == "hash_conflict"
    home = {"user_id": "U1", "view": {"type": "home", "blocks": [section()]}}
    shown = slack.call("views.publish", **home)["view"]
    slack.call("views.publish", **home, hash=shown["hash"])
    assert refusal(slack, "views.publish", BOT_TOKEN, home | {"hash": shown["hash"]}).name == "hash_conflict"


def test_external_id_twice(slack: Slack):
    """slack_platform §2.1: external_id unique per team."""
    slack.open(modal(external_id="one"))
    args = {"trigger_id": slack.triggers.issue("U2"), "view": modal(external_id="one")}
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "duplicate_external_id"


def test_view_of_250_kb(slack: Slack):
    """slack_platform §2.1: View JSON ≤250 kB `view_too_large`."""
    view = modal(*(section(text=mrkdwn("x" * 3000)) for _ in range(84)))
    args = {"trigger_id": slack.triggers.issue("U1"), "view": view}
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "view_too_large"
    slack.open(modal(*view["blocks"][:80]))


def test_home_tab_that_the_manifest_lacks(slack_with):
    """[K:views.publish] not_enabled."""
    args = {"user_id": "U1", "view": {"type": "home", "blocks": [section()]}}
    assert refusal(slack_with(home_tab=False), "views.publish", BOT_TOKEN, args).name == "not_enabled"


def test_messages_of_others(slack: Slack):
    """[K:chat.update] cant_update_message, [K:chat.delete] cant_delete_message."""
    ts = slack.post()
    slack.sandbox.world.channels["C1"].messages[0].bot_id = ""
    assert refusal(slack, "chat.update", BOT_TOKEN, HELLO | {"ts": ts}).name == "cant_update_message"
    assert refusal(slack, "chat.delete", BOT_TOKEN, {"channel": "C1", "ts": ts}).name == "cant_delete_message"


def test_dm_to_an_outsider_who_left(slack: Slack):
    """slack_platform §1: DM from bot: yes, if they share a channel."""
    dm = slack.call("conversations.open", users="UEXT")["channel"]["id"]
    slack.post(dm)
    slack.sandbox.world.channels["CEXT"].members.remove("UEXT")
    assert refusal(slack, "chat.postMessage", BOT_TOKEN, HELLO | {"channel": dm}).name == "channel_not_found"
    assert refusal(slack, "conversations.open", BOT_TOKEN, {"users": "UEXT"}).name == "invalid_user_combination"


def test_at_least_sixty_refusals():
    rows = [*MESSAGE_LIMITS, *VIEW_LIMITS, *WRONG_BLOCKS, *WRONG_VIEWS, *CALLS]
    assert len(rows) >= 60
    assert all(row[-1].startswith(("§", "[K", "README", "sb")) for row in rows)
