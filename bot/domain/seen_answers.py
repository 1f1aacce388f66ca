"""The submitted answers as a judge sees them: the risky ones first, how often each kind was given, what the points propose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.base import Value
from bot.domain.checklist import Kind, Question, Risk, risky
from bot.domain.forms import COMPANY, asked_now, question_of
from bot.domain.scoring import Answered, Proposal, ScoringRules, propose, rank
from bot.domain.words import Words

NO_SECTION = Words(ja="-", en="-")


class SeenAnswer(Value):
    """One answer as it was submitted. `about` is the work it is about, '' for the company; `scope` its review item's id."""

    question: Question
    about: str
    scope: str = COMPANY
    section: Words = NO_SECTION
    value: Any = None
    comment: str = ""
    risk: Risk | None = None


class Counts(Value):
    """How the questions that were asked were answered. `other`: choices, dates, numbers, texts."""

    yes: int = 0
    partly: int = 0
    no: int = 0
    not_applicable: int = 0
    dont_know: int = 0
    other: int = 0
    unanswered: int = 0


def weigh(
    questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer], facts: Mapping[str, Mapping[str, Any]]
) -> tuple[SeenAnswer, ...]:
    """The questions that were asked with their answers: risky ones first, critical before others, then by what is at stake.

    `answers` by question id; only those of a submission. A question without one stands there unanswered. `facts` of the work by
    scope: what a risky answer endangers.
    """
    seen = [_seen(one, answers.get(one.id)) for one in asked_now(questions, answers)]
    ranked = sorted((a for a in seen if a.risk), key=lambda a: rank(a.question, a.value, facts.get(a.scope, {})))
    return (*ranked, *(a for a in seen if not a.risk))


def _seen(asked: ReviewQuestion, answer: Answer | None) -> SeenAnswer:
    question = question_of(asked)
    value = answer.value if answer else None
    return SeenAnswer(
        question=question,
        about=asked.body["about"],
        scope=asked.scope,
        section=Words.model_validate(asked.body["section"]["title"]),
        value=value,
        comment=answer.comment if answer else "",
        risk=risky(question, value),
    )


def proposed(answers: Iterable[SeenAnswer], item_id: str, rules: ScoringRules) -> Proposal:
    """What the points of the answers about one piece of work, and about its supplier, propose."""
    mine = [a for a in answers if a.scope in (COMPANY, item_id)]
    return propose([Answered(a.section, a.question, a.value) for a in mine], rules)


def count(answers: Iterable[SeenAnswer]) -> Counts:
    """How often each kind of answer was given."""
    return Counts.model_validate(dict(Counter(_kind(a) for a in answers)))


def _kind(answer: SeenAnswer) -> str:
    if answer.value in (None, "", [], ()):
        return "unanswered"
    return str(answer.value) if answer.question.kind is Kind.YES_NO else "other"
