"""Registering a supplier with its first engagement: what was written, and what it means once everything is right.

Forms and files share `check`: all fields are judged at once, so that a person mends them in one go. Which fields there are:
`fields.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.domain.base import Value
from bot.domain.fields import BY_NAME, ENGAGEMENT, FIELDS, SUPPLIER, Field
from bot.domain.ledger import SupplierKind
from bot.domain.refusal import Code, Refusal, Refusals

DEPARTMENT = "department"


class Entry(Value):
    """Everything as it was written, by field, nothing checked. Words and stored values are both understood (法人, company)."""

    written: dict[str, str] = {}


class Registration(Value):
    """A checked entry: the values that were said, by field. What was not said has the default of a new record.

    `department` is still what was written: an id from the form, a name from a file.
    """

    department: str
    supplier: dict[str, Any]
    engagement: dict[str, Any]

    @property
    def corporate_number(self) -> str | None:
        """13 digits, or None."""
        return self.supplier.get("corporate_number")

    @property
    def name(self) -> str:
        """The supplier's name."""
        return str(self.supplier["name"])

    @property
    def business(self) -> str:
        """The work."""
        return str(self.engagement["business"])


def check(entry: Entry) -> Registration:
    """The registration, or Refusals with everything that is wrong, each on its field."""
    found = read(entry.written, FIELDS)
    department = found.pop(DEPARTMENT)
    said = {name: value for name, value in found.items() if value not in (None, "", ())}
    return Registration(department=department, supplier=_of(SUPPLIER, said), engagement=_of(ENGAGEMENT, said))


def _of(whose: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if BY_NAME[name].of == whose}


def read(written: Mapping[str, str], fields: Collection[Field]) -> dict[str, Any]:
    """The values of these fields, or Refusals. KeyError for something written that is no field (a fault of ours)."""
    unknown = written.keys() - BY_NAME.keys()
    if unknown:
        raise KeyError(f"no such field: {sorted(unknown)}")
    found: dict[str, Any] = {}
    refused: list[Refusal] = []
    for field in fields:
        try:
            found[field.name] = field.read(written.get(field.name, ""), field.name)
        except Refusal as refusal:
            refused.append(refusal)
    refused += together(found)
    if refused:
        raise Refusals(refused)
    return found


def together(found: Mapping[str, Any]) -> list[Refusal]:
    """What is wrong only when fields are seen together."""
    refused = []
    if found.get("starts_on") and found.get("ends_on") and found["ends_on"] < found["starts_on"]:
        refused.append(Refusal(Code.END_BEFORE_START, "ends_on"))
    if found.get("corporate_number") and found.get("kind") is SupplierKind.SOLE_TRADER:
        refused.append(Refusal(Code.SOLE_TRADER_NUMBER, "corporate_number"))
    return refused
