"""The rules of checklists: which questions are asked, whether an answer is one, which answers deserve a look.

Pure functions over the values of `checklist_schema.py`, which this module hands on under one name. Answers are what
`Answer.value` holds, by question key: a code for `yes_no` and `one_of`, a list of codes for `many_of`, an ISO date,
an int or float, a text, or a list of evidence ids for `file`. To add a kind of question: a member of `Kind` and a
function in `_CHECKS`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from bot.domain.base import Value
from bot.domain.checklist_schema import (
    ALONE,
    FACTS,
    YES_NO,
    Checklist,
    Choice,
    Condition,
    EvidenceRequest,
    Kind,
    Question,
    Scope,
    Section,
    Source,
    places,
)
from bot.domain.words import Words

__all__ = [
    "ALONE",
    "FACTS",
    "YES_NO",
    "Checklist",
    "Choice",
    "Condition",
    "Decision",
    "EvidenceRequest",
    "Fault",
    "Kind",
    "Question",
    "Risk",
    "Scope",
    "Section",
    "Source",
    "Words",
    "check_value",
    "clean_comment",
    "comment_fault",
    "content_hash",
    "missing",
    "missing_evidence",
    "places",
    "questions_for",
    "risky",
    "selection",
]

TEXT_LIMIT = 3000
FILES_LIMIT = 10
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Answers = Mapping[str, Any]
Facts = Mapping[str, Any]


def content_hash(checklist: Checklist) -> str:
    """SHA-256 in hex of everything that is asked and how it is weighed.

    Not of `version`, `reviewed_on` and `owner`: a review that found nothing to change is not a new version. Defaults
    are left out, so a field that is added to the schema later does not change what was published before it.
    """
    body = checklist.model_dump(mode="json", exclude={"version", "reviewed_on", "owner"}, exclude_defaults=True)
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class Decision(Value):
    """Why a question is asked or left out; `by` names the fact, the earlier question or the certificate.

    `answer_not_met` may still change while people answer; `fact_not_met` and `covered` are settled when it is sent.
    """

    question: Question
    asked: bool
    reason: Literal["always", "condition_met", "fact_not_met", "answer_not_met", "covered"]
    by: str = ""


def selection(
    checklist: Checklist, facts: Facts, answers: Answers, certificates: Collection[str] = ()
) -> tuple[Decision, ...]:
    """A decision for every question, in order. `certificates`: schemes that are valid and confirmed for this work.

    A fact that is absent or None is unknown, and unknown means ask. An answer counts only while its own question is
    asked, so what stands behind a changed answer falls away with it.
    """
    counted: dict[str, Any] = {}
    decisions = []
    for question in checklist.questions:
        decision = _decide(question, facts, counted, certificates)
        decisions.append(decision)
        if decision.asked:
            counted[question.key] = answers.get(question.key)
    return tuple(decisions)


def questions_for(checklist: Checklist, engagement_facts: Facts, answers: Answers) -> tuple[Question, ...]:
    """The questions that are asked, given what is known of the engagement and what was answered so far."""
    return tuple(d.question for d in selection(checklist, engagement_facts, answers) if d.asked)


def _decide(question: Question, facts: Facts, answers: Answers, certificates: Collection[str]) -> Decision:
    for scheme in question.covered_by:
        if scheme in certificates:
            return Decision(question=question, asked=False, reason="covered", by=scheme)
    for condition in sorted(question.ask_if, key=lambda c: c.fact is None):
        if not _holds(condition, facts, answers):
            reason: Literal["fact_not_met", "answer_not_met"] = "fact_not_met" if condition.fact else "answer_not_met"
            return Decision(question=question, asked=False, reason=reason, by=condition.fact or condition.answer or "")
    if question.ask_if:
        first = question.ask_if[0]
        return Decision(question=question, asked=True, reason="condition_met", by=first.fact or first.answer or "")
    return Decision(question=question, asked=True, reason="always")


def _holds(condition: Condition, facts: Facts, answers: Answers) -> bool:
    given = facts.get(condition.fact) if condition.fact else answers.get(condition.answer or "")
    if given is None:
        return condition.fact is not None
    if condition.at_least is not None:
        return _is_number(given) and given >= condition.at_least
    return not _codes(given).isdisjoint(condition.is_one_of)


def _codes(given: Any) -> set[str]:
    if isinstance(given, bool):
        return {"yes" if given else "no"}
    return {str(one) for one in given} if isinstance(given, list | tuple) else {str(given)}


def missing(questions: Collection[Question], answers: Answers) -> tuple[Question, ...]:
    """The required questions without an answer. Pass what `questions_for` returned."""
    return tuple(q for q in questions if q.required and _is_empty(answers.get(q.key)))


def missing_evidence(
    questions: Collection[Question], answers: Answers, attached: Collection[str]
) -> tuple[Question, ...]:
    """Questions whose answer claims something that must be shown, and whose key is not among `attached`."""
    return tuple(
        q for q in questions if q.evidence.need == "required" and q.key not in attached and _claims(answers.get(q.key))
    )


def _claims(value: Any) -> bool:
    return not _is_empty(value) and not _codes(value) <= ALONE | {"no"}


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


class Risk(Value):
    """An answer that deserves a look. `code`: no, partly, dont_know, … for yes_no; `choice` for a choice."""

    code: Literal["yes", "partly", "no", "not_applicable", "dont_know", "choice"]
    critical: bool


def risky(question: Question, value: Any) -> Risk | None:
    """The risk in an answer, or None. Usual for yes_no: no and don't know; partly too where the question is critical.

    For choices only a choice with one of those keys is; what else deserves a look, the question's own `risky` names.
    The judgement stays a person's.
    """
    if _is_empty(value) or not question.possible:
        return None
    usual = {"no", "dont_know", "partly"} if question.critical else {"no", "dont_know"}
    watched = usual & set(question.possible) if question.risky is None else set(question.risky)
    found = [code for code in question.possible if code in watched and code in _codes(value)]
    if not found:
        return None
    return Risk.model_validate({"code": found[0] if found[0] in YES_NO else "choice", "critical": question.critical})


class Fault(StrEnum):
    """Why a value is no answer to its question; the catalogs have a sentence for each."""

    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    NOT_A_CHOICE = "not_a_choice"
    CONTRADICTION = "contradiction"
    NOT_A_DATE = "not_a_date"
    TOO_SMALL = "too_small"
    TOO_BIG = "too_big"
    TOO_MANY = "too_many"


def check_value(question: Question, value: Any) -> Fault | None:
    """What is wrong with a value, or None. Emptiness is EMPTY here; whether that matters is `missing`'s business."""
    return Fault.EMPTY if _is_empty(value) else _CHECKS[question.kind](question, value)


