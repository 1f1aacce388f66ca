"""Two questions in one English sentence: what `and` joins is a second verb with an object of its own, or a second subject."""

from __future__ import annotations

import re

from bot.domain.lint import english

_VERBS = (
    "train teach tell keep check review record log report test store delete erase destroy return lock encrypt inform ask obtain "
    "hold carry sign update install restrict limit monitor audit notify document replace remove revoke disable separate "
    "shred confirm verify count require ban forbid prohibit give issue inspect approve protect change scan patch block "
    "isolate wipe collect make have do use send put take write get let set retain dispose maintain conduct perform "
    "provide explain share publish mark label number compare list register name appoint assess examine search watch see "
    "ensure prevent stop switch apply rotate archive rehearse practise practice escort accompany cover seal hand back"
)
_VERB = "|".join(sorted(set(_VERBS.split())))
_PARTICIPLE = (
    r"[a-z]+ed|kept|told|taught|held|made|given|taken|sent|put|written|set|read|shown|shredded|sealed|done|met"
)
_NUMBERED = r"\((?:1|a|i)\).*\((?:2|b|ii)\)"


def two_in_english(text: str) -> str | None:
    """The words that join a second point to the first one; None where there is one point."""
    if re.search(_NUMBERED, text, re.DOTALL):
        return "(1) … (2)"
    parts = english.sentences(text)
    asking = [part for part in parts if english.is_question(part)]
    if len(asking) > 1:
        return " ".join(english.words(asking[1])[:3])
    for part in parts:
        said = re.sub(r"\([^)]*\)", "", part)
        found = _english_joint(said)
        if found:
            return found
    return None


def _english_joint(said: str) -> str | None:
    aux = "|".join(english.AUXILIARY - {"may", "might", "must", "shall", "am"})
    patterns = (
        rf";\s+(?:and )?(?:{aux})",
        (
            rf"\b(?:and|or)(?: if (?:so|not|yes),?| also,?| then)? (?:{aux}) (?:you|they|it|there|this|that|the|a|an|your|our|"
            r"these|those|all|each|any|every|its|their|somebody|someone|[a-z]+s) (?!.*\bwhether\b)"
        ),
        r"\band if (?:so|not)\b",
        r"\bas well as (?:being|having|to )",
        rf"\bas well as (?:{_VERB}|[a-z]{{3,}}ing) (?:the|a|an|your|our|their|its|each|every|all|any|it|them|that|for|by|on)\b",
        r"\b(?:in addition|additionally|furthermore|moreover|besides that|on top of that|and also|but also)\b",
        rf"\b(?:with|and) [^,?]*\balso (?:{_PARTICIPLE})\b",
        rf"\bboth (?:to )?(?:{_VERB}) .* and (?:to )?(?:{_VERB})\b",
        r", (?:and|as well as) (?:is|are) (?:this|that|it|they)\b",
        r"\b(?:and|but) (?:do|does|is|are|has|can|will) (?!not\b)(?:[a-z\x27-]+)",
        r"\b(?:while also|in addition to|along with (?:being|having|a check)|besides being)\b",
        r"\band (?:how|what|when|where|why) (?:do|does|is|are|has|have|can|will)\b",
        r"\bnot only\b[^?]*\bbut\b",
        r"\bat the same time\b",
        r"\bplus (?:is|are|do|does|have|has|the|a)\b",
        r"\band/or\b",
    )
    for pattern in patterns:
        found = english.has(said, pattern)
        if found:
            return found
    return _two_verbs(said) or _two_passives(said)


_NOUNS = frozenset(
    [
        "test",
        "record",
        "report",
        "log",
        "store",
        "cover",
        "mark",
        "number",
        "list",
        "name",
        "label",
        "patch",
        "hand",
        "stop",
        "register",
        "copy",
        "scan",
        "use",
        "set",
        "show",
    ]
)
"""Verbs that are as often the first part of a noun: test sheets, record books."""


def _two_verbs(said: str) -> str | None:
    """Do you have rules and train everybody: the second verb has its own object, the first one as well."""
    words = english.words(said)
    for i, word in enumerate(words):
        if word != "and" or i < 3 or i + 2 >= len(words):
            continue
        second = words[i + 1 : i + 4]
        if second[0] in ("regularly", "then", "always", "never", "do", "not"):
            second = second[1:]
        if (
            len(second) < 2
            or not re.fullmatch(_VERB, second[0])
            or not (second[1] in english.DETERMINER or (second[1].endswith("s") and second[0] not in _NOUNS))
        ):
            continue
        if re.fullmatch(_VERB, words[i - 1]) or words[i - 1] in ("go", "come", "try", "stop", "wait", "sit"):
            continue
        if any(w in ("who", "that", "whoever", "what", "to") for w in words[max(0, i - 6) : i]) and "?" not in said[:0]:
            continue
        if re.match(
            r"(?:keep|make|hold) (?:a |an )?(?:record|note|log|list)s? of (?:it|this|them|each)",
            " ".join(words[i + 1 :]),
        ):
            continue
        return f"and {second[0]}"
    return None


def _two_passives(said: str) -> str | None:
    """Are rules written down and staff trained: a second subject with its own participle."""
    found = re.search(
        rf"^(?:[^?]*, )?(?:are|is|were|was|have|has) [^?]*?\b(?:{_PARTICIPLE})\b[^?]*?\band "
        r"((?:(?:the |an? |all |their |its |your |our |every |each )[a-z-]+|staff|people|[a-z-]+(?<!s)s)(?: [a-z-]+s)? "
        rf"(?:(?:also|then|regularly) )?(?!included|concerned|needed|used)(?:{_PARTICIPLE}))\b",
        said,
        re.IGNORECASE,
    )
    return f"and {found[1]}" if found else None
