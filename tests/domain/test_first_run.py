"""The guide's steps are worked out from what is there: in any order, after skipping, for whoever may."""

from __future__ import annotations

import pytest

from bot.domain.first_run import NEEDS, SKIPPABLE, Choices, Facts, Guide, Step, StepState, guide, shown, skip
from bot.domain.permissions import Role

TEAM = frozenset({Role.EMPLOYEE, Role.SECURITY})
ADMIN = frozenset({Role.EMPLOYEE, Role.FIRST_ADMIN})
EVERYTHING = Facts(members=2, departments=1, suppliers=3, endpoints=1, rehearsed=True, rounds=1)


def states(found: Guide) -> dict[Step, StepState]:
    return {line.step: line.state for line in found.lines}


def test_from_nothing_the_administrator_chooses_the_team_and_nothing_else() -> None:
    found = guide(Facts(), Choices(), ADMIN)
    assert found.next is Step.TEAM
    assert [line.step for line in found.lines if line.ready] == [Step.TEAM]
    assert set(states(found).values()) == {StepState.LEFT}


def test_each_step_is_done_by_what_is_there_and_by_nothing_else() -> None:
    for field, step in zip(Facts.model_fields, Step, strict=True):
        value = True if field == "rehearsed" else 1
        found = states(guide(Facts.model_validate({field: value}), Choices(), TEAM))
        assert {s for s, state in found.items() if state is StepState.DONE} == {step}


def test_the_steps_lead_one_after_the_other() -> None:
    order, facts = [], dict.fromkeys(Facts.model_fields, 0)
    for _ in Step:
        found = guide(Facts.model_validate(facts), Choices(), TEAM | ADMIN)
        assert found.next
        order.append(found.next)
        facts[list(Facts.model_fields)[list(Step).index(found.next)]] = 1
    assert order == list(Step)
    assert guide(Facts.model_validate(facts), Choices(), TEAM).finished


@pytest.mark.parametrize("step", list(Step))
def test_a_step_waits_for_what_its_form_would_refuse_without(step: Step) -> None:
    line = next(line for line in guide(Facts(), Choices(), TEAM).lines if line.step is step)
    assert line.waits_for == next(iter(NEEDS[step]), None)
    assert line.ready is (not NEEDS[step])


def test_what_is_put_off_is_not_asked_for_again_but_counts_when_it_is_there() -> None:
    choices = skip(skip(Choices(), Step.REHEARSAL), Step.LINK)
    assert choices.skipped == (Step.LINK, Step.REHEARSAL)
    assert skip(choices, Step.LINK) == choices
    facts = Facts(members=1, departments=1, suppliers=1)
    found = guide(facts, choices, TEAM)
    assert states(found)[Step.LINK] is StepState.SKIPPED
    assert found.next is Step.ROUND
    done = guide(facts.model_copy(update={"endpoints": 1}), choices, TEAM)
    assert states(done)[Step.LINK] is StepState.DONE


def test_a_step_can_be_taken_although_an_earlier_one_was_not() -> None:
    found = guide(Facts(members=1, departments=1, suppliers=1), Choices(), TEAM)
    assert {line.step for line in found.lines if line.ready} == set(Step)
    assert found.next is Step.LINK


def test_only_what_a_round_can_do_without_can_be_put_off() -> None:
    assert {Step.LINK, Step.REHEARSAL} == SKIPPABLE


def test_the_guide_is_shown_until_it_is_finished_or_closed_and_again_when_wanted() -> None:
    begun, finished = guide(Facts(members=1), Choices(), TEAM), guide(EVERYTHING, Choices(), TEAM)
    assert (shown(begun, Choices()), shown(finished, Choices())) == (True, False)
    for found in (begun, finished):
        assert not shown(found, Choices(closed=True))
        assert shown(found, Choices(closed=False))


def test_choices_survive_being_stored() -> None:
    choices = Choices(skipped=(Step.LINK,), closed=True)
    assert Choices.model_validate(choices.model_dump(mode="json")) == choices
