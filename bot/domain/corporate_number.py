"""Corporate numbers (法人番号): 13 digits, the first one a check digit (content_ja.md §7.2).

What people paste is read generously where nothing can be misread: full-width digits, hyphens and dashes, blanks, invisible
characters, the T of an invoice number. Everything else is refused in words: other scripts' digits and ①² are digits to
`str.isdigit` but not to the tax agency, and a spreadsheet's 7.9999E+12 has lost its digits already.
"""

from __future__ import annotations

import re

from bot.domain.refusal import Code, Refusal

LENGTH = 13

_DASHES = "-‐‑‒–—―−－ーｰ﹣"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_MENDED: dict[int, str | None] = {ord("０") + n: str(n) for n in range(10)}
_MENDED |= dict.fromkeys(map(ord, _DASHES + _INVISIBLE))
_E_NOTATION = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")


def check_digit(base: str) -> int:
    """The check digit (1 to 9, never 0) of a 12-digit base number."""
    total = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(base), 1))
    return 9 - total % 9


def bare(text: str) -> str:
    """What is written, without what a number may be written with; nothing is checked."""
    return re.sub(r"^[TtＴｔ]", "", "".join(text.translate(_MENDED).split()))


def parse(text: str, field: str = "corporate_number") -> str | None:
    """The 13 ASCII digits, or None where nothing is written. Raises Refusal on `field`."""
    written = "".join(text.translate(_MENDED).split())
    if not written:
        return None
    if _E_NOTATION.fullmatch(written):
        raise Refusal(Code.LOST_DIGITS, field)
    digits = bare(text)
    if not re.fullmatch(rf"[0-9]{{{LENGTH}}}", digits):
        raise Refusal(Code.BAD_NUMBER, field)
    if int(digits[0]) != check_digit(digits[1:]):
        raise Refusal(Code.BAD_CHECK_DIGIT, field)
    return digits


def grouped(number: str) -> str:
    """`1-2345-6789-0123`: easy to read aloud, and a spreadsheet keeps it as text instead of rounding it."""
    return "-".join((number[0], number[1:5], number[5:9], number[9:]))
