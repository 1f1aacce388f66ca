"""Every checklist that ships: complete in both languages, inside Slack's limits, polite, and not padded.

A new file in `checklists/` is covered by itself. Rules: content_ja.md §8.4 (questions), §9 (wording), §5.3 (fair
dealing); limits: slack_platform.md §2. To add a house rule: a test here and a line in `checklists/README.md`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from rapidfuzz.fuzz import ratio

from bot.domain.checklist import ALONE, Checklist, Kind, Question, Words, questions_for
from storage.checklist_files import FOLDER, load_all, load_checklist, schema_text

SHIPPED = load_all()
CHECKLISTS = pytest.mark.parametrize("checklist", SHIPPED.values(), ids=SHIPPED.keys())
QUESTIONS = pytest.mark.parametrize(
    "question",
    [q for checklist in SHIPPED.values() for q in checklist.questions],
    ids=[f"{checklist.key}-{q.key}" for checklist in SHIPPED.values() for q in checklist.questions],
)

JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff01-\uffef]")
NEARLY = 0.72
"""From this likeness on two questions ask the same; `-s` prints how near the honest ones come."""

TRADES = {
    "call_centre",
    "financial",
    "logistics",
    "manufacturing",
    "marketing_web",
    "medical",
    "printing",
    "recruitment",
}
"""Files that are there for what is particular to a trade: they name its accidents and ask enough of their own."""

OWN_AT_LEAST = 10
ACCIDENTS = 3

FORBIDDEN_JA = re.compile(
    r"至急|違反|下請|(?<![事従])業者|御社|下さい|させていただ|義務付け|罰|打ち切|取引停止|値引|値下|単価|減額|費用負担"
    r"|取得してください|導入してください|必ず.{0,12}取得"
)
FORBIDDEN_EN = re.compile(
    r"\b(urgent|urgently|immediately|violat\w+|penalt\w+|terminate\w*|vendor|discount|price|must obtain|or else)\b",
    re.IGNORECASE,
)


def words_in(value: Any, path: str = "") -> Iterator[tuple[str, Words]]:
    """Every bilingual text inside a value, with its path."""
    if isinstance(value, Words):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from words_in(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from words_in(one, f"{path}[{i}]")


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of two texts is the same, in the same order; 0 below the threshold, which lets it stop early."""
    return ratio(one, other, score_cutoff=NEARLY * 100) / 100


def test_the_three_of_the_first_cut_are_there() -> None:
    assert {"basic", "personal_data", "attestation"} <= SHIPPED.keys()
    assert len(SHIPPED["basic"].questions) == 25
    assert SHIPPED["attestation"].audience == "owner"


def test_personal_data_covers_the_seven_categories_of_safety_measures() -> None:
    named = {ref for q in SHIPPED["personal_data"].questions for ref in q.references}
    wanted = {"appi 3-4-4", "appi 10-1", "appi 10-2", "appi 10-4", "appi 10-7"}
    wanted |= {f"appi 10-3({n})" for n in range(1, 6)}
    wanted |= {f"appi 10-{part}({n})" for part in (5, 6) for n in range(1, 5)}
    assert wanted <= named


SCS_LEVEL_3 = re.findall(
    r"(\S+):(\d)",
    "1-2-1:3 1-2-3:2 1-3-1:3 2-1-1:2 2-1-2:1 2-1-4:1 3-1-1:4 3-1-2:2 3-1-3:2 3-1-4:3 4-1-1:4 4-1-2:8 4-1-3:4 "
    "4-1-4:2 4-1-5:5 4-1-6:3 4-1-7:1 4-2-2:3 4-3-4:3 4-4-1:3 4-4-4:2 4-4-5:3 4-5-1:7 5-1-1:3 6-1-1:6 7-1-1:1",
)
"""The 26 requirements, with how many of the 81 criteria each has (content_ja.md §5.2)."""


def test_scs3_asks_every_published_criterion_once() -> None:
    wanted = [f"scs {requirement}-{n}" for requirement, many in SCS_LEVEL_3 for n in range(1, int(many) + 1)]
    assert (len(SCS_LEVEL_3), len(wanted)) == (26, 81)
    assert sorted(q.references[0] for q in SHIPPED["scs3"].questions) == sorted(wanted)


