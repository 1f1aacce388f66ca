"""Checklists (点検票): what is asked, of whom, why, and what an answer has to look like. Values only.

A checklist is one YAML file in `checklists/`; `storage/checklist_files.py` reads it into these values, and
`checklist.py` has the functions that select, check and weigh. To add a field: here, with a default that means "as
before" (so that published checklists keep their content hash), in `checklists/README.md`, and write the schema anew.
Sources of the rules: content_ja.md §5.3 (fair dealing, R-L8), §8.4 (quality of questions).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self

from pydantic import Field, StrictBool, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.domain.base import Value
from bot.domain.checklist_parts import (
    ALONE,
    FACTS,
    YES_NO,
    Accident,
    Certificate,
    Choice,
    Condition,
    EvidenceRequest,
    Key,
    Kind,
    Protects,
    Reference,
    Scope,
    Source,
)
from bot.domain.words import HeadingWords, Label, LabelWords, SentenceWords, Words

__all__ = [
    "ALONE",
    "FACTS",
    "YES_NO",
    "Accident",
    "Certificate",
    "Checklist",
    "Choice",
    "Condition",
    "EvidenceRequest",
    "Key",
    "Kind",
    "Question",
    "Reference",
    "Scope",
    "Section",
    "Source",
    "places",
]

Loc = tuple[str | int, ...]
Problem = tuple[Loc, PydanticCustomError]


class Question(Value):
    """One closed question. `key` is its identity for ever: across versions, and across files that share it.

    `risky` are the answers the security team should see first; None is the usual for the kind. `legal_minimum` tells
    what the law asks from what is our own wish (content_ja.md §2.1-5). All conditions of `ask_if` must hold.
    `covered_by`: a valid certificate whose scope was confirmed for the work answers the question. `protects`: what of the work it
    guards; () is all of it. A risky answer weighs more where the work has that (`scoring.rank`).
    """

    key: Key
    text: SentenceWords
    help: Words
    example: Words | None = None
    why: Words | None = None
    scope: Scope = Scope.COMPANY
    kind: Kind
    choices: tuple[Choice, ...] = Field(default=(), max_length=10)
    minimum: int | None = None
    maximum: int | None = None
    required: StrictBool = True
    evidence: EvidenceRequest = EvidenceRequest()
    weight: int = Field(default=1, ge=1, le=5)
    critical: StrictBool = False
    risky: tuple[Key, ...] | None = None
    protects: tuple[Protects, ...] = ()
    legal_minimum: StrictBool = False
    references: tuple[Reference, ...] = ()
    ask_if: tuple[Condition, ...] = ()
    covered_by: tuple[Certificate, ...] = ()

    @property
    def possible(self) -> tuple[str, ...]:
        """The codes an answer can consist of; () when the answer is free (date, number, text, file)."""
        return YES_NO if self.kind is Kind.YES_NO else tuple(choice.key for choice in self.choices)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        _refuse("Question", [*_choice_problems(self), *_bound_problems(self)])
        return self


class Section(Value):
    """Questions on one page, and which risk they are about (R-L8): a supplier is told why it is asked."""

    key: Key
    title: HeadingWords
    why: Words
    questions: tuple[Question, ...] = Field(min_length=1, max_length=12)


class Checklist(Value):
    """A checklist as published. `minutes`: about how long it takes; `owner`: who keeps it up to date.

    `audience`: who answers: the supplier, the department that owns the work, or the security team itself.
    `accidents` stand in the file of a trade and say what it is there for.
    """

    key: Key
    version: Label
    title: LabelWords
    purpose: Words
    audience: Literal["supplier", "owner", "team"] = "supplier"
    source: Source
    reviewed_on: date
    owner: Label
    minutes: int = Field(ge=1, le=240)
    accidents: tuple[Accident, ...] = Field(default=(), max_length=5)
    sections: tuple[Section, ...] = Field(min_length=1, max_length=30)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order they are asked."""
        return tuple(question for section in self.sections for question in section.questions)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _refuse("Checklist", [*_repeated_keys(self), *_condition_problems(self), *_accident_problems(self)])
        return self


def _refuse(title: str, problems: list[Problem]) -> None:
    """One pydantic error that names each problem's own place; a plain ValueError would name only the whole."""
    if problems:
        details = [InitErrorDetails(type=error, loc=loc, input=None) for loc, error in problems]
        raise ValidationError.from_exception_data(title, details)


