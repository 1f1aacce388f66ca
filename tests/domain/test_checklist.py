"""Checklists as values and rules: what is refused, what is asked, what an answer must look like, what is risky.

To add a rule: a row in the table it belongs to.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.checklist import (
    YES_NO,
    Checklist,
    Fault,
    Question,
    Risk,
    check_value,
    content_hash,
    missing,
    missing_evidence,
    questions_for,
    risky,
    selection,
)

WORDS = {"ja": "日本語", "en": "English"}


def question(key: str = "one", **changes: Any) -> dict[str, Any]:
    return {"key": key, "text": WORDS, "help": WORDS, "kind": "yes_no", **changes}


def choices(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "text": WORDS} for key in keys]


def checklist(*questions: dict[str, Any], **changes: Any) -> Checklist:
    source = {"title": WORDS, "version": "1", "licence": "own", "modified": False}
    section = {"key": "section", "title": WORDS, "why": WORDS, "questions": list(questions)}
    head = {"key": "sample", "version": "1.10", "title": WORDS, "purpose": WORDS, "source": source}
    rest = {"reviewed_on": "2026-11-20", "owner": "team", "minutes": 5, "sections": [section]}
    return Checklist.model_validate({**head, **rest, **changes})


def made(**changes: Any) -> Question:
    return Question.model_validate(question(**changes))


EVIDENCE = {"need": "required", "kinds": ["policy"], "if_confidential": WORDS}
OF_THREE = {"kind": "many_of", "choices": choices("mail", "chat", "none")}


# --- what is refused when it is written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "loc", "says"),
    [
        ({"kind": "one_of"}, ("choices",), "at least two"),
        ({"kind": "one_of", "choices": choices("only")}, ("choices",), "at least two"),
        ({"choices": choices("mail", "chat")}, ("choices",), "belong to"),
        ({"kind": "one_of", "choices": choices("mail", "mail")}, ("choices", 1, "key"), "twice"),
        ({"kind": "one_of", "choices": choices(*(f"c{n:02}" for n in range(11)))}, ("choices",), "at most 10"),
        ({"risky": ["never"]}, ("risky", 0), "not an answer"),
        ({"minimum": 1}, ("minimum",), "belong to `number`"),
        ({"kind": "number", "minimum": 9, "maximum": 3}, ("minimum",), "above"),
        ({"kind": "text", "critical": True}, ("critical",), "closed kind"),
        ({"weight": 0}, ("weight",), "greater than or equal to 1"),
        ({"key": "Has Capitals"}, ("key",), "pattern"),
        ({"references": ["iso 5.19"]}, ("references", 0), "pattern"),
        ({"evidence": {"need": "optional", "kinds": ["policy"]}}, ("evidence",), "if_confidential"),
        ({"text": {"ja": "日本語"}}, ("text", "en"), "required"),
        ({"text": {"ja": "日本語", "en": "  "}}, ("text", "en"), "at least 1"),
        ({"text": {"ja": "あ" * 301, "en": "a"}}, ("text", "ja"), "at most 300"),
        ({"hlep": WORDS}, ("hlep",), "Extra"),
        ({"critical": "yes"}, ("critical",), "boolean"),
    ],
)
def test_a_bad_question_is_refused_where_it_is_bad(changes: dict[str, Any], loc: tuple[Any, ...], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made(**changes)
    [error] = caught.value.errors()
    assert error["loc"] == loc
    assert says in error["msg"]


ENGAGEMENT = {"scope": "engagement"}


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ({"ask_if": [{"answer": "two", "is_one_of": ["yes"]}]}, "not a question further up"),
        ({"ask_if": [{"answer": "three", "is_one_of": ["yes"]}]}, "not a question further up"),
        ({"ask_if": [{"answer": "one", "is_one_of": ["maybe"]}]}, "can never be the answer"),
        ({"ask_if": [{"answer": "one", "at_least": 3}]}, "for numbers"),
        ({"ask_if": [{"fact": "weather", "is_one_of": ["yes"]}]}, "not a known fact"),
        ({"ask_if": [{"fact": "personal_data", "is_one_of": ["True"]}]}, "can never be the answer"),
        ({"ask_if": [{"fact": "record_count", "is_one_of": ["5"]}]}, "for numbers"),
        ({"ask_if": [{"answer": "one"}]}, "either `is_one_of`"),
        ({"ask_if": [{"answer": "one", "fact": "overseas", "is_one_of": ["yes"]}]}, "either `answer`"),
        ({"scope": "company", "ask_if": [{"answer": "one", "is_one_of": ["yes"]}]}, "there may be several"),
    ],
)
def test_a_condition_that_cannot_work_is_refused(second: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        checklist(question("one", **ENGAGEMENT), question("two", **{**ENGAGEMENT, **second}), question("three"))
    error = caught.value.errors()[0]
    assert error["loc"][:5] == ("sections", 0, "questions", 1, "ask_if")
    assert says in error["msg"]


def test_a_question_key_used_twice_names_both_places() -> None:
    with pytest.raises(ValidationError) as caught:
        checklist(question("one"), question("two"), question("one"))
    [error] = caught.value.errors()
    assert error["loc"] == ("sections", 0, "questions", 2, "key")
    assert error["ctx"]["first"] == ("sections", 0, "questions", 0, "key")


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError):
        made().weight = 3


# --- the content hash ----------------------------------------------------------------------------------------------


def test_the_hash_of_what_was_published_never_moves() -> None:
    """A new field with a default must leave this as it is: published versions are compared by it."""
    assert content_hash(checklist(question())) == "6ec7814587a91eb2e44dbc1e6619dc2b2eb44bd5c2e2871bd27b43a69ae3c977"


@pytest.mark.parametrize("changes", [{"version": "2.0"}, {"reviewed_on": "2027-11-20"}, {"owner": "others"}])
def test_bookkeeping_does_not_change_the_hash(changes: dict[str, Any]) -> None:
    assert content_hash(checklist(question(), **changes)) == content_hash(checklist(question()))


@pytest.mark.parametrize(
    "changes", [{"weight": 2}, {"critical": True}, {"help": {**WORDS, "en": "Other"}}, {"covered_by": ["isms"]}]
)
def test_what_is_asked_and_how_it_is_weighed_changes_the_hash(changes: dict[str, Any]) -> None:
    assert content_hash(checklist(question(**changes))) != content_hash(checklist(question()))


def test_the_order_of_questions_is_part_of_the_hash() -> None:
    one, two = question("one"), question("two")
    assert content_hash(checklist(one, two)) != content_hash(checklist(two, one))


# --- which questions are asked -------------------------------------------------------------------------------------

CHAIN = checklist(
    question("parent"),
    question("child", ask_if=[{"answer": "parent", "is_one_of": ["yes", "partly"]}]),
    question("grandchild", ask_if=[{"answer": "child", "is_one_of": ["no"]}]),
)


def keys(questions: tuple[Question, ...]) -> list[str]:
    return [q.key for q in questions]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ["parent"]),
        ({"parent": "no"}, ["parent"]),
        ({"parent": "partly"}, ["parent", "child"]),
        ({"parent": "yes", "child": "no"}, ["parent", "child", "grandchild"]),
        ({"parent": "yes", "child": "yes"}, ["parent", "child"]),
        # the child's answer was given before the parent changed: it no longer counts
        ({"parent": "no", "child": "no"}, ["parent"]),
        ({"parent": None}, ["parent"]),
    ],
)
def test_conditions_on_answers(answers: dict[str, Any], asked: list[str]) -> None:
    assert keys(questions_for(CHAIN, {}, answers)) == asked


@pytest.mark.parametrize(
    ("condition", "facts", "asked"),
    [
        ({"fact": "personal_data", "is_one_of": ["yes"]}, {"personal_data": True}, True),
        ({"fact": "personal_data", "is_one_of": ["yes"]}, {"personal_data": False}, False),
        ({"fact": "personal_data", "is_one_of": ["no"]}, {"personal_data": "no"}, True),
        ({"fact": "personal_data", "is_one_of": ["yes"]}, {}, True),
        ({"fact": "personal_data", "is_one_of": ["yes"]}, {"personal_data": None}, True),
        ({"fact": "contract_type", "is_one_of": ["contract", "mandate"]}, {"contract_type": "quasi_mandate"}, False),
        ({"fact": "record_count", "at_least": 1000}, {"record_count": 1000}, True),
        ({"fact": "record_count", "at_least": 1000}, {"record_count": 999}, False),
    ],
)
def test_conditions_on_facts(condition: dict[str, Any], facts: dict[str, Any], asked: bool) -> None:
    found = selection(checklist(question(ask_if=[condition])), facts, {})
    assert [d.asked for d in found] == [asked]
    assert found[0].reason == ("condition_met" if asked else "fact_not_met")
    assert found[0].by == condition["fact"]


def test_all_conditions_must_hold_and_many_of_needs_one_match() -> None:
    both = [{"answer": "ways", "is_one_of": ["mail"]}, {"fact": "overseas", "is_one_of": ["yes"]}]
    sample = checklist(question("ways", **OF_THREE), question("two", ask_if=both))
    assert keys(questions_for(sample, {"overseas": True}, {"ways": ["chat", "mail"]})) == ["ways", "two"]
    assert keys(questions_for(sample, {"overseas": True}, {"ways": ["chat"]})) == ["ways"]
    assert keys(questions_for(sample, {"overseas": False}, {"ways": ["mail"]})) == ["ways"]
    # what can still change while people answer is told from what is settled at sending
    assert selection(sample, {"overseas": False}, {})[1].reason == "fact_not_met"
    assert selection(sample, {"overseas": True}, {})[1].reason == "answer_not_met"


def test_a_confirmed_certificate_covers_and_says_so() -> None:
    sample = checklist(question("one", covered_by=["isms", "scs_4"]), question("two"))
    first, second = selection(sample, {}, {}, certificates={"scs_4"})
    assert (first.asked, first.reason, first.by) == (False, "covered", "scs_4")
    assert (second.asked, second.reason) == (True, "always")
    assert len(questions_for(sample, {}, {})) == 2


@given(st.dictionaries(st.sampled_from(["parent", "child", "grandchild", "stranger"]), st.sampled_from(YES_NO)))
def test_any_answers_end_with_an_answerable_list(answers: dict[str, str]) -> None:
    """No dead end: once every asked question is answered, nothing required is missing."""
    for _ in CHAIN.questions:
        asked = questions_for(CHAIN, {}, answers)
        answers = {**{q.key: "yes" for q in asked}, **answers}
    assert missing(questions_for(CHAIN, {}, answers), answers) == ()


# --- what is missing -----------------------------------------------------------------------------------------------


def test_missing_counts_required_questions_without_a_real_answer() -> None:
    sample = checklist(
        question("one"), question("two"), question("ways", **OF_THREE), question("free", kind="text", required=False)
    )
    assert keys(missing(sample.questions, {"one": "no", "two": None, "ways": []})) == ["two", "ways"]
    assert keys(missing(sample.questions, {"one": "dont_know", "two": " ", "ways": ["none"]})) == ["two"]


@pytest.mark.parametrize(
    ("answer", "attached", "asked_for"),
    [("yes", [], True), ("partly", [], True), ("yes", ["one"], False)]
    + [(answer, [], False) for answer in ("no", "not_applicable", "dont_know", None)],
)
def test_required_evidence_is_missed_only_where_something_is_claimed(
    answer: str | None, attached: list[str], asked_for: bool
) -> None:
    questions = checklist(question("one", evidence=EVIDENCE)).questions
    assert bool(missing_evidence(questions, {"one": answer}, attached)) is asked_for


# --- what is risky -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "value", "risk"),
    [
        ({}, "yes", None),
        ({}, "partly", None),
        ({}, "not_applicable", None),
        ({}, "no", ("no", False)),
        ({}, "dont_know", ("dont_know", False)),
        ({"critical": True}, "no", ("no", True)),
        ({"critical": True}, "partly", ("partly", True)),
        ({"risky": ["yes"]}, "yes", ("yes", False)),
        ({"risky": ["yes"]}, "no", None),
        ({"risky": []}, "no", None),
        ({**OF_THREE, "risky": ["none"]}, ["none"], ("choice", False)),
        ({**OF_THREE, "risky": ["chat"], "critical": True}, ["mail", "chat"], ("choice", True)),
        (OF_THREE, ["none"], None),
        ({"kind": "one_of", "choices": choices("mail", "dont_know")}, "dont_know", ("dont_know", False)),
        ({"kind": "text"}, "no", None),
        ({"critical": True}, None, None),
    ],
)
def test_risky(changes: dict[str, Any], value: Any, risk: tuple[str, bool] | None) -> None:
    found = risky(made(**changes), value)
    assert found == (None if risk is None else Risk.model_validate({"code": risk[0], "critical": risk[1]}))


# --- what an answer looks like -------------------------------------------------------------------------------------

NUMBER = {"kind": "number", "minimum": 0, "maximum": 100}


@pytest.mark.parametrize(
    ("changes", "value", "fault"),
    [
        ({}, "yes", None),
        ({}, "True", Fault.NOT_A_CHOICE),
        ({}, True, Fault.WRONG_TYPE),
        ({}, None, Fault.EMPTY),
        ({}, "", Fault.EMPTY),
        (OF_THREE, ["mail", "chat"], None),
        (OF_THREE, ["mail", "mail"], Fault.NOT_A_CHOICE),
        (OF_THREE, ["fax"], Fault.NOT_A_CHOICE),
        (OF_THREE, ["mail", "none"], Fault.CONTRADICTION),
        (OF_THREE, ["none"], None),
        (OF_THREE, [], Fault.EMPTY),
        (OF_THREE, "mail", Fault.WRONG_TYPE),
        ({"kind": "date"}, "2026-12-31", None),
        ({"kind": "date"}, "2026-02-30", Fault.NOT_A_DATE),
        ({"kind": "date"}, "20261231", Fault.NOT_A_DATE),
        ({"kind": "date"}, "２０２６-12-31", Fault.NOT_A_DATE),
        ({"kind": "date"}, "0001-01-01", Fault.NOT_A_DATE),
        ({"kind": "date"}, 20261231, Fault.WRONG_TYPE),
        (NUMBER, 0, None),
        (NUMBER, 99.5, None),
        (NUMBER, -1, Fault.TOO_SMALL),
        (NUMBER, 10**400, Fault.TOO_BIG),
        (NUMBER, float("nan"), Fault.WRONG_TYPE),
        (NUMBER, True, Fault.WRONG_TYPE),
        (NUMBER, "5", Fault.WRONG_TYPE),
        ({"kind": "text"}, "あ" * 3000, None),
        ({"kind": "text"}, "あ" * 3001, Fault.TOO_LONG),
        ({"kind": "text"}, "line\nline\t=HYPERLINK(", None),
        ({"kind": "text"}, "nul\x00", Fault.BAD_CHARACTER),
        ({"kind": "text"}, "half\ud800", Fault.BAD_CHARACTER),
        ({"kind": "text"}, " \n ", Fault.EMPTY),
        ({"kind": "text"}, ["a"], Fault.WRONG_TYPE),
        ({"kind": "file"}, ["id"] * 10, None),
        ({"kind": "file"}, ["id"] * 11, Fault.TOO_MANY),
        ({"kind": "file"}, [""], Fault.WRONG_TYPE),
    ],
)
def test_check_value(changes: dict[str, Any], value: Any, fault: Fault | None) -> None:
    assert check_value(made(**changes), value) == fault
