"""Checklists (点検票): what is asked, of whom, why, and what an answer has to look like. Values only.

A checklist is one YAML file in `checklists/`; `storage/checklist_files.py` reads it into these values, and
`checklist.py` has the functions that select, check and weigh. To add a field: here, with a default that means "as
before" (so that published checklists keep their content hash), in `checklists/README.md`, and write the schema anew.
Sources of the rules: content_ja.md §5.3 (fair dealing, R-L8), §8.4 (quality of questions).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.domain.base import Value
from bot.domain.words import HeadingWords, Label, LabelWords, Sentence, SentenceWords, Words

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,49}$")]

Reference = Annotated[
    str,
    StringConstraints(
        pattern=r"^(iso27001:2022 [4-9](\.\d{1,2}){1,2}|scs [1-7]-\d-\d(-\d{1,2})?|appi 3-4-4|appi 10-[1-7](\(\d\))?"
        r"|jisq15001:2017 A\.3\.4\.3\.4\([a-h]\)|csf2 [A-Z]{2}\.[A-Z]{2}-\d\d|sp800-53r5 [A-Z]{2}-\d{1,2})$"
    ),
]
"""`iso27001:2022 8.13` (Annex A), `scs 4-4-4-2`, `appi 10-6(3)` (PPC guideline, annex), `jisq15001:2017 A.3.4.3.4(c)` (what a
P-mark contract holds), `csf2 GV.SC-05`, `sp800-53r5 SR-6`."""

Certificate = Literal["isms", "p_mark", "scs_3", "scs_4"]
Loc = tuple[str | int, ...]
Problem = tuple[Loc, PydanticCustomError]

YES_NO = ("yes", "partly", "no", "not_applicable", "dont_know")
ALONE = frozenset({"none", "not_applicable", "dont_know"})
"""Choice keys that contradict every other choice of the same question."""

FACTS: dict[str, tuple[str, ...]] = {
    "personal_data": ("yes", "no"),
    "special_care_data": ("yes", "no"),
    "my_number": ("yes", "no"),
    "secret_data": ("yes", "no"),
    "network_access": ("yes", "no"),
    "work_stops": ("yes", "no"),
    "subcontracting": ("yes", "no"),
    "overseas": ("yes", "no"),
    "contract_type": ("contract", "quasi_mandate", "mandate"),
    "supplier_kind": ("company", "sole_trader", "foreign", "public"),
    "devices": ("none", "lent", "own", "both"),
    "workplace": ("theirs", "ours", "home", "data_centre", "several"),
    "record_count": (),
}
"""Facts of the work a condition may look at, with the values they can take; () is a number (`checklist_facts.py` fills them)."""


class Source(Value):
    """Where the subject matter comes from, shown with the checklist. `modified`: our words, not the source's."""

    title: Words
    url: str | None = None
    version: Label
    licence: Sentence
    modified: StrictBool


class Kind(StrEnum):
    """How a question is answered; also the kind of the value (see `checklist.check_value`)."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"
    FILE = "file"


class Scope(StrEnum):
    """Asked once per supplier, or once for each engagement."""

    COMPANY = "company"
    ENGAGEMENT = "engagement"


class Choice(Value):
    """One choice of `one_of` or `many_of`."""

    key: Key
    text: LabelWords


EvidenceKind = Literal["policy", "contract", "record", "list", "screenshot", "photo", "certificate", "diagram"]


class EvidenceRequest(Value):
    """What to attach, and what to do instead when it may not leave the supplier's company (content_ja.md §8.4 Q6)."""

    need: Literal["none", "optional", "required"] = "none"
    kinds: tuple[EvidenceKind, ...] = ()
    if_confidential: Words | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.need != "none" and not (self.kinds and self.if_confidential):
            raise ValueError("evidence that is asked for needs `kinds` and `if_confidential`")
        return self


class Condition(Value):
    """True when an earlier answer, or a fact of the engagement, is one of the values, or is at least the number."""

    answer: Key | None = None
    fact: Key | None = None
    is_one_of: tuple[Label, ...] = ()
    at_least: int | None = None

    @model_validator(mode="after")
    def _one_subject_one_test(self) -> Self:
        if (self.answer is None) == (self.fact is None):
            raise ValueError("a condition looks at either `answer` or `fact`")
        if bool(self.is_one_of) == (self.at_least is not None):
            raise ValueError("a condition has either `is_one_of` or `at_least`")
        return self


class Question(Value):
    """One closed question. `key` is its identity for ever: across versions, and across files that share it.

    `risky` are the answers the security team should see first; None is the usual for the kind. `legal_minimum` tells
    what the law asks from what is our own wish (content_ja.md §2.1-5). All conditions of `ask_if` must hold.
    `covered_by`: a valid certificate whose scope was confirmed for the work answers the question.
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


class Accident(Value):
    """An accident typical of the trade, and the questions of this file whose honest answer would have warned of it."""

    what: Words
    caught_by: tuple[Key, ...] = Field(min_length=1, max_length=5)


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
