"""Versions of a checklist: what differs is found and nothing else, and no answer is carried that nobody gave or confirmed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Step, carried, carry_over, difference
from tests.domain.test_checklist import checklist, choices, question

OTHER = {"ja": "別の文", "en": "Another text"}


def of(*keys: str, **changes: dict[str, Any]) -> Checklist:
    return checklist(*(question(key, **changes.get(key, {})) for key in keys))


def test_two_equal_versions_do_not_differ() -> None:
    assert difference(of("q1", "q2"), of("q1", "q2")).nothing


def test_added_removed_reworded_and_moved_are_told_apart() -> None:
    before, after = of("q1", "q2", "q3", "q4"), of("q4", "q1", "q3", "q5", q3={"text": OTHER})
    found = difference(before, after)
    assert [q.key for q in found.added] == ["q5"]
    assert [q.key for q in found.removed] == ["q2"]
    assert [(r.key, r.fields, r.changed_meaning) for r in found.reworded] == [("q3", ("text",), True)]
    assert found.moved == ("q4",)


def test_a_question_that_goes_to_another_section_has_moved() -> None:
    before = of("q1", "q2")
    (section,) = before.sections
    first, second = section.questions
    parts = (
        section.model_copy(update={"questions": (first,)}),
        section.model_copy(update={"key": "other", "questions": (second,)}),
    )
    assert difference(before, before.model_copy(update={"sections": parts})).moved == ("q2",)


def test_another_weight_changes_no_meaning() -> None:
    (reworded,) = difference(of("q1"), of("q1", q1={"weight": 3, "references": ["iso27001:2022 8.8"]})).reworded
    assert (reworded.fields, reworded.changed_meaning) == (("weight", "references"), False)


def test_a_new_title_is_a_difference_and_a_new_day_of_review_is_none() -> None:
    assert difference(of("q1"), of("q1").model_copy(update={"minutes": 30})).head == ("minutes",)
    assert difference(of("q1"), checklist(question("q1"), version="1.11", reviewed_on="2026-11-30")).nothing


@pytest.mark.parametrize(
    ("after", "said", "kept"),
    [
        (of("q1", "q2"), frozenset(), {"q1", "q2"}),
        (of("q1", "q2", q2={"text": OTHER}), frozenset(), {"q1"}),
        (of("q1", "q2", q2={"text": OTHER}), frozenset({"q2"}), {"q1", "q2"}),
        (of("q2"), frozenset({"q1"}), {"q2"}),
        (of("q1", "q2", q2={"help": OTHER}), frozenset(), {"q1"}),
        (of("q1", "q2", q2={"weight": 5}), frozenset(), {"q1", "q2"}),
    ],
)
def test_answers_carry_over_where_the_question_or_a_person_says_so(
    after: Checklist, said: frozenset[str], kept: set[str]
) -> None:
    assert carried([Step(of("q1", "q2"), after, said)]) == kept


def test_what_was_reworded_on_the_way_does_not_come_back_with_the_old_words() -> None:
    """Between the two the question meant something else, and answers were given to that."""
    one, two = of("q1"), of("q1", q1={"text": OTHER})
    assert carried([Step(one, two, frozenset()), Step(two, one, frozenset())]) == set()
    assert carried([]) == set()


def test_a_choice_that_is_gone_carries_nothing() -> None:
    three = {"kind": "one_of", "choices": choices("mail", "chat", "dont_know")}
    two = of("q1", q1=three | {"choices": choices("mail", "dont_know")})
    assert carry_over({"q1": "mail"}, frozenset({"q1"}), two) == {"q1": "mail"}
    assert carry_over({"q1": "chat"}, frozenset({"q1"}), two) == {}


@pytest.mark.parametrize("kind", ["date", "number", "file"])
def test_what_the_question_would_refuse_is_not_carried_whatever_a_person_said(kind: str) -> None:
    assert carry_over({"q1": "yes"}, frozenset({"q1"}), of("q1", q1={"kind": kind})) == {}


KEYS = ["q1", "q2", "q3", "q4"]
VERSIONS = st.builds(
    lambda keys, reworded: of(*keys, **{k: {"text": OTHER} for k in reworded}),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True),
    st.sets(st.sampled_from(KEYS)),
)


@given(
    st.lists(VERSIONS, min_size=2, max_size=5),
    st.sets(st.sampled_from(KEYS)),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["yes", "no"])),
)
def test_carrying_never_invents_an_answer(versions: list[Checklist], said: set[str], answers: dict[str, str]) -> None:
    steps = [Step(a, b, frozenset(said)) for a, b in pairwise(versions)]
    found = carry_over(answers, carried(steps), versions[-1])
    assert found.items() <= answers.items()
    for key in found:
        assert all(key in {q.key for q in version.questions} for version in versions)


@given(VERSIONS, VERSIONS)
def test_the_difference_names_every_key_once_and_leads_from_one_to_the_other(
    before: Checklist, after: Checklist
) -> None:
    found = difference(before, after)
    old, new = {q.key for q in before.questions}, {q.key for q in after.questions}
    added, removed = {q.key for q in found.added}, {q.key for q in found.removed}
    assert (old - removed) | added == new
    assert not added & removed
    assert set(found.moved) <= old & new
    assert found.nothing == (before == after)
