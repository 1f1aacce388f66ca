"""Which lists work is asked, and several lists as one: nothing is asked twice, nothing is asked on a guess, order is kept.

To add a rule of the policy: a row in `test_what_the_policy_says`.
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.choosing import Listed, Why, choose, merged
from bot.domain.forms import COMPANY, asked_now
from bot.domain.policy import AdditionalRule, Policy
from storage.policy_file import shipped
from tests.domain.test_checklist import WORDS, checklist, question
from tests.kit import START

YES = {"personal_data": ("yes",)}
SOLE = {"supplier_kind": ("sole_trader",)}


def policy(*rules: dict[str, Any], **tiers: Any) -> Policy:
    body = shipped().model_dump(mode="json")
    body["additional"] = list(rules)
    body["tiers"] = [tier | tiers.get(tier["key"], {}) for tier in body["tiers"]]
    return Policy.model_validate(body)


def rule(key: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"checklist": key, "when": when, **more}


@pytest.mark.parametrize(
    ("rules", "facts", "tags", "expected"),
    [
        ([], {}, (), ["basic"]),
        ([rule("personal_data", YES)], {"personal_data": "yes"}, (), ["basic", "personal_data"]),
        ([rule("personal_data", YES)], {"personal_data": "no"}, (), ["basic"]),
        # on a guess a whole list more would be asking too much
        ([rule("personal_data", YES)], {"personal_data": None}, (), ["basic"]),
        ([rule("personal_data", YES | {"workplace": ("home",)})], {"personal_data": "yes"}, (), ["basic"]),
        (
            [rule("personal_data", {"workplace": ("home",)})],
            {"workplace": ["home", "theirs"]},
            (),
            ["basic", "personal_data"],
        ),
        ([rule("printing", {"tag": ("印刷", "発送")})], {}, ("発送",), ["basic", "printing"]),
        ([rule("printing", {"tag": ("印刷",)})], {}, (), ["basic"]),
        (
            [rule("short", {"supplier_kind": ("sole_trader",)}, instead_of="basic")],
            {"supplier_kind": "sole_trader"},
            (),
            ["short"],
        ),
        ([rule("basic", YES)], {"personal_data": "yes"}, (), ["basic"]),
    ],
)
def test_what_the_policy_says(
    rules: list[Any], facts: dict[str, Any], tags: tuple[str, ...], expected: list[str]
) -> None:
    assert list(choose(policy(*rules), "high", facts, tags)) == expected


def test_every_list_has_its_reason() -> None:
    found = choose(policy(rule("personal_data", YES)), "middle", {"personal_data": "yes"}, ())
    assert found == {"basic": Why(by="tier", about="middle"), "personal_data": Why(by="fact", about="personal_data")}


def test_a_list_that_is_too_much_for_the_tier_is_not_asked_whatever_a_rule_says() -> None:
    rules = policy(rule("personal_data", YES), low={"too_much": ["personal_data"]})
    assert list(choose(rules, "low", {"personal_data": "yes"}, ())) == ["basic"]


def test_a_tier_that_the_policy_no_longer_knows_asks_like_the_highest() -> None:
    rules = policy(high={"checklists": ["personal_data"]})
    assert list(choose(rules, "gone", {}, ())) == ["personal_data"]


@pytest.mark.parametrize(
    ("known", "too_much", "expected"),
    [
        ({"basic", "short"}, [], ["short"]),
        ({"basic"}, [], ["basic"]),  # retired, or not there: nothing takes its place
        ({"basic", "short"}, ["short"], ["basic"]),
        (set(), [], []),
    ],
)
def test_a_list_takes_the_place_of_another_only_if_it_can_be_asked(
    known: set[str], too_much: list[str], expected: list[str]
) -> None:
    rules = policy(rule("short", SOLE, instead_of="basic"), middle={"too_much": too_much})
    assert list(choose(rules, "middle", {"supplier_kind": "sole_trader"}, (), known)) == expected


@pytest.mark.parametrize(
    "when", [{}, {"moon": ("yes",)}, {"personal_data": ("perhaps",)}, {"record_count": ("5",)}, {"tag": ()}]
)
def test_a_rule_that_no_work_can_meet_is_refused(when: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AdditionalRule(checklist="basic", when=when)


# --- several lists as one --------------------------------------------------------------------------------------------


def listed(name: str, *questions: dict[str, Any]) -> Listed:
    return Listed(f"v-{name}", checklist(*questions, key=name))


def test_a_question_that_two_lists_share_is_asked_once_in_the_first() -> None:
    one, two = listed("one", question("q_a"), question("q_b")), listed("two", question("q_b"), question("q_c"))
    found = merged([one, two], {}, {}, ())
    assert [(p.question.key, p.listed.version_id, p.wanted_by) for p in found] == [
        ("q_a", "v-one", ("v-one",)),
        ("q_b", "v-one", ("v-one", "v-two")),
        ("q_c", "v-two", ("v-two",)),
    ]
    assert [p.place for p in found] == ["one.section", "one.section", "two.section"]


def test_what_one_list_leaves_out_and_another_asks_is_asked() -> None:
    covered = question("q_a", covered_by=["isms"])
    one, two = listed("one", covered), listed("two", question("q_a"))
    assert [p.decision.asked for p in merged([one], {}, {}, {"isms"})] == [False]
    (both,) = merged([one, two], {}, {}, {"isms"})
    assert (both.decision.asked, both.decision.reason) == (True, "always")
    assert [p.decision.asked for p in merged([two, one], {}, {}, {"isms"})] == [True]


def test_asked_outright_in_a_later_list_it_stands_there_and_waits_for_no_answer() -> None:
    waits = question("q_b", ask_if=[{"answer": "q_a", "is_one_of": ["yes"]}])
    one, two = (
        listed("one", question("q_a"), waits),
        listed("two", question("q_c"), question("q_b", weight=3, critical=True)),
    )
    found = merged([one, two], {}, {}, ())
    assert [p.question.key for p in found] == ["q_a", "q_c", "q_b"]
    last = found[-1]
    assert (last.question.ask_if, last.decision.asked, last.listed.version_id) == ((), True, "v-two")
    (first,) = [p for p in merged([two, one], {}, {}, ()) if p.question.key == "q_b"]
    assert (first.question.ask_if, first.question.weight, first.question.critical) == ((), 3, True)


# --- conditions across scopes ----------------------------------------------------------------------------------------


def frozen(n: int, asked_of: str, body: dict[str, Any]) -> ReviewQuestion:
    return ReviewQuestion(
        id=f"q{n}",
        review_id="r",
        endpoint_id="e",
        version_id="v",
        scope=asked_of,
        key=body["key"],
        section="s",
        position=n,
        page=0,
        body={"question": body, "section": {"title": WORDS, "why": WORDS}, "about": ""},
    )


def answer(question_id: str, value: str) -> Answer:
    return Answer(
        id="a", question_id=question_id, rev=1, value=value, person_id="p", team_id="T", via="modal", at=START
    )


def test_a_question_about_work_may_depend_on_an_answer_of_the_company() -> None:
    """It looked only at answers about the same work, and was never asked."""
    subs = frozen(0, COMPANY, question("subs"))
    names = frozen(1, "item", question("names", scope="engagement", ask_if=[{"answer": "subs", "is_one_of": ["yes"]}]))
    shown = lambda answers: [q.key for q in asked_now([subs, names], answers)]  # noqa: E731
    assert shown({}) == ["subs"]
    assert shown({"q0": answer("q0", "yes")}) == ["subs", "names"]
    assert shown({"q0": answer("q0", "no")}) == ["subs"]


def test_a_condition_on_a_question_that_stands_elsewhere_asks() -> None:
    names = frozen(1, "item", question("names", scope="engagement", ask_if=[{"answer": "subs", "is_one_of": ["yes"]}]))
    assert [q.key for q in asked_now([names], {})] == ["names"]


def test_the_policy_that_ships_names_lists_for_every_tier() -> None:
    for tier in shipped().tiers:
        assert choose(shipped(), tier.key, {}, ())
