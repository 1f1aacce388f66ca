"""Linting a checklist before it is published, imported, or shown to its editor.

`lint(checklist, others, now)` is all a caller needs: errors stop publishing, warnings are shown. The rules are in
`bot/domain/lint/registry.py`, their words in `message_templates/lint.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rapidfuzz.fuzz import ratio

from bot.domain.checklist_schema import Checklist, Question, places
from bot.domain.lint.registry import RULES, Finding, Rule, run
from bot.domain.lint.values import Asked, Limits, Loc, Reading, Reviewed, Setting, Severity, reading
from bot.services.morphology import tokens


def lint(
    checklist: Checklist,
    others: Iterable[Checklist],
    now: datetime,
    *,
    glossary: Iterable[str] = (),
    limits: Limits | None = None,
    facts: Mapping[str, str | int] | None = None,
    rules: Sequence[Rule] = RULES,
) -> list[Finding]:
    """Everything that is to be mended. `others`: the checklists it will stand beside; `now` in the company's zone."""
    setting = Setting(now.date(), frozenset(glossary), limits, facts or {}, likeness)
    beside = [reviewed(other) for other in others if other.key != checklist.key]
    return run(reviewed(checklist), beside, setting, rules)


def stops_publishing(findings: Iterable[Finding]) -> bool:
    """Whether there is an error among them."""
    return any(finding.rule.severity is Severity.ERROR for finding in findings)


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of two texts is the same, in the same order."""
    return ratio(one, other) / 100


def reviewed(checklist: Checklist) -> Reviewed:
    """A checklist with its texts cut into words."""
    introduction = [reading(checklist.purpose, ("purpose",), tokens)]
    introduction += [reading(one.why, ("sections", i, "why"), tokens) for i, one in enumerate(checklist.sections)]
    return Reviewed(checklist, tuple(asked(loc, one) for loc, one in places(checklist)), tuple(introduction))


def asked(loc: Loc, question: Question) -> Asked:
    """A question with its texts cut into words."""
    more: list[Reading] = []
    for name in ("example", "why"):
        words = getattr(question, name)
        if words is not None:
            more.append(reading(words, (*loc, name), tokens))
    more += [reading(one.text, (*loc, "choices", i, "text"), tokens) for i, one in enumerate(question.choices)]
    told = question.evidence.if_confidential
    return Asked(
        question,
        loc,
        reading(question.text, (*loc, "text"), tokens),
        reading(question.help, (*loc, "help"), tokens),
        tuple(more),
        reading(told, (*loc, "evidence", "if_confidential"), tokens) if told else None,
    )
