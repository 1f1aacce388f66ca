"""Blocks as Slack stores them: it fills in what the app left out.

A block without `block_id` and an element without `action_id` get a random one, plain_text gets `emoji`, mrkdwn gets
`verbatim`. To add an interactive element, name it in `INTERACTIVE`.
"""

from __future__ import annotations

import copy
import secrets
from typing import Any

from sandbox.elements import ELEMENTS
from sandbox.world import Json

INTERACTIVE = frozenset(ELEMENTS) | {"button", "overflow", "feedback_buttons", "icon_button"}
_IN_BLOCK = ("accessory", "element", "elements", "actions")


def filled(blocks: list[Json]) -> list[Json]:
    """A deep copy with ids and defaults filled in."""
    stored = copy.deepcopy(blocks)
    for block in stored:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        if block["type"] != "rich_text":
            _fill_actions(block)
    _fill_texts(stored)
    return stored


def _fill_actions(block: Json) -> None:
    for key in _IN_BLOCK:
        held = block.get(key, [])
        for element in held if isinstance(held, list) else [held]:
            if element.get("type") in INTERACTIVE:
                element.setdefault("action_id", secrets.token_urlsafe(4))
            elif isinstance(element.get("actions"), list):
                _fill_actions(element)


def _fill_texts(value: Any) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") in ("plain_text", "mrkdwn"):
            value.setdefault(*(("emoji", True) if value["type"] == "plain_text" else ("verbatim", False)))
        for child in value.values():
            _fill_texts(child)
    elif isinstance(value, list):
        for child in value:
            _fill_texts(child)
