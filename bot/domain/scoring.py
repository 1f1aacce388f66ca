"""What answers are worth: points by section and in total, and a proposal with its reasons. Pure; the judgement is a person's.

One scale (usually 4 for yes, 2 for partly, 0 for no, -1 for don't know) is set in the policy. "Not applicable", free answers
and what is not answered yet are not counted, neither for nor against. Where nothing is counted there is no percentage: not 0, not
100. A risky answer to a critical question caps the total. Nothing proposes to refuse a supplier (content_ja.md §5.3, R-L3).
To add a kind of answer: `_worth`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from bot.domain.base import Value
from bot.domain.checklist import Kind, Question, risky
from bot.domain.words import Words

Points = Literal["yes", "partly", "no", "dont_know"]


class Scale(Value):
    """Points for one question of weight 1. A better answer is never worth less, or a score would mean nothing."""

    yes: int = Field(default=4, ge=1, le=100)
    partly: int = Field(default=2, ge=-100, le=100)
    no: int = Field(default=0, ge=-100, le=100)
    dont_know: int = Field(default=-1, ge=-100, le=100)

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if not self.yes > self.partly >= self.no >= self.dont_know:
            raise ValueError("the points have to fall: yes, partly, no, dont_know")
        return self


class ScoringRules(Value):
    """How a proposal is made. `good` and `fair`: from which percentage on nothing is to be said, or it is to be watched.

    `critical_cap`: the most that a total can be with a risky answer to a critical question. `mostly_not_applicable`: from which
    share of "not applicable", in percent, the proposal says that little was really looked at.
    """

    scale: Scale = Scale()
    good: int = Field(default=80, ge=1, le=100)
    fair: int = Field(default=60, ge=0, le=100)
    critical_cap: int = Field(default=59, ge=0, le=100)
    mostly_not_applicable: int = Field(default=50, ge=1, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.fair >= self.good:
            raise ValueError("`fair` has to be below `good`")
        if self.critical_cap >= self.good:
            raise ValueError("`critical_cap` has to be below `good`, or a critical answer would change nothing")
        return self


@dataclass(frozen=True)
class Answered:
    """One question that is asked, with its answer (None: none yet) and the section it stands in."""

    section: Words
    question: Question
    value: Any


class Score(Value):
    """The points of some answers. `percent` None: nothing counts. `possible` is what only yes would have brought."""

    points: int = 0
    possible: int = 0
    counted: int = 0
    not_applicable: int = 0
    dont_know: int = 0
    unanswered: int = 0
    free: int = 0

    @property
    def percent(self) -> int | None:
        """0 to 100, rounded down: 100 is everything. More "don't know" than points is 0, not less."""
        return max(0, self.points * 100 // self.possible) if self.possible > 0 else None


class Reason(Value):
    """One reason of a proposal; the catalogs have a sentence for each code."""

    code: Literal["good", "fair", "poor", "critical", "dont_know", "not_applicable", "unanswered", "nothing"]
    count: int = 0


class SectionScore(Value):
    """The points of one section."""

    title: Words
    score: Score


class Proposal(Value):
    """What the rules would say. `percent` is after the cap; `value` is None where there is nothing to go by."""

    value: Literal["ok", "watch", "improve"] | None
    percent: int | None
    total: Score
    sections: tuple[SectionScore, ...]
    reasons: tuple[Reason, ...]


def score(answers: Iterable[Answered], scale: Scale) -> Score:
    """The points of some answers."""
    total: dict[str, int] = {}
    for one in answers:
        for name, number in _counted(one, scale).items():
            total[name] = total.get(name, 0) + number
    return Score(**total)


def _counted(one: Answered, scale: Scale) -> dict[str, int]:
    if one.value is None or one.value in ("", [], ()):
        return {"unanswered": 1}
    worth = _worth(one.question, one.value)
    if worth == "not_applicable":
        return {"not_applicable": 1}
    if worth is None:
        return {"free": 1}
    weight = one.question.weight
    found = {"points": getattr(scale, worth) * weight, "possible": scale.yes * weight, "counted": 1}
    return found | ({"dont_know": 1} if worth == "dont_know" else {})


def _worth(question: Question, value: Any) -> Points | Literal["not_applicable"] | None:
    """Which points an answer gets. A choice is good unless it is among the risky ones; None for free answers."""
    if not question.possible:
        return None
    if question.kind is Kind.YES_NO:
        worth = _YES_NO.get(str(value))
        # a question to which yes is the risky answer: its yes is worth what no usually is, and the other way round
        return _TURNED.get(worth, worth) if worth and question.risky and "yes" in question.risky else worth
    codes = {str(v) for v in value} if isinstance(value, list | tuple) else {str(value)}
    if codes == {"not_applicable"}:
        return "not_applicable"
    if "dont_know" in codes:
        return "dont_know"
    return "no" if risky(question, value) else "yes"


_YES_NO: Mapping[str, Points | Literal["not_applicable"]] = {
    "yes": "yes",
    "partly": "partly",
    "no": "no",
    "dont_know": "dont_know",
    "not_applicable": "not_applicable",
}


_TURNED: Mapping[str, Points] = {"yes": "no", "no": "yes"}


def propose(answers: Sequence[Answered], rules: ScoringRules) -> Proposal:
    """A proposal for one piece of work from the answers about it and about its supplier."""
    by_section: dict[Words, list[Answered]] = {}
    for one in answers:
        by_section.setdefault(one.section, []).append(one)
    total = score(answers, rules.scale)
    critical = sum(1 for one in answers if (risk := risky(one.question, one.value)) and risk.critical)
    percent = total.percent
    if percent is not None and critical:
        percent = min(percent, rules.critical_cap)
    return Proposal(
        value=_value(percent, rules),
        percent=percent,
        total=total,
        sections=tuple(SectionScore(title=t, score=score(found, rules.scale)) for t, found in by_section.items()),
        reasons=tuple(_reasons(percent, total, critical, rules)),
    )


def _value(percent: int | None, rules: ScoringRules) -> Literal["ok", "watch", "improve"] | None:
    if percent is None:
        return None
    if percent >= rules.good:
        return "ok"
    return "watch" if percent >= rules.fair else "improve"


def _reasons(percent: int | None, total: Score, critical: int, rules: ScoringRules) -> Iterable[Reason]:
    if percent is None:
        yield Reason(code="nothing")
    else:
        code: Literal["good", "fair", "poor"] = (
            "good" if percent >= rules.good else "fair" if percent >= rules.fair else "poor"
        )
        yield Reason(code=code, count=percent)
    if critical:
        yield Reason(code="critical", count=critical)
    if total.dont_know:
        yield Reason(code="dont_know", count=total.dont_know)
    seen = total.counted + total.not_applicable
    if seen and total.not_applicable * 100 >= rules.mostly_not_applicable * seen:
        yield Reason(code="not_applicable", count=total.not_applicable)
    if total.unanswered:
        yield Reason(code="unanswered", count=total.unanswered)


def rank(question: Question, value: Any, facts: Mapping[str, Any]) -> tuple[bool, int, int]:
    """Sorts risky answers, the gravest first: critical ones, then by how much of the entrusted they endanger, then by weight.

    `facts`: the facts of the work by name (`checklist_facts`). An unknown fact may be so: it weighs half of a yes.
    """
    risk = risky(question, value)
    guarded = question.protects or PROTECTED
    at_stake = sum(2 if facts.get(name) == "yes" else 1 if facts.get(name) is None else 0 for name in guarded)
    # a question that guards everything is not graver for naming more
    return (not (risk and risk.critical), -(at_stake * 2 // len(guarded)), -question.weight)


PROTECTED = ("personal_data", "secret_data", "network_access", "work_stops")
