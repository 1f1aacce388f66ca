"""Text as people enter it: what is kept, what is mended quietly, and what is refused.

Quietly mended is only what nobody can see: blanks at the ends, runs of blanks, direction marks (they would turn the rest of
a table row around, K48). Control characters are refused, because one database takes a NUL and the other does not (K43).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.refusal import Code, Refusal

NAME = 200
ADDRESS = 300
BUSINESS = 500
NOTE = 1000
DEPARTMENT = 60
TAG = 30
TAGS = 20

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


def some_line(text: str, field: str, limit: int) -> str:
    """Like `one_line`, but nothing written is nothing."""
    return one_line(text, field, limit) if _MARKS.sub("", text).strip() else ""


def choice(words: Mapping[str, Any], *, must: bool = False) -> Callable[[str, str], Any]:
    """A reader of one of some words. Nothing written is None, or refused (EMPTY) where there must be one."""
    known = {folded(word): value for word, value in words.items()}

    def read(text: str, field: str) -> Any:
        word = folded(text)
        if not word and not must:
            return None
        if word not in known:
            raise Refusal(Code.BAD_VALUE if word else Code.EMPTY, field)
        return known[word]

    return read


def choices(words: Mapping[str, Any]) -> Callable[[str, str], tuple[Any, ...]]:
    """A reader of several of some words, in the order of the table, whatever stands between them (、 , / newline)."""
    known = {folded(word): value for word, value in words.items()}
    order = list(dict.fromkeys(known.values()))

    def read(text: str, field: str) -> tuple[Any, ...]:
        found = set()
        for word in _parts(text):
            if folded(word) not in known:
                raise Refusal(Code.BAD_VALUE, field)
            found.add(known[folded(word)])
        return tuple(value for value in order if value in found)

    return read


def tag_list(text: str, field: str) -> tuple[str, ...]:
    """Tags, each once, in the order written. Raises Refusal(TOO_LONG) for a long tag or more than `TAGS` of them."""
    found: dict[str, str] = {}
    for word in _parts(text):
        tag = some_line(word.lstrip("#＃ "), field, TAG)
        if tag:
            found.setdefault(folded(tag), tag)
    if len(found) > TAGS:
        raise Refusal(Code.TOO_LONG, field, limit=TAGS)
    return tuple(found.values())


def whole_number(most: int) -> Callable[[str, str], int | None]:
    """A reader of a whole number from 0 to `most`; thousands may be set apart, units (件 名 日) follow. Nothing is None."""

    def read(text: str, field: str) -> int | None:
        plain = re.sub(r"[件名人日約,\s]", "", unicodedata.normalize("NFKC", _MARKS.sub("", text)))
        if any(char.isdigit() and not char.isdecimal() for char in text):  # ² would be read as 2
            raise Refusal(Code.BAD_COUNT, field, most=most)
        if plain in _NO_DATE:
            return None
        if not (plain.isascii() and plain.isdecimal()) or len(plain) > 12 or int(plain) > most:
            raise Refusal(Code.BAD_COUNT, field, most=most)
        return int(plain)

    return read


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[、,，;；/／\n\r|]+", text) if part.strip()]
