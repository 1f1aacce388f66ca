"""The lint corpus as the linter reads it: examples, and the rules that are reported for each. Form: lint_corpus/README.md."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from bot.domain.checklist_schema import Checklist
from bot.domain.lint.registry import RULES, Rule, rule_of_refusal
from bot.domain.lint.values import Limits
from bot.services.linting import lint
from storage.policy_file import shipped
from storage.strict_yaml import StrictYamlError, read

CORPUS = Path(__file__).parent / "lint_corpus"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
_NOTHING = {"ja": "―", "en": "-"}
_TITLE = {"ja": "点検", "en": "Check"}


def examples(half: str) -> list[dict[str, Any]]:
    """Every example of one half."""
    yaml = YAML(typ="safe")
    return [example for path in sorted((CORPUS / half).glob("*.yaml")) for example in yaml.load(path)]


def reported(example: dict[str, Any], rules: Sequence[Rule] = RULES) -> set[str]:
    """The rules that are reported for an example, also by the schema."""
    raws = list(_raw(example))
    broken: set[str] = set()
    if "raw" in example:
        broken, questions = _read(example["raw"])
        raws = [] if broken else [_around({}, questions)]
    checklists = []
    for raw in raws:
        try:
            checklists.append(Checklist.model_validate(raw))
        except ValidationError as refused:
            broken |= {rule_of_refusal(one["loc"], one["type"]) for one in refused.errors()}
    limits = next((tier.limits for tier in shipped().tiers if tier.key == example.get("tier")), None)
    found = set(broken)
    for i, checklist in enumerate(checklists):
        found |= {
            finding.rule.id
            for finding in lint(
                checklist,
                checklists[:i],
                NOW,
                glossary=example.get("glossary", ()),
                limits=limits and Limits(limits.questions, limits.attachments, limits.written),
                facts=example.get("facts"),
                rules=rules,
            )
        }
    return found & ({rule.id for rule in rules} | {"schema"})


def _read(text: str) -> tuple[set[str], list[dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw.yaml"
        path.write_text("questions:\n" + text, encoding="utf-8")
        try:
            return set(), read(path).data["questions"]
        except StrictYamlError as error:
            return {"duplicate_key" if "twice" in error.message else "schema"}, []


def _raw(example: dict[str, Any]) -> Iterator[dict[str, Any]]:
    around = example.get("checklist", {})
    if "checklists" in example:
        for one in example["checklists"]:
            yield _around(one, one["questions"])
    elif "blocks" in around:
        yield _around(around, [_filler(i, block) for i, block in enumerate(_spread(around["blocks"]))])
    elif "sections" in around:
        sections = [{"title": _TITLE, "why": _NOTHING, **one} for one in around["sections"]]
        for one in sections:
            one["questions"] = [{"help": _NOTHING, **question} for question in one["questions"]]
        yield {**_around(around, []), "sections": sections}
    elif "question" in example:
        yield _around(around, [example["question"]])
    elif "questions" in example:
        yield _around(around, example["questions"])


def _spread(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for _ in range(block["count"]):
            yield block


def _filler(i: int, block: dict[str, Any]) -> dict[str, Any]:
    number = "".join(chr(0x4E00 + 37 * i + step) for step in (0, 11, 23))
    question: dict[str, Any] = {
        "key": f"filler_{i}",
        "text": {
            "ja": f"{number}はありますか。",
            "en": f"Is there a {''.join(chr(97 + (i * k) % 26) for k in (3, 5, 7, 11))}{i}?",
        },
        "kind": block["kind"],
        "required": block["kind"] in ("yes_no", "one_of", "many_of", "file"),
    }
    if block["kind"] in ("one_of", "many_of"):
        keys = ("first", "second", "dont_know")
        question["choices"] = [{"key": key, "text": {"ja": f"{key}です", "en": key}} for key in keys]
    if "ask_if" in block:
        question["ask_if"] = block["ask_if"]
    if block.get("evidence", "none") != "none":
        told = {"ja": "画面でお見せいただくだけで結構です。", "en": "Showing it on a screen is enough."}
        question["evidence"] = {"need": block["evidence"], "kinds": ["record"], "if_confidential": told}
    return question


def _around(given: dict[str, Any], questions: list[dict[str, Any]]) -> dict[str, Any]:
    filled = [{"help": _NOTHING, **question} for question in questions]
    pages = [filled[i : i + 12] for i in range(0, len(filled), 12)]
    sections = [
        {"key": f"page_{i}", "title": _TITLE, "why": _NOTHING, "questions": page} for i, page in enumerate(pages)
    ]
    kept = {
        name: value for name, value in given.items() if name in ("key", "version", "reviewed_on", "audience", "minutes")
    }
    return {
        "key": "example",
        "version": "1.0",
        "title": _TITLE,
        "purpose": _NOTHING,
        "source": {"title": _NOTHING, "version": "1", "licence": "-", "modified": False},
        "reviewed_on": "2026-11-20",
        "owner": "-",
        "minutes": 5,
        **kept,
        "sections": sections,
    }


def table(half: str) -> dict[str, Counter[str]]:
    """Per rule: bad examples caught and missed, good ones (of any rule) flagged; `none` counts the flawless ones."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples(half):
        found, rule = reported(example), example["rule"]
        if example["verdict"] == "bad":
            counts[rule]["caught" if rule in found else "missed"] += 1
            counts[rule]["besides"] += bool(found - {rule})
        else:
            counts[rule]["flagged" if found else "clean"] += 1
            for wrong in found:
                counts[wrong]["false alarms"] += 1
    return counts
