"""Which checklists are asked about some work, and why; and several of them asked as one, without a question twice. Pure.

Choosing: the work's tier names the usual lists, `additional` rules of the policy add others where a fact of the work or a tag
says so. A fact that nobody entered adds nothing: a whole list more on a guess would be asking too much (content_ja.md §5.3,
R-L4). Merging: lists in the order they were chosen; a question that an earlier list asks (the same key) is asked there alone,
and remembers every list that wanted it. A merged list has no version of its own: what is frozen at sending is the version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.base import Value
from bot.domain.checklist import Checklist, Decision, Facts, Question, Section, selection
from bot.domain.policy import TAG, Policy


class Why(Value):
    """Why a list is asked: `chosen` for this round by a person, by the `tier`, or by a rule on a `fact` (`about` names it)."""

    by: Literal["chosen", "tier", "fact"]
    about: str = ""


BY_HAND = Why(by="chosen")


@dataclass(frozen=True)
class Listed:
    """A checklist with its published version, and why it is asked."""

    version_id: str
    checklist: Checklist
    why: Why = BY_HAND


@dataclass(frozen=True)
class Placed:
    """A question of the merged list: the section it stands in, where that comes from, and every version that wanted it."""

    listed: Listed
    section: Section
    decision: Decision
    wanted_by: tuple[str, ...]

    @property
    def question(self) -> Question:
        """The question itself, in the words of the first list."""
        return self.decision.question

    @property
    def place(self) -> str:
        """Its section, told apart from a section of the same key in another list."""
        return f"{self.listed.checklist.key}.{self.section.key}"


def choose(
    policy: Policy, tier: str, facts: Mapping[str, Any], tags: Collection[str], known: Collection[str] | None = None
) -> dict[str, Why]:
    """The keys of the lists to ask, in order, each with its reason. A tier that the policy no longer knows asks the highest's.

    `known`: those that can be asked at all; a list takes the place of another only if it can be asked itself.
    """
    found = policy.tier(tier) or policy.tiers[0]

    def usable(key: str) -> bool:
        return key not in found.too_much and (known is None or key in known)

    chosen = {key: Why(by="tier", about=found.key) for key in found.checklists if usable(key)}
    for rule in policy.additional:
        if usable(rule.checklist) and all(_holds(name, rule.when[name], facts, tags) for name in rule.when):
            if rule.instead_of:
                chosen.pop(rule.instead_of, None)
            chosen.setdefault(rule.checklist, Why(by="fact", about=next(iter(rule.when))))
    return chosen


def _holds(name: str, wanted: Collection[str], facts: Mapping[str, Any], tags: Collection[str]) -> bool:
    if name == TAG:
        return not set(wanted).isdisjoint(tags)
    given = facts.get(name)
    if given is None:
        return False
    return not set(wanted).isdisjoint(given if isinstance(given, list | tuple) else (str(given),))


def merged(
    lists: Sequence[Listed], facts: Facts, answers: Mapping[str, Any], certificates: Collection[str]
) -> list[Placed]:
    """Every question once, in the order of the lists, with the decision about it.

    Where one list would leave a question out, or asks it only after an answer, and a later one asks it outright, the later one's
    reasons hold and it stands there: what it depends on may come only then. The stricter weight counts.
    """
    placed: dict[str, Placed] = {}
    for one in lists:
        decided = {d.question.key: d for d in selection(one.checklist, facts, answers, certificates)}
        for section in one.checklist.sections:
            for question in section.questions:
                decision, before = decided[question.key], placed.get(question.key)
                if before is None:
                    placed[question.key] = Placed(one, section, decision, (one.version_id,))
                    continue
                wanted = (*before.wanted_by, one.version_id)
                if shown(decision) > shown(before.decision):
                    del placed[question.key]  # to the end, behind whatever its condition looks at
                    placed[question.key] = Placed(one, section, _strict(decision, before.question), wanted)
                else:
                    placed[question.key] = Placed(
                        before.listed, before.section, _strict(before.decision, question), wanted
                    )
    return list(placed.values())


def shown(decision: Decision) -> int:
    """2: asked outright; 1: once an answer says so, which is decided while people answer; 0: not at all."""
    return 2 if decision.asked else 1 if decision.reason == "answer_not_met" else 0


def _strict(decision: Decision, other: Question) -> Decision:
    """The decision, about a question that weighs what the stricter of two lists says."""
    mine = decision.question
    weight, critical = max(mine.weight, other.weight), mine.critical or other.critical
    return decision.model_copy(update={"question": mine.model_copy(update={"weight": weight, "critical": critical})})


def in_order(lists: Iterable[Sequence[Listed]]) -> list[Listed]:
    """The lists of several pieces of work as one, each once, in the order they first come."""
    return list({one.version_id: one for many in lists for one in many}.values())
