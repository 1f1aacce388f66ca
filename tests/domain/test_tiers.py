"""Risk tiers: what follows from which facts, with every reason; what a person set, to the day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ledger import DataKind
from bot.domain.policy import Policy, policy_hash
from bot.domain.refusal import Code, Refusal
from bot.domain.tiers import LONGEST, TierDecision, TierFacts, Wish, checked, decide, facts_of, next_decision
from storage.policy_file import shipped
from tests.domain.tier_values import ON, TODAY, decision, engagement

RULES = shipped()
NO = {"secret_data": False, "work_stops": False, "system_access": False}
KNOWN = {"data_kinds": (DataKind.CONTACT,), "data_count": 10}


def tier(policy: Policy = RULES, **facts: Any) -> tuple[str, list[str]]:
    """The tier, and the reasons as `fact`, `fact:value` or `fact?`."""
    found = decide(TierFacts(**facts), policy)
    said = [f"{r.fact}?" if r.unanswered else f"{r.fact}:{r.value}" if r.value else r.fact for r in found.reasons]
    return found.tier, said


@pytest.mark.parametrize(
    ("facts", "expected", "reasons"),
    [
        (NO, "low", ["otherwise"]),
        (NO | {"secret_data": True}, "high", ["secret_data"]),
        (NO | {"work_stops": True}, "high", ["work_stops"]),
        (NO | {"system_access": True}, "high", ["system_access"]),
        (dict.fromkeys(NO, True), "high", ["secret_data", "work_stops", "system_access"]),
        (NO | {"personal_data": True} | KNOWN, "middle", ["personal_data"]),
        (NO | {"personal_data": True}, "middle", ["personal_data", "data_kinds?", "data_count?"]),
        (
            NO | {"personal_data": True, "data_kinds": (DataKind.MY_NUMBER,), "data_count": 1},
            "high",
            ["data_kinds:my_number", "personal_data"],
        ),
        (NO | {"personal_data": True} | KNOWN | {"data_count": 999}, "middle", ["personal_data"]),
        (NO | {"personal_data": True} | KNOWN | {"data_count": 1000}, "high", ["data_count:1000", "personal_data"]),
        ({}, "middle", ["secret_data?", "work_stops?", "system_access?"]),
        (NO | {"secret_data": None}, "middle", ["secret_data?"]),
        (NO | {"secret_data": None, "work_stops": True}, "high", ["work_stops", "secret_data?"]),
        # kinds and counts say nothing where there is no personal data
        (NO | {"data_kinds": (DataKind.SENSITIVE,), "data_count": 10**6}, "low", ["otherwise"]),
    ],
)
def test_what_is_entrusted_makes_the_tier_and_every_rule_that_applies_is_a_reason(
    facts: dict[str, Any], expected: str, reasons: list[str]
) -> None:
    assert tier(**facts) == (expected, reasons)


@pytest.mark.parametrize(("unanswered", "expected"), [("high", "high"), ("middle", "middle"), ("low", "low")])
def test_the_policy_says_what_an_unanswered_question_counts_as(unanswered: str, expected: str) -> None:
    rules = RULES.rules.model_copy(update={"unanswered": unanswered})
    assert tier(RULES.model_copy(update={"rules": rules}))[0] == expected


# -- more entrusted never lowers the tier --------------------------------------------------------------------------------

ANSWER = st.sampled_from([False, None, True])
KINDS = st.sets(st.sampled_from(list(DataKind)), min_size=1)
FACTS = st.fixed_dictionaries(
    {
        "secret_data": ANSWER,
        "work_stops": ANSWER,
        "system_access": ANSWER,
        "personal_data": st.booleans(),
        "data_kinds": KINDS.map(lambda kinds: tuple(sorted(kinds))),
        "data_count": st.integers(0, 10**6),
    }
)
TIERS = st.sampled_from(["high", "middle", "low"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy over three tiers, sensible or not."""
    names = ("secret_data", "work_stops", "system_access", "personal_data", "otherwise", "unanswered")
    kinds = draw(st.dictionaries(st.sampled_from(list(DataKind)), TIERS))
    count = draw(st.none() | st.builds(lambda n, t: {"at_least": n, "tier": t}, st.integers(1, 10**6), TIERS))
    rules = {name: draw(TIERS) for name in names} | {"data_kinds": kinds, "data_count": count}
    return Policy.model_validate(RULES.model_dump() | {"rules": rules})


def more(facts: dict[str, Any], name: str, kind: DataKind, count: int) -> dict[str, Any]:
    """The same with more of one thing: no becomes unanswered or yes, unanswered becomes yes."""
    if name == "data_kinds":
        return facts | {name: tuple(sorted({*facts[name], kind}))}
    if name == "data_count":
        return facts | {name: facts[name] + count}
    if name == "personal_data":
        return facts | {name: True}
    return facts | {name: None if facts[name] is False else True}


@given(
    FACTS,
    st.sampled_from(list(TierFacts.model_fields)),
    st.sampled_from(list(DataKind)),
    st.integers(0, 10**6),
    policies(),
)
def test_more_entrusted_never_lowers_the_tier(
    facts: dict[str, Any], name: str, kind: DataKind, count: int, policy: Policy
) -> None:
    before, after = tier(policy, **facts)[0], tier(policy, **more(facts, name, kind, count))[0]
    assert policy.rank(after) >= policy.rank(before)


