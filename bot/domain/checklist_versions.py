"""Versions of a checklist: the working copy, what was published when and why, what differs, and which answers carry over.

A published version never changes. What comes next is written in one working copy a checklist (`Draft`, a root: two people who
edit it at once do not overwrite each other) and published with a reason. An answer carries over from one version to the next
only where its question is the same word for word, or where a person said that the meaning stayed (`Meaning`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.checklist import Checklist, Question, check_value

ASKED = ("text", "help", "example", "kind", "scope", "choices", "minimum", "maximum")
"""What a question means to whoever answers it. Its weight, references and conditions change nothing about an answer."""


class Origin(StrEnum):
    """Where a checklist's current version comes from: the folder, or what the security team published itself."""

    FILE = "file"
    OWN = "own"


class Shelf(Root):
    """One checklist by key: which version is asked now, or that it is retired. `file_hash`: the file's content when it was
    taken over, so that a newer file is noticed and not simply put over the security team's own."""

    key: str
    origin: Origin = Origin.OWN
    version_id: str | None = None
    file_hash: str = ""
    retired_at: AwareDatetime | None = None
    retired_by: str = ""
    retired_why: str = ""


class Draft(Root):
    """The working copy of a checklist. `base_id`: the published version it began from; None for a new checklist."""

    key: str
    base_id: str | None = None
    body: dict[str, Any]
    edited_by: str
    edited_at: AwareDatetime


class Publication(Value):
    """Who published a version, when and why. `before_id`: the version that was asked until then."""

    id: str
    version_id: str
    before_id: str | None = None
    by: str
    at: AwareDatetime
    reason: str


class Meaning(Value):
    """What a person said of one question between two versions: does an answer to the former still answer the latter?"""

    id: str
    from_id: str
    to_id: str
    question: str
    same: bool
    by: str
    at: AwareDatetime


@dataclass(frozen=True)
class Reworded:
    """One question that both versions have, with the fields that differ."""

    before: Question
    after: Question
    fields: tuple[str, ...]

    @property
    def key(self) -> str:
        """The question's key."""
        return self.after.key

    @property
    def changed_meaning(self) -> bool:
        """Whether what people are asked differs, not only how it is weighed."""
        return not set(self.fields).isdisjoint(ASKED)


@dataclass(frozen=True)
class Difference:
    """What differs between two versions. `moved`: the keys whose place among the kept questions changed."""

    added: tuple[Question, ...]
    removed: tuple[Question, ...]
    reworded: tuple[Reworded, ...]
    moved: tuple[str, ...]
    head: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether the two are the same."""
        return not (self.added or self.removed or self.reworded or self.moved or self.head)


def difference(before: Checklist, after: Checklist) -> Difference:
    """From one version to another: questions by key, then the fields of the list itself (titles of sections among them)."""
    old, new = {q.key: q for q in before.questions}, {q.key: q for q in after.questions}
    pairs = [Reworded(old[key], q, _differing(old[key], q)) for key, q in new.items() if key in old]
    return Difference(
        added=tuple(q for key, q in new.items() if key not in old),
        removed=tuple(q for key, q in old.items() if key not in new),
        reworded=tuple(pair for pair in pairs if pair.fields),
        moved=_moved(before, after, [key for key in new if key in old]),
        head=_head(before, after),
    )


def _differing(one: Value, other: Value) -> tuple[str, ...]:
    return tuple(name for name in type(one).model_fields if getattr(one, name) != getattr(other, name))


def _moved(before: Checklist, after: Checklist, kept: Sequence[str]) -> tuple[str, ...]:
    """Of the keys that both have: those in another section, and the fewest to move so that one order becomes the other."""
    old, new = _sections(before), _sections(after)
    run = _longest_run([key for key in old if key in set(kept)], kept)
    return tuple(key for key in kept if key not in run or old[key] != new[key])


def _sections(checklist: Checklist) -> dict[str, str]:
    return {question.key: section.key for section in checklist.sections for question in section.questions}


def _longest_run(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The longest run that kept its order."""
    place = {key: n for n, key in enumerate(before)}
    best: list[list[str]] = []
    for key in after:
        longest: list[str] = []
        for run in best:
            if place[run[-1]] < place[key] and len(run) > len(longest):
                longest = run
        best.append([*longest, key])
    return {key for run in sorted(best, key=len)[-1:] for key in run}


def _head(before: Checklist, after: Checklist) -> tuple[str, ...]:
    fields = [name for name in _differing(before, after) if name not in ("sections", "version", "reviewed_on", "owner")]
    old = {s.key: (s.title, s.why) for s in before.sections}
    new = {s.key: (s.title, s.why) for s in after.sections}
    return (*fields, *(["sections"] if old != new else []))


@dataclass(frozen=True)
class Step:
    """Two versions, one after the other, and the keys of which a person said that the meaning stayed."""

    before: Checklist
    after: Checklist
    same: frozenset[str]


def carried(steps: Iterable[Step]) -> frozenset[str]:
    """The keys whose answers carry over through all the steps. No steps: nothing is known, nothing carries."""
    found: frozenset[str] | None = None
    for step in steps:
        kept = _kept(step)
        found = kept if found is None else found & kept
    return found or frozenset()


def _kept(step: Step) -> frozenset[str]:
    before = {q.key: q for q in step.before.questions}
    after = {q.key: q for q in step.after.questions}
    shared = before.keys() & after.keys()
    return frozenset(k for k in shared if k in step.same or _asks_the_same(before[k], after[k]))


def _asks_the_same(one: Question, other: Question) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ASKED)


def carry_over(answers: Mapping[str, Any], keys: frozenset[str], after: Checklist) -> dict[str, Any]:
    """Of earlier answers by key, those that still answer. Nothing is invented: what the question would refuse is not carried."""
    asked = {q.key: q for q in after.questions}
    return {
        key: value
        for key, value in answers.items()
        if key in keys and key in asked and check_value(asked[key], value) is None
    }
