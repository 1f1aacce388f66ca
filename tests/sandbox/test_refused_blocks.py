"""Blocks and views that the local Slack refuses for another reason than their size. To add one, add a row.

A row: what to post or open, part of the sentence that says what is wrong, and the line of the facts page
(slack_platform.md) it rests on; sb = slackblocks.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.blockkit import (
    Json,
    actions,
    button,
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
