"""Edits of a checklist's working copy: whatever is done in whatever order, it stays a checklist or is refused with a place."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Step, carried, carry_over
from bot.domain.draft_forms import choices_of, conditions_of, held_of_question, new_key
from bot.domain.drafting import (
    add_section,
    move_question,
    move_section,
    new_checklist,
    remove_question,
    set_head,
    set_question,
    set_section,
)
from bot.domain.refusal import Code, Refusal, Refusals
from tests.domain.test_checklist import checklist, choices, question

WORDS = {
    f"{name}_{lang}": f"{name} {lang}"
    for name in ("text", "help", "title", "why", "purpose", "section_title", "section_why")
    for lang in ("ja", "en")
}
USUAL = {"version": "1", "reviewed_on": "2026-11-25", "owner": "security"}


def three() -> Checklist:
    return checklist(question("q1"), question("q2", ask_if=[{"answer": "q1", "is_one_of": ["yes"]}]), question("q3"))


def held(written: Checklist, key: str, **changes: Any) -> dict[str, Any]:
    found = next(q for q in written.questions if q.key == key)
    return held_of_question(written, found) | changes


def refusals(error: Refusal | Refusals) -> list[Refusal]:
    return error.refusals if isinstance(error, Refusals) else [error]


def test_the_form_of_a_question_saved_as_it_is_changes_nothing() -> None:
    kinds = [
        question(
            "q1", evidence={"need": "optional", "kinds": ["policy"], "if_confidential": {"ja": "画面", "en": "A view"}}
        ),
        question("q2", kind="one_of", choices=choices("a1", "b1"), risky=["a1"], weight=3, protects=["secret_data"]),
        question("q3", kind="number", minimum=0, maximum=9, required=False),
        question(
            "q4", ask_if=[{"answer": "q2", "is_one_of": ["a1", "b1"]}, {"fact": "overseas", "is_one_of": ["yes"]}]
        ),
        question("q5", ask_if=[{"answer": "q3", "at_least": 2}], references=["iso27001:2022 8.8"], covered_by=["isms"]),
    ]
    before = checklist(*kinds)
    for one in before.questions:
        after = set_question(before, one.key, held(before, one.key), set())
        assert {q.key: q.model_copy(update={"ask_if": ()}) for q in after.questions} == {
            q.key: q.model_copy(update={"ask_if": ()}) for q in before.questions
        }
        assert [set(map(str, q.ask_if)) for q in after.questions] == [set(map(str, q.ask_if)) for q in before.questions]


def test_a_new_question_never_takes_a_key_that_somebody_had() -> None:
    assert new_key("Do you lock the door?", ()) == "lock_door"
    assert new_key("Do you lock the door?", {"lock_door", "lock_door_2"}) == "lock_door_3"
    assert new_key("施錠しますか", {"q"}).startswith("q")
    before = three()
    after = set_question(before, "", held(before, "q1", text_en="Lock the door?", conditions=[]), {"lock_door"})
    assert after.questions[-1].key == "lock_door_2"


def test_choices_keep_their_keys_when_they_are_reworded_and_reordered() -> None:
    found = choices_of("none | 何もない | Nothing\nall ｜ すべて ｜ Everything\n 一部 | Some of it")
    assert [c["key"] for c in found] == ["none", "all", "some_it"]
    with pytest.raises(Refusal) as refused:
        choices_of("なし")
    assert (refused.value.code, refused.value.field) == (Code.CHOICE_LINE, "choices")


def test_a_condition_holds_for_any_of_the_chosen_answers_of_one_question() -> None:
    found = conditions_of(["q1=yes", "q2=no", "q1=partly"])
    assert found == [{"answer": "q1", "is_one_of": ["yes", "partly"]}, {"answer": "q2", "is_one_of": ["no"]}]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"text_ja": ""}, "text_ja", Code.EMPTY),
        ({"text_en": "x" * 301}, "text_en", Code.TOO_LONG),
        ({"help_ja": " "}, "help_ja", Code.EMPTY),
        ({"weight": "9"}, "weight", Code.BAD_VALUE),
        ({"weight": "many"}, "weight", Code.BAD_VALUE),
        ({"kind": "one_of", "choices": "a1 | 一つ | One"}, "choices", Code.CHOICES_UNFIT),
        ({"kind": "number", "minimum": "9", "maximum": "1"}, "minimum", Code.BOUNDS),
        ({"kind": "text", "flags": ["critical"]}, "flags", Code.CRITICAL_OPEN),
        ({"evidence": "required"}, "evidence_kinds", Code.EVIDENCE_KINDS),
        ({"evidence": "required", "evidence_kinds": ["policy"]}, "confidential_ja", Code.EVIDENCE_HOW),
        ({"conditions": ["q3=yes"]}, "conditions", Code.CONDITION_UNFIT),
        ({"conditions": ["q9=yes"]}, "conditions", Code.CONDITION_UNFIT),
    ],
)
def test_what_is_wrong_is_said_at_its_input(changes: dict[str, Any], field: str, code: Code) -> None:
    before = three()
    with pytest.raises((Refusal, Refusals)) as refused:
        set_question(before, "q1", held(before, "q1", **changes), set())
    assert (field, code) in {(r.field, r.code) for r in refusals(refused.value)}


def test_a_question_that_another_depends_on_stays_before_it() -> None:
    with pytest.raises(Refusal) as needed:
        remove_question(three(), "q1")
    assert (needed.value.code, needed.value.params) == (Code.QUESTION_NEEDED, {"question": "q2"})
    with pytest.raises(Refusals) as moved:
        move_question(three(), "q1", "down")
    assert moved.value.refusals[0].code is Code.CONDITION_UNFIT


def test_the_last_question_stays() -> None:
    with pytest.raises(Refusal) as refused:
        remove_question(checklist(question("q1")), "q1")
    assert refused.value.code is Code.LAST_QUESTION


def test_a_new_list_says_which_words_are_missing() -> None:
    source = three().source.model_dump(mode="json")
    made = new_checklist(WORDS | {"minutes": "5"}, {"title_en"}, {"text_en"}, USUAL | {"source": source})
    assert (made.key, made.questions[0].key) == ("title_en_2", "text_en_2")
    with pytest.raises(Refusals) as refused:
        new_checklist(WORDS | {"minutes": "5", "section_title_ja": ""}, (), (), USUAL | {"source": source})
    assert [(r.field, r.code) for r in refused.value.refusals] == [("section_title_ja", Code.EMPTY)]


KEYS = st.sampled_from(["q1", "q2", "q3", "text_en", "text_en_2", "gone"])
LONG = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
ACTS = st.one_of(
    st.tuples(st.sampled_from(["up", "down", "remove"]), KEYS, st.none()),
    st.tuples(st.sampled_from(["section_up", "section_down"]), st.sampled_from(["s1", "section_title_en"]), st.none()),
    st.tuples(st.just("question"), KEYS | st.just(""), st.dictionaries(st.sampled_from([
        "text_ja", "text_en", "help_en", "weight", "minimum", "choices", "kind", "section", "evidence",
    ]), LONG | st.sampled_from(["one_of", "number", "3", "s1", "required"]))),
    st.tuples(st.sampled_from(["head", "section", "new_section"]), st.just("s1"), st.dictionaries(
        st.sampled_from(sorted(WORDS)), LONG)),
)  # fmt: skip


def done(before: Checklist, act: tuple[str, str, dict[str, Any] | None]) -> Checklist:
    """One edit."""
    what, key, entered = act
    taken = {q.key for q in before.questions}
    match what:
        case "up" | "down":
            return move_question(before, key, what)  # type: ignore[arg-type]
        case "remove":
            return remove_question(before, key)
        case "section_up" | "section_down":
            return move_section(before, key, "up" if what == "section_up" else "down")
        case "question":
            shown = held_of_question(before, next((q for q in before.questions if q.key == key), None), "s1")
            return set_question(before, key, WORDS | shown | (entered or {}), taken)
        case "head":
            return set_head(before, WORDS | {"minutes": "5"} | (entered or {}))
        case "section":
            return set_section(before, key, WORDS | (entered or {}))
        case _:
            return add_section(before, WORDS | (entered or {}), taken)


@given(st.lists(ACTS, max_size=12))
def test_any_sequence_of_edits_leaves_a_checklist_or_is_refused_with_a_sentence(acts: list[Any]) -> None:
    now = three()
    for act in acts:
        with contextlib.suppress(Refusal, Refusals):
            now = done(now, act)
        assert Checklist.model_validate(now.model_dump(mode="json")) == now


@given(st.lists(ACTS, max_size=12), st.dictionaries(KEYS, st.sampled_from(["yes", "no", "a1", "5"])))
def test_however_a_list_is_edited_no_answer_is_carried_that_nobody_gave(
    acts: list[Any], answers: dict[str, Any]
) -> None:
    before = now = three()
    for act in acts:
        with contextlib.suppress(Refusal, Refusals):
            now = done(now, act)
    kept = carry_over(answers, carried([Step(before, now, frozenset())]), now)
    assert kept.items() <= answers.items()
    assert kept.keys() <= {q.key for q in now.questions} & {q.key for q in before.questions}
