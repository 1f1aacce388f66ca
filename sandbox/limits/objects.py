"""Limits of Block Kit's composition objects: texts, options, confirmation dialogs, filters.

Facts: slack_platform.md §2.1; sdk = slack_sdk models/basic_components.py. To add an object, add a check here and use it
in `elements.py` or `blocks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.limits.shapes import (
    Check,
    Place,
    at_least_one,
    boolean,
    choice,
    exactly_one,
    integer,
    items,
    one_of,
    shape,
    string,
    typed,
    url,
)

OPTION_TEXT = 75
OPTION_VALUE = 75  # the SDK says 150, node-slack-sdk's types say 75: the smaller is sure to pass
MAX_CHOICES = 100

identifier = string(255)


def plain(most: int) -> Check:
    """A plain_text object."""
    return typed("plain_text", {"text": string(most)}, {"emoji": boolean})


def mrkdwn(most: int) -> Check:
    return typed("mrkdwn", {"text": string(most)}, {"verbatim": boolean})


def text(most: int) -> Check:
    """A plain_text or a mrkdwn object."""
    return one_of({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


# Slack's page allows plain_text only in the explanation; older pages showed mrkdwn there.
confirm = shape(
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)


def _option(label: Check, **more: Check) -> Check:
    return shape({"text": label, "value": string(OPTION_VALUE)}, {"description": label, **more})


plain_option = _option(plain(OPTION_TEXT))
rich_option = _option(text(OPTION_TEXT))
overflow_option = _option(plain(OPTION_TEXT), url=url())


def _values_differ(value: Any, place: Place) -> Iterator[str]:
    """A rule: a value picks one option, so no two may be the same."""
    seen = set()
    for option in all_options(value):
        if option["value"] in seen:
            yield place.wrong(f"option value already exists: {option['value']}")
        seen.add(option["value"])


def all_options(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of an element, those in groups too."""
    return [*element.get("options", []), *(o for group in element.get("option_groups", []) for o in group["options"])]


def _initial_is_an_option(value: Any, place: Place) -> Iterator[str]:
    """A rule: what is chosen at first must be among the options, the same in every field."""
    known = all_options(value)
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    key = "initial_option" if "initial_option" in value else "initial_options"
    if any(option not in known for option in chosen):
        yield place.at(key).wrong("must be among the options")


def _initial_differ(value: Any, place: Place) -> Iterator[str]:
    chosen = value.get("initial_options", [])
    if len({option["value"] for option in chosen}) != len(chosen):
        yield place.at("initial_options").wrong("must not repeat an option")


def option_rules(*more: Check) -> tuple[Check, ...]:
    """What holds for every element that offers options."""
    return (*more, _values_differ, _initial_is_an_option, _initial_differ)


option_group = shape({"label": plain(75), "options": items(plain_option, 1, MAX_CHOICES)})
options_or_groups: dict[str, Check] = {
    "options": items(plain_option, 1, MAX_CHOICES),
    "option_groups": items(option_group, 1, MAX_CHOICES),
}
either_options_or_groups = exactly_one("options", "option_groups")

conversation_filter = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

dispatch_action_config = shape({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)})


slack_file = shape({}, {"url": url(), "id": string(255)}, exactly_one("url", "id"))
image = typed(
    "image",
    {"alt_text": string(2000)},
    {"image_url": url(), "slack_file": slack_file},
    exactly_one("image_url", "slack_file"),
)
max_selected = integer(1)
