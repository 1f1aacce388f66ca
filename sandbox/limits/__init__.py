"""Block Kit's limits: is this message, or this view, one that Slack takes?

`check_message` and `check_view` give a sentence, in Slack's manner, for each thing that is wrong; none means that it
passes here. A second opinion that is not our code is in `second_opinion.py`. The tables are in `objects.py`,
`elements.py`, `blocks.py`, `newer_blocks.py` and `rich_text.py`; here stands what concerns several blocks at once.
Facts: slack_platform.md §2.1 and §2.4. When the sources disagree the stricter one stands: when in doubt, it refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.limits.blocks import block
from sandbox.limits.newer_blocks import MAX_TABLE_TEXT, text_length
from sandbox.limits.objects import identifier, plain
from sandbox.limits.shapes import Check, Place, boolean, choice, items, one_of, shape, string

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MARKDOWN = 12_000
MAX_PER_MESSAGE = {"data_visualization": 2, "table": 1}


def check_message(blocks: object) -> list[str]:
    """What is wrong with the blocks of a message; `blocks` is a list of dicts as sent."""
    place = Place("message", "/blocks")
    return list(items(block, 1, MAX_MESSAGE_BLOCKS)(blocks, place)) or list(_as_a_whole(blocks, place))


def check_view(view: object) -> list[str]:
    """What is wrong with a modal or Home view; `view` is a dict as sent."""
    home = isinstance(view, dict) and view.get("type") == "home"
    place = Place("home" if home else "modal", "/view")
    return list(one_of({"modal": _modal, "home": _home})(view, place))


def _as_a_whole(blocks: Any, place: Place) -> Iterator[str]:
    """What holds for all blocks of a message or a view together, once each is sound in itself."""
    yield from _ids_differ(blocks, place)
    yield from _one_focus(blocks, place)
    yield from _totals(blocks, place)


def _view_as_a_whole(view: Any, place: Place) -> Iterator[str]:
    yield from _as_a_whole(view["blocks"], place.at("blocks"))
    if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        yield place.wrong("missing required field: submit, because there is an input block")


def _with_children(blocks: Any, place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    """Each block with its place; a container's children too."""
    for index, each in enumerate(blocks):
        yield each, place.at(index)
        yield from _with_children(each.get("child_blocks", []), place.at(index).at("child_blocks"))


def _ids_differ(blocks: Any, place: Place) -> Iterator[str]:
    """block_id is unique in a message or view, action_id in its block."""
    seen = set()
    for each, where in _with_children(blocks, place):
        block_id = each.get("block_id")
        if block_id is not None and block_id in seen:
            yield where.at("block_id").wrong(f"`block_id` already exists: {block_id}")
        seen.add(block_id)
        yield from _actions_differ(each, where)


def _actions_differ(each: dict[str, Any], where: Place) -> Iterator[str]:
    held = each.get("elements", []) if each["type"] != "rich_text" else []
    actions = Counter(e["action_id"] for e in [*held, *each.get("actions", [])] if "action_id" in e)
    for action_id, times in actions.items():
        if times > 1:
            yield where.at("elements").wrong(f"`action_id` already exists in this block: {action_id}")


def _one_focus(blocks: Any, place: Place) -> Iterator[str]:
    """focus_on_load may be true once."""
    held = [e for each, _ in _with_children(blocks, place) for e in _elements(each)]
    if sum(bool(element.get("focus_on_load")) for element in held) > 1:
        yield place.wrong("only one element can have focus_on_load")


def _elements(each: dict[str, Any]) -> list[dict[str, Any]]:
    return [*each.get("elements", []), *(each[key] for key in ("element", "accessory") if key in each)]


def _totals(blocks: Any, place: Place) -> Iterator[str]:
    """Numbers and lengths that count over the whole message."""
    inside = [each for each, _ in _with_children(blocks, place)]
    counts = Counter(each["type"] for each in inside)
    for kind, most in MAX_PER_MESSAGE.items():
        if counts[kind] > most:
            yield place.wrong(f"no more than {most} {kind} blocks allowed")
    if sum(len(each["text"]) for each in inside if each["type"] == "markdown") > MAX_MARKDOWN:
        yield place.wrong(f"markdown blocks must have less than {MAX_MARKDOWN + 1} characters together")
    if sum(text_length(each["rows"]) for each in inside if each["type"] == "data_table") > MAX_TABLE_TEXT:
        yield place.wrong(f"data_table blocks must have less than {MAX_TABLE_TEXT + 1} characters together")


_EITHER: dict[str, Check] = {
    "callback_id": identifier,
    "external_id": identifier,
    "private_metadata": string(3000, least=0),  # a view that Slack answers with has it empty
}
_blocks = items(block, 1, MAX_VIEW_BLOCKS)
_modal = shape(
    {"type": choice("modal"), "title": plain(24), "blocks": _blocks},
    {**_EITHER, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
    _view_as_a_whole,
)
_home = shape({"type": choice("home"), "blocks": _blocks}, _EITHER, _view_as_a_whole)
