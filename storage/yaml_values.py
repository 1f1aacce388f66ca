"""From a strict YAML file to a checked value; what has to be mended is told with line and column, the first one first.

`checked(document, model, manual)` is used for checklists and for the policy. A new file of settings needs only its models:
field names that are misspelt are compared with those of all models reachable from `model`.
"""

from __future__ import annotations

import difflib
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from bot.domain.base import Value
from storage.strict_yaml import Document, Loc, Place, StrictYamlError

V = TypeVar("V", bound=Value)
_LANGUAGES = {"ja": "Japanese", "en": "English"}


def checked(document: Document, model: type[V], manual: str) -> V:
    """The value of a file. Raises StrictYamlError; `manual` is the page that the message points to."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise _first(document, error, model, manual) from error


def _first(document: Document, error: ValidationError, model: type[Value], manual: str) -> StrictYamlError:
    """The problem that stands first in the file, and how many more there are."""
    found = problems(document, error, model, manual)
    more = f" (and {len(found) - 1} more below)" if len(found) > 1 else ""
    return document.error(found[0].place, found[0].message + more)


class Problem(NamedTuple):
    """One thing that the schema refuses; `loc` and `kind` are pydantic's."""

    place: Place
    message: str
    loc: Loc
    kind: str


def problems(document: Document, error: ValidationError, model: type[Value], manual: str) -> list[Problem]:
    """Everything that has to be mended, in the order of the file."""
    errors = error.errors(include_url=False)
    # pydantic counts only the sound items, so it calls a tuple with a bad item too short as well
    real = [one for one in errors if one["type"] != "too_short" or not _contains_another(one["loc"], errors)]
    found = [
        Problem(_place(document, one), _advice(document, one, model, manual), one["loc"], one["type"]) for one in real
    ]
    return sorted(found, key=lambda one: (one.place, one.message))


def _contains_another(loc: Loc, errors: list[Any]) -> bool:
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors)


def _place(document: Document, error: Any) -> Place:
    loc: Loc = error["loc"]
    at_key = error["type"] == "extra_forbidden" or "[key]" in loc  # pydantic's word for the key of a map itself
    loc = loc[:-1] if loc and loc[-1] == "[key]" else loc
    return document.keys.get(loc, (1, 1)) if at_key else document.place(loc)


def _advice(document: Document, error: Any, model: type[Value], manual: str) -> str:
    loc: Loc = error["loc"]
    name = next((part for part in reversed(loc) if part != "[key]"), "file")
    if error["type"] == "missing":
        return _missing_advice(loc)
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(name), field_names(model), n=1)
        return f"`{name}` is not a field here" + (f": did you mean `{near[0]}`?" if near else ": remove it")
    if error["type"] == "repeated_key":
        first: Loc = error["ctx"]["first"]  # as seen from the value that found it, which may be inside a section
        line, _ = document.place((*loc[: len(loc) - len(first)], *first))
        return f"the key `{error['ctx']['key']}` is used twice, here and on line {line}: rename one"
    if error["type"] == "string_type" and isinstance(error["input"], bool):
        word = str(error["input"]).lower()
        return f'text is expected for `{name}`, not a switch: write "{word}" in quotes'
    if error["type"] in ("string_type", "model_type", "model_attributes_type", "tuple_type", "bool_type", "dict_type"):
        return f"`{name}`: {error['msg'].lower()}: see {manual}"
    return f"`{name}`: {error['msg']}"


def _missing_advice(loc: Loc) -> str:
    name, parent = loc[-1], next((part for part in reversed(loc[:-1]) if isinstance(part, str)), "the file")
    if name in _LANGUAGES:
        return f"the {_LANGUAGES[str(name)]} text of `{parent}` is missing: add `{name}: …` under it"
    return f"`{name}` is missing: add `{name}: …` to {parent}"


@cache
def field_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Every field of a model and of the models in it."""
    names: set[str] = set()
    seen: set[Any] = set()
    left: list[Any] = [model]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, type) and issubclass(one, BaseModel):
            names |= set(one.model_fields)
            left += [field.annotation for field in one.model_fields.values()]
        left += [part for part in get_args(one) if isinstance(part, type) or get_args(part)]
    return tuple(sorted(names))