def _problem(message: str, *loc: str | int, kind: str = "checklist") -> Problem:
    return loc, PydanticCustomError(kind, "{message}", {"message": message})


def _choice_problems(question: Question) -> Iterator[Problem]:
    chosen = question.kind in (Kind.ONE_OF, Kind.MANY_OF)
    if chosen and len(question.choices) < 2:
        yield _problem("`one_of` and `many_of` need at least two `choices`", "choices")
    if not chosen and question.choices:
        yield _problem(f"`choices` belong to `one_of` and `many_of`, not to `{question.kind}`", "choices")
    yield from _repeats([(("choices", i, "key"), choice.key) for i, choice in enumerate(question.choices)])
    for i, key in enumerate(question.risky or ()):
        if key not in question.possible:
            yield _problem(f"`{key}` is not an answer to this question", "risky", i)


def _bound_problems(question: Question) -> Iterator[Problem]:
    low, high = question.minimum, question.maximum
    if question.kind is not Kind.NUMBER and (low, high) != (None, None):
        yield _problem("`minimum` and `maximum` belong to `number`", "minimum" if low is not None else "maximum")
    if low is not None and high is not None and low > high:
        yield _problem("`minimum` is above `maximum`", "minimum")
    if question.critical and not question.possible:
        yield _problem("`critical` needs a closed kind: yes_no, one_of or many_of", "critical")


def _repeats(keys: list[tuple[Loc, str]]) -> Iterator[Problem]:
    """A key that was used before; the context carries where, so that a reader of files can name both lines."""
    first: dict[str, Loc] = {}
    for loc, key in keys:
        if key in first:
            context = {"key": key, "first": first[key]}
            yield loc, PydanticCustomError("repeated_key", "the key `{key}` is used twice", context)
        first.setdefault(key, loc)


def _repeated_keys(checklist: Checklist) -> Iterator[Problem]:
    sections = list(enumerate(checklist.sections))
    yield from _repeats([(("sections", i, "key"), section.key) for i, section in sections])
    yield from _repeats([((*loc, "key"), question.key) for loc, question in places(checklist)])


def _accident_problems(checklist: Checklist) -> Iterator[Problem]:
    known = {question.key for question in checklist.questions}
    for i, accident in enumerate(checklist.accidents):
        for j, key in enumerate(accident.caught_by):
            if key not in known:
                yield _problem(f"`{key}` is not a question of this file", "accidents", i, "caught_by", j)


def places(checklist: Checklist) -> Iterator[tuple[Loc, Question]]:
    """Each question with its path in the file."""
    for i, section in enumerate(checklist.sections):
        for j, question in enumerate(section.questions):
            yield ("sections", i, "questions", j), question


def _condition_problems(checklist: Checklist) -> Iterator[Problem]:
    """A condition looks only at earlier questions, so conditions cannot form a loop and one pass decides them all."""
    earlier: dict[str, Question] = {}
    for loc, question in places(checklist):
        for i, condition in enumerate(question.ask_if):
            message = _unfit(condition, question, earlier)
            if message:
                yield _problem(message, *loc, "ask_if", i)
        earlier[question.key] = question


def _unfit(condition: Condition, question: Question, earlier: dict[str, Question]) -> str | None:
    if condition.fact is not None:
        if condition.fact not in FACTS:
            return f"`{condition.fact}` is not a known fact; known are {', '.join(FACTS)}"
        return _never_true(condition, FACTS[condition.fact], number=not FACTS[condition.fact])
    asked = earlier.get(condition.answer or "")
    if asked is None:
        return f"`{condition.answer}` is not a question further up in this file"
    if question.scope is Scope.COMPANY and asked.scope is Scope.ENGAGEMENT:
        return "a company question cannot depend on an engagement's answer: there may be several"
    return _never_true(condition, asked.possible, number=asked.kind is Kind.NUMBER)


def _never_true(condition: Condition, possible: tuple[str, ...], *, number: bool) -> str | None:
    if (condition.at_least is not None) != number:
        return "`at_least` is for numbers, `is_one_of` for all else"
    strange = [code for code in condition.is_one_of if code not in possible]
    if strange:
        return f"`{strange[0]}` can never be the answer; possible are {', '.join(possible) or 'no codes'}"
    return None
