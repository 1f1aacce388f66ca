"""What answers tell of questions: counted over the last submission of each endpoint, and nothing from too few answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.checklist import Checklist
from bot.domain.learning import ENOUGH, Given, Learned, learned, submitted
from tests.domain.test_checklist import checklist, choices, question

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def one(values: list[Any], of: dict[str, Any] | None = None, *published: tuple[int, Checklist]) -> Learned:
    """The only question of a list, with these answers; `published`: days ago, and what."""
    days = [(NOW - timedelta(days=ago), version) for ago, version in published]
    (found,) = learned(checklist(of or question("q1")), [Given("q1", value) for value in values], days, NOW)
    return found


@pytest.mark.parametrize(
    ("values", "alike"),
    [
        (["yes"] * (ENOUGH - 1), ()),
        (["yes"] * ENOUGH, ("yes",)),
        (["yes"] * 19 + ["no"], ("yes",)),
        (["yes"] * 18 + ["no"] * 2, ()),
    ],
)
def test_the_same_answer_always_needs_ten_and_nineteen_of_twenty(values: list[str], alike: tuple[str, ...]) -> None:
    assert one(values).alike == alike


def test_what_nobody_knew_or_had_is_counted_also_among_several_choices() -> None:
    assert (one(["dont_know", "yes", "not_applicable"]).dont_know, one(["not_applicable"]).not_applicable) == (1, 1)
    many = question("q1", kind="many_of", choices=choices("a1", "dont_know"))
    assert one([["dont_know"], ["a1"]], many).dont_know == 1
    assert one([["a1"]] * ENOUGH, many).alike == ("a1",)


def test_free_answers_are_never_all_the_same() -> None:
    assert one(["-"] * 50, question("q1", kind="text")).alike == ()


def test_words_are_old_from_the_day_they_were_last_changed() -> None:
    now, old = checklist(question("q1")), checklist(question("q1", text={"ja": "前", "en": "Before"}))
    assert one([], None, (400, now)).untouched
    assert not one([], None, (800, now), (400, old), (300, now)).untouched, "they came back 300 days ago"
    assert one([], None, (800, old), (400, now), (3, now)).untouched
    assert not one([], None).untouched, "never published: nobody knows"
    heavier = checklist(question("q1", weight=5))
    assert one([], None, (400, heavier), (3, now)).untouched, "another weight is no other word"


def test_only_the_last_submission_of_an_endpoint_counts_and_only_what_is_answered() -> None:
    sent = [
        ("r1", "e1", 1, [("a", 1)]),
        ("r1", "e1", 2, [("a", 2), ("b", 1)]),
        ("r1", "e2", 1, [("c", 1), ("else", 1)]),
    ]
    answers = {("a", 1): "no", ("a", 2): "yes", ("b", 1): None, ("c", 1): "partly", ("else", 1): "yes"}
    found = submitted(sent, {"a": "q1", "b": "q2", "c": "q1"}, answers)
    assert found == [Given("q1", "yes"), Given("q1", "partly")]
