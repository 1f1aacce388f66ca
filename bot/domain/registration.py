"""Registering a supplier with its first engagement: what was written, and what it means once everything is right.

The form and the CSV share `check`: all fields are judged at once, so that a person mends them in one go. To add a field: a
string in `Entry`, a value in `Registration`, its reader in `READERS`; then an input in the form and a column in
`ledger_csv.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain import corporate_number
from bot.domain.base import Language, Value
from bot.domain.entered import BUSINESS, DEPARTMENT, NAME, day, folded, one_line
from bot.domain.ledger import ContractType, SupplierKind
from bot.domain.refusal import Code, Refusal, Refusals


class Entry(Value):
    """Everything as it was written, nothing checked. Words and stored values are both understood (法人, company)."""

    corporate_number: str = ""
    name: str = ""
    kind: str = ""
    language: str = ""
    department: str = ""
    business: str = ""
    contract_type: str = ""
    starts_on: str = ""
    ends_on: str = ""
    personal_data: str = ""


class Registration(Value):
    """A checked entry. `department` is still what was written: an id from the form, a name from a file."""

    corporate_number: str | None
    name: str
    kind: SupplierKind
    language: Language
    department: str
    business: str
    contract_type: ContractType
    starts_on: date
    ends_on: date | None
    personal_data: bool


KINDS = {
    "法人": SupplierKind.COMPANY,
    "会社": SupplierKind.COMPANY,
    "個人事業主": SupplierKind.SOLE_TRADER,
    "個人": SupplierKind.SOLE_TRADER,
    "外国法人": SupplierKind.FOREIGN,
    "海外": SupplierKind.FOREIGN,
    "公的機関": SupplierKind.PUBLIC,
    "官公庁": SupplierKind.PUBLIC,
}
LANGUAGES: dict[str, Language] = {
    "ja": "ja",
    "日本語": "ja",
    "japanese": "ja",
    "en": "en",
    "英語": "en",
    "english": "en",
}
CONTRACTS = {"請負": ContractType.CONTRACT, "準委任": ContractType.QUASI_MANDATE, "委任": ContractType.MANDATE}
YES_NO = dict.fromkeys(("あり", "有", "有り", "yes", "○", "true"), True) | dict.fromkeys(
    ("なし", "無", "無し", "no", "×", "false"), False
)

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def _choice(words: dict[str, T], default: T | None = None) -> Callable[[str, str], T]:
    """A reader of one of some words. Nothing written is the default, or refused where there is none."""
    known = {folded(word): value for word, value in words.items()}

    def read(text: str, field: str) -> T:
        word = folded(text)
        if not word and default is not None:
            return default
        if word not in known:
            raise Refusal(Code.BAD_VALUE if word else Code.EMPTY, field)
        return known[word]

    return read


def _with_values(words: dict[str, E]) -> dict[str, E]:
    return words | {member.value: member for member in words.values()}


def _first_day(text: str, field: str) -> date:
    found = day(text, field)
    if found is None:
        raise Refusal(Code.EMPTY, field)
    return found


READERS: dict[str, Callable[[str, str], Any]] = {
    "corporate_number": corporate_number.parse,
    "name": lambda text, field: one_line(text, field, NAME, Code.NAME_EMPTY),
    "kind": _choice(_with_values(KINDS), SupplierKind.COMPANY),
    "language": _choice(LANGUAGES, "ja"),
    "department": lambda text, field: one_line(text, field, DEPARTMENT, Code.NO_DEPARTMENT),
    "business": lambda text, field: one_line(text, field, BUSINESS),
    "contract_type": _choice(_with_values(CONTRACTS)),
    "starts_on": _first_day,
    "ends_on": day,
    "personal_data": _choice(YES_NO),
}


def check(entry: Entry) -> Registration:
    """The registration, or Refusals with everything that is wrong, each on its field."""
    found: dict[str, Any] = {}
    refused: list[Refusal] = []
    for field, read in READERS.items():
        try:
            found[field] = read(getattr(entry, field), field)
        except Refusal as refusal:
            refused.append(refusal)
    refused += _together(found)
    if refused:
        raise Refusals(refused)
    return Registration(**found)


def _together(found: dict[str, Any]) -> list[Refusal]:
    """What is wrong only when fields are seen together."""
    refused = []
    if found.get("starts_on") and found.get("ends_on") and found["ends_on"] < found["starts_on"]:
        refused.append(Refusal(Code.END_BEFORE_START, "ends_on"))
    if found.get("corporate_number") and found.get("kind") is SupplierKind.SOLE_TRADER:
        refused.append(Refusal(Code.SOLE_TRADER_NUMBER, "corporate_number"))
    return refused
