"""House rules as checks: each names the places and says how to mend them. CONTRIBUTING.md says why.

The rules are in `house.py`; the last tests break each of them once, so that a rule that sees nothing is noticed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.kill.sites import commits
from tests.meta import house
from tests.meta.house import LONGEST_FILE, LONGEST_FUNCTION, RULES, Rule


@pytest.mark.parametrize(("rule", "advice"), RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_the_house_is_in_order(rule: Rule, advice: str) -> None:
    found = list(rule())
    assert not found, f"{advice}\n  " + "\n  ".join(found)


def test_every_commit_has_a_name_of_its_own_that_is_written_out() -> None:
    """The kill proof and whoever reads a log tell commits apart by it: `<story>.<use case>`."""
    found = commits()  # raises ValueError with file and line
    assert len(found) > 30
    odd = {name: where for name, where in found.items() if not re.fullmatch(r"[a-z_]+\.[a-z_]+", name)}
    assert not odd, f"a commit is called `<story>.<use case>`: {odd}"


# -- the rules can fail --------------------------------------------------------------------------------------------------

BAD = {
    house.long_functions: "bot/bad.py",
    house.files_without_a_contract: "bot/bad.py",
    house.public_things_without_a_word: "bot/bad.py",
    house.clock_reads: "bot/services/bad.py",
    house.slack_dictionaries: "handlers/slack/bad.py",
    house.calls_to_slack: "handlers/slack/bad.py",
    house.sql_outside_storage: "bot/services/bad.py",
    house.commits_outside_services: "handlers/slack/bad.py",
    house.words_outside_the_catalogs: "bot/services/bad.py",
    house.swallowed_errors: "bot/bad.py",
    house.ignores_without_a_reason: "bot/bad.py",
    house.unfinished: "bot/bad.py",
    house.hollow_tests: "tests/test_bad.py",
    house.skipped_tests: "tests/test_bad.py",
    house.mocks: "tests/test_bad.py",
}
SAMPLE = (
    """
import unittest.mock, sqlalchemy
def far_too_long(body, db, client, now=None):
LINES
    try:
        body["team"]["id"], datetime.now()  # type: ign"""
    """ore
        client.chat_update(text="委託先")
        db.begin("x")
    except Exception:
        pass
    return None  # T"""
    """ODO
@pytest.mark.skip
def test_nothing():
    far_too_long({}, None, None)
"""
)


@pytest.mark.parametrize("rule", BAD, ids=lambda rule: rule.__name__)
def test_a_rule_notices_what_it_is_there_for(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / BAD[rule]
    bad.parent.mkdir(parents=True)
    bad.write_text(SAMPLE.replace("LINES", "    x = 1\n" * LONGEST_FUNCTION), encoding="utf-8")
    monkeypatch.setattr(house, "ROOT", tmp_path)
    house.forget()
    try:
        found = list(rule())
    finally:
        monkeypatch.undo()
        house.forget()
    assert found
    assert all(one.startswith(f"{BAD[rule]}:") for one in found)


def test_a_file_that_is_too_long_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/long.py").write_text("x = 1\n" * (LONGEST_FILE + 1), encoding="utf-8")
    monkeypatch.setattr(house, "ROOT", tmp_path)
    house.forget()
    try:
        assert list(house.long_files()) == [f"bot/long.py:1  {LONGEST_FILE + 1} lines"]
    finally:
        monkeypatch.undo()
        house.forget()


def test_every_rule_is_tried_on_something_bad() -> None:
    assert {rule for rule, _ in RULES} == {*BAD, house.long_files}
