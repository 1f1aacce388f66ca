"""A small language for saying what JSON must look like; the tables of the limits are written in it.

A `Check` is called with a value and the `Place` where it stands, and yields a sentence for each thing that is wrong, in
Slack's manner: what, then the place as a JSON pointer. Lengths are counted in characters (code points). To add a kind of
check, write a function here that returns one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True)
class Place:
    """Where a value stands: on which surface, under which JSON pointer, in which type of block."""

    surface: Surface
    path: str = ""
    block: str = ""

    def at(self, key: str | int) -> Place:
        return replace(self, path=f"{self.path}/{key}")

    def wrong(self, what: str) -> str:
        return f"{what} [json-pointer:{self.path or '/'}]"


Check = Callable[[Any, Place], Iterator[str]]


def string(most: int | None = None, *, least: int = 1, pattern: str = "", says: str = "") -> Check:
    """A string of `least` to `most` characters; `pattern` must match the whole of it, `says` names the pattern."""

    def check(value: Any, place: Place) -> Iterator[str]:
        if not isinstance(value, str):
            yield place.wrong("must be a string")
        elif len(value) < least:
            yield place.wrong(f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            yield place.wrong(f"must be less than {most + 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            yield place.wrong(f"must be {says or 'of another form'}")

    return check


def url(most: int = 3000) -> Check:
    """An http or https address."""
    return string(most, pattern=r"https?://[^\s/][^\s]*", says="a valid http or https URL")


def boolean(value: Any, place: Place) -> Iterator[str]:
    if not isinstance(value, bool):
        yield place.wrong("must be a boolean")


def integer(least: int, most: int | None = None) -> Check:
    def check(value: Any, place: Place) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield place.wrong("must be an integer")
        elif value < least or (most is not None and value > most):
            yield place.wrong(
                f"must be between {least} and {most}" if most is not None else f"must be at least {least}"
            )

    return check


def number(value: Any, place: Place) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield place.wrong("must be a number")


def choice(*allowed: str) -> Check:
    def check(value: Any, place: Place) -> Iterator[str]:
        if value not in allowed:
            yield place.wrong(f"must be one of {', '.join(allowed)}")

    return check


def items(each: Check, least: int = 1, most: int | None = None) -> Check:
    """A list of `least` to `most` items, each checked."""

    def check(value: Any, place: Place) -> Iterator[str]:
        if not isinstance(value, list):
            yield place.wrong("must be an array")
            return
        if len(value) < least:
            yield place.wrong(f"no fewer than {least} items allowed")
        if most is not None and len(value) > most:
            yield place.wrong(f"no more than {most} items allowed")
        for index, item in enumerate(value):
            yield from each(item, place.at(index))

    return check


def shape(required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Check:
    """An object with these fields and no others; the rules are about the object as a whole and see sound fields only."""
    fields = {**required, **(optional or {})}

    def check(value: Any, place: Place) -> Iterator[str]:
        if not isinstance(value, dict):
            yield place.wrong("must provide an object")
            return
        wrong = list(_field_errors(value, place, required, fields))
        yield from wrong
        if not wrong:
            for rule in rules:
                yield from rule(value, place)

    return check


def _field_errors(value: Any, place: Place, required: dict[str, Check], fields: dict[str, Check]) -> Iterator[str]:
    yield from (place.wrong(f"missing required field: {key}") for key in required if key not in value)
    for key, item in value.items():
        if key in fields:
            yield from fields[key](item, place.at(key))
        else:
            yield place.wrong(f"invalid additional property: {key}")


def typed(name: str, required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Check:
    """As `shape`, with `type` equal to `name`."""
    return shape({"type": choice(name), **required}, optional, *rules)


def one_of(table: dict[str, Check], only: frozenset[str] | None = None) -> Check:
    """An object whose `type` picks the check from `table`; with `only`, just these types."""

    def check(value: Any, place: Place) -> Iterator[str]:
        if not isinstance(value, dict):
            yield place.wrong("must provide an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            yield place.wrong("missing required field: type")
        elif kind not in table or (only is not None and kind not in only):
            yield place.at("type").wrong(f"unsupported type: {kind}")
        else:
            yield from table[kind](value, place)

    return check


def exactly_one(*keys: str) -> Check:
    """A rule: one of these fields, and only one."""

    def check(value: Any, place: Place) -> Iterator[str]:
        given = [key for key in keys if key in value]
        if len(given) != 1:
            yield place.wrong(f"exactly one of {', '.join(keys)} must be given")

    return check


def at_least_one(*keys: str) -> Check:
    """A rule: one of these fields, or more."""

    def check(value: Any, place: Place) -> Iterator[str]:
        if not any(key in value for key in keys):
            yield place.wrong(f"missing required field: {' or '.join(keys)}")

    return check
