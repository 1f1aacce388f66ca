"""open_question: a question that needs an essay, or that the buttons it has cannot answer (content_ja.md §8.4 Q1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import english, japanese
from bot.domain.lint.japanese import Tokens
from bot.domain.lint.open_words import (
    EN_ESSAY,
    EN_ESSAY_TELL,
    EN_LABEL,
    EN_SHORT,
    EN_TELL,
    EN_WANT,
    ESSAY,
    ESSAY_VERBS,
    FREELY,
    LABELS,
    MANNER,
    SHORT,
    TELL,
)
from bot.domain.lint.values import Asked, Hit, Setting


def open_question(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """Japanese and English are read on their own: either may be what people see."""
    kind = asked.question.kind
    tokens = asked.text.tokens
    found = _japanese(tokens, kind)
    if found:
        yield Hit((*asked.text.loc, "ja"), "ja", (found,))
    found = _english(asked.text.en, kind)
    if found:
        yield Hit((*asked.text.loc, "en"), "en", (found,))


def _japanese(tokens: Tokens, kind: Kind) -> str | None:
    parts = japanese.sentences(tokens)
    for sentence in parts:
        said = japanese.core(japanese.outside_brackets(sentence))
        told = _told(said) if japanese.is_request(sentence) else None
        which = japanese.interrogative(sentence)
        if kind is Kind.YES_NO and (which or told):
            return which or told
        if kind is Kind.YES_NO and said and said[-1].surface in LABELS:
            return said[-1].surface
        if kind in (Kind.ONE_OF, Kind.MANY_OF) and told in ESSAY_VERBS:
            return told
        if kind in (Kind.NUMBER, Kind.DATE) and (told in ESSAY_VERBS or (which and _manner(which))):
            return told or which
    return _written(tokens) if kind is Kind.TEXT else None


def _manner(which: str) -> bool:
    return any(which.startswith(word) for word in MANNER) or which.startswith("どのよう")


def _told(said: Tokens) -> str | None:
    """The verb of telling in a request, when it is what is asked for: 説明してください, お書き願います."""
    for token in reversed(said[-9:]):
        for word in (token.lemma, token.normal):
            if word in TELL:
                return word
    return None


def _written(tokens: Tokens) -> str | None:
    """A free text is closed only where it asks for one short fact: a name, a role, a country."""
    said = japanese.outside_brackets(tokens)
    freely = FREELY.search(japanese.text(tokens))
    if freely:
        return freely[0]
    for sentence in japanese.sentences(tokens):
        which = japanese.interrogative(sentence)
        if which and _manner(which):
            return which
    last = japanese.core(said)[-16:]
    essay = [token.surface for token in last if token.surface in ESSAY or token.lemma in ESSAY]
    short = [
        token.surface
        for token in tokens
        if token.surface in SHORT or token.lemma in SHORT or (token.pos == "接尾辞" and token.surface == "名")
    ]
    told = _told(said)
    if told in ESSAY_VERBS:
        return told
    if essay:
        return essay[-1]
    return None if short else japanese.text(last[-6:])


def _english(text: str, kind: Kind) -> str | None:
    parts = english.sentences(text)
    if kind is Kind.TEXT:
        return _english_text(parts)
    label = re.match(EN_LABEL, text, re.IGNORECASE) if not text.rstrip().endswith("?") else None
    if label and kind is Kind.YES_NO:
        return label[0]
    for sentence in parts:
        which = _main_wh(sentence)
        told = _imperative(sentence, EN_TELL)
        if kind is Kind.YES_NO and (which or told or english.has(sentence, EN_WANT)):
            return which or told or english.has(sentence, EN_WANT)
        essay = _imperative(sentence, EN_ESSAY_TELL) or (which if which and which.startswith("why") else None)
        if kind is not Kind.YES_NO and kind is not Kind.FILE and essay:
            return essay
    return None


def _english_text(parts: list[str]) -> str | None:
    for sentence in parts:
        told = _imperative(sentence, EN_ESSAY_TELL) or english.has(sentence, EN_WANT)
        which = _main_wh(sentence)
        if told or (which and re.match(r"(how(?! many)|why|in what way|to what)", which)):
            return told or which
        if english.has(sentence, EN_SHORT) and not english.has(sentence, r"anything|everything|bullet points"):
            return None
        essay = english.has(sentence, EN_ESSAY)
        if essay:
            return essay
    return parts[-1] if parts else None


def _imperative(sentence: str, verbs: str) -> str | None:
    """A sentence, or what follows a comma, that begins with a verb of telling."""
    start = re.match(
        rf"(?:.*[,:;] )?(?:please |kindly |briefly |can you |could you |would you )*(?P<verb>{verbs})\b",
        sentence,
        re.IGNORECASE,
    )
    return start["verb"].lower() if start else None


def _main_wh(sentence: str) -> str | None:
    """What, how, who … where it rules the whole sentence: at the start of a clause, and followed by an auxiliary."""
    if not english.is_question(sentence):
        return None
    for i, start in enumerate(english.clause_starts(sentence)):
        begin = start[1:] if start[0] in ("and", "but", "so") else start
        if not begin:
            continue
        k = 1 if begin[0] in ("by", "in", "on", "to", "at", "for", "from", "with", "within", "under", "after") else 0
        if len(begin) <= k or begin[k] not in english.WH or begin[k + 1 : k + 2] == ["to"]:
            continue
        wh = begin[k]
        if wh in ("where", "when", "who", "which", "whom", "whose") and i + k == 0:
            subordinate = len(begin) < 2 or begin[1] not in english.AUXILIARY
            if subordinate and wh in ("when", "where"):
                continue
        elif (i > 0 and not any(word in english.AUXILIARY for word in begin[k + 1 : k + 5])) or (
            i > 0 and wh in ("which", "who", "whose", "where", "when", "whom") and k == 0
        ):
            continue
        return " ".join(begin[: k + 2])
    return None