def _check_code(question: Question, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return Fault.WRONG_TYPE
    return None if value in question.possible else Fault.NOT_A_CHOICE


def _check_codes(question: Question, value: Any) -> Fault | None:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return Fault.WRONG_TYPE
    if len(set(value)) != len(value) or not set(value) <= set(question.possible):
        return Fault.NOT_A_CHOICE
    return Fault.CONTRADICTION if len(value) > 1 and not ALONE.isdisjoint(value) else None


def _check_date(_: Question, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return Fault.WRONG_TYPE
    try:  # fromisoformat alone would also take 20260401 and 2026-W14-3
        year = date.fromisoformat(value).year if _DAY.fullmatch(value) else 0
    except ValueError:
        return Fault.NOT_A_DATE
    return None if 1900 <= year <= 2199 else Fault.NOT_A_DATE


def _check_number(question: Question, value: Any) -> Fault | None:
    if not _is_number(value):
        return Fault.WRONG_TYPE
    if question.minimum is not None and value < question.minimum:
        return Fault.TOO_SMALL
    return Fault.TOO_BIG if question.maximum is not None and value > question.maximum else None


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _check_text(_: Question, value: Any) -> Fault | None:
    return comment_fault(value) if isinstance(value, str) else Fault.WRONG_TYPE


def comment_fault(text: str) -> Fault | None:
    """What is wrong with free text, or None."""
    if len(text) > TEXT_LIMIT:
        return Fault.TOO_LONG
    return Fault.BAD_CHARACTER if any(_hidden(c) for c in text) else None


def clean_comment(text: str) -> str:
    """Free text without the characters that cannot be taken."""
    return "".join(c for c in text if not _hidden(c))[:TEXT_LIMIT]


def _hidden(char: str) -> bool:
    # NUL and lone surrogates arrive in JSON but cannot be stored by PostgreSQL
    return unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t"


def _check_files(_: Question, value: Any) -> Fault | None:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
        return Fault.WRONG_TYPE
    return Fault.TOO_MANY if len(value) > FILES_LIMIT else None


_CHECKS: dict[Kind, Callable[[Question, Any], Fault | None]] = {
    Kind.YES_NO: _check_code,
    Kind.ONE_OF: _check_code,
    Kind.MANY_OF: _check_codes,
    Kind.DATE: _check_date,
    Kind.NUMBER: _check_number,
    Kind.TEXT: _check_text,
    Kind.FILE: _check_files,
}
