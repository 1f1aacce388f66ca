"""Rounds, attestations and reviews as values, with their states as data (data_model.md).

`move` is the only way to a new state: an illegal move is a Refusal(ILLEGAL_MOVE), never a silent write.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.refusal import Code, Refusal


class RoundState(StrEnum):
    DRAFT = "draft"
    PREVIEWED = "previewed"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ReviewState(StrEnum):
    PREPARING = "preparing"
    AWAITING_OWNER = "awaiting_owner"
    SENT = "sent"
    ANSWERING = "answering"
    SUBMITTED = "submitted"
    JUDGING = "judging"
    JUDGED = "judged"
    RETURNED = "returned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AttestationState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    VOID = "void"


class ItemState(StrEnum):
    OPEN = "open"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"


S = TypeVar("S", bound=StrEnum)

# One table a kind of state: StrEnum members of two kinds with one text are equal, so in one table `open` would mean both.
# One table per kind of thing: `open` of a round and `open` of an item are equal as strings and would be one key.
MOVES: dict[type[StrEnum], dict[StrEnum, frozenset[StrEnum]]] = {
    RoundState: {
        RoundState.DRAFT: frozenset({RoundState.PREVIEWED, RoundState.CANCELLED}),
        RoundState.PREVIEWED: frozenset({RoundState.OPEN, RoundState.CANCELLED}),
        RoundState.OPEN: frozenset({RoundState.CLOSED, RoundState.CANCELLED}),
    },
    ReviewState: {
        ReviewState.PREPARING: frozenset({ReviewState.AWAITING_OWNER, ReviewState.CANCELLED}),
        ReviewState.AWAITING_OWNER: frozenset({ReviewState.SENT, ReviewState.CANCELLED}),
        ReviewState.SENT: frozenset(
            {ReviewState.ANSWERING, ReviewState.SUBMITTED, ReviewState.JUDGING, ReviewState.CANCELLED}
        ),
        ReviewState.ANSWERING: frozenset({ReviewState.SUBMITTED, ReviewState.JUDGING, ReviewState.CANCELLED}),
        ReviewState.SUBMITTED: frozenset(
            {ReviewState.JUDGING, ReviewState.RETURNED, ReviewState.ANSWERING, ReviewState.CANCELLED}
        ),
        ReviewState.JUDGING: frozenset({ReviewState.JUDGED, ReviewState.RETURNED, ReviewState.CANCELLED}),
        ReviewState.RETURNED: frozenset({ReviewState.ANSWERING, ReviewState.CANCELLED}),
        ReviewState.JUDGED: frozenset({ReviewState.CLOSED}),
    },
    AttestationState: {
        AttestationState.ASKED: frozenset({AttestationState.ANSWERED, AttestationState.LAPSED, AttestationState.VOID}),
        AttestationState.LAPSED: frozenset({AttestationState.ANSWERED, AttestationState.VOID}),
    },
    ItemState: {ItemState.OPEN: frozenset({ItemState.JUDGED, ItemState.WITHDRAWN})},
}

OPEN_REVIEW = frozenset(ReviewState) - {ReviewState.JUDGED, ReviewState.CLOSED, ReviewState.CANCELLED}
ANSWERABLE = frozenset({ReviewState.SENT, ReviewState.ANSWERING, ReviewState.RETURNED})
JUDGEABLE = frozenset({ReviewState.SUBMITTED, ReviewState.JUDGING})


class ChecklistVersion(Value):
    """A checklist as it was published: immutable. `body` is the whole checklist as JSON; `n` counts per key."""

    id: str
    key: str
    n: int
    content_hash: str
    body: dict[str, Any]
    created_at: AwareDatetime


class Round(Root):
    """A batch of reviews (モニタリング). `due_on` and `attest_by` are days in the company's time zone, inclusive.

    `checklist_version_ids`: every version that it may ask; `by_policy`: the policy says which of them a piece of work gets.
    """

    title: str
    checklist_version_ids: tuple[str, ...]
    by_policy: bool = False
    rule: str = "manual"
    period: str
    due_on: date
    attest_by: date
    state: RoundState
    opened_by: str = ""
    opened_at: AwareDatetime | None = None


class RoundDecision(Value):
    """Why an engagement is in, out or deferred, with the facts it was decided from."""

    id: str
    round_id: str
    engagement_id: str
    verdict: str
    reason: str
    facts: dict[str, Any] = {}


class AttestationKind(StrEnum):
    """The owner's answer (現況確認)."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ENDED = "ended"
    NOT_MINE = "not_mine"


class Attestation(Root):
    """The question to one engagement's owner in one round. `cycle` rises when it is asked of somebody else."""

    round_id: str
    engagement_id: str
    owner_id: str
    state: AttestationState
    cycle: int = 1


class AttestationAnswer(Value):
    """One answer to an attestation; the current one is the highest `n`."""

    id: str
    attestation_id: str
    n: int
    kind: AttestationKind
    detail: dict[str, Any] = {}
    by: str
    at: AwareDatetime


class Review(Root):
    """One supplier in one round (点検). `reason` says why it ended without a judgement, where it did."""

    round_id: str
    supplier_id: str
    state: ReviewState
    due_on: date
    reason: str = ""


class ReviewItem(Root):
    """One engagement in a review: the unit that is judged."""

    review_id: str
    engagement_id: str
    state: ItemState = ItemState.OPEN
    reason: str = ""


class JudgementValue(StrEnum):
    """問題なし / 経過観察 / 要改善 / 契約不可."""

    OK = "ok"
    WATCH = "watch"
    IMPROVE = "improve"
    NO_CONTRACT = "no_contract"


class Judgement(Value):
    """A judgement of one item; `reason` is never empty; the current one is the highest `n`."""

    id: str
    item_id: str
    n: int
    value: JudgementValue
    reason: str
    submission_id: str | None = None
    by: str
    at: AwareDatetime
    valid_until: date | None = None


def move(state: S, to: S) -> S:
    """The new state, or Refusal(ILLEGAL_MOVE) where the table has no such move. Staying where one is needs no move."""
    if to not in MOVES[type(state)].get(state, frozenset()) or type(to) is not type(state):
        raise Refusal(Code.ILLEGAL_MOVE, was=str(state), to=str(to))
    return to
