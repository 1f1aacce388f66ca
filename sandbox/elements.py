"""Block Kit elements that hold a value: where Slack keeps it, what it is at first, and what survives an update.

`ELEMENTS` is a table: element type -> the key of its state value and of its initial value. To add an element, add a
row here and, if a person enters it in a new way, a reader in `entering.py`. Elements without a row (buttons, overflow
menus, images) have no state.
Facts: slack_platform.md §2.1 (an input is kept across views.update iff block_id AND action_id are the same).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.world import Json


@dataclass(frozen=True)
class Holder:
    """`key` of the value in view.state, `initial` its key in the element, `many` when it is a list."""

    key: str
    initial: str
    many: bool = False


ELEMENTS: dict[str, Holder] = {
    "plain_text_input": Holder("value", "initial_value"),
    "email_text_input": Holder("value", "initial_value"),
    "url_text_input": Holder("value", "initial_value"),
    "number_input": Holder("value", "initial_value"),
    "rich_text_input": Holder("rich_text_value", "initial_value"),
    "static_select": Holder("selected_option", "initial_option"),
    "external_select": Holder("selected_option", "initial_option"),
    "radio_buttons": Holder("selected_option", "initial_option"),
    "users_select": Holder("selected_user", "initial_user"),
    "conversations_select": Holder("selected_conversation", "initial_conversation"),
    "channels_select": Holder("selected_channel", "initial_channel"),
    "checkboxes": Holder("selected_options", "initial_options", many=True),
    "multi_static_select": Holder("selected_options", "initial_options", many=True),
    "multi_external_select": Holder("selected_options", "initial_options", many=True),
    "multi_users_select": Holder("selected_users", "initial_users", many=True),
    "multi_conversations_select": Holder("selected_conversations", "initial_conversations", many=True),
    "multi_channels_select": Holder("selected_channels", "initial_channels", many=True),
    "datepicker": Holder("selected_date", "initial_date"),
    "timepicker": Holder("selected_time", "initial_time"),
    "datetimepicker": Holder("selected_date_time", "initial_date_time"),
    "file_input": Holder("files", "initial_files", many=True),
}

OPTION_ELEMENTS = frozenset(name for name, holder in ELEMENTS.items() if holder.key.startswith("selected_option"))


@dataclass(frozen=True)
class Place:
    """One interactive element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def type(self) -> str:
        return str(self.element.get("type", ""))

    @property
    def is_input(self) -> bool:
        return self.block.get("type") == "input"

    @property
    def label(self) -> str:
        """What is written on or beside it: a button's text, an input's label, a section's text."""
        for holder in (self.element, self.block):
            text = holder.get("text") or holder.get("label")
            if isinstance(text, dict):
                return str(text.get("text", ""))
        return ""


def places(blocks: list[Json]) -> Iterator[Place]:
    """All interactive elements, in the order in which they are shown."""
    for block in blocks:
        if block.get("type") != "rich_text":
            yield from _within(block, block)


def _within(block: Json, holder: Json) -> Iterator[Place]:
    for key in ("element", "accessory", "elements", "actions", "child_blocks"):
        held = holder.get(key) or []
        for element in held if isinstance(held, list) else [held]:
            if "action_id" in element:
                yield Place(block, element)
            else:  # a card in a carousel, a block in a container
                yield from _within(element if "block_id" in element else block, element)


def initial_state(element: Json) -> Json:
    """The state value of an untouched element: its initial_* or nothing."""
    holder = ELEMENTS[element["type"]]
    empty: Any = [] if holder.many else None
    return {"type": element["type"], holder.key: copy.deepcopy(element.get(holder.initial, empty))}


def state_values(blocks: list[Json], entered: Json) -> Json:
    """`state.values` as Slack sends it: what was entered, else what the app filled in."""
    values: Json = {}
    for place in places(blocks):
        if place.type in ELEMENTS:
            kept = entered.get(place.block_id, {}).get(place.action_id)
            chosen = kept if kept and kept["type"] == place.type else initial_state(place.element)
            values.setdefault(place.block_id, {})[place.action_id] = chosen
    return values


def carried_over(entered: Json, blocks: list[Json]) -> Json:
    """What a person had entered that survives a change to `blocks`: same block_id AND action_id, and type."""
    kept: Json = {}
    for place in places(blocks):
        value = entered.get(place.block_id, {}).get(place.action_id)
        if value and value["type"] == place.type:
            kept.setdefault(place.block_id, {})[place.action_id] = value
    return kept
