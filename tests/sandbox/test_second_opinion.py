"""Where slackblocks (PyPI), which we did not write, and the local Slack's own limits disagree: listed and explained.

Every block and element, on each surface, with every text, list and number at, below and above each limit that either side
knows, with each field left out, and each word made another (`opinions/cases.py`). What is not in
`opinions/differences.py` fails, and so does a row there that no block needs; docs/local-slack.md shows the same list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.limits import check_message, check_view, second_opinion
from tests.sandbox.blockkit import plain
from tests.sandbox.opinions.cases import SURFACES, Case, cases
from tests.sandbox.opinions.differences import DIFFERENCES, Difference
from tests.sandbox.test_limits import ZOO

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "local-slack.md"
Found = tuple[str, str, str]
"""Who refuses, with which sentence, and the name of the case."""


def opinions(case: Case) -> tuple[list[str], list[str]]:
    """What ours says against it, and what slackblocks says."""
    if case.surface == "message":
        return check_message([case.block]), _theirs(second_opinion.check_message, [case.block])
    view: dict[str, Any] = {"type": case.surface, "blocks": [case.block]}
    view |= {"title": plain(), "submit": plain()} if case.surface == "modal" else {}
    return check_view(view), _theirs(second_opinion.check_view, view)


def _theirs(check: Callable[[Any], list[str]], blocks: Any) -> list[str]:
    """That slackblocks cannot be asked at all (there is no class for it, an argument is missing) is a refusal too."""
    try:
        return check(blocks)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return [f"cannot be built: {type(error).__name__} {error}"]


def _disagreement(case: Case, ours: list[str], theirs: list[str]) -> Found | None:
    if bool(ours) == bool(theirs):
        return None
    side = "ours" if ours else "slackblocks"
    says = re.sub(r" \[json-pointer.*|second opinion \(slackblocks\): ", "", (ours or theirs)[0])
    return side, says, case.name


@cache
def compared() -> tuple[frozenset[Found], dict[str, int]]:
    """All disagreements, and how many cases of each surface were put to both."""
    found: set[Found] = set()
    asked = dict.fromkeys(SURFACES, 0)
    too_much: set[tuple[str, str]] = set()
    for case in cases(ZOO):
        if case.size > 1 and (case.surface, case.where) in too_much:
            continue  # both refused less than this
        ours, theirs = opinions(case)
        asked[case.surface] += 1
        if case.size > 1 and ours and theirs:
            too_much.add((case.surface, case.where))
        if disagreement := _disagreement(case, ours, theirs):
            found.add(disagreement)
    return frozenset(found), asked


def rows(found: Found) -> Iterator[Difference]:
    side, says, name = found
    for row in DIFFERENCES:
        where = name.rpartition(" on ")[0] or re.sub(
            r" (\d+ \w+|= -?\d+|left out|of another kind|the other way)$", "", name
        )
        if row.side == side and re.fullmatch(row.says, says) and re.fullmatch(row.where, where):
            yield row


def test_every_disagreement_has_one_explanation() -> None:
    found, asked = compared()
    assert all(number > 4000 for number in asked.values()), asked
    unexplained = sorted(one for one in found if len(list(rows(one))) != 1)
    assert unexplained == [], f"{len(unexplained)} disagreements without a row (or with two) in opinions/differences.py"


def test_no_explanation_is_left_over() -> None:
    used = {row for one in compared()[0] for row in rows(one)}
    assert [row for row in DIFFERENCES if row not in used] == []


def test_a_limit_that_is_moved_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of 151 characters: were either side to take it, the two would disagree without a row."""
    case = next(one for one in cases(ZOO) if one.name == "header.text.text 151 characters")
    assert all(opinions(case))
    assert _disagreement(case, *opinions(case)) is None
    for ours, theirs in (([], ["too long"]), (["too long [json-pointer:/blocks/0]"], [])):
        disagreement = _disagreement(case, ours, theirs)
        assert disagreement
        assert list(rows(disagreement)) == []


def table() -> str:
    """The list as docs/local-slack.md shows it."""
    head = "| who refuses | what | why the two differ | source |\n|--|--|--|--|\n"
    return head + "".join(f"| {row.side} | {_shown(row.says)} | {row.why} | {row.source} |\n" for row in DIFFERENCES)


def _shown(pattern: str) -> str:
    return "`" + re.sub(r"\\(.)", r"\1", pattern).replace("|", " / ").replace(".*", "…").replace("`", "") + "`"


def test_the_document_shows_the_same_list() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8"), f"docs/local-slack.md must show:\n{table()}"
