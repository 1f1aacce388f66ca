"""The rules of the linter in one table. To add one: its function, a row here, its words in `catalogs/*/lint.py`, its line in
checklists/README.md, and examples in tests/lint_corpus.

`run` is all that callers need: it reads nothing, and every rule gets the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bot.domain.lint.conditions import impossible_condition
from bot.domain.lint.fairness import product_or_certification, threat_or_price
from bot.domain.lint.jargon import jargon
from bot.domain.lint.office import office_only
from bot.domain.lint.open_question import open_question
from bot.domain.lint.privacy import excess_personal_data
from bot.domain.lint.quantity import vague_quantity
from bot.domain.lint.sameness import same_question
from bot.domain.lint.structure import duplicate_key, stale, too_heavy, unknown_reference
from bot.domain.lint.two_questions import two_questions
from bot.domain.lint.values import Asked, Hit, Reviewed, Setting, Severity
from bot.domain.lint.ways_out import evidence_no_alternative, no_way_out

Check = Callable[[Reviewed, Sequence[Reviewed], Setting], Iterator[Hit]]


class Rule(NamedTuple):
    """`message` is the catalog key of what is wrong and how to mend it, with the words found."""

    id: str
    severity: Severity
    message: str
    check: Check


def _each(look: Callable[[Asked, Setting], Iterator[Hit]], audience: str | None = None) -> Check:
    def check(reviewed: Reviewed, _others: Sequence[Reviewed], setting: Setting) -> Iterator[Hit]:
        for asked in reviewed.asked if audience in (None, reviewed.checklist.audience) else ():
            yield from look(asked, setting)

    return check


def _whole(look: Callable[[Reviewed, Setting], Iterator[Hit]]) -> Check:
    return lambda reviewed, _others, setting: look(reviewed, setting)


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: tuple[Rule, ...] = (
    Rule("open_question", _WARNING, "lint.open_question", _each(open_question)),
    Rule("two_questions", _WARNING, "lint.two_questions", _each(two_questions)),
    Rule("jargon", _WARNING, "lint.jargon", _whole(jargon)),
    Rule("no_way_out", _ERROR, "lint.no_way_out", _each(no_way_out)),
    Rule("evidence_no_alternative", _ERROR, "lint.evidence_no_alternative", _each(evidence_no_alternative)),
    Rule("stale", _WARNING, "lint.stale", _whole(stale)),
    Rule("product_or_certification", _ERROR, "lint.product_or_certification", _each(product_or_certification)),
    Rule("office_only", _WARNING, "lint.office_only", _each(office_only)),
    Rule("threat_or_price", _ERROR, "lint.threat_or_price", _each(threat_or_price, "supplier")),
    Rule("vague_quantity", _WARNING, "lint.vague_quantity", _each(vague_quantity)),
    Rule("excess_personal_data", _WARNING, "lint.excess_personal_data", _each(excess_personal_data)),
    Rule("too_heavy", _WARNING, "lint.too_heavy", _whole(too_heavy)),
    Rule("unknown_reference", _ERROR, "lint.unknown_reference", _each(unknown_reference)),
    Rule(
        "duplicate_key",
        _ERROR,
        "lint.duplicate_key",
        lambda reviewed, others, _setting: duplicate_key(reviewed, others),
    ),
    Rule("impossible_condition", _ERROR, "lint.impossible_condition", _whole(impossible_condition)),
    Rule(
        "same_question",
        _WARNING,
        "lint.same_question",
        lambda reviewed, others, setting: same_question(reviewed, others, setting.likeness),
    ),
)


class Finding(NamedTuple):
    """What one rule found in one place of one checklist."""

    rule: Rule
    checklist: str
    hit: Hit


def run(
    reviewed: Reviewed, others: Sequence[Reviewed], setting: Setting, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """Every finding, in the order of the table."""
    return [
        Finding(rule, reviewed.checklist.key, hit) for rule in rules for hit in rule.check(reviewed, others, setting)
    ]


def rule_of_refusal(loc: tuple[str | int, ...], kind: str) -> str:
    """Which rule a checklist breaks that the schema refuses already; `schema` where it is none of them."""
    if kind == "repeated_key":
        return "duplicate_key"
    parts = set(loc)
    if "references" in parts:
        return "unknown_reference"
    if "ask_if" in parts or "minimum" in parts:
        return "impossible_condition"
    return "evidence_no_alternative" if "evidence" in parts else "schema"
