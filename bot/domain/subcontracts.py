"""Sub-contractors (再委託先): who passes our work on to whom, with prior approval, to any depth (content_ja.md §2.1, 4).

An edge hangs under an engagement, or under another edge of the same engagement (再々委託). The company it points to is an
ordinary supplier record, one for all suppliers that use it, so that a concentration shows; without an engagement of its own
it is in no round and in no list of ours. An approval with a last day runs out by itself: that is computed, never stored.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Root
from bot.domain.ledger import DataKind


class EdgeState(StrEnum):
    """Whether we agreed to it."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class SubcontractEdge(Root):
    """Part of an engagement's work that `child_id` (a supplier) does, for the edge `parent_edge_id` or, '', for our supplier.

    `approved_until` is the last day of an approval, None for no end. `decided_by` is a person id, '' while it is requested.
    """

    engagement_id: str
    parent_edge_id: str = ""
    child_id: str
    work: str
    data: tuple[DataKind, ...] = ()
    secret_data: bool = False
    state: EdgeState = EdgeState.REQUESTED
    approved_until: date | None = None
    decided_by: str = ""
    decided_at: AwareDatetime | None = None
    reason: str = ""
    created_at: AwareDatetime


def state_on(edge: SubcontractEdge, today: date) -> EdgeState:
    """The state as it is today: an approval whose last day is past has expired."""
    if edge.state is EdgeState.APPROVED and edge.approved_until is not None and edge.approved_until < today:
        return EdgeState.EXPIRED
    return edge.state
