"""What the policy proposes to leave out, each with its reason; and that a person's choice counts instead."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from bot.domain.ledger import Assessment, CloudClass, EngagementState, Profession
from bot.domain.policy import ScopeRules
from bot.domain.refusal import Code, Refusal
from bot.domain.scope_rules import Entrusted, Proposal, proposal
from bot.domain.scoping import IN, OUT, PROPOSED, Choice, Decided, Reason, choices_in, decide, turned
from storage.policy_file import shipped
from tests.domain.test_scoping import TODAY, candidate

RULES = shipped().scope
NOTHING = {"personal_data": False, "secret_data": False}


def rules(**changes: Any) -> ScopeRules:
    return ScopeRules.model_validate(RULES.model_dump() | changes)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        (NOTHING, Proposal.NOTHING_ENTRUSTED),
        ({"personal_data": False}, None),  # nobody has said anything about confidential data
        ({"personal_data": False, "secret_data": True}, None),
        ({"personal_data": True, "secret_data": False}, None),
        (NOTHING | {"system_access": True}, None),
        (NOTHING | {"work_stops": True}, None),
        (NOTHING | {"system_access": False, "work_stops": False}, Proposal.NOTHING_ENTRUSTED),
        *(({"profession": p}, Proposal.PROFESSION) for p in RULES.professions_out),
        ({"profession": Profession.TAX_ACCOUNTANT}, None),
        ({"profession": Profession.LABOUR_CONSULTANT}, None),
        ({"group_company": True}, None),
        ({"cloud_class": CloudClass.ENTRUSTED, "secret_data": False}, None),
        ({"cloud_class": CloudClass.NOT_HANDLED, "secret_data": False}, Proposal.CLOUD),
        ({"cloud_class": CloudClass.NOT_HANDLED}, None),
        ({"cloud_class": CloudClass.NOT_HANDLED, "secret_data": True}, None),
        ({"cloud_class": CloudClass.NOT_HANDLED, "secret_data": False, "system_access": True}, None),
        ({"cloud_class": CloudClass.OWN_JUDGEMENT, "secret_data": False}, None),
        ({"assessment": Assessment.NDA}, Proposal.NDA_PERSONAL_DATA),
        ({"assessment": Assessment.NDA, "personal_data": False}, Proposal.NDA),
    ],
)
def test_each_proposal_has_its_reason(facts: dict[str, Any], expected: Proposal | None) -> None:
    assert proposal(Entrusted(**facts), RULES) is expected


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        ({"nothing_entrusted": "in"}, NOTHING, None),
        ({"professions_out": []}, {"profession": Profession.LAWYER}, None),
        ({"group_companies": "out"}, {"group_company": True}, Proposal.GROUP_COMPANY),
        (
            {"clouds": {"not_handled": "in", "own_judgement": "out"}},
            {"cloud_class": CloudClass.NOT_HANDLED, "secret_data": False},
            None,
        ),
        (
            {"clouds": {"not_handled": "in", "own_judgement": "out"}},
            {"cloud_class": CloudClass.OWN_JUDGEMENT, "secret_data": False},
            Proposal.CLOUD,
        ),
        ({"nda": "in"}, {"assessment": Assessment.NDA}, None),
    ],
)
def test_each_rule_is_the_companys(changes: dict[str, Any], facts: dict[str, Any], expected: Proposal | None) -> None:
    assert proposal(Entrusted(**facts), rules(**changes)) is expected


def test_what_nobody_has_said_is_never_a_reason_to_leave_anything_out() -> None:
    """No becomes unanswered: the work is in, or still out for a reason that does not rest on that answer."""
    answers = [False, None, True]
    for personal, secret, access, stops, cloud in product(
        [False, True], answers, answers, answers, [None, *CloudClass]
    ):
        facts = {"system_access": access, "work_stops": stops, "cloud_class": cloud}
        if proposal(Entrusted(personal_data=personal, secret_data=secret, **facts), RULES):
            assert secret is False
            assert proposal(Entrusted(personal_data=personal, secret_data=None, **facts), RULES) is None


def test_every_proposal_is_a_reason_of_a_round_and_the_other_way_round() -> None:
    assert {r.value for r in PROPOSED} == {p.value for p in Proposal}


# -- in a round ----------------------------------------------------------------------------------------------------------

NDA = Entrusted(assessment=Assessment.NDA)


def kept(decided: Decided) -> tuple[str, str, dict[str, Any]]:
    return decided.verdict, decided.reason.value, decided.facts


def test_a_proposal_leaves_the_work_out_with_the_facts_it_rests_on() -> None:
    found = decide(candidate(work=Entrusted(**NOTHING)), TODAY, (), RULES)
    assert (found.verdict, found.reason) == (OUT, Reason.NOTHING_ENTRUSTED)
    assert found.facts["work"] == NOTHING


def test_the_day_something_is_entrusted_the_work_is_in_again() -> None:
    assert decide(candidate(work=Entrusted(personal_data=False, secret_data=True)), TODAY, (), RULES).inside


def test_what_cannot_be_asked_about_is_no_proposal() -> None:
    over = candidate(work=NDA, state=EngagementState.ENDED)
    assert decide(over, TODAY, (), RULES).reason is Reason.NOT_ACTIVE


@pytest.mark.parametrize("primary", ["p", None])
def test_putting_back_and_leaving_out_are_what_deciding_with_the_choice_comes_to(primary: str | None) -> None:
    """Otherwise the preview would no longer hold when the round is opened."""
    for work in (NDA, Entrusted()):
        one = candidate(work=work, primary=primary)
        before = kept(decide(one, TODAY, (), RULES))
        after = turned(before, " 念のため ", "me")
        choice = choices_in({"e": after})["e"]
        assert (choice.note, choice.by, choice.was) == ("念のため", "me", before[:2])
        assert kept(decide(one, TODAY, (), RULES, choice)) == after
        assert after[0] != before[0]
        assert turned(after, "やはり", "you") == before


def test_a_choice_does_not_bring_back_what_is_over() -> None:
    choice = Choice(verdict=IN, note="x", by="me", was=(OUT, "nda"))
    over = candidate(work=NDA, state=EngagementState.ENDED)
    found = decide(over, TODAY, (), RULES, choice)
    assert (found.verdict, found.reason) == (OUT, Reason.NOT_ACTIVE)
    assert found.facts["choice"]["note"] == "x"


@pytest.mark.parametrize(
    ("facts", "note", "code"),
    [
        ({}, " ", Code.NO_REASON),
        ({}, "あ" * 1001, Code.TOO_LONG),
        ({"state": EngagementState.ENDED}, "x", Code.NO_CHOICE),
        ({"review_open": True}, "x", Code.NO_CHOICE),
    ],
)
def test_what_cannot_be_turned(facts: dict[str, Any], note: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        turned(kept(decide(candidate(work=NDA, **facts), TODAY, (), RULES)), note, "me")
    assert refused.value.code is code
