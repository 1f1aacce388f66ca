"""Sub-contractors: circles, order, what an approval is worth today, and what a supplier's word is held against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ledger import DataKind
from bot.domain.refusal import Code, Refusals
from bot.domain.subcontracting import read_added, read_decision
from bot.domain.subcontracts import (
    EdgeState,
    Mismatch,
    SubcontractEdge,
    chain,
    closes_circle,
    decided,
    in_order,
    state_on,
    told_apart,
)

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


def edge(key: str, child: str = "", parent: str = "", **more: Any) -> SubcontractEdge:
    return SubcontractEdge(
        id=key,
        engagement_id="e1",
        parent_edge_id=parent,
        child_id=child or f"s-{key}",
        work="運用",
        created_at=NOW,
        **more,
    )


def line(depth: int) -> dict[str, SubcontractEdge]:
    """A passes to B passes to C …, `depth` edges under our supplier s0."""
    return {f"{n:03}": edge(f"{n:03}", f"s{n}", f"{n - 1:03}" if n > 1 else "") for n in range(1, depth + 1)}


def test_work_never_comes_back_to_who_passed_it_on() -> None:
    edges = line(4)
    assert closes_circle("s0", "", "s0", edges)
    assert closes_circle("s0", "004", "s0", edges)
    assert all(closes_circle("s0", "004", f"s{n}", edges) for n in range(1, 5))
    assert not closes_circle("s0", "004", "s9", edges)
    assert not closes_circle("s0", "002", "s3", edges)  # the same company twice in a tree, but not below itself
    assert not closes_circle("s0", "", "s4", edges)


def test_a_chain_ends_where_rows_are_broken() -> None:
    edges = {"a": edge("a", parent="b"), "b": edge("b", parent="a")}
    assert [e.id for e in chain("a", edges)] == ["a", "b"]
    assert chain("gone", edges) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60))
def test_every_edge_stands_in_the_tree_once_under_its_parent(shape: list[tuple[int, bool]]) -> None:
    edges = []
    for n, (above, gone) in enumerate(shape):
        parent = f"{above:03}" if above < n else ""
        edges.append(edge(f"{n:03}", parent="never-there" if gone else parent))
    found = in_order(edges)
    assert sorted(e.id for _, e in found) == sorted(e.id for e in edges)
    depth = {e.id: d for d, e in found}
    place = {e.id: n for n, (_, e) in enumerate(found)}
    for one in edges:
        if one.parent_edge_id in depth:
            assert depth[one.id] == depth[one.parent_edge_id] + 1
            assert place[one.id] > place[one.parent_edge_id]
        else:
            assert depth[one.id] == 0


def test_a_thousand_levels_are_no_recursion() -> None:
    assert [d for d, _ in in_order(list(line(1000).values()))] == list(range(1000))


@pytest.mark.parametrize(
    ("state", "until", "today"),
    [
        (EdgeState.APPROVED, None, EdgeState.APPROVED),
        (EdgeState.APPROVED, TODAY, EdgeState.APPROVED),  # the last day counts
        (EdgeState.APPROVED, TODAY - timedelta(days=1), EdgeState.EXPIRED),
        (EdgeState.REFUSED, TODAY - timedelta(days=1), EdgeState.REFUSED),
        (EdgeState.REQUESTED, None, EdgeState.REQUESTED),
    ],
)
def test_an_approval_runs_out_by_itself(state: EdgeState, until: date | None, today: EdgeState) -> None:
    assert state_on(edge("a", state=state, approved_until=until), TODAY) is today


@pytest.mark.parametrize(
    ("says", "edges", "wrong"),
    [
        (True, [], Mismatch.NONE_REPORTED),
        (True, [edge("a")], None),
        (False, [edge("a")], Mismatch.SAYS_NONE),
        (False, [edge("a", state=EdgeState.REFUSED)], None),
        (None, [], None),
        (None, [edge("a")], None),
    ],
)
def test_a_suppliers_word_against_our_records(
    says: bool | None, edges: list[SubcontractEdge], wrong: Mismatch | None
) -> None:
    assert told_apart(says, edges) is wrong


def test_only_an_approval_has_a_last_day() -> None:
    approved = decided(edge("a"), EdgeState.APPROVED, "確認済み", TODAY, "p1", NOW)
    assert (approved.state, approved.approved_until, approved.decided_by) == (EdgeState.APPROVED, TODAY, "p1")
    assert decided(approved, EdgeState.REFUSED, "海外拠点", TODAY, "p1", NOW).approved_until is None


def codes(found: Refusals) -> dict[str, Code]:
    return {r.field: r.code for r in found.refusals}


def test_what_a_form_must_hold() -> None:
    with pytest.raises(Refusals) as found:
        read_added({"parent": "x.1", "corporate_number": "123", "work": " ", "data": "customer,bogus"})
    assert codes(found.value) == {
        "parent": Code.EMPTY,
        "corporate_number": Code.BAD_NUMBER,
        "work": Code.EMPTY,
        "data": Code.BAD_VALUE,
    }
    with pytest.raises(Refusals) as found:
        read_added({"parent": "e.1", "work": "運用"})
    assert codes(found.value) == {"name": Code.NAME_EMPTY}
    said = read_added({"parent": "s.9", "name": "さざなみ合同会社", "work": "運用", "data": "secret,customer"})
    assert (said.parent, said.data, said.secret_data) == (("s", "9"), (DataKind.CUSTOMER,), True)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ({}, {"state": Code.EMPTY}),
        ({"state": "refused"}, {"reason": Code.EMPTY}),
        ({"state": "expired", "reason": " "}, {"reason": Code.EMPTY}),
        ({"state": "approved", "until": "2026-11-24"}, {"until": Code.UNTIL_PAST}),
        ({"state": "approved", "until": "2026-11-25"}, {}),
        ({"state": "approved"}, {}),
        ({"state": "made up"}, {"state": Code.BAD_VALUE}),
    ],
)
def test_what_a_decision_must_hold(written: dict[str, str], wrong: dict[str, Code]) -> None:
    if not wrong:
        read_decision(written, TODAY)
        return
    with pytest.raises(Refusals) as found:
        read_decision(written, TODAY)
    assert codes(found.value) == wrong
