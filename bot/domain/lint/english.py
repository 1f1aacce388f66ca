"""English sentences as the rules see them. English has no tagger here: closed classes of words and their order must do."""

from __future__ import annotations

import re

AUXILIARY = frozenset(
    [
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "can",
        "could",
        "will",
        "would",
        "should",
        "must",
        "may",
        "might",
        "shall",
        "am",
    ]
)
WH = frozenset(["what", "how", "which", "who", "whom", "whose", "where", "when", "why"])
DETERMINER = frozenset(
    [
        "the",
        "a",
        "an",
        "it",
        "them",
        "him",
        "her",
        "your",
        "our",
        "their",
        "its",
        "his",
        "each",
        "every",
        "everybody",
        "everyone",
        "all",
        "any",
        "this",
        "that",
        "these",
        "those",
        "some",
        "no",
        "whether",
        "how",
        "what",
        "who",
        "where",
        "when",
        "staff",
        "people",
        "everything",
        "anybody",
        "new",
        "us",
        "you",
        "one",
        "two",
        "both",
    ]
)
_SENTENCE = re.compile(r"[^.?!]+(?:[.](?=\S)[^.?!]+)*[.?!]*")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'./&-]*|[;:,()%\"]")


def sentences(text: str) -> list[str]:
    """Cut at full stops, question and exclamation marks; a mark stays with its sentence."""
    return [one.strip() for one in _SENTENCE.findall(text.replace("e.g.", "eg").replace("i.e.", "ie")) if one.strip()]


def is_question(sentence: str) -> bool:
    """Whether it asks."""
    return sentence.rstrip("\"') ").endswith("?")


def words(sentence: str) -> list[str]:
    """Words and marks, in small letters."""
    return [word.rstrip(".").lower() if len(word) > 1 else word.lower() for word in _WORD.findall(sentence)]


def clause_starts(sentence: str) -> list[list[str]]:
    """The words from the beginning of the sentence, and from behind each comma, semicolon and colon."""
    said = words(sentence)
    starts = [0, *(i + 1 for i, word in enumerate(said) if word in (",", ";", ":"))]
    return [said[i:] for i in starts if said[i:]]


def has(text: str, pattern: str) -> str | None:
    """The words that a pattern finds, whole words only."""
    found = re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    return found[0] if found else None