def test_a_question_that_goes_from_no_to_unanswered_to_yes_only_raises_the_tier() -> None:
    """Every combination of one question, its rule and the switch, where nothing else is said to be entrusted."""
    keys = [t.key for t in RULES.tiers]
    for question, rule, switch in product(NO, keys, keys):
        changed = RULES.rules.model_copy(update={question: rule, "unanswered": switch})
        policy = RULES.model_copy(update={"rules": changed})
        ranks = [policy.rank(tier(policy, **(NO | {question: said}))[0]) for said in (False, None, True)]
        assert ranks == sorted(ranks), (question, rule, switch)


@given(FACTS, policies())
def test_the_tier_is_that_of_its_first_reason_and_there_always_is_one(facts: dict[str, Any], policy: Policy) -> None:
    found = decide(TierFacts(**facts), policy)
    assert found.reasons[0].tier == found.tier
    assert policy.rank(found.tier) == max(policy.rank(r.tier) for r in found.reasons)


# -- decisions -----------------------------------------------------------------------------------------------------------


def after(last: TierDecision | None, policy: Policy = RULES, **facts: Any) -> TierDecision | None:
    return next_decision(engagement(**facts), last, policy, by="p", at=ON, cause="edit", new_id="new")


def test_a_decision_says_what_it_was_made_from_and_by() -> None:
    made = after(None, **NO, personal_data=True, data_kinds=(DataKind.HEALTH,), data_count=3)
    assert made
    assert (made.n, made.tier, made.cause, made.by) == (1, "high", "edit", "p")
    assert made.rules == policy_hash(RULES)
    assert made.facts == facts_of(engagement(**NO, personal_data=True, data_kinds=(DataKind.HEALTH,), data_count=3))


def test_what_does_not_decide_makes_no_new_decision() -> None:
    assert after(decision(**NO), **NO, business="別の名前", tags=("至急",)) is None


def test_new_facts_and_new_rules_make_a_new_one_even_where_the_tier_stays() -> None:
    last = decision(**(NO | {"secret_data": True}))
    made = after(last, **(NO | {"secret_data": True, "work_stops": True}))
    assert made
    assert (made.n, made.tier) == (2, "high")
    assert [r.fact for r in made.reasons] == ["secret_data", "work_stops"]
    other = RULES.model_copy(update={"certificates": ()})
    assert after(last, other, **(NO | {"secret_data": True}))


def test_names_of_tiers_are_no_rules() -> None:
    body = RULES.model_dump(mode="json")
    for one in body["tiers"]:
        one["name"] = {"ja": "甲", "en": "A"}
    assert policy_hash(Policy.model_validate(body)) == policy_hash(RULES)


SET = {"override": "low", "override_reason": "試行期間のため", "override_by": "p", "override_until": TODAY}


def test_a_set_tier_counts_up_to_and_including_its_last_day() -> None:
    made = decision(**(NO | {"secret_data": True})).model_copy(update=SET)
    assert made.in_force(TODAY) == "low"
    assert made.in_force(TODAY - timedelta(days=1)) == "low"
    assert made.in_force(TODAY + timedelta(days=1)) == "high"


def test_a_set_tier_stays_while_the_rules_come_to_the_same_and_ends_where_they_do_not() -> None:
    last = decision(**(NO | {"secret_data": True})).model_copy(update=SET)
    same = after(last, **(NO | {"secret_data": True, "work_stops": True}))
    assert same
    assert (same.override, same.override_reason, same.override_until, same.overtaken) == (
        "low",
        "試行期間のため",
        TODAY,
        False,
    )
    less = after(last, **NO)
    assert less
    assert (less.tier, less.override, less.override_reason, less.overtaken) == ("low", None, "", True)
    more = after(less, **(NO | {"work_stops": True}))
    assert more
    assert more.overtaken  # nobody has looked yet


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        (Wish(), Code.EMPTY, "tier"),
        (Wish(tier="enormous"), Code.BAD_VALUE, "tier"),
        (Wish(tier="high", reason="x", until=TODAY), Code.TIER_SAME, "tier"),
        (Wish(tier="low", until=TODAY), Code.EMPTY, "reason"),
        (Wish(tier="low", reason=" \u200b ", until=TODAY), Code.EMPTY, "reason"),
        (Wish(tier="low", reason="あ" * 1001, until=TODAY), Code.TOO_LONG, "reason"),
        (Wish(tier="low", reason="x"), Code.EMPTY, "until"),
        (Wish(tier="low", reason="x", until=TODAY - timedelta(days=1)), Code.TIER_UNTIL, "until"),
        (Wish(tier="low", reason="x", until=TODAY + timedelta(days=LONGEST + 1)), Code.TIER_UNTIL, "until"),
        (Wish(tier="low", reason="x", until=date(9999, 12, 31)), Code.TIER_UNTIL, "until"),
    ],
)
def test_what_cannot_be_set_is_told_on_its_input(wish: Wish, code: Code, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(wish, decision(**(NO | {"secret_data": True})), RULES, TODAY)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("days", [0, LONGEST])
def test_the_first_and_the_last_day_that_can_be_chosen(days: int) -> None:
    wish = Wish(tier="low", reason=" 試行\n期間 ", until=TODAY + timedelta(days=days))
    assert checked(wish, decision(**(NO | {"secret_data": True})), RULES, TODAY).reason == "試行 期間"
