"""What an input holds: the value a person entered, else its `initial_*`. Shared by the HTML and the Markdown drawing.

Which keys an element has is tabled in `sandbox/elements.py`; an input that is new there works here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.elements import ELEMENTS
from sandbox.render.mrkdwn import Names, read_text
from sandbox.render.spans import to_plain
from sandbox.world import Json


@dataclass(frozen=True)
class Env:
    """What a drawing needs beside the blocks. `values`: block_id -> action_id -> state value; `errors`: block_id -> text.

    `live`: for a page that brings it to life, where a list is searched while one types. `scope`: what begins the ids of
    its elements there, so that what is redrawn is known for the same; no ids without it.
    """

    names: Names = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    live: bool = False
    scope: str = ""


@dataclass(frozen=True)
class Choice:
    """One option as drawn; `group` is the label of its option group."""

    value: str
    label: str
    description: str = ""
    chosen: bool = False
    group: str = ""


def current(element: Json, block_id: str, env: Env) -> Any:
    """The raw value: a string, an option, a list of them, a rich_text; None when empty."""
    holder = ELEMENTS.get(str(element.get("type")))
    if holder is None:
        return None
    entered = (env.values.get(block_id) or {}).get(element.get("action_id"))
    return element.get(holder.initial) if entered is None else entered.get(holder.key)


def options(element: Json) -> list[tuple[str, Json]]:
    """(group label, option) of a menu, in order."""
    grouped = [(_label(g.get("label")), o) for g in element.get("option_groups") or [] for o in g.get("options", [])]
    return [("", option) for option in element.get("options") or []] + grouped


def choices(element: Json, block_id: str, env: Env) -> list[Choice]:
    """Every option, and what is chosen without being among them (an external menu knows no options of its own)."""
    held = current(element, block_id, env)
    chosen = [one for one in (held if isinstance(held, list) else [held]) if one]
    values = [_value(one) for one in chosen]
    listed = [_choice(option, group, values, env.names) for group, option in options(element)]
    known = {choice.value for choice in listed}
    return listed + [_chosen(one, env.names) for one in chosen if _value(one) not in known]


def _value(option: Any) -> str:
    return str(option.get("value", "")) if isinstance(option, dict) else str(option)


def _choice(option: Json, group: str, chosen: list[str], names: Names) -> Choice:
    value = _value(option)
    label, description = _label(option.get("text"), names), _label(option.get("description"), names)
    return Choice(value, label, description, value in chosen, group)


def _chosen(option: Any, names: Names) -> Choice:
    if isinstance(option, dict):
        return Choice(_value(option), _label(option.get("text"), names), chosen=True)
    return Choice(str(option), names.get(str(option), str(option)), chosen=True)


def _label(text: Json | None, names: Names | None = None) -> str:
    return to_plain(read_text(text, names or {}))


def file_name(file: Any) -> str:
    return str(file.get("name") or file.get("id") or "?") if isinstance(file, dict) else str(file)
