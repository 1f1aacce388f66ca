"""Limits of Block Kit's blocks, and on which surface each may stand.

`BLOCKS` has a check for each type, `SURFACES` its surfaces. Facts: slack_platform.md §2.1 and §2.4; sb = slackblocks 3.0.0
`_surfaces.py`. A block that is not here is refused (`file`, `call`, `workflow_button` and `auth_provider` among them: no
source says how an app may post them). To add a block: a row in `BLOCKS` and one in `SURFACES`, a rule in `__init__.py`
if it counts per message, `render/`, and a test each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.limits.elements import ACCESSORY, ACTIONS, ELEMENTS, INPUT
from sandbox.limits.newer_blocks import NEWER_BLOCKS, NEWER_SURFACES
from sandbox.limits.objects import identifier, image, mrkdwn, plain, slack_file, text
from sandbox.limits.rich_text import rich_text
from sandbox.limits.shapes import (
    Check,
    Place,
    at_least_one,
    boolean,
    exactly_one,
    items,
    one_of,
    string,
    typed,
    url,
)


def _inside(block: str, check: Check) -> Check:
    """What stands in a block knows in which type of block it stands."""

    def inner(value: Any, place: Place) -> Iterator[str]:
        yield from check(value, replace(place, block=block))

    return inner


def _element(block: str, only: frozenset[str]) -> Check:
    return _inside(block, one_of(ELEMENTS, only))


_ID: dict[str, Check] = {"block_id": identifier}
_CONTEXT: dict[str, Check] = {"image": image, "plain_text": plain(3000), "mrkdwn": mrkdwn(3000)}

BLOCKS: dict[str, Check] = {
    "section": typed(
        "section",
        {},
        {
            **_ID,
            "text": text(3000),
            "fields": items(text(2000), 1, 10),
            "accessory": _element("section", ACCESSORY),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "header": typed("header", {"text": plain(150)}, _ID),
    "divider": typed("divider", {}, _ID),
    "image": typed(
        "image",
        {"alt_text": string(2000)},
        {**_ID, "image_url": url(), "slack_file": slack_file, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "context": typed("context", {"elements": items(one_of(_CONTEXT), 1, 10)}, _ID),
    "actions": typed("actions", {"elements": items(_element("actions", ACTIONS), 1, 25)}, _ID),
    "input": typed(
        "input",
        {"label": plain(2000), "element": _element("input", INPUT)},
        {**_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": rich_text,
    "markdown": typed("markdown", {"text": string(12_000)}, _ID),
    "video": typed(
        "video",
        {"alt_text": string(2000), "title": plain(199), "thumbnail_url": url(), "video_url": url()},
        {
            **_ID,
            "author_name": string(49),
            "description": plain(200),
            "provider_name": string(50),
            "provider_icon_url": url(2000),
            "title_url": url(2000),
        },
    ),
    **NEWER_BLOCKS,
}

_EVERYWHERE = frozenset({"message", "modal", "home"})
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(BLOCKS, _EVERYWHERE),
    "markdown": frozenset({"message"}),
    **NEWER_SURFACES,
}

_CHILDREN = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video"}
)


def _children(value: Any, place: Place) -> Iterator[str]:
    """The blocks inside a container; looked up late, because a container is a block itself."""
    yield from items(one_of(BLOCKS, _CHILDREN), 1, 10)(value, place)


def _folds(value: Any, place: Place) -> Iterator[str]:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield place.at("default_collapsed").wrong("only allowed with is_collapsible")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield place.at("has_header_divider").wrong("not allowed with is_collapsible")


BLOCKS["container"] = typed(
    "container",
    {"child_blocks": _children},
    {
        **_ID,
        "title": plain(150),
        "rich_text_title": rich_text,
        "subtitle": text(150),
        "width": string(8, pattern="narrow|standard|wide|full", says="one of narrow, standard, wide, full"),
        "icon": image,
        **dict.fromkeys(("is_collapsible", "default_collapsed", "has_header_divider"), boolean),
    },
    at_least_one("title", "rich_text_title"),
    _folds,
)
SURFACES["container"] = frozenset({"message", "home"})


def block(value: Any, place: Place) -> Iterator[str]:
    """Any block that its surface takes."""
    allowed = frozenset(kind for kind, surfaces in SURFACES.items() if place.surface in surfaces)
    yield from one_of(BLOCKS, allowed)(value, place)
