"""What a person has on their screen, as a test or driver handles it: messages, modals, buttons, fields. Plain values.

To give one more thing to look at, add a property; what is on the screen is decided in `sight.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.elements import ELEMENTS, Place, places
from sandbox.entering import options_of
from sandbox.world import Json

_UNSEEN = frozenset({"confirm", "metadata", "private_metadata", "fallback"})
_READ = frozenset({"text", "alt_text", "name", "label_text"})


@dataclass(frozen=True)
class Button:
    label: str
    action_id: str
    block_id: str
    value: str | None
    url: str | None
    style: str | None


@dataclass(frozen=True)
class Field:
    """An element that holds a value. `value` is as in view.state: text, option, list …, None when empty."""

    label: str
    block_id: str
    action_id: str
    type: str
    value: Any
    optional: bool
    options: tuple[tuple[str, str], ...]  # (what is written, value)
    error: str | None

    @property
    def chosen(self) -> Any:
        """The value without Slack's wrapping: an option's value, a list of them, or the text itself."""
        if isinstance(self.value, list):
            return [one["value"] if isinstance(one, dict) and "value" in one else one for one in self.value]
        return self.value["value"] if isinstance(self.value, dict) and "value" in self.value else self.value


@dataclass(frozen=True)
class Message:
    """A message in the version in which it was looked at. Acting on it acts on its present version."""

    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str
    blocks: list[Json]
    bot: bool
    edited: bool
    ephemeral: bool
    files: list[Json]
    values: Json

    @property
    def target(self) -> Json:
        return {"channel": self.channel, "ts": self.ts}

    def plain(self) -> str:
        """All text that can be read on it, a line each."""
        shown = list(visible(self.blocks)) if self.blocks else [self.text]
        return "\n".join([*shown, *(file["name"] for file in self.files)])

    def buttons(self) -> list[Button]:
        return buttons(self.blocks)

    @property
    def fields(self) -> list[Field]:
        return fields(self.blocks, self.values, {})


@dataclass(frozen=True)
class Modal:
    """A modal or Home tab in the version in which it was looked at."""

    id: str
    hash: str
    content: Json
    values: Json
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def target(self) -> Json:
        return {"view_id": self.id}

    @property
    def title(self) -> str:
        return str((self.content.get("title") or {}).get("text", ""))

    @property
    def submit_label(self) -> str | None:
        submit = self.content.get("submit")
        return submit["text"] if submit else None

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id") or "")

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata") or "")

    def plain(self) -> str:
        """Title, all text that can be read, what stands in text inputs, and errors, a line each."""
        typed = [str(each.value) for each in self.fields if isinstance(each.value, str)]
        return "\n".join([self.title, *visible(self.blocks), *typed, *self.errors.values()])

    def buttons(self) -> list[Button]:
        return buttons(self.blocks)

    @property
    def fields(self) -> list[Field]:
        return fields(self.blocks, self.values, self.errors)

    def field(self, where: str) -> Field:
        """By block_id, action_id or label; KeyError names what is there."""
        for each in self.fields:
            if where in (each.block_id, each.action_id, each.label):
                return each
        raise KeyError(f"no field {where!r}; there are {[(each.block_id, each.label) for each in self.fields]}")


def buttons(blocks: list[Json]) -> list[Button]:
    """All buttons, in the order in which they are shown."""
    return [
        Button(
            place.label,
            place.action_id,
            place.block_id,
            place.element.get("value"),
            place.element.get("url"),
            place.element.get("style"),
        )
        for place in places(blocks)
        if place.type == "button"
    ]


def fields(blocks: list[Json], values: Json, errors: dict[str, str]) -> list[Field]:
    """All elements that hold a value, in the order in which they are shown."""
    return [_field(place, values, errors) for place in places(blocks) if place.type in ELEMENTS]


def _field(place: Place, values: Json, errors: dict[str, str]) -> Field:
    state = values.get(place.block_id, {}).get(place.action_id, {})
    return Field(
        label=place.label,
        block_id=place.block_id,
        action_id=place.action_id,
        type=place.type,
        value=state.get(ELEMENTS[place.type].key),
        optional=bool(place.block.get("optional")) or not place.is_input,
        options=tuple((option["text"]["text"], option.get("value", "")) for option in options_of(place.element)),
        error=errors.get(place.block_id),
    )


def visible(value: Any) -> Iterator[str]:
    """Every text in blocks that a reader sees, in order; ids, values and metadata are not."""
    if isinstance(value, list):
        for each in value:
            yield from visible(each)
    elif isinstance(value, dict):
        for key, child in value.items():
            if key in _READ and isinstance(child, str):
                yield child
            elif key == "user_id" and value.get("type") == "user":
                yield f"<@{child}>"
            elif key not in _UNSEEN:
                yield from visible(child)
