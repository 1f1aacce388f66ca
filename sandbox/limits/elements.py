"""Limits of Block Kit's elements: buttons, menus, choices, inputs.

`ELEMENTS` has a check for each type; `ACCESSORY`, `ACTIONS` and `INPUT` say in which block it may stand. Facts:
slack_platform.md §2.1; sdk = slack_sdk models/blocks/block_elements.py; types = node-slack-sdk block-kit. To add an
element, add a row to `ELEMENTS` and to the sets of blocks that take it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.limits.objects import (
    confirm,
    conversation_filter,
    dispatch_action_config,
    either_options_or_groups,
    identifier,
    image,
    max_selected,
    option_rules,
    options_or_groups,
    overflow_option,
    plain,
    plain_option,
    rich_option,
)
from sandbox.limits.rich_text import rich_text
from sandbox.limits.shapes import Check, Place, boolean, choice, integer, items, string, typed, url

_COMMON: dict[str, Check] = {"action_id": identifier, "focus_on_load": boolean}
_MENU: dict[str, Check] = {**_COMMON, "placeholder": plain(150), "confirm": confirm}
_MULTI: dict[str, Check] = {**_MENU, "max_selected_items": max_selected}
_TYPED_IN: dict[str, Check] = {
    **_COMMON,
    "placeholder": plain(150),
    "dispatch_action_config": dispatch_action_config,
}
_WHO = string(255, pattern=r"[UW][A-Z0-9]+", says="a user id")
_WHERE = string(255, pattern=r"[CGDUW][A-Z0-9]+", says="a conversation id")
_CHANNEL = string(255, pattern=r"C[A-Z0-9]+", says="a public channel id")


def _calendar_date(value: Any, place: Place) -> Iterator[str]:
    try:
        sound = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    if not sound:
        yield place.wrong("must be a date of the form YYYY-MM-DD")


def _lengths_fit(value: Any, place: Place) -> Iterator[str]:
    """plain_text_input: min_length <= max_length, and the initial value fits."""
    most = value.get("max_length", 3000)
    if value.get("min_length", 0) > most:
        yield place.at("min_length").wrong("must be less than or equal to max_length")
    if len(value.get("initial_value", "")) > most:
        yield place.at("initial_value").wrong(f"must be less than {most + 1} characters")


def _numbers_fit(value: Any, place: Place) -> Iterator[str]:
    """number_input: numbers as strings, whole ones unless decimals are allowed, min <= initial <= max."""
    form = r"-?\d+(\.\d+)?" if value["is_decimal_allowed"] else r"-?\d+"
    keys = [key for key in ("min_value", "initial_value", "max_value") if key in value]
    for key in keys:
        if not re.fullmatch(form, value[key]):
            yield place.at(key).wrong("must be a number")
            return
    numbers = [float(value[key]) for key in keys]
    if numbers != sorted(numbers):
        yield place.wrong("min_value, initial_value and max_value must not decrease")


def _lines_fit(value: Any, place: Place) -> Iterator[str]:
    if value.get("min_lines", 1) > value.get("max_lines", 100):
        yield place.at("min_lines").wrong("must be less than or equal to max_lines")


def _in_modal_input(value: Any, place: Place) -> Iterator[str]:
    """response_url_enabled only works in an input block of a modal [MOD]."""
    if "response_url_enabled" in value and (place.surface, place.block) != ("modal", "input"):
        yield place.at("response_url_enabled").wrong("only allowed in an input block of a modal")


def _modal_only(value: Any, place: Place) -> Iterator[str]:
    if place.surface != "modal":
        yield place.at("type").wrong(f"unsupported type: {value['type']}")


def _chosen_fit(key: str) -> Check:
    """A rule: no more chosen at first than max_selected_items."""

    def check(value: Any, place: Place) -> Iterator[str]:
        if len(value.get(key, [])) > value.get("max_selected_items", 100):
            yield place.at(key).wrong("must not be more than max_selected_items")

    return check


_BUTTONS: dict[str, Check] = {
    "button": typed(
        "button",
        {"text": plain(75)},
        {
            "action_id": identifier,
            "url": url(),
            "value": string(2000),
            "style": choice("primary", "danger"),
            "confirm": confirm,
            "accessibility_label": string(75),
        },
    ),
    "overflow": typed(
        "overflow",
        {"options": items(overflow_option, 1, 5)},
        {"action_id": identifier, "confirm": confirm},
        *option_rules(),
    ),
    "image": image,
}

_CHOICES: dict[str, Check] = {
    "radio_buttons": typed(
        "radio_buttons",
        {"options": items(rich_option, 1, 10)},
        {**_COMMON, "confirm": confirm, "initial_option": rich_option},
        *option_rules(),
    ),
    "checkboxes": typed(
        "checkboxes",
        {"options": items(rich_option, 1, 10)},
        {**_COMMON, "confirm": confirm, "initial_options": items(rich_option, 1, 10)},
        *option_rules(),
    ),
}

_FILTERED: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": conversation_filter}
_REPLIES: dict[str, Check] = {"response_url_enabled": boolean}
_QUERY: dict[str, Check] = {"min_query_length": integer(0)}

_MENUS: dict[str, Check] = {
    "static_select": typed(
        "static_select",
        {},
        {**_MENU, **options_or_groups, "initial_option": plain_option},
        *option_rules(either_options_or_groups),
    ),
    "external_select": typed("external_select", {}, {**_MENU, **_QUERY, "initial_option": plain_option}),
    "users_select": typed("users_select", {}, {**_MENU, "initial_user": _WHO}),
    "conversations_select": typed(
        "conversations_select",
        {},
        {**_MENU, **_FILTERED, **_REPLIES, "initial_conversation": _WHERE},
        _in_modal_input,
    ),
    "channels_select": typed(
        "channels_select", {}, {**_MENU, **_REPLIES, "initial_channel": _CHANNEL}, _in_modal_input
    ),
}

_MULTI_MENUS: dict[str, Check] = {
    "multi_static_select": typed(
        "multi_static_select",
        {},
        {**_MULTI, **options_or_groups, "initial_options": items(plain_option, 1, 100)},
        *option_rules(either_options_or_groups, _chosen_fit("initial_options")),
    ),
    "multi_external_select": typed(
        "multi_external_select",
        {},
        {**_MULTI, **_QUERY, "initial_options": items(plain_option, 1, 100)},
        _chosen_fit("initial_options"),
    ),
    "multi_users_select": typed(
        "multi_users_select", {}, {**_MULTI, "initial_users": items(_WHO)}, _chosen_fit("initial_users")
    ),
    "multi_conversations_select": typed(
        "multi_conversations_select",
        {},
        {**_MULTI, **_FILTERED, "initial_conversations": items(_WHERE)},
        _chosen_fit("initial_conversations"),
    ),
    "multi_channels_select": typed(
        "multi_channels_select", {}, {**_MULTI, "initial_channels": items(_CHANNEL)}, _chosen_fit("initial_channels")
    ),
}

_PICKERS: dict[str, Check] = {
    "datepicker": typed("datepicker", {}, {**_MENU, "initial_date": _calendar_date}),
    "timepicker": typed(
        "timepicker",
        {},
        {
            **_MENU,
            "initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d", says="a time of the form HH:mm"),
            "timezone": string(255),
        },
    ),
    "datetimepicker": typed(
        "datetimepicker",
        {},
        {**_COMMON, "confirm": confirm, "initial_date_time": integer(1_000_000_000, 9_999_999_999)},
    ),
}

_INPUTS: dict[str, Check] = {
    "plain_text_input": typed(
        "plain_text_input",
        {},
        {
            **_TYPED_IN,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _lengths_fit,
    ),
    "email_text_input": typed("email_text_input", {}, {**_TYPED_IN, "initial_value": string(3000)}),
    "url_text_input": typed("url_text_input", {}, {**_TYPED_IN, "initial_value": string(3000)}),
    "number_input": typed(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED_IN, "initial_value": string(), "min_value": string(), "max_value": string()},
        _numbers_fit,
    ),
    "rich_text_input": typed(
        "rich_text_input",
        {},
        {**_TYPED_IN, "initial_value": rich_text, "min_lines": integer(1, 100), "max_lines": integer(1, 100)},
        _lines_fit,
    ),
    "file_input": typed(
        "file_input",
        {},
        {
            "action_id": identifier,
            "filetypes": items(string(255, pattern=r"[a-z0-9]+", says="a file extension without a dot")),
            "max_files": integer(1, 10),
        },
        _modal_only,
    ),
}

ELEMENTS: dict[str, Check] = {**_BUTTONS, **_CHOICES, **_MENUS, **_MULTI_MENUS, **_PICKERS, **_INPUTS}

_SELECTING = frozenset(_CHOICES).union(_MENUS, _MULTI_MENUS)
ACCESSORY = _SELECTING.union(_BUTTONS, {"datepicker", "timepicker"})
ACTIONS = _SELECTING.union(_PICKERS, {"button", "overflow"})
INPUT = _SELECTING.union(_PICKERS, _INPUTS)
