"""Proposals as values: an engagement that somebody entered who may not register, until the security team says yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.base import Value
from bot.domain.entered import NOTE, one_line
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.refusal import Code, Refusal


class Proposal(Value):
    """One proposal as it is shown; `proposer` is a name, "" where it was erased.

    `news` is what it says of a supplier that was there already, by field: written into the record when it is confirmed.
    """

    engagement: Engagement
    supplier: Supplier
    department: str
    proposer: str
    news: dict[str, Any] = {}


class Proposals(Value):
    """What waits, oldest first, and how many there are."""

    listed: tuple[Proposal, ...]
    total: int


class Decided(Value):
    """What became of one: the words for whoever pressed. `over`: its supplier has no other work, so its record is over too."""

    supplier: str
    business: str
    state: EngagementState
    over: bool = False


def decided(engagement: Engagement, *, confirmed: bool) -> Engagement:
    """The engagement after the decision. Raises Refusal(PROPOSAL_DONE) where it waits no more."""
    if engagement.state is not EngagementState.PROPOSED:
        raise Refusal(Code.PROPOSAL_DONE)
    return engagement.model_copy(update={"state": EngagementState.ACTIVE if confirmed else EngagementState.REFUSED})


def filling(supplier: Supplier, said: Mapping[str, Any]) -> dict[str, Any]:
    """What of it fills a blank of the record. Nothing is written over: whoever filled it meanwhile was there first."""
    return {name: value for name, value in said.items() if getattr(supplier, name) is None}


def reason_of(text: str) -> str:
    """Why not, in one line: the proposer reads it. Raises Refusal on `reason`."""
    return one_line(text, "reason", NOTE, Code.NO_REASON)
