"""What the answers tell of a checklist's questions: which nobody could answer, which everybody answers alike, which are old.

Counted over what was submitted (the last submission of each endpoint), under whatever version it was given for. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.base import Value
from bot.domain.checklist import Checklist, Question
from bot.domain.checklist_versions import ASKED

ENOUGH = 10
"""With fewer answers, "everybody answers the same" says nothing."""
ALIKE = 95
"""Percent of the answers that must be the same."""
YEAR = timedelta(days=365)


class Learned(Value):
    """One question. `alike`: the answer that (almost) everybody gives, () for none; `since`: when its words last changed."""

    question: Question
    answers: int
    dont_know: int
    not_applicable: int
    alike: tuple[str, ...] = ()
    since: date | None = None
    untouched: bool = False

    @property
    def telling(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.alike or self.untouched or self.dont_know or self.not_applicable)


@dataclass(frozen=True)
class Given:
    """One submitted answer."""

    key: str
    value: Any


def submitted(
    submissions: Iterable[tuple[str, str, int, Sequence[tuple[str, int]]]],
    keys: Mapping[str, str],
    answers: Mapping[tuple[str, int], Any],
) -> list[Given]:
    """Of each (review, endpoint, n, exact revisions) the last n, as answers by question key. `keys`: question id → key."""
    last: dict[tuple[str, str], tuple[int, Sequence[tuple[str, int]]]] = {}
    for review, endpoint, n, revisions in submissions:
        if n > last.get((review, endpoint), (0, ()))[0]:
            last[review, endpoint] = n, revisions
    return [
        Given(keys[question], answers[question, rev])
        for _n, revisions in last.values()
        for question, rev in revisions
        if question in keys and answers.get((question, rev)) not in (None, "", [], ())
    ]


def learned(
    checklist: Checklist, given: Iterable[Given], published: Sequence[tuple[datetime, Checklist]], now: datetime
) -> list[Learned]:
    """Every question of a list, in its order. `published`: its versions with their days, the oldest first."""
    values: dict[str, list[Any]] = {}
    for one in given:
        values.setdefault(one.key, []).append(one.value)
    return [
        _of(question, values.get(question.key, []), _since(question, published), now)
        for question in checklist.questions
    ]


def _of(question: Question, values: list[Any], since: datetime | None, now: datetime) -> Learned:
    codes = [tuple(sorted(map(str, v))) if isinstance(v, list | tuple) else (str(v),) for v in values]
    return Learned(
        question=question,
        answers=len(codes),
        dont_know=sum("dont_know" in code for code in codes),
        not_applicable=sum("not_applicable" in code for code in codes),
        alike=_alike(codes) if question.possible else (),
        since=since.date() if since else None,
        untouched=since is not None and now - since >= YEAR,
    )


def _alike(codes: list[tuple[str, ...]]) -> tuple[str, ...]:
    if len(codes) < ENOUGH:
        return ()
    (usual, count), *_rest = Counter(codes).most_common(1)
    return usual if count * 100 >= ALIKE * len(codes) else ()


def _since(question: Question, published: Sequence[tuple[datetime, Checklist]]) -> datetime | None:
    """When these words were first published, as long as they have stood without a break until now."""
    since = None
    for at, version in published:
        same = next((q for q in version.questions if q.key == question.key and _reads_the_same(q, question)), None)
        since = (since or at) if same else None
    return since


def _reads_the_same(one: Question, other: Question) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ASKED)
