"""What a judge sees and decides: the submitted answers with the risky ones first, the work to judge, and the decision.

Values and pure functions. The judgement stays a person's: what the points propose (`scoring.py`) stands beside it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.base import Value
from bot.domain.forms import COMPANY
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import JUDGEABLE, JudgementValue, ReviewState
from bot.domain.scoring import Proposal
from bot.domain.seen_answers import Counts, SeenAnswer

PORTION = 8
"""Pieces of work in one form: five blocks each, and the answers beside them, stay under Slack's 100 (slack_platform §2.1)."""
REASON = 2000
LETTER = 1000


class Handed(Value):
    """One submission: who confirmed it in what capacity, on which day, how many days late."""

    name: str
    role: str
    on: date
    late: int


class OpenItem(Value):
    """One piece of work to judge."""

    item_id: str
    business: str
    department: str
    owner: str = ""
    proposal: Proposal | None = None


class Dossier(Value):
    """Everything a judge looks at. `seen` names exactly what was shown, so that nothing else is judged.

    `missing` counts the endpoints that did not submit; `reason` says why the review came here without them.
    """

    review_id: str
    supplier: str
    title: str
    due_on: date
    state: ReviewState
    reason: str
    answers: tuple[SeenAnswer, ...]
    counts: Counts
    handed: tuple[Handed, ...]
    missing: int
    files: tuple[str, ...]
    items: tuple[OpenItem, ...]
    seen: str

    @property
    def risks(self) -> tuple[SeenAnswer, ...]:
        """The answers that deserve a look, the gravest first."""
        return tuple(a for a in self.answers if a.risk)

    @property
    def portion(self) -> tuple[OpenItem, ...]:
        """The work that is judged in one form."""
        return self.items[:PORTION]


class WaitingReview(Value):
    """A review that waits for a judgement."""

    review_id: str
    supplier: str
    title: str
    due_on: date
    reason: str
    items: int


class WaitingReviews(Value):
    """What waits; `total` may be more than are listed."""

    reviews: tuple[WaitingReview, ...]
    total: int


class Verdict(Value):
    """What was entered for one piece of work: as typed, not checked yet. `letter` is what the supplier is told beside it."""

    item_id: str
    value: str
    reason: str
    until: str = ""
    letter: str = ""


class Decided(Value):
    """A checked verdict."""

    item_id: str
    value: JudgementValue
    reason: str
    until: date | None
    letter: str


class Judged(Value):
    """What a judge has done; `remaining` pieces of work of the same review wait still."""

    review_id: str
    supplier: str
    judged: int
    remaining: int


class OutcomeLine(Value):
    """One judged piece of work in a message. `reason` is empty in what goes to a supplier."""

    business: str
    value: JudgementValue
    reason: str = ""
    until: date | None = None
    letter: str = ""


class Outcome(Value):
    """The outcome of a review, to an owner or to a supplier. `answered`: whether this endpoint had submitted."""

    supplier: str
    title: str
    lines: tuple[OutcomeLine, ...]
    answered: bool = True


# -- looking -------------------------------------------------------------------------------------------------------------


def fingerprint(submission_ids: Iterable[str], item_ids: Iterable[str]) -> str:
    """What a form showed, in sixteen characters: another submission or another open item makes another one."""
    return hashlib.sha256("/".join([*sorted(submission_ids), "", *sorted(item_ids)]).encode()).hexdigest()[:16]


def endpoint_of_item(item_id: str, own_endpoint: str | None, questions: Iterable[ReviewQuestion]) -> str:
    """The endpoint that answers for a piece of work: where it was asked, else its own, else where the company was asked.

    '' where nothing was asked at all. Never a neighbour's: an endpoint's people do not learn of work that is not theirs.
    """
    places = {q.scope: q.endpoint_id for q in questions}
    return places.get(item_id) or own_endpoint or places.get(COMPANY, "")


# -- deciding ------------------------------------------------------------------------------------------------------------


def require_judgeable(state: ReviewState) -> None:
    """Refuse exactly where a review cannot be judged (any more)."""
    if state in {ReviewState.JUDGED, ReviewState.CLOSED}:
        raise Refusal(Code.ALREADY_JUDGED)
    if state is ReviewState.CANCELLED:
        raise Refusal(Code.CLOSED)
    if state not in JUDGEABLE:
        raise Refusal(Code.NOT_READY)


def decide(verdicts: Sequence[Verdict], today: date) -> list[Decided]:
    """The verdicts, checked. Raises Refusals with one for each field that has to be mended; a reason is never empty."""
    decided, refused = [], []
    for verdict in verdicts:
        try:
            decided.append(_decided(verdict, today))
        except Refusals as several:
            refused += several.refusals
    if refused:
        raise Refusals(refused)
    return decided


def _decided(verdict: Verdict, today: date) -> Decided:
    refused: list[Refusal] = []
    taken: dict[str, Any] = {"item_id": verdict.item_id}
    for name, check in (
        ("value", lambda: _value(verdict)),
        ("reason", lambda: typed(verdict.reason, f"reason.{verdict.item_id}", REASON, Code.NO_REASON)),
        ("until", lambda: _until(verdict, today)),
        ("letter", lambda: typed(verdict.letter, f"letter.{verdict.item_id}", LETTER)),
    ):
        try:
            taken[name] = check()
        except Refusal as refusal:
            refused.append(refusal)
    if refused:
        raise Refusals(refused)
    return Decided.model_validate(taken)


def _value(verdict: Verdict) -> JudgementValue:
    if verdict.value not in set(JudgementValue):
        raise Refusal(Code.BAD_VALUE, f"value.{verdict.item_id}")
    return JudgementValue(verdict.value)


def _until(verdict: Verdict, today: date) -> date | None:
    """The last day on which a judgement is good; it cannot have passed already."""
    if not verdict.until:
        return None
    field = f"until.{verdict.item_id}"
    try:
        day = date.fromisoformat(verdict.until)
    except ValueError:
        raise Refusal(Code.BAD_DATE, field) from None
    if day < today:
        raise Refusal(Code.BAD_VALUE, field)
    return day


def typed(text: str, field: str, limit: int, empty: Code | None = None) -> str:
    """A text of several lines as it is kept. Raises Refusal on `field`; with `empty`, also where nothing is written."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n\r" for char in text):
        raise Refusal(Code.BAD_TEXT, field)
    kept = text.strip()
    if not kept and empty:
        raise Refusal(empty, field)
    if len(kept) > limit:
        raise Refusal(Code.TOO_LONG, field, limit=limit)
    return kept


def answered_by(person_id: str, submitters: Collection[str], answers: Iterable[Answer]) -> bool:
    """Whether somebody had a hand in what is to be judged: nobody judges their own answers."""
    return person_id in submitters or any(a.person_id == person_id for a in answers)
