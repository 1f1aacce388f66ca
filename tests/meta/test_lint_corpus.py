"""The questions the linter is judged by: enough of each, well formed, and the half that judges is not the half it knows.

Form and rules: tests/lint_corpus/README.md. Nothing here looks at the linter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from rapidfuzz.fuzz import ratio
from ruamel.yaml import YAML

from bot.domain.checklist import Question

FOLDER = Path(__file__).parents[1] / "lint_corpus"
HALVES = ("tune", "test")

RULES = {
    "duplicate_key",
    "evidence_no_alternative",
    "excess_personal_data",
    "impossible_condition",
    "jargon",
    "no_way_out",
    "office_only",
    "open_question",
    "product_or_certification",
    "same_question",
    "stale",
    "threat_or_price",
    "too_heavy",
    "two_questions",
    "unknown_reference",
    "vague_quantity",
}

OF_LANGUAGE = RULES - {"duplicate_key", "impossible_condition", "no_way_out", "stale", "too_heavy", "unknown_reference"}
"""Rules that have to read: some of their examples are wrong, or seem so, in the English alone."""

AT_LEAST = 12
ENGLISH_AT_LEAST = 4
FLAWLESS_PER_HALF = 30
NEARLY = 84
"""From this likeness on two sentences are twins, and knowing one of them is knowing the other."""

FIELDS = {
    *("id", "rule", "verdict", "split", "lang", "note"),
    *("question", "questions", "checklists", "checklist", "raw", "today", "glossary", "tier", "facts"),
}

HELP = {"ja": "説明は省略しています。", "en": "Left out here."}


def _load(half: str) -> list[tuple[Path, dict[str, Any]]]:
    yaml = YAML(typ="safe")
    return [(path, example) for path in sorted((FOLDER / half).glob("*.yaml")) for example in yaml.load(path)]


PLACED = [placed for half in HALVES for placed in _load(half)]
EXAMPLES = [example for _, example in PLACED]


def _questions(example: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "question" in example:
        yield example["question"]
    yield from example.get("questions", [])
    for part in (*example.get("checklists", []), *example.get("checklist", {}).get("sections", [])):
        yield from part["questions"]


def _sentences(half: str, language: str) -> dict[str, str]:
    """What is asked in one half, and by which example."""
    return {
        question["text"][language]: example["id"]
        for example in EXAMPLES
        if example["split"] == half
        for question in _questions(example)
    }


def test_an_example_says_what_it_is_and_stands_in_its_file() -> None:
    for path, example in PLACED:
        assert FIELDS >= example.keys() >= {"id", "rule", "verdict", "split", "lang", "note"}, example["id"]
        assert (example["rule"], example["split"]) == (path.stem, path.parent.name), example["id"]
        assert example["verdict"] in {"bad", "good"}, example["id"]
        assert example["lang"] in {"ja", "en", "both"}, example["id"]
        assert any(field in example for field in ("question", "questions", "checklists", "checklist", "raw"))


def test_the_names_of_examples_are_unique() -> None:
    assert [name for name, times in Counter(example["id"] for example in EXAMPLES).items() if times > 1] == []


def test_every_rule_has_enough_and_the_same_number_in_both_halves() -> None:
    counts = Counter((example["rule"], example["verdict"], example["split"]) for example in EXAMPLES)
    assert {rule for rule, _, _ in counts} == {*RULES, "none"}
    for rule in RULES:
        for verdict in ("bad", "good"):
            tune, test = (counts[rule, verdict, half] for half in HALVES)
            assert tune == test, f"{rule}, {verdict}"
            assert tune + test >= AT_LEAST, f"{rule}, {verdict}"
    assert [counts["none", "good", half] for half in HALVES] == [FLAWLESS_PER_HALF] * 2
    assert not any(counts["none", "bad", half] for half in HALVES)


@pytest.mark.parametrize("rule", sorted(OF_LANGUAGE))
def test_the_english_is_judged_too(rule: str) -> None:
    counts = Counter((e["verdict"], e["split"]) for e in EXAMPLES if e["rule"] == rule and e["lang"] == "en")
    for verdict in ("bad", "good"):
        assert counts[verdict, "tune"] + counts[verdict, "test"] >= ENGLISH_AT_LEAST
        assert min(counts[verdict, half] for half in HALVES) > 0


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_sentence_of_one_half_has_a_twin_in_the_other(language: str) -> None:
    tuned, judged = (_sentences(half, language) for half in HALVES)
    twins = [
        f"{tuned[one]} {one} / {judged[other]} {other}"
        for one in tuned
        for other in judged
        if ratio(one, other, score_cutoff=NEARLY)
    ]
    assert twins == []


def test_good_questions_are_questions_of_the_schema() -> None:
    for example in EXAMPLES:
        if example["verdict"] == "good":
            for question in _questions(example):
                _hold_against_the_schema(example["id"], question)


def _hold_against_the_schema(name: str, question: dict[str, Any]) -> None:
    try:
        Question.model_validate({"help": HELP, **question})
    except ValidationError as refused:
        pytest.fail(f"{name}: {refused}")


def test_every_sentence_is_there_in_both_languages() -> None:
    for example in EXAMPLES:
        for question in _questions(example):
            for field in ("text", "help"):
                if field in question:
                    assert question[field].keys() == {"ja", "en"}, example["id"]
                    assert question[field]["en"].isascii(), example["id"]
                    assert not question[field]["ja"].isascii(), example["id"]
