"""Text as people enter it: what is kept, what is mended quietly, and what is refused.

Quietly mended is only what nobody can see: blanks at the ends, runs of blanks, direction marks (they would turn the rest of
a table row around, K48). Control characters are refused, because one database takes a NUL and the other does not (K43).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from bot.domain.refusal import Code, Refusal

NAME = 200
BUSINESS = 500
DEPARTMENT = 60

_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\u2060\u200b]")
_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_NO_DATE = {"", "-", "ー", "－", "—", "–", "未定"}
_YEARS = range(1900, 2201)


def one_line(text: str, field: str, limit: int, empty: Code = Code.EMPTY) -> str:
    """The text in one line, without invisible marks. Raises Refusal(BAD_TEXT, TOO_LONG or `empty`) on `field`."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n\r" for char in text):
        raise Refusal(Code.BAD_TEXT, field)
    line = " ".join(_MARKS.sub("", text).split())
    if not line:
        raise Refusal(empty, field)
    if len(line) > limit:
        raise Refusal(Code.TOO_LONG, field, limit=limit)
    return line


def day(text: str, field: str) -> date | None:
    """2026-04-01 or 2026/4/1; None for nothing, a dash or 未定. Raises Refusal(BAD_DATE) for anything else.

    Two-digit years, serial numbers and years of an era are refused rather than guessed (K11).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NO_DATE:
        return None
    match = _DATE.fullmatch(plain)
    try:
        found = date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise Refusal(Code.BAD_DATE, field)
    return found


def folded(text: str) -> str:
    """What is compared where spelling does not matter: width, case and blanks put aside."""
    return "".join(unicodedata.normalize("NFKC", _MARKS.sub("", text)).casefold().split())
