"""jargon: a technical or in-house word that neither the question, nor what was read before it, nor the glossary explains.

An abbreviation in capitals is found by its form; clipped and borrowed words are in `lexicon.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.lint.lexicon import EVERYDAY, JARGON_EN, JARGON_JA, PRODUCTS
from bot.domain.lint.values import Hit, Reading, Reviewed, Setting

_ABBREVIATION = re.compile(
    r"(?<![A-Za-z0-9./@_-])(?:[A-Z]{2,8}[0-9]{0,2}|[A-Z][a-z]{1,3}[A-Z]{1,2}|[A-Z][a-z]?[A-Z]{1,3})s?(?:/[A-Z]{2,6})?(?![A-Za-z0-9@_])"
)
_JA_TERM = re.compile("|".join(sorted(map(re.escape, JARGON_JA), key=len, reverse=True)))
_KATAKANA = re.compile(r"[ァ-ヴー]")
_EN_TERM = re.compile(
    r"(?<![\w-])(?:" + "|".join(sorted(JARGON_EN, key=len, reverse=True)) + r")(?:e?s)?(?![\w-])", re.IGNORECASE
)


def jargon(reviewed: Reviewed, setting: Setting) -> Iterator[Hit]:
    """In the order of reading: what an earlier question explained is known in the later ones."""
    known = {word.casefold() for word in setting.glossary}
    explained: list[str] = [text for one in reviewed.introduction for text in (one.ja, one.en)]
    for asked in reviewed.asked:
        here = [asked.text, asked.help, *asked.others]
        explained += [text for one in here for text in (one.ja, one.en)]
        said = "\n".join(explained)
        for language, terms in (("ja", _japanese), ("en", _english)):
            for one in (asked.text,):
                found = terms(one, said, known)
                if found:
                    yield Hit((*one.loc, language), "ja" if language == "ja" else "en", tuple(dict.fromkeys(found)))


def _japanese(one: Reading, said: str, known: set[str]) -> list[str]:
    found = _abbreviations(one.ja, said, known)
    for match in _JA_TERM.finditer(one.ja):
        term, before, after = match[0], one.ja[: match.start()][-1:], one.ja[match.end() :][:1]
        if _KATAKANA.match(term[0]) and _KATAKANA.match(before or " "):
            continue
        if _KATAKANA.match(term[-1]) and _KATAKANA.match(after or " "):
            continue
        if not _is_known(term, known) and not _explained(term, said):
            found.append(term)
    return found


def _english(one: Reading, said: str, known: set[str]) -> list[str]:
    found = _abbreviations(one.en, said, known)
    for match in _EN_TERM.finditer(one.en):
        if not _is_known(match[0], known) and not _explained(match[0], said):
            found.append(match[0])
    return found


def _abbreviations(text: str, said: str, known: set[str]) -> list[str]:
    found = []
    for match in _ABBREVIATION.finditer(text):
        term = match[0]
        bare = term[:-1] if term.endswith("s") and term[:-1].isupper() else term
        parts = bare.split("/")
        if bare in PRODUCTS or bare.upper() in PRODUCTS:
            continue
        if all(part.upper() in EVERYDAY for part in parts) or text.isupper():
            continue
        if not _is_known(bare, known) and not _explained(bare, said):
            found.append(bare)
    return found


def _is_known(term: str, known: set[str]) -> bool:
    lower = term.casefold()
    return (
        lower in known
        or lower.removesuffix("s") in known
        or any(word in lower.split() or word + "s" in lower.split() for word in known)
        or any(lower in word and len(word) < 40 for word in known)
    )


def _explained(term: str, said: str) -> bool:
    """Brackets or an apposition behind it, the term itself in brackets behind plain words, or a sentence that says what it is."""
    word = re.escape(term)
    patterns = (
        rf"{word}s?[」』\"']?(?: [a-z]+)?\s?[（(](?!s\))[^）)]{{4,}}[）)]",
        rf"{word}s?[」』]?(?:とは|というのは|は、[^。]*(?:のこと|の略)|、つまり|、すなわち|と(?:いう|呼ばれる)[^。]*(?:仕組み|方法|機能|もの))",
        rf"[（(](?:略称)?{word}s?[）)]",
        rf"\b(?:a |an |the )?{word}s? (?:is|are|means|stands for) ",
        rf"{word}s?, (?:that is|i\.?e\.?|meaning|or |a |an |the |small |which |in other words)[^,?]{{8,}}",
        rf"{word}s?(?: -|:| –) [^,?]{{8,}}",
        rf"\((?:an? |the |called |so-called |known as )?{word}s?\)",
        rf"(?:called|known as) (?:an? |the )?{word}",
        rf"という{word}|いわゆる{word}",
    )
    return any(re.search(pattern, said, re.IGNORECASE) for pattern in patterns)
