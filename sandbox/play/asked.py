"""What a window of ours sends, by shape: whatever else comes is 400, and reaches nothing.

Contract: `body` gives a JSON object whose texts can be written as UTF-8; `checked` one that has what its act needs. What the
values mean is not asked here (`acts.py`, `suggest.py`). To add an act: its row in ACTS beside the one in `acts.DOINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.world import Json

Check = Callable[[Any], bool]


async def body(request: web.Request) -> Json:
    """The request's JSON object. Half of a character outside the basic plane (a lone surrogate) becomes a question mark."""
    try:
        sent = _writable(await request.json())
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise web.HTTPBadRequest(text="not JSON")
    return sent


def checked(sent: Json, needs: Mapping[str, Check]) -> Json:
    """The same, where every field is there in its shape; a field that may be missing counts as None."""
    if not all(fits(sent.get(name)) for name, fits in needs.items()):
        raise web.HTTPBadRequest(text="not what a window sends")
    return sent


def act(sent: Json) -> Json:
    """An act with what it needs, and where the window is."""
    name = sent.get("act")
    if not isinstance(name, str) or name not in ACTS:
        raise web.HTTPBadRequest(text="no such act")
    return checked(sent, {"place": _texts_or_none, **ACTS[name]})


def options(sent: Json) -> Json:
    """A search: for names to mention (`sign`), or below an element of the app."""
    return checked(sent, {"typed": _text, **({"sign": _text} if "sign" in sent else _ELEMENT)})


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_writable(one) for one in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(one) for key, one in value.items()}
    return value


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _texts_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(map(_text, value.values())))


def _target(value: Any) -> bool:
    """A modal or Home by its id, or a message."""
    return (
        isinstance(value, dict) and all(map(_text, value.values())) and set(value) in ({"view_id"}, {"channel", "ts"})
    )


def _message(value: Any) -> bool:
    return _target(value) and "ts" in value


def _files(value: Any) -> bool:
    """[[name, base64], …]"""
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 2 and all(map(_text, one)) for one in value
    )


def _files_or_none(value: Any) -> bool:
    return value is None or _files(value)


def _given(value: Any) -> bool:
    """What can be entered: nothing, a text, several, or files."""
    return _text_or_none(value) or _files(value) or (isinstance(value, list) and all(map(_text, value)))


_ELEMENT: dict[str, Check] = {"target": _target, "block_id": _text, "action_id": _text}
ACTS: dict[str, dict[str, Check]] = {
    "press": _ELEMENT,
    "enter": {**_ELEMENT, "given": _given, "query": _text_or_none, "type": _text_or_none},
    "submit": {"view_id": _text},
    "close": {},
    "say": {"room": _text, "text": _text, "thread": _text_or_none, "files": _files_or_none},
    "open_home": {},
    "read": {},
    "dismiss": {"target": _message},
    "clock": {"how": _text, "to": _text_or_none},
}
