"""What the rules of the linter read and what they answer: values only.

A word of Japanese is a `Token` that somebody else has found (`bot/services/morphology.py`); English is split in
`english.py`. A rule gets one `Asked` question, or a whole `Reviewed` checklist, and a `Setting`, and yields `Hit`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.domain.base import Language
from bot.domain.checklist_schema import Checklist, Question
from bot.domain.words import Words

Loc = tuple[str | int, ...]


class Severity(StrEnum):
    """An error stops publishing; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


class Token(NamedTuple):
    """A Japanese word: as written, as in a dictionary, in its usual spelling, its part of speech, its form, its synonyms."""

    surface: str
    lemma: str
    normal: str
    pos: str
    detail: str
    form: str = "*"
    synonyms: tuple[int, ...] = ()


Tokenize = Callable[[str], tuple[Token, ...]]
Likeness = Callable[[str, str], float]
"""0 to 1: how much of two texts is the same."""


class Reading(NamedTuple):
    """A text in both languages and where it stands; the Japanese also as words."""

    loc: Loc
    ja: str
    en: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Asked:
    """A question with its texts read."""

    question: Question
    loc: Loc
    text: Reading
    help: Reading
    others: tuple[Reading, ...]
    """The example, the reason and the choices."""
    confidential: Reading | None

    @property
    def both(self) -> tuple[Reading, Reading]:
        """What is asked and what is said beside it."""
        return self.text, self.help


@dataclass(frozen=True)
class Reviewed:
    """A checklist with its texts read."""

    checklist: Checklist
    asked: tuple[Asked, ...]
    introduction: tuple[Reading, ...] = ()
    """Purpose and reasons: they stand before the questions, so a word may be explained there."""


class Limits(NamedTuple):
    """What a tier bears: questions, things to attach, answers to write."""

    questions: int
    attachments: int
    written: int


def same(one: str, other: str) -> float:
    """The likeness of those who hand none in: all or nothing."""
    return float(one == other)


@dataclass(frozen=True)
class Setting:
    """What is known besides the checklist itself. `limits`: None where nobody said which work it is for."""

    today: date
    glossary: frozenset[str] = frozenset()
    limits: Limits | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    likeness: Likeness = same


class Hit(NamedTuple):
    """One thing to mend: where, in which language (None: it is not about words), and the words or numbers found."""

    loc: Loc
    language: Language | None
    found: tuple[str, ...] = ()


def reading(words: Words, loc: Loc, tokenize: Tokenize) -> Reading:
    """A text of the checklist, read."""
    return Reading(loc, words.ja, words.en, tokenize(words.ja))
