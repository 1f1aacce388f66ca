"""States as data: each kind of thing has its own moves, although their states share words."""

from __future__ import annotations

import pytest

from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import MOVES, AttestationState, ItemState, ReviewState, RoundState, move


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (RoundState.OPEN, RoundState.CLOSED),
        (RoundState.OPEN, RoundState.CANCELLED),
        (ItemState.OPEN, ItemState.JUDGED),
        (ReviewState.JUDGED, ReviewState.CLOSED),
        (AttestationState.ASKED, AttestationState.LAPSED),
    ],
)
def test_legal_moves(state, to) -> None:
    assert move(state, to) is to


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (RoundState.OPEN, ItemState.JUDGED),
        (ItemState.OPEN, RoundState.CLOSED),
        (RoundState.CLOSED, RoundState.OPEN),
        (ReviewState.JUDGED, ReviewState.JUDGING),
        (AttestationState.ANSWERED, AttestationState.ASKED),
        (ItemState.OPEN, ReviewState.JUDGED),
    ],
)
def test_illegal_moves_are_refused(state, to) -> None:
    with pytest.raises(Refusal) as refused:
        move(state, to)
    assert refused.value.code is Code.ILLEGAL_MOVE


def test_every_move_stays_within_its_kind_and_every_open_state_has_a_way_out() -> None:
    for kind, moves in MOVES.items():
        assert {type(s) for state, to in moves.items() for s in (state, *to)} == {kind}
        ends = set(kind) - set(moves)
        reachable = {state for state in kind if ends & _reach(moves, state)}
        assert reachable == set(kind)


def _reach(moves, state):
    seen, todo = set(), [state]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += moves.get(one, ())
    return seen
