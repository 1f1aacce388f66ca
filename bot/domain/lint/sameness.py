"""same_question: the same thing asked under two keys, in other words or in another order.

Two texts are compared by what they are about: the Japanese by dictionary forms and groups of synonyms, the English by
stems and a few groups of our own. Where both sides have something of their own that the other lacks, they are two questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.lint import english
from bot.domain.lint.synonyms import EMPTY_EN, EMPTY_JA, GROUPS_EN, GROUPS_JA
from bot.domain.lint.values import Asked, Hit, Likeness, Reading, Reviewed, Token

ALIKE = 0.72
"""From this likeness of the letters on, two texts are near-identical whatever they are about."""
CONCEPTS_JA = 0.66
CONCEPTS_EN = 0.66
BOTH = 1.2
"""The two languages together: each a little below its own threshold is enough."""


def same_question(reviewed: Reviewed, others: Sequence[Reviewed], likeness: Likeness) -> Iterator[Hit]:
    """Within the checklist and against every other one; a shared key is the right way to ask it in both."""
    mine = [(asked, _concepts(asked)) for asked in reviewed.asked]
    for i, (asked, concepts) in enumerate(mine):
        earlier = [(reviewed.checklist.key, *pair) for pair in mine[:i]]
        beside = [other for other in others if other.checklist.audience == reviewed.checklist.audience]
        for key, other, theirs in (*earlier, *_theirs(beside)):
            if other.question.key != asked.question.key and _same(asked, concepts, other, theirs, likeness):
                yield Hit((*asked.loc, "text"), None, (other.question.key, key))
                break


Concepts = tuple[frozenset[str], frozenset[str]]


def _theirs(others: Sequence[Reviewed]) -> Iterator[tuple[str, Asked, Concepts]]:
    for other in others:
        for asked in other.asked:
            yield other.checklist.key, asked, _concepts(asked)


def _same(one: Asked, mine: Concepts, other: Asked, theirs: Concepts, likeness: Likeness) -> bool:
    if one.question.kind != other.question.kind:
        return False
    ja, en = _overlap(mine[0], theirs[0]), _overlap(mine[1], theirs[1])
    if _apart(mine[0], theirs[0]) and _apart(mine[1], theirs[1]):
        return False
    if ja >= CONCEPTS_JA or en >= CONCEPTS_EN or ja + en >= BOTH:
        return True
    if not (ja >= 0.6 or en >= 0.6):
        return False
    return likeness(one.text.ja, other.text.ja) >= ALIKE and likeness(one.text.en, other.text.en) >= ALIKE


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Each has something that the other lacks."""
    return bool(one - other) and bool(other - one)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    if len(one) < 2 or len(other) < 2:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _concepts(asked: Asked) -> Concepts:
    return frozenset(_concepts_ja(asked.text)), frozenset(_concepts_en(asked.text.en))


def _concepts_ja(one: Reading) -> Iterator[str]:
    for token in one.tokens:
        if token.pos not in ("名詞", "動詞", "形容詞", "形状詞", "副詞") or {token.lemma, token.normal} & EMPTY_JA:
            continue
        yield _group_ja(token)


def _group_ja(token: Token) -> str:
    for i, group in enumerate(GROUPS_JA):
        if {token.lemma, token.normal, token.surface} & group:
            return f"group {i}"
    return f"synonym {min(token.synonyms)}" if token.synonyms else token.normal


def _concepts_en(text: str) -> Iterator[str]:
    for word in english.words(text):
        if word in EMPTY_EN or not word[0].isalnum():
            continue
        stem = _stem(word)
        yield next((f"group {i}" for i, group in enumerate(_STEMS) if stem in group), stem)


def _stem(word: str) -> str:
    word = re.sub(r"'s?$", "", word)
    return re.sub(r"(?:ies|ing|ed|es|s|e|ly|y)$", "", word) if len(word) > 4 else word.removesuffix("s")


_STEMS = tuple(frozenset(_stem(word) for word in group) | group for group in GROUPS_EN)