def test_the_schema_is_current() -> None:
    kept = (FOLDER / "schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "run: python -m storage.checklist_files"


def test_the_readme_lists_every_file_with_its_number_of_questions() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)\.yaml` \|.*\| (\d+) \|$", readme, re.MULTILINE))
    assert rows == {key: str(len(checklist.questions)) for key, checklist in SHIPPED.items()}


def test_the_readme_example_is_a_checklist(tmp_path: Path) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert example
    path = tmp_path / "remote_work.yaml"
    path.write_text(example[1], encoding="utf-8")
    assert load_checklist(path).questions[0].key == "rw_separate_room"


def test_the_readme_explains_every_field_of_a_question() -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8").split("## The fields of a question")[1]
    assert [name for name in Question.model_fields if f"`{name}`" not in table] == []


@CHECKLISTS
def test_both_languages_are_what_they_say(checklist: Checklist) -> None:
    for path, text in words_in(checklist):
        assert not JAPANESE.search(text.en), f"{path}.en has Japanese in it: {text.en}"
        assert JAPANESE.search(text.ja), f"{path}.ja has no Japanese in it: {text.ja}"
        assert text.en.isascii(), f"{path}.en: plain ASCII reads the same everywhere: {text.en}"


@CHECKLISTS
def test_the_wording_is_polite_and_asks_for_nothing_unfair(checklist: Checklist) -> None:
    for path, text in words_in(checklist):
        assert not FORBIDDEN_JA.search(text.ja), f"{path}.ja: {text.ja}"
        assert not FORBIDDEN_EN.search(text.en), f"{path}.en: {text.en}"


@pytest.mark.parametrize(
    "text", ["至急ご回答ください", "下請の皆様", "業者の方", "単価の見直し", "認証を取得してください"]
)
def test_the_forbidden_words_are_found(text: str) -> None:
    assert FORBIDDEN_JA.search(text)


def test_innocent_words_are_not_forbidden() -> None:
    assert not FORBIDDEN_JA.search("個人事業者と従業者の教育")


@CHECKLISTS
def test_a_section_is_one_modal_page(checklist: Checklist) -> None:
    for section in checklist.sections:
        assert 5 <= len(section.questions) <= 8, section.key
        # title, why, then at most label + help + comment + evidence hint per question; a view takes 100 blocks
        assert 3 + 5 * len(section.questions) <= 100


@QUESTIONS
def test_a_question_is_short_enough_to_be_answered(question: Question) -> None:
    assert len(question.text.ja) <= 80
    assert len(question.text.en) <= 130
    assert len(question.help.ja) <= 160
    assert len(question.help.en) <= 400
    for choice in question.choices:
        assert len(choice.text.ja) <= 40
        assert len(choice.text.en) <= 70


@QUESTIONS
def test_a_choice_says_which_answers_deserve_a_look(question: Question) -> None:
    """That a question is closed, single and leaves a way out is the linter's matter (`test_lint.py`)."""
    if question.kind in (Kind.ONE_OF, Kind.MANY_OF):
        assert "dont_know" in question.possible
        assert question.risky is not None


@QUESTIONS
def test_the_help_says_when_yes_is_right(question: Question) -> None:
    if question.kind is Kind.YES_NO:
        assert "「はい」" in question.help.ja or "「一部」" in question.help.ja
        assert re.search(r"\b(Yes|Partly)\b", question.help.en)


@QUESTIONS
def test_choices_are_told_apart_and_exclusive_ones_come_last(question: Question) -> None:
    for language in ("ja", "en"):
        texts = [choice.text.in_language(language) for choice in question.choices]
        assert len(set(texts)) == len(texts)
    if question.kind is Kind.MANY_OF:
        alone = [choice.key in ALONE for choice in question.choices]
        assert alone == sorted(alone)


def pairs() -> Iterator[tuple[str, str, Question, Question]]:
    """Every two questions of different keys; a question that several files share stands once."""
    placed = list({q.key: (key, q) for key, checklist in SHIPPED.items() for q in checklist.questions}.values())
    for (file, one), (other_file, other) in itertools.combinations(placed, 2):
        yield file, other_file, one, other


def test_no_two_keys_ask_nearly_the_same() -> None:
    close = [
        (round(score, 2), file, one.key, other_file, other.key)
        for file, other_file, one, other in pairs()
        for score in (likeness(one.text.ja, other.text.ja), likeness(one.text.en, other.text.en))
        if score >= NEARLY
    ]
    assert close == [], "give both the same key and words, or ask something else"


def test_a_reworded_copy_would_be_found() -> None:
    mine = SHIPPED["basic"].questions[0].text
    assert likeness(mine.ja, mine.ja.replace("業務で使う", "仕事で利用する")) >= NEARLY
    assert likeness(mine.en, mine.en.replace("security updates", "patches")) >= NEARLY


def test_no_help_text_serves_two_questions() -> None:
    for _, _, one, other in pairs():
        assert likeness(one.help.ja, other.help.ja) < NEARLY, (one.key, other.key)
        assert one.help.en != other.help.en, (one.key, other.key)


def of_its_own(key: str) -> set[str]:
    """The questions that stand in no other file."""
    others = {q.key for name, checklist in SHIPPED.items() if name != key for q in checklist.questions}
    return {q.key for q in SHIPPED[key].questions} - others


@CHECKLISTS
def test_what_a_file_shares_with_the_basic_one(checklist: Checklist) -> None:
    """Whoever answers both is asked these once. A file that shares half of its questions has no reason to be there."""
    basic = {q.key: q for q in SHIPPED["basic"].questions}
    shared = [q.key for q in checklist.questions if q.key in basic]
    nearest = max(
        (ratio(q.text.ja, b.text.ja), q.key, b.key)
        for q in checklist.questions
        for b in basic.values()
        if q.key != b.key
    )
    print(f"{checklist.key}: {len(shared)} of {len(checklist.questions)} shared with basic: {', '.join(shared) or '-'}")
    print(f"  nearest other: {nearest[1]} and {nearest[2]} ({nearest[0]:.0f} of 100)")
    if checklist.key != "basic":
        assert len(shared) * 2 < len(checklist.questions)


@pytest.mark.parametrize("key", sorted(TRADES & SHIPPED.keys()))
def test_a_file_of_a_trade_asks_what_is_particular_to_it(key: str) -> None:
    checklist = SHIPPED[key]
    own = of_its_own(key)
    assert len(own) >= OWN_AT_LEAST
    assert len(checklist.accidents) == ACCIDENTS
    for accident in checklist.accidents:
        assert own.intersection(accident.caught_by), f"only a general question would have caught: {accident.what.en}"


def test_nothing_changed_can_be_answered_in_one_press() -> None:
    """`in_use`, then `unchanged` for whatever is asked, completes the attestation."""
    attestation = SHIPPED["attestation"]
    answers = {"at_in_use": "in_use"}
    for question in questions_for(attestation, {}, answers)[1:]:
        assert "unchanged" in question.possible, question.key
        answers[question.key] = "unchanged"
    assert [q.key for q in questions_for(attestation, {}, answers)] == list(answers)
