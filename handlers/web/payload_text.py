"""The text of a signed body → the payload as a dictionary, or RefusedError. Pure.

A signature says who sent it, not that it is well-formed: nested bombs, doubled fields, half a character, or a payload that our
own parsers could not read are refused here, so that nothing behind this has to expect them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from handlers.slack import payloads
from handlers.web.incoming import Body, RefusedError

Json = dict[str, Any]

DEPTH = 60
"""Levels of JSON. Rich text in a view comes to about 15."""
FIELDS = 100

_SOMETIME = datetime(2000, 1, 1, tzinfo=UTC)

READERS: dict[str, Callable[[Json], object]] = {
    "event_callback": payloads.event,
    "block_actions": lambda body: payloads.action(body, _SOMETIME),
    "view_submission": lambda body: payloads.submission(body, _SOMETIME),
    "view_closed": lambda body: payloads.closed(body, _SOMETIME),
    "command": lambda body: payloads.command(body, _SOMETIME),
}
"""Our own parsers, by the kind of payload. A kind that is not here reaches nobody: Bolt has no listener for it."""


def payload(body: Body) -> Json:
    """The payload: an event's JSON, an interaction's `payload` field, or a command's flat fields. Raises RefusedError."""
    found = _form(body.text) if body.form else _json(body.text)
    if body.form and "payload" in found:
        found = _json(found["payload"])
    elif body.form and "command" not in found and "ssl_check" not in found:
        raise RefusedError(400, "a form without command and payload")
    kind = "command" if "command" in found else found.get("type")
    if not isinstance(kind, str) and "ssl_check" not in found:
        raise RefusedError(400, "a payload without a type")
    _readable(found, str(kind))
    return found


def _readable(found: Json, kind: str) -> None:
    reader = READERS.get(kind)
    if reader is None:
        return
    try:
        reader(found)
    except Exception:  # noqa: BLE001 - whatever it is about the payload, what would be logged of it is content
        raise RefusedError(400, "a payload that cannot be read") from None


def _form(text: str) -> Json:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        raise RefusedError(400, "not a form") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError(400, "a field twice")
    return found


def _json(text: str) -> Json:
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusedError(400, "not JSON") from None
    if not isinstance(found, dict):
        raise RefusedError(400, "JSON, but no object")
    _sane(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError(400, "a field twice")
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _sane(found: Json) -> None:
    """Not too deep, and no half characters, which no database takes."""
    level: list[Any] = [found]
    for _ in range(DEPTH):
        for text in level:
            if isinstance(text, str) and not text.isascii():
                _whole_characters(text)
        level = [part for thing in level for part in _parts(thing)]
        if not level:
            return
    raise RefusedError(400, "JSON nested too deep")


def _parts(thing: Any) -> list[Any]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    return thing if isinstance(thing, list) else []


def _whole_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RefusedError(400, "half a character") from None
