"""Free fields: what the security team wants to know of every engagement beside what the product asks.

A field is archived, never deleted: what was written in it stays in the records and in their history. Values stand in
`Engagement.free` by the field's id, as text: a line or a choice as it is, `yes` or `no`, a day as 2026-04-01.
Forms, files and the record use `active` (storage/free_fields.py), `reader` and `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.entered import choice, day, folded, one_line, some_line
from bot.domain.fields import YES_NO, Field, Input, Part
from bot.domain.refusal import Code, Refusal

FREE = "free"
PREFIX = "free-"
LABEL = 60
LINE = 300
CHOICE = 50
MOST = 40
CHOICES = 50


class FreeKind(StrEnum):
    LINE = "line"
    YES_NO = "yes_no"
    DAY = "day"
    CHOICE = "choice"


class FreeField(Root):
    """One field. `label_en` '' means the Japanese one; `choices` only where the kind is a choice."""

    label_ja: str
    label_en: str = ""
    kind: FreeKind
    choices: tuple[str, ...] = ()
    archived_at: AwareDatetime | None = None
    created_at: AwareDatetime

    def label(self, language: str) -> str:
        """Its name in a language."""
        return self.label_en if language == "en" and self.label_en else self.label_ja


_INPUTS = {
    FreeKind.LINE: Input.LINE,
    FreeKind.YES_NO: Input.YES_NO,
    FreeKind.DAY: Input.DAY,
    FreeKind.CHOICE: Input.CHOICE,
}


def reader(field: FreeField) -> Callable[[str, str], str]:
    """What reads a text into the stored value ('' for nothing), or raises Refusal on the field it is given."""
    read: dict[FreeKind, Callable[[str, str], Any]] = {
        FreeKind.LINE: lambda text, name: some_line(text, name, LINE),
        FreeKind.YES_NO: choice(YES_NO),
        FreeKind.DAY: day,
        FreeKind.CHOICE: choice({c: c for c in field.choices}),
    }
    return lambda text, name: _stored(read[field.kind](text, name))


def _stored(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def as_field(free: FreeField) -> Field:
    """The same field as a row of a form; its name there is `free-<id>`."""
    return Field(PREFIX + free.id, FREE, _INPUTS[free.kind], Part.FREE, "", reader(free), values=free.choices)


# -- defining one --------------------------------------------------------------------------------------------------------


def choice_lines(text: str, field: str) -> tuple[str, ...]:
    """Choices, one a line, each once. Raises Refusal(TOO_LONG) for a long one or for too many."""
    found: dict[str, str] = {}
    for part in text.splitlines():
        line = some_line(part, field, CHOICE)
        if line:
            found.setdefault(folded(line), line)
    if len(found) > CHOICES:
        raise Refusal(Code.TOO_MANY, field, most=CHOICES)
    return tuple(found.values())


def _label(text: str, field: str) -> str:
    return one_line(text, field, LABEL, Code.NAME_EMPTY)


def _some_label(text: str, field: str) -> str:
    return some_line(text, field, LABEL)


FREE_FIELD = "freefield"
KINDS = {kind.value: kind for kind in FreeKind}
LABEL_JA = Field("label_ja", FREE_FIELD, Input.LINE, Part.FREE, "", _label, must=True)
LABEL_EN = Field("label_en", FREE_FIELD, Input.LINE, Part.FREE, "", _some_label)
KIND = Field(
    "kind", FREE_FIELD, Input.CHOICE, Part.FREE, "", choice(KINDS, must=True), must=True, words="free.kind",
    values=tuple(KINDS),
)  # fmt: skip
OPTIONS = Field("choices", FREE_FIELD, Input.LINES, Part.FREE, "", choice_lines)
ARCHIVED = Field("archived", FREE_FIELD, Input.YES_NO, Part.FREE, "", choice(YES_NO))


class FreeFieldList(Value):
    """All fields, archived ones too."""

    fields: tuple[FreeField, ...]


class FreeFieldForm(Value):
    """The form of one field; None: of a new one."""

    field: FreeField | None = None
