"""Sub-contractors (再委託先): who passes our work on to whom, with prior approval, to any depth (content_ja.md §2.1, 4).

An edge hangs under an engagement, or under another edge of the same engagement (再々委託). The company it points to is an
ordinary supplier record, one for all suppliers that use it, so that a concentration shows; without an engagement of its own
it is in no round and in no list of ours. An approval with a last day runs out by itself: that is computed, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
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


class Mismatch(StrEnum):
    """A supplier's word against our records."""

    NONE_REPORTED = "none_reported"
    SAYS_NONE = "says_none"


def state_on(edge: SubcontractEdge, today: date) -> EdgeState:
    """The state as it is today: an approval whose last day is past has expired."""
    if edge.state is EdgeState.APPROVED and edge.approved_until is not None and edge.approved_until < today:
        return EdgeState.EXPIRED
    return edge.state


def chain(edge_id: str, edges: Mapping[str, SubcontractEdge]) -> list[SubcontractEdge]:
    """An edge and those it hangs under, the nearest to our supplier last. A broken or circular parent ends it."""
    found: list[SubcontractEdge] = []
    seen: set[str] = set()
    while edge_id in edges and edge_id not in seen:
        seen.add(edge_id)
        found.append(edges[edge_id])
        edge_id = edges[edge_id].parent_edge_id
    return found


def closes_circle(supplier_id: str, parent_edge_id: str, child_id: str, edges: Mapping[str, SubcontractEdge]) -> bool:
    """Whether the work would come back to somebody who passed it on: our supplier, or a company further up."""
    return child_id in {supplier_id, *(edge.child_id for edge in chain(parent_edge_id, edges))}


def in_order(edges: Sequence[SubcontractEdge]) -> list[tuple[int, SubcontractEdge]]:
    """(depth, edge) of one engagement, parents before children, siblings as they were entered; the first depth is 0.

    What hangs under an edge that is not there stands at the top: nothing is ever left out of the tree.
    """
    known = {edge.id for edge in edges}
    under: dict[str, list[SubcontractEdge]] = {}
    for edge in sorted(edges, key=lambda e: e.id):
        under.setdefault(edge.parent_edge_id if edge.parent_edge_id in known else "", []).append(edge)
    found: list[tuple[int, SubcontractEdge]] = []
    stack = [(0, edge) for edge in reversed(under.get("", []))]
    while stack:
        depth, edge = stack.pop()
        found.append((depth, edge))
        stack += [(depth + 1, child) for child in reversed(under.get(edge.id, []))]
    return found


def told_apart(says_so: bool | None, edges: Sequence[SubcontractEdge]) -> Mismatch | None:
    """Where what a supplier says of itself and what we know differ (content_ja.md §2.1, 7 ④)."""
    if says_so and not edges:
        return Mismatch.NONE_REPORTED
    return Mismatch.SAYS_NONE if says_so is False and any(e.state is not EdgeState.REFUSED for e in edges) else None


def decided(
    edge: SubcontractEdge, state: EdgeState, reason: str, until: date | None, by_id: str, now: datetime
) -> SubcontractEdge:
    """The edge after somebody decided. Every state may follow every other: what was before is in the history."""
    return edge.model_copy(
        update={
            "state": state,
            "reason": reason,
            "approved_until": until if state is EdgeState.APPROVED else None,
            "decided_by": by_id,
            "decided_at": now,
        }
    )
