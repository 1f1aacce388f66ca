"""A checklist's working copy against its schema: what is wrong becomes a sentence on the input that it belongs to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.domain.checklist import Checklist, Question
from bot.domain.refusal import Code, Refusal, Refusals

Body = dict[str, Any]


def check_question(written: Body) -> None:
    """Raise Refusals on the inputs where this is no question."""
    try:
        Question.model_validate(written)
    except ValidationError as error:
        raise Refusals([_refusal(e["type"], e["loc"], e.get("ctx") or {}) for e in _own(error)]) from error


def whole(written: Body, about: tuple[str | int, ...] = (), *, section_prefixed: bool = False) -> Checklist:
    """The checklist, or what is wrong with it; on an input where that is of the part that was edited."""
    try:
        return Checklist.model_validate(written)
    except ValidationError as error:
        found = []
        for one in _own(error):
            loc = one["loc"]
            inside = loc[: len(about)] == about
            own = loc[len(about) :] if inside else loc if loc[0] in ("title", "purpose", "minutes", "key") else ()
            new = len(about) == 2 and section_prefixed
            prefix = "section_" if new and own[:1] in (("title",), ("why",)) else ""
            found.append(_refusal(one["type"], own, one.get("ctx") or {}, prefix))
        raise Refusals(found) from error


def _own(error: ValidationError) -> list[Any]:
    """The errors without those that only follow: a tuple whose only member is wrong is also called too short."""
    every = error.errors()
    return [one for one in every if one["type"] != "too_short"] or list(every)


_PLACES = {"choices": "choices", "ask_if": "conditions", "evidence": "confidential_ja", "risky": "choices"}
_LENGTHS = {"string_too_long": "max_length", "too_long": "max_length"}


def _refusal(kind: str, loc: Sequence[str | int], ctx: Mapping[str, Any], prefix: str = "") -> Refusal:
    """A sentence for an error of the schema, on the input that it belongs to."""
    names = [str(part) for part in loc if isinstance(part, str)]
    names = names[names.index("questions") + 1 :] if "questions" in names else names
    top = names[0] if names else ""
    field = _PLACES.get(top, prefix + "_".join(names[:2]))
    if kind in _LENGTHS:
        if top == "" or field.endswith("questions"):
            return Refusal(Code.SECTION_FULL, "section")
        return Refusal(Code.TOO_LONG, field, limit=int(ctx[_LENGTHS[kind]]))
    if kind in ("string_too_short", "missing"):
        return Refusal(Code.EMPTY, field)
    if top == "ask_if" or (kind == "checklist" and not names):
        return Refusal(Code.CONDITION_UNFIT, "conditions")
    if top == "choices":
        return Refusal(Code.CHOICES_UNFIT, "choices")
    if top in ("minimum", "maximum"):
        return Refusal(Code.BOUNDS, top)
    if top == "critical":
        return Refusal(Code.CRITICAL_OPEN, "flags")
    return Refusal(Code.BAD_VALUE, field)
