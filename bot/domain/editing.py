"""Editing a record in a form without overwriting anybody (design.md, rule 5): what a form showed, and what is written.

A form carries a digest of each field as it was shown. Only what a person changed is written; where somebody else changed
the same field meanwhile to something else, it is a clash: nothing of that field is written, and both values are shown.
`form_fields` says which fields stand in the form of a part; labels and choices come from the fields' table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import Enum
from typing import Any

from bot.domain.base import Value
from bot.domain.contacts import CONTACT, CONTACT_FIELDS
from bot.domain.documents import DOCUMENT, DOCUMENT_FIELDS
from bot.domain.fields import ENGAGEMENT, FIELDS, SUPPLIER, Field, Input, Part
from bot.domain.free_fields import FreeField, as_field
from bot.domain.refusal import Refusal, Refusals
from bot.domain.registering import Choice
from bot.domain.registration import together

DIGEST = 16


class Target(Value):
    """What a form edits: one part of a supplier or an engagement, a contact, a document. `id` '': a new one.

    `engagement_id`: the engagement that a new document belongs to.
    """

    subject: str
    supplier_id: str
    part: Part
    id: str = ""
    engagement_id: str = ""


class Entered(Value):
    """What a field of a form held when it was submitted, and the digest of what it had shown."""

    text: str
    shown: str


class Clash(Value):
    """A field that two people changed at once. `theirs` is the stored value as the form writes it."""

    field: str
    theirs: str
    who: str = ""


class EditForm(Value):
    """A form as it is shown: `name` says of what; `texts` and `shown` by field; `file`: the name of a document's file."""

    target: Target
    name: str
    texts: dict[str, str] = {}
    shown: dict[str, str] = {}
    departments: tuple[Choice, ...] = ()
    free_fields: tuple[FreeField, ...] = ()
    clashes: tuple[Clash, ...] = ()
    file: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the form, in order."""
        return form_fields(self.target, self.free_fields, file=bool(self.file))


class Saved(Value):
    """What became of a submitted form: the fields that were written; `again` where something clashed.

    `fetching`: a file was handed in with it, and is fetched now; until then there is no document.
    """

    target: Target
    name: str
    written: tuple[str, ...] = ()
    created: bool = False
    fetching: bool = False
    again: EditForm | None = None
    free_fields: tuple[FreeField, ...] = ()


def form_fields(target: Target, free: Sequence[FreeField] = (), *, file: bool = False) -> tuple[Field, ...]:
    """The fields in the form of a target; a document that is a `file` has no link."""
    if target.subject == CONTACT:
        return CONTACT_FIELDS
    if target.subject == DOCUMENT:
        return tuple(f for f in DOCUMENT_FIELDS if not (file and f.name == "link"))
    if target.part is Part.FREE:
        return tuple(as_field(f) for f in free)
    return tuple(f for f in FIELDS if f.of == target.subject and f.part is target.part)


PARTS: dict[str, tuple[Part, ...]] = {
    SUPPLIER: (Part.COMPANY,),
    ENGAGEMENT: (Part.WORK, Part.DATA, Part.ACCESS, Part.TERMS, Part.FREE),
    CONTACT: (Part.CONTACT,),
    DOCUMENT: (Part.DOCUMENT,),
}


# -- values as text ------------------------------------------------------------------------------------------------------


def as_text(field: Field, value: Any) -> str:
    """A value as it stands in a form, which the field's reader turns into the same value again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ("\n" if field.input is Input.LINES else "、").join(as_text(field, v) for v in value)
    return str(value)


def digest(field: Field, value: Any) -> str:
    """A short digest of a stored value, as the form shows it."""
    return digest_of_text(field, as_text(field, value))


def digest_of_text(field: Field, text: str) -> str:
    """The digest of what stands in a form: equal for texts that are read as the same value."""
    with suppress(Refusal):  # what cannot be read is still equal to itself
        text = as_text(field, field.read(text, field.name))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]


# -- deciding ------------------------------------------------------------------------------------------------------------


class Merge(Value):
    """What to write, by field, and the names of the fields that clash."""

    writes: dict[str, Any] = {}
    clashes: tuple[str, ...] = ()


def merge(
    fields: Sequence[Field], stored: Mapping[str, Any], entered: Mapping[str, Entered], empty: Mapping[str, bool]
) -> Merge:
    """What a submitted form means for what is stored now. Raises Refusals, each on its field; then nothing is written.

    `empty`: the fields that may be None; where another one reads as nothing, nobody said anything, and it stays.
    """
    writes: dict[str, Any] = {}
    clashes: list[str] = []
    refused: list[Refusal] = []
    for field in fields:
        held = entered.get(field.name)
        if held is None or digest_of_text(field, held.text) == held.shown:
            continue
        try:
            value = field.read(held.text, field.name)
        except Refusal as refusal:
            refused.append(refusal)
            continue
        if value is None and not empty.get(field.name, True):
            continue
        _decide(field, value, stored.get(field.name), held.shown, writes, clashes)
    refused += together({**stored, **writes}) if writes else []
    if refused:
        raise Refusals(refused)
    return Merge(writes=writes, clashes=tuple(clashes))


def _decide(field: Field, value: Any, stored: Any, shown: str, writes: dict[str, Any], clashes: list[str]) -> None:
    now = digest(field, stored)
    if digest(field, value) == now:
        return
    if now == shown:
        writes[field.name] = value
    else:
        clashes.append(field.name)
