"""A message as a preview: the same words, but nothing in it can be pressed.

What acts becomes a line that names it. Everything else stays as it is; block ids go, because the modal has its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]
LABELS = 1500


def inert(t: Text, blocks: Iterable[Json]) -> list[Json]:
    """The blocks of a message without anything that acts."""
    return [still for block in blocks for still in _inert(t, block)]


def _inert(t: Text, block: Json) -> list[Json]:
    kept = {name: part for name, part in block.items() if name != "block_id"}
    if block["type"] == "actions":
        return [_labels(t, block["elements"])]
    if "accessory" in kept:
        accessory = kept.pop("accessory")
        return [kept, _labels(t, [accessory])] if "action_id" in accessory else [kept | {"accessory": accessory}]
    return [kept]


def _labels(t: Text, elements: Iterable[Json]) -> Json:
    labels = [(element.get("text") or element.get("placeholder") or {}).get("text") or "…" for element in elements]
    named = " ".join(t("preview.button", label=label) for label in labels)
    return kit.context(kit.plain(t("preview.buttons", labels=named), LABELS))
