"""What a Web API method is: its function, its arguments, its scopes; and how arguments are read.

Arguments arrive as JSON or as form fields, so `"1"` may be a boolean and a string may hold JSON: the kind decides. An
unknown argument, a missing one and one of the wrong kind are `invalid_arguments`, never ignored. To add a kind of
argument, write a reader and add it to `_READERS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments
from sandbox.world import Json

Kind = Literal["str", "bool", "int", "json", "ids", "ts"]
TokenType = Literal["bot", "app"]


@dataclass(frozen=True)
class Arg:
    """One argument. `refused` names what it would do: known to Slack, but the local Slack does not do it."""

    kind: Kind = "str"
    required: bool = False
    refused: str = ""


@dataclass(frozen=True)
class Method:
    """`scopes`: any one of them is enough; none when empty. `fn` gives the answer without `ok`."""

    fn: Callable[[Sandbox, Json], Json]
    args: dict[str, Arg] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    token: TokenType = "bot"  # noqa: S105 - a type of token


def required(kind: Kind = "str") -> Arg:
    return Arg(kind, required=True)


def optional(*names: str, kind: Kind = "str") -> dict[str, Arg]:
    """Several optional arguments of one kind."""
    return {name: Arg(kind) for name in names}


def read(method: Method, given: Json) -> Json:
    """The arguments in their own types; those not given are left out. SlackError invalid_arguments with all faults."""
    wrong = [
        f"missing required field: {name}" for name, arg in method.args.items() if arg.required and not given.get(name)
    ]
    values: Json = {}
    for name, value in given.items():
        arg = method.args.get(name)
        if arg is None:
            wrong.append(f"invalid additional property: {name} [json-pointer:/{name}]")
        elif value is not None:
            _read_one(name, arg, value, values, wrong)
    if wrong:
        raise invalid_arguments(*wrong)
    return values


def _read_one(name: str, arg: Arg, value: Any, values: Json, wrong: list[str]) -> None:
    try:
        values[name] = _READERS[arg.kind](value)
    except ValueError as error:
        wrong.append(f"{error} [json-pointer:/{name}]")
        return
    if arg.refused and values[name]:
        wrong.append(f"{name} is not supported by the local Slack: {arg.refused} [json-pointer:/{name}]")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _boolean(value: Any) -> bool:
    if value in (True, "true", "1", 1):
        return True
    if value in (False, "false", "0", 0):
        return False
    raise ValueError("must be a boolean")


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
        raise ValueError("must be an integer")
    return int(value)


def _json(value: Any) -> Any:
    """Parsed where it came as a string; what is no JSON stays a string, so that each method refuses it by its name."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _ids(value: Any) -> list[str]:
    """Ids as a list, or as one string with commas."""
    ids = value.split(",") if isinstance(value, str) else value
    if not isinstance(ids, list) or not all(isinstance(each, str) and each for each in ids):
        raise ValueError("must be a comma-separated list")
    return ids


def _ts(value: Any) -> str:
    seconds, _, micros = _string(value).partition(".")
    if not seconds.isdecimal() or (micros and not micros.isdecimal()):
        raise ValueError("must be a timestamp such as 1700000000.000100")
    return f"{seconds}.{micros.ljust(6, '0')}"


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "str": _string,
    "bool": _boolean,
    "int": _integer,
    "json": _json,
    "ids": _ids,
    "ts": _ts,
}


def page(items: list[Any], args: Json, *, most: int, default: int = 100) -> tuple[list[Any], Json]:
    """One page of a list and the response_metadata that points to the next; SlackError invalid_cursor."""
    limit = args.get("limit", default) or default
    if limit > most:
        raise invalid_arguments(f"must be between 1 and {most} [json-pointer:/limit]")
    cursor = args.get("cursor", "")
    start = cursor.removeprefix("page:") if cursor else "0"
    if (cursor and not cursor.startswith("page:")) or not start.isdecimal() or int(start) > len(items):
        raise SlackError("invalid_cursor")
    end = int(start) + limit
    return items[int(start) : end], {"next_cursor": f"page:{end}" if end < len(items) else ""}
