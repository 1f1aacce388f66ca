"""Points: a better answer never lowers them, nothing answered is no percentage, a critical answer caps, and risks are ranked
by what the work entrusts.

To add a kind of answer: a row in `WORTH`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.checklist import Question
from bot.domain.scoring import Answered, Reason, Scale, ScoringRules, propose, rank, score
from bot.domain.words import Words
from tests.domain.test_checklist import OF_THREE, choices, made

RULES = ScoringRules()
SECTION = Words(ja="区分", en="Section")
ORDER = ["dont_know", "no", "partly", "yes"]
ONE_OF = {
    "kind": "one_of",
    "choices": choices("good", "bad", "dont_know", "not_applicable"),
    "risky": ["bad", "dont_know"],
}


def answered(value: Any, **question: Any) -> Answered:
    return Answered(SECTION, made(**question), value)


WORTH = [
    ({}, "yes", 4),
    ({}, "partly", 2),
    ({}, "no", 0),
    ({}, "dont_know", -1),
    ({"weight": 3}, "yes", 12),
    ({"risky": ["yes", "dont_know"]}, "yes", 0),
    ({"risky": ["yes", "dont_know"]}, "no", 4),
    ({"risky": ["yes", "dont_know"]}, "dont_know", -1),
    (ONE_OF, "good", 4),
    (ONE_OF, "bad", 0),
    (ONE_OF, "dont_know", -1),
    (OF_THREE, ["mail", "chat"], 4),
]


@pytest.mark.parametrize(("question", "value", "points"), WORTH)
def test_what_an_answer_is_worth(question: dict[str, Any], value: Any, points: int) -> None:
    found = score([answered(value, **question)], Scale())
    assert (found.points, found.counted) == (points, 1)


@pytest.mark.parametrize(
    ("question", "value", "counter"),
    [
        ({}, "not_applicable", "not_applicable"),
        (ONE_OF, "not_applicable", "not_applicable"),
        ({}, None, "unanswered"),
        (OF_THREE, [], "unanswered"),
        ({"kind": "text"}, "free words", "free"),
        ({"kind": "number"}, 5, "free"),
    ],
)
def test_what_is_not_counted_is_neither_for_nor_against(question: dict[str, Any], value: Any, counter: str) -> None:
    found = score([answered(value, **question)], Scale())
    assert (found.points, found.possible, found.percent, getattr(found, counter)) == (0, 0, None, 1)


@pytest.mark.parametrize("value", [None, "not_applicable"])
def test_where_nothing_counts_there_is_no_percentage_and_no_proposal(value: Any) -> None:
    found = propose([answered(value)] * 3, RULES)
    assert (found.value, found.percent) == (None, None)
    assert Reason(code="nothing") in found.reasons


def test_nothing_at_all_is_no_proposal() -> None:
    assert propose([], RULES).percent is None


def test_more_dont_know_than_points_is_zero_and_not_less() -> None:
    assert propose([answered("dont_know")] * 5, RULES).percent == 0


@pytest.mark.parametrize(
    ("values", "value", "percent"),
    [
        (["yes"] * 5, "ok", 100),
        (["yes"] * 4 + ["no"], "ok", 80),
        (["yes"] * 3 + ["partly"] * 2, "ok", 80),
        (["yes"] * 3 + ["no"] * 2, "watch", 60),
        (["yes"] * 2 + ["no"] * 3, "improve", 40),
        (["yes"] * 999 + ["partly"], "ok", 99),
    ],
)
def test_the_proposal(values: list[str], value: str, percent: int) -> None:
    found = propose([answered(v) for v in values], RULES)
    assert (found.value, found.percent) == (value, percent)


def test_one_risky_answer_to_a_critical_question_caps_all_the_rest() -> None:
    found = propose([*[answered("yes")] * 50, answered("no", critical=True)], RULES)
    assert (found.total.percent, found.percent, found.value) == (98, 59, "improve")
    assert Reason(code="critical", count=1) in found.reasons


def test_mostly_not_applicable_is_said() -> None:
    found = propose([answered("yes"), answered("not_applicable")], RULES)
    assert Reason(code="not_applicable", count=1) in found.reasons
    assert found.percent == 100


def test_nothing_proposes_to_refuse_a_supplier() -> None:
    worst = propose([answered("dont_know", critical=True)] * 9, RULES)
    assert worst.value == "improve"


@pytest.mark.parametrize(
    "bad", [{"yes": 2, "partly": 2}, {"no": 3}, {"dont_know": 1}, {"yes": 0}, {"partly": -1, "no": -2, "dont_know": 0}]
)
def test_a_scale_on_which_a_better_answer_is_worth_less_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Scale(**bad)


@pytest.mark.parametrize("bad", [{"good": 60, "fair": 60}, {"critical_cap": 80}])
def test_rules_that_contradict_each_other_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        ScoringRules(**bad)


SCALES = st.builds(
    lambda points: Scale(yes=points[0], partly=points[1], no=points[2], dont_know=points[3]),
    st.lists(st.integers(-20, 20), min_size=4, max_size=4, unique=True)
    .map(lambda p: sorted(p, reverse=True))
    .filter(lambda p: p[0] >= 1),
)
SHEETS = st.lists(
    st.tuples(st.sampled_from([*ORDER, "not_applicable", None]), st.integers(1, 5), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(SHEETS, SCALES, st.data())
def test_a_better_answer_never_lowers_the_score(sheet: list[Any], scale: Scale, data: st.DataObject) -> None:
    rules = ScoringRules(scale=scale)
    worse = [answered(v, weight=w, critical=c) for v, w, c in sheet]
    at = data.draw(st.integers(0, len(sheet) - 1))
    value, weight, critical = sheet[at]
    if value not in ORDER:
        return
    for better in ORDER[ORDER.index(value) + 1 :]:
        now = [*worse[:at], answered(better, weight=weight, critical=critical), *worse[at + 1 :]]
        before, after = propose(worse, rules), propose(now, rules)
        assert before.percent is not None
        assert after.percent is not None
        assert after.percent >= before.percent


@given(SHEETS, SCALES)
def test_a_percentage_is_between_0_and_100_and_100_is_everything(sheet: list[Any], scale: Scale) -> None:
    found = propose([answered(v, weight=w, critical=c) for v, w, c in sheet], ScoringRules(scale=scale))
    values = {v for v, _, _ in sheet} - {"not_applicable", None}
    if not values:
        assert found.percent is None
        return
    assert found.percent is not None
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) == (values == {"yes"})


def test_sections_are_scored_for_themselves() -> None:
    other = Words(ja="別の区分", en="Another")
    found = propose([answered("no"), Answered(other, made(), "yes")], RULES)
    assert [(s.title.en, s.score.percent) for s in found.sections] == [("Section", 0), ("Another", 100)]


# --- ranking ---------------------------------------------------------------------------------------------------------

YES = {"personal_data": "yes", "secret_data": "no", "network_access": "no", "work_stops": "no"}


def named(key: str, **more: Any) -> Question:
    return made(key=key, **more)


def ranked(facts: dict[str, Any], *questions: Question) -> list[str]:
    return [q.key for q in sorted(questions, key=lambda q: rank(q, "no", facts))]


def test_risks_are_ranked_by_what_this_work_entrusts() -> None:
    leak, network = named("leak", protects=["personal_data"]), named("network", protects=["network_access"], weight=5)
    assert ranked(YES, network, leak) == ["leak", "network"]
    assert ranked(YES | {"personal_data": "no", "network_access": "yes"}, leak, network) == ["network", "leak"]


def test_critical_comes_before_everything() -> None:
    critical = named("critical", critical=True, protects=["work_stops"])
    assert ranked(YES, named("leak", protects=["personal_data"], weight=5), critical) == ["critical", "leak"]


def test_what_nobody_said_weighs_more_than_a_no_and_less_than_a_yes() -> None:
    questions = [named(n, protects=[n]) for n in ("secret_data", "network_access", "personal_data")]
    facts = {"personal_data": "yes", "network_access": None, "secret_data": "no"}
    assert ranked(facts, *questions) == ["personal_data", "network_access", "secret_data"]
