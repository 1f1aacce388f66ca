"""Blocks at, below and above every limit: made from a zoo of sound ones by changing one thing at a time.

A `Case` is called by where the thing stands and what was done to it: `input.element:radio_buttons.options 11 items`.
Numbers tried are one below, at and one above each limit that slackblocks knows, whatever it is the limit of, and each of
ours; so a limit that only one side has is found too. To try another kind of change, yield it from `_changes`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slackblocks import _limits

Json = dict[str, Any]
SURFACES = ("message", "modal", "home")
OURS = (8, 101)
"""Limits of the local Slack's own: the depth of a list, the rows of a data table."""
_FIXED = re.compile(r"(^|_)(type|style|url|date|time|range|level|status|icon|align|value|id|name|filetypes|include)$")


_ONCE = frozenset({"rich_text", "card"})
"""Blocks that stand in others too; they are taken apart where they stand alone."""


@dataclass(frozen=True)
class Case:
    """`block` stands alone on `surface`. `size` where something was made so long or so many."""

    where: str
    what: str
    surface: str
    block: Json

    @property
    def size(self) -> int:
        found = re.match(r"(\d+) (characters|items)", self.what)
        return int(found[1]) if found else 0

    @property
    def name(self) -> str:
        return f"{self.where} {self.what}"


def numbers(kind: str) -> list[int]:
    """What to try for lengths (`length`) or numbers of items (`items`)."""
    known = {value for name, value in vars(_limits).items() if name.isupper() and name.endswith(kind.upper())}
    around = {n + step for n in known | set(OURS) for step in (-1, 0, 1)}
    return sorted(n for n in around | {0, 1} if n >= 0)


LENGTHS, ITEMS = numbers("_length"), numbers("_items")
AMOUNTS = sorted({-1, 0, 1, 2, *(n + step for n in (6, 8, 10, 100, 3000) for step in (-1, 0, 1))})


def cases(zoo: dict[str, list[Json]]) -> Iterator[Case]:
    """Every block of every surface on each surface as it is; then every change of it on the surfaces it is made for."""
    yield from _placed(zoo)
    seen = set()
    for surface in SURFACES:
        for block in zoo[surface]:
            for where, what, changed in _changes(block, block["type"], ()):
                if (surface, where, what) not in seen:
                    seen.add((surface, where, what))
                    yield Case(where, what, surface, changed)


def _placed(zoo: dict[str, list[Json]]) -> Iterator[Case]:
    seen = set()
    for surface in SURFACES:
        for block in [one for many in zoo.values() for one in many]:
            inside = block.get("element") or block.get("accessory") or (block.get("elements") or [{}])[0]
            where = ".".join(filter(None, (block["type"], inside.get("type", ""))))
            if (where, surface) not in seen:
                seen.add((where, surface))
                yield Case(where, f"on {surface}", surface, block)


def _changes(root: Json, where: str, path: tuple[Any, ...]) -> Iterator[tuple[str, str, Json]]:
    """(where, what, whole block) for each change of what stands under `path`, and of all inside it."""
    node = _at(root, path)
    if path and isinstance(node, dict) and node.get("type") in _ONCE:
        return
    if isinstance(node, dict):
        for key, child in node.items():
            kind = child.get("type", "") if isinstance(child, dict) else ""
            below = f"{where}.{key}" + f":{kind}" * bool(kind and kind not in ("plain_text", "mrkdwn"))
            if key != "type":
                yield below, "left out", _with(root, (*path, key), ...)
            yield from _changes(root, below, (*path, key))
    elif isinstance(node, list):
        yield from _resized(root, where, path, node)
        many = len(node) > 1 and all(isinstance(child, dict) and "type" not in child for child in node)
        for index, child in enumerate(node[:1] if many else node):  # what has no type has neighbours like itself
            kind = child.get("type", "") if isinstance(child, dict) else ""
            yield from _changes(root, f"{where}[{kind}]", (*path, index))
    else:
        yield from _values(root, where, path, node)


def _resized(root: Json, where: str, path: tuple[Any, ...], node: list[Any]) -> Iterator[tuple[str, str, Json]]:
    for size in ITEMS:
        grown = [_distinct(copy.deepcopy(node[-1 if n >= len(node) else n]), n) for n in range(size)]
        yield where, f"{size} items", _with(root, path, grown)


def _distinct(item: Any, number: int) -> Any:
    """What must differ between neighbours does."""
    if isinstance(item, dict):
        for key in ("action_id", "block_id", "task_id", "value", "name", "label"):
            if isinstance(item.get(key), str):
                item[key] = f"{key[0]}{number}"
    return item


def _values(root: Json, where: str, path: tuple[Any, ...], node: Any) -> Iterator[tuple[str, str, Json]]:
    if isinstance(node, bool):
        yield where, "the other way", _with(root, path, not node)
    elif isinstance(node, int | float):
        for value in AMOUNTS:
            yield where, f"= {value}", _with(root, path, value)
    elif _FIXED.search(str(path[-1])) and path[-1] != "value" and not where.endswith("id"):
        yield where, "of another kind", _with(root, path, "zzz")
    else:
        for length in LENGTHS:
            yield where, f"{length} characters", _with(root, path, "x" * length)


def _at(root: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        root = root[key]
    return root


def _with(root: Json, path: tuple[Any, ...], value: Any) -> Json:
    """A copy with this value there; `...` leaves it out."""
    changed = copy.deepcopy(root)
    parent = _at(changed, path[:-1])
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed
