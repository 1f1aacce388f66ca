"""What the ledger is searched in, and how what somebody typed is looked for there: 高橋 finds 髙橋, ㈱ﾐｶﾂﾞｷ finds みかづき.

Stored and typed text go through the same folding, so that a plain "contains" is all a database has to do, alike on both.
`storage/mapping.py` writes these texts beside every supplier and engagement that is saved; nobody else has to think of it.
To search one more field: its place in `of_supplier` or `of_engagement`, and an UPDATE in a migration for what is there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.domain.ledger import Engagement, Supplier
from bot.domain.names import bare, hiragana, modern

WORDS = 10
_NUMBER = re.compile("t([0-9]+)")  # a T stands before the number of an invoice issuer
_BETWEEN = frozenset("・･·'\"`´、。，．,.…‥\u2212")
_DROPPED = frozenset({"Pd", "Ps", "Pe", "Pi", "Pf"})  # dashes, brackets, quotes


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Every letter in one form, without blanks, dashes, brackets and marks nobody sees. % and _ are letters.

    A mark that stands apart from its letter (か゛, O¯) goes too: it would join the letter before it when folded once more.
    """
    return "".join(char for char in hiragana(modern(text)) if not _drops(char))


def _drops(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "ZCM" or kind in _DROPPED or char in _BETWEEN


def _bare(text: str) -> str:
    return folded(bare(modern(text)))


def terms(words: str) -> tuple[str, ...]:
    """What must all be contained: one term a word, without legal forms unless nothing else was typed. At most `WORDS`."""
    plain = modern(words)
    found = _each(bare(plain)) or _each(plain)
    return tuple(found)[:WORDS]


def _each(plain: str) -> dict[str, None]:
    every = [folded(word) for word in plain.split()]
    numbers = [_NUMBER.fullmatch(term) for term in every]
    return {number[1] if number else term: None for term, number in zip(every, numbers, strict=True) if term}


def tag_key(tag: str) -> str:
    """How a whole tag stands in the text of an engagement; no term holds a tab."""
    return f"\t{folded(tag) or tag}\t"


def of_supplier(supplier: Supplier) -> str:
    """Name, reading and number."""
    return _text(supplier.name, supplier.reading, supplier.corporate_number or "")


def of_engagement(engagement: Engagement) -> str:
    """Business and tags."""
    return _text(engagement.business) + "".join(map(tag_key, engagement.tags))


def _text(*texts: str) -> str:
    """The texts folded, with and without legal forms; between them stands what no term holds."""
    found: list[str] = []
    for text in texts:
        whole, name = folded(text), _bare(text)
        found += [whole] if name in whole else [whole, name]
    return "\n".join(part for part in found if part)
