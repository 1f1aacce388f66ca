"""The owner's answer (現況確認): what may be answered, what it changes in the ledger, and whom to ask next. Pure.

To add something that can change: a member of `What` (its words in both catalogs, `attest.what.<code>`), and, where the
ledger has a field for it, a line in `changed_engagement`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.base import Value
from bot.domain.ledger import Engagement, EngagementState, OwnerRole
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import (
    OPEN_REVIEW,
    Attestation,
    AttestationKind,
    AttestationState,
    ItemState,
    Review,
    ReviewItem,
    RoundState,
)

NOTE_LIMIT = 1000


class What(StrEnum):
    """What an owner can say has changed."""

    WORK = "work"
    DATA = "data"
    SUBCONTRACTORS = "subcontractors"
    ACCESS = "access"


class Answered(Value):
    """An owner's answer as it was entered. None and '' mean: nothing said about it."""

    kind: AttestationKind
    what: tuple[What, ...] = ()
    ends_on: date | None = None
    personal_data: bool | None = None
    note: str = ""

    def detail(self) -> dict[str, Any]:
        """What is kept with the answer."""
        found = self.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
        return {name: value for name, value in found.items() if value not in ("", [])}


class OpenOwner(Value):
    """Somebody responsible for an engagement today; `fit` is an active employee."""

    person_id: str
    role: OwnerRole
    fit: bool


class Asked(Value):
    """One attestation with all that decides about an answer to it."""

    attestation: Attestation
    engagement: Engagement
    supplier: str
    round_state: RoundState
    review: Review
    item: ReviewItem
    owners: tuple[OpenOwner, ...]
    escalation: str | None

    def answered_by(self, person_id: str) -> bool:
        """Whether this person may answer: whoever is asked at present, or a deputy of the engagement."""
        deputies = {o.person_id for o in self.owners if o.role is OwnerRole.DEPUTY}
        return person_id == self.attestation.owner_id or person_id in deputies

    def stays(self, declined: str) -> bool:
        """Whether whoever is asked stays asked when `declined` says "not mine" (a deputy may; it is the owner's still)."""
        present = self.attestation.owner_id
        fit = present == self.escalation or any(o.fit and o.person_id == present for o in self.owners)
        return present != declined and fit


def require_open(asked: Asked) -> None:
    """Raise Refusal where there is nothing to answer any more: ALREADY_ANSWERED, or CLOSED.

    An attestation that lapsed is still welcome until its engagement is judged.
    """
    if asked.attestation.state is AttestationState.ANSWERED:
        raise Refusal(Code.ALREADY_ANSWERED)
    over = (
        asked.attestation.state is AttestationState.VOID
        or asked.round_state is not RoundState.OPEN
        or asked.review.state not in OPEN_REVIEW
        or asked.item.state is not ItemState.OPEN
    )
    if over:
        raise Refusal(Code.CLOSED)


def checked(answer: Answered, engagement: Engagement, today: date) -> Answered:
    """The answer, where it makes sense for this engagement. Raises Refusal on the input that does not."""
    note = clean_note(answer.note)
    if answer.ends_on and answer.ends_on < engagement.starts_on:
        raise Refusal(Code.END_BEFORE_START, "ends_on")
    if answer.kind is AttestationKind.ENDED:
        if answer.ends_on is None:
            raise Refusal(Code.EMPTY, "ends_on")
        if answer.ends_on > today:
            raise Refusal(Code.END_IN_FUTURE, "ends_on")
    said = answer.what or note or changed_engagement(answer, engagement) != engagement
    if answer.kind is AttestationKind.CHANGED and not said:
        raise Refusal(Code.NOTHING_CHANGED, "what")
    return answer.model_copy(update={"note": note})


def clean_note(text: str) -> str:
    """A note without blanks at its ends. Raises Refusal(BAD_TEXT) for characters that one database would not take."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text):
        raise Refusal(Code.BAD_TEXT, "note")
    note = text.strip()
    if len(note) > NOTE_LIMIT:
        raise Refusal(Code.TOO_LONG, "note", limit=NOTE_LIMIT)
    return note


def changed_engagement(answer: Answered, engagement: Engagement) -> Engagement:
    """The engagement after the answer; equal to before where the ledger is not touched."""
    update: dict[str, Any] = {}
    if answer.kind is AttestationKind.ENDED:
        update = {"state": EngagementState.CLOSING, "ends_on": answer.ends_on}
    elif answer.kind is AttestationKind.CHANGED:
        if answer.ends_on is not None:
            update["ends_on"] = answer.ends_on
        if answer.personal_data is not None:
            update["personal_data"] = answer.personal_data
    return engagement.model_copy(update=update)


def next_in_line(asked: Asked, owners: Sequence[OpenOwner], unwilling: Collection[str]) -> str | None:
    """Whom to ask when somebody said "not mine": the primary, a deputy, the department's escalation contact.

    `owners` are those left; `unwilling` are all who said so before, so that nobody is asked twice in a circle.
    """
    line = [o.person_id for role in (OwnerRole.PRIMARY, OwnerRole.DEPUTY) for o in owners if o.fit and o.role is role]
    line += [asked.escalation] if asked.escalation else []
    return next((person for person in line if person not in unwilling), None)
