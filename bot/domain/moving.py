"""The life of an endpoint after it was confirmed: moved to another channel, severed, taken up again. Values and rules.

A move keeps the endpoint's id: what was asked, answered and handed in there stays where it is, and only the channel changes.
What is severed gets nothing any more; reviews that wait for it go on when a channel is put in its place.
To add a reason for severing: a member of `Why`, and its sentence `moving.why.<value>` in both catalogs.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.refusal import Code, Refusal

NOTE = 300


class Why(StrEnum):
    """Why an endpoint is severed. It stands in the endpoint's `reason`, in the history and in the audit trail."""

    OVER = "severed_over"
    REPLACED = "severed_replaced"
    MISTAKE = "severed_mistake"
    UNSAFE = "severed_unsafe"
    OTHER = "severed_other"


class Then(StrEnum):
    """What becomes of reviews that are open at an endpoint that is severed."""

    WAIT = "wait"
    CANCEL = "cancel"


class OldHub(Value):
    """A hub that stands in a channel which its endpoint has left. It is refreshed once to say so, or never touched again.

    `teams` and `guests` are who had been confirmed there: only in front of exactly them it is refreshed. `outcome` says what
    became of it ('' nobody has looked yet).
    """

    id: str
    endpoint_id: str
    review_id: str
    channel: str
    ts: str
    teams: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    moved_at: AwareDatetime
    tries: int = 0
    outcome: str = ""


class OpenReview(Value):
    """A review that still waits for answers at an endpoint."""

    review_id: str
    title: str
    due_on: date
    state: str


class EndpointCard(Value):
    """One endpoint as the list of a supplier's endpoints shows it."""

    id: str
    version: int
    channel_id: str
    state: EndpointState
    reason: str = ""
    note: str = ""
    verified_on: date | None = None
    companies: int = 0
    guests: int = 0
    works: tuple[str, ...] = ()
    reviews: tuple[OpenReview, ...] = ()

    @property
    def living(self) -> bool:
        """Whether it can be severed."""
        return self.state is not EndpointState.SEVERED

    @property
    def movable(self) -> bool:
        """Whether another channel can take its place: while it lives, or while a review waits for it."""
        return self.living or bool(self.reviews)


class Endpoints(Value):
    """All endpoints of a supplier."""

    supplier_id: str
    supplier: str
    cards: tuple[EndpointCard, ...]


class SeverForm(Value):
    """What is shown before an endpoint is severed (or, where it is severed, before what waits for it is cancelled)."""

    supplier: str
    card: EndpointCard


class Severed(Value):
    """It is severed. `reviews` were open there, `cancelled` of them are cancelled, `unsent` messages were waiting."""

    supplier: str
    channel_id: str
    reviews: int
    cancelled: int
    unsent: int


class Moved(Value):
    """An endpoint is in another channel now. `reviews` are asked there again."""

    supplier: str
    was: str
    channel_id: str
    channel: str
    reviews: int


class Choice(Value):
    """An endpoint that an engagement may be given of its own."""

    id: str
    channel_id: str
    channel: str = ""
    state: EndpointState


class OverrideForm(Value):
    """The endpoint of one engagement: its supplier's ('' chosen), or one of its own."""

    supplier: str
    engagement_id: str
    business: str
    version: int
    chosen: str = ""
    choices: tuple[Choice, ...] = ()


def severed(endpoint: Endpoint, why: str, note: str) -> Endpoint:
    """The endpoint, severed. Raises Refusal(NO_REASON, TOO_LONG)."""
    try:
        reason = Why(why)
    except ValueError:
        raise Refusal(Code.NO_REASON, "why") from None
    if len(note) > NOTE:
        raise Refusal(Code.TOO_LONG, "note", limit=NOTE)
    if reason is Why.OTHER and not note.strip():
        raise Refusal(Code.NO_REASON, "note")
    return endpoint.model_copy(update={"state": EndpointState.SEVERED, "reason": reason.value, "note": note.strip()})


def require_movable(endpoint: Endpoint, *, waited_for: bool, channel_id: str) -> None:
    """Raise Refusal where this endpoint cannot be put into that channel."""
    if endpoint.state is EndpointState.SEVERED and not waited_for:
        raise Refusal(Code.ILLEGAL_MOVE)
    if endpoint.channel_id == channel_id and endpoint.state is not EndpointState.SEVERED:
        raise Refusal(Code.SAME_CHANNEL)
