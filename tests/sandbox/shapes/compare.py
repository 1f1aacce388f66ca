"""Holds a payload of the local Slack against the shapes of Slack's, path by path.

A path is written `view.state.values` or `files[].id`. Beneath a path of the kind `any` nothing is compared. Three things
are differences: a key that no source has ever seen, a key that every source has and ours lacks, and another type. To
compare one more payload, give it a row in a source, and let `seen.py` produce it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_KINDS = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
Paths = dict[str, set[str]]


@dataclass(frozen=True)
class Shape:
    """What one source says of one payload.

    `always` are the paths that it never lacks; it knows only what is `within`. What a payload was `recorded` with goes
    before what is declared of it.
    """

    source: str
    paths: Paths
    always: frozenset[str]
    within: str = ""
    recorded: bool = False


@cache
def shapes() -> dict[str, list[Shape]]:
    """By the name of the payload: the name of a method, `event message`, `view_submission` …"""
    found: dict[str, list[Shape]] = {}
    for name, row in json.loads((HERE / "types.json").read_text(encoding="utf-8")).items():
        found.setdefault(name, []).append(Shape(row["from"], _split(row["paths"]), frozenset(row["always"])))
    for row in json.loads((HERE / "recorded.json").read_text(encoding="utf-8")):
        always = frozenset(row["paths"]) if row["kind"] == "single" else frozenset()
        source = " ".join(row["from"].values())
        found.setdefault(row["name"], []).append(Shape(source, _split(row["paths"]), always, recorded=True))
    return found


def _split(paths: dict[str, str]) -> Paths:
    return {path: set(kinds.split("|")) for path, kinds in paths.items()}


def moved(shape: Shape, cut: str, put: str) -> Shape:
    """The part of a shape that stands under `cut`, as it would stand under `put`."""

    def to(path: str) -> str:
        if not cut:
            return f"{put}.{path}".lstrip(".")
        return put + path.removeprefix(cut) if put else path.removeprefix(cut).lstrip(".")

    def inside(path: str) -> bool:
        return not cut or path.startswith(f"{cut}.") or (path == cut and bool(put))

    paths = {to(path): kinds for path, kinds in shape.paths.items() if inside(path)}
    always = frozenset(to(path) for path in shape.always if inside(path))
    return Shape(shape.source, paths, always, put, shape.recorded)


def flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every path of a payload with its type."""
    if at:
        yield at, "null" if value is None else _KINDS[type(value)]
    if isinstance(value, dict):
        for key, child in value.items():
            yield from flat(child, f"{at}.{key}".lstrip("."))
    elif isinstance(value, list):
        for child in value:
            yield from flat(child, f"{at}[]")


def differences(payload: dict[str, Any], known: Sequence[Shape]) -> list[str]:
    """`+ path` for a key of ours alone, `- path` for one we lack, `~ path: ours, not theirs` for another type."""
    merged: Paths = {}
    for shape in known:
        for path, kinds in shape.paths.items():
            merged.setdefault(path, set()).update(kinds)
    ours: Paths = {}
    for path, kind in flat(payload):
        ours.setdefault(path, set()).add(kind)
    extra = [path for path in ours if path not in merged and not _beneath_any(path, merged)]
    found = [f"+ {path}" for path in extra if _parent(path) not in extra]
    found += [f"- {path}" for path in sorted(_always(known)) if path not in ours and _is_there(path, ours, merged)]
    return found + [
        _other_type(path, kinds, merged[path]) for path, kinds in ours.items() if _differs(kinds, merged.get(path))
    ]


def _always(known: Sequence[Shape]) -> set[str]:
    """Paths that were there in every source that has what they stand in; a merged sample cannot say."""
    every = {path for shape in known for path in shape.always if _inside(path, shape)}
    return {path for path in every if all(path in shape.always for shape in _witnesses(path, known))}


def _witnesses(path: str, known: Sequence[Shape]) -> list[Shape]:
    """Single payloads that have what the path stands in; where there is none, declarations."""
    looked = [shape for shape in known if shape.always and _looked(path, shape)]
    return [shape for shape in looked if shape.recorded] or looked


def _inside(path: str, shape: Shape) -> bool:
    return not shape.within or path.startswith(f"{shape.within}.")


def _looked(path: str, shape: Shape) -> bool:
    """Whether a source that lacks a path has looked at where it would stand."""
    parent = _parent(path)
    return (
        _inside(path, shape)
        and not _beneath_any(path, shape.paths)
        and (not parent or "object" in shape.paths.get(parent, set()))
    )


def _is_there(path: str, ours: Paths, merged: Paths) -> bool:
    """Whether ours has what the path stands in (an empty list has no items, a null no keys)."""
    parent = _parent(path)
    return (
        not path.endswith("[]") and not _beneath_any(path, merged) and (not parent or "object" in ours.get(parent, ()))
    )


def _parent(path: str) -> str:
    return path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]


def _beneath_any(path: str, paths: Paths) -> bool:
    parent = _parent(path)
    return bool(parent) and ("any" in paths.get(parent, ()) or _beneath_any(parent, paths))


def _differs(ours: set[str], theirs: set[str] | None) -> bool:
    return theirs is not None and "any" not in theirs and not ours <= theirs


def _other_type(path: str, ours: set[str], theirs: set[str]) -> str:
    return f"~ {path}: {'|'.join(sorted(ours - theirs))}, not {'|'.join(sorted(theirs))}"
