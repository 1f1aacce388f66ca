"""Text as people enter it: what is kept, what is mended quietly, and what is refused.

Quietly mended is only what nobody can see: blanks at the ends, runs of blanks, direction marks (they would turn the rest of
a table row around, K48). Control characters are refused, because one database takes a NUL and the other does not (K43).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
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
_CLOCK = r"(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_DATE = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}")
_DATE_IN_WORDS = re.compile(rf"([0-9]{{4}}) ?年 ?([0-9]{{1,2}}) ?月 ?([0-9]{{1,2}}) ?日{_CLOCK}")
_ERA_DATE = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR]) ?(元|[0-9]{1,2}) ?(?:年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?日"
    r"|([-/.])([0-9]{1,2})\5([0-9]{1,2}))",
    re.IGNORECASE,
)
_ERAS = {
    "明M": (date(1868, 10, 23), date(1912, 7, 29)),
    "大T": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭S": (date(1926, 12, 25), date(1989, 1, 7)),
    "平H": (date(1989, 1, 8), date(2019, 4, 30)),
    "令R": (date(2019, 5, 1), date.max),
}
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
    """A date as people write it; None for nothing, a dash or 未定. Raises Refusal(BAD_DATE) for anything else.

    2026-04-01, 2026/4/1, 2026.4.1, 2026年4月1日 and dates of an era (令和元年5月1日, R1.5.1, 平成31.4.30) are read, a time of day
    after it is passed over. Two-digit years and serial numbers are refused rather than guessed, and so is a day before its
    era began (K11). A day after its era ended stands in many an old contract (平成35年1月1日) and is counted on: 2023;
    `beyond_era` tells.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NO_DATE:
        return None
    try:
        found = _western(plain) or _of_era(plain)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise Refusal(Code.BAD_DATE, field)
    return found


def beyond_era(text: str) -> bool:
    """Whether a date that `day` can read names an era that was over by then."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _ERA_DATE.fullmatch(plain)
    return match is not None and (_of_era(plain) or date.min) > _era(match[1])[1]


def _western(plain: str) -> date | None:
    if match := _DATE.fullmatch(plain):
        return date(int(match[1]), int(match[3]), int(match[4]))
    match = _DATE_IN_WORDS.fullmatch(plain)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _of_era(plain: str) -> date | None:
    match = _ERA_DATE.fullmatch(plain)
    if match is None:
        return None
    first, _ = _era(match[1])
    year = first.year - 1 + (1 if match[2] == "元" else int(match[2]))
    found = date(year, int(match[3] or match[6]), int(match[4] or match[7]))
    return found if found >= first and match[2] != "0" else None


def _era(name: str) -> tuple[date, date]:
    """First and last day."""
    return next(days for letters, days in _ERAS.items() if name[0].upper() in letters)


@lru_cache(maxsize=4096)
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


_COUNT = re.compile(r"約? ?([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,3}(?: [0-9]{3}){1,3}) ?(?:件|名|人|日)?")


def whole_number(most: int) -> Callable[[str, str], int | None]:
    """A reader of a whole number from 0 to `most`; thousands may be set apart, one unit (件 名 人 日) follows. Nothing is None.

    1,5 and 1日2件 are refused: read without what stands between their digits they would be other numbers.
    """

    def read(text: str, field: str) -> int | None:
        plain = unicodedata.normalize("NFKC", _MARKS.sub("", text)).strip()
        if plain in _NO_DATE:
            return None
        found = _COUNT.fullmatch(plain)
        odd = any(char.isdigit() and not char.isdecimal() for char in text)  # ² would be read as 2
        count = -1 if odd or found is None else int(re.sub("[, ]", "", found[1]))
        if not 0 <= count <= most:
            raise Refusal(Code.BAD_COUNT, field, most=most)
        return count

    return read


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[、,，;；/／\n\r|]+", text) if part.strip()]
