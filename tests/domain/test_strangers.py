"""Who is asked about people from outside, and what an answer means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.refusal import Code, Refusal
from bot.domain.strangers import (
    TEAM,
    Sighting,
    Stranger,
    StrangerKind,
    StrangerState,
    answered,
    ask_whom,
    seen_again,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def stranger(**more: Any) -> Stranger:
    given: dict[str, Any] = {"id": "1", "kind": StrangerKind.CHANNEL, "key": "C1", "teams": ("T1",), "first_seen": NOW}
    return Stranger(**given | more)


def seen(*teams: str) -> Sighting:
    return Sighting(kind=StrangerKind.CHANNEL, key="C1", teams=teams)


def test_a_no_is_remembered_until_another_company_is_there() -> None:
    no = stranger(state=StrangerState.NO, reason="顧客", asked_of="p1", asked_at=NOW)
    assert seen_again(no, seen("T1")) == no
    assert seen_again(no, seen()) == no, "a company that leaves changes nothing"
    again = seen_again(no, seen("T1", "T2"))
    assert (again.state, again.cycle, again.asked_of, again.reason) == (StrangerState.FOUND, 2, "", "顧客")


def test_who_had_been_registered_and_is_no_more_is_found_again() -> None:
    assert seen_again(stranger(state=StrangerState.KNOWN), seen("T1")).state is StrangerState.FOUND


def test_whoever_made_the_channel_is_asked_else_the_team() -> None:
    found = [
        stranger(id="1", brought_by="p1"),
        stranger(id="2", brought_by="p1"),
        stranger(id="3", brought_by="left"),
        stranger(id="4"),
        stranger(id="5", brought_by="p1", asked_of=TEAM),
        stranger(id="6", state=StrangerState.ASKED, asked_of="p1"),
        stranger(id="7", state=StrangerState.ASKED, asked_of="left"),
        stranger(id="8", state=StrangerState.ASKED, asked_of=TEAM),
        stranger(id="9", brought_by="p2"),
        stranger(id="0", state=StrangerState.NO, brought_by="p1"),
    ]
    asked = ask_whom(found, {"p1", "p2"}, {"p2"})
    assert {who: [s.id for s in them] for who, them in asked.items()} == {"p1": ["1", "2"], TEAM: ["3", "4", "5", "7"]}


def test_who_does_not_know_passes_it_on_and_the_team_keeps_it() -> None:
    passed = answered(stranger(state=StrangerState.ASKED, asked_of="p1"), 1, "unsure", "", "p1", NOW)
    assert (passed.state, passed.asked_of) == (StrangerState.FOUND, TEAM)
    kept = answered(passed.model_copy(update={"state": StrangerState.ASKED}), 1, "unsure", "", "p2", NOW)
    assert kept.state is StrangerState.UNSURE


@pytest.mark.parametrize(
    ("cycle", "answer", "reason", "state", "code"),
    [
        (1, "no", " ", StrangerState.ASKED, Code.NO_REASON),
        (1, "no", "あ" * 301, StrangerState.ASKED, Code.TOO_LONG),
        (1, "asked", "", StrangerState.ASKED, Code.BAD_VALUE),
        (2, "partner", "", StrangerState.ASKED, Code.ALREADY_ANSWERED),
        (1, "partner", "", StrangerState.NO, Code.ALREADY_ANSWERED),
        (1, "partner", "", StrangerState.KNOWN, Code.ALREADY_ANSWERED),
    ],
)
def test_what_is_no_answer_is_refused(cycle: int, answer: str, reason: str, state: StrangerState, code: Code) -> None:
    with pytest.raises(Refusal) as caught:
        answered(stranger(state=state), cycle, answer, reason, "p1", NOW)
    assert caught.value.code is code
