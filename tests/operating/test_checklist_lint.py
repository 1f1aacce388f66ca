"""`vendor-review checklist lint`: line and column, errors apart from warnings, exit status, and files that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from storage.checklist_files import FOLDER

BASIC = (FOLDER / "basic.yaml").read_text(encoding="utf-8")


def run(*arguments: str):
    return CliRunner().invoke(cli, ["checklist", "lint", *arguments])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "basic.yaml"
    wrong = BASIC.replace("scs 4-4-4-2", "scs 4-4-4-9", 1).replace("年に1回以上", "定期的に")
    assert wrong != BASIC
    path.write_text(wrong, encoding="utf-8")
    return path


def test_what_ships_is_fine() -> None:
    done = run(str(FOLDER / "basic.yaml"), str(FOLDER / "glossary.yaml"), "--language", "en")
    assert (done.exit_code, done.output) == (0, "Files: 2. Nothing to mend.\n")


def test_a_finding_names_file_line_column_rule_and_the_remedy(broken: Path) -> None:
    done = run(str(broken), "--language", "en")
    assert done.exit_code == 1
    line = next(
        i for i, text in enumerate(broken.read_text(encoding="utf-8").splitlines(), start=1) if "4-4-4-9" in text
    )
    found = next(text for text in done.output.splitlines() if "unknown_reference" in text)
    assert found.startswith(f"{broken}:{line}:")
    assert "error unknown_reference: There is no scs 4-4-4-9. Look the number up" in found
    assert "warning vague_quantity" in done.output
    assert done.output.endswith("Files: 1. Errors: 1. Warnings: 1.\n")


def test_the_same_as_json(broken: Path) -> None:
    done = run(str(broken), "--format", "json", "--language", "ja")
    told = json.loads(done.output)
    assert (told["errors"], told["warnings"]) == (1, 1)
    assert {finding["rule"] for finding in told["findings"]} == {"unknown_reference", "vague_quantity"}
    assert all(finding["line"] > 1 and finding["column"] > 1 for finding in told["findings"])


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "basic.yaml"
    path.write_text(BASIC.replace("年に1回以上", "定期的に"), encoding="utf-8")
    assert run(str(path)).exit_code == 0


def test_several_files_are_held_against_each_other(tmp_path: Path) -> None:
    path = tmp_path / "copied.yaml"
    path.write_text(
        BASIC.replace("key: basic\n", "key: copied\n", 1).replace("- key: weekly_backup\n", "- key: copies\n"), "utf-8"
    )
    alone = run(str(path), "--language", "en")
    both = run(str(FOLDER / "basic.yaml"), str(path), "--language", "en")
    assert ("same_question" in alone.output, "same_question" in both.output) == (False, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("key: x\ntitle: {ja: 点検, en: Check\n", ":3:1: error schema: expected"),
        ("key: x\nkey: y\n", ":2:1: error duplicate_key: `key` is written twice, here and on line 1"),
        ("minutes: Yes\n", ":1:10: error schema: a bare Yes"),
        ("key: x\n" + "# padding\n" * 500_000, ":1:1: error schema: the file has 5,000,007 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    done = run(str(path), "--language", "en")
    assert done.exit_code == 1
    assert f"{path}{said}" in done.output


def test_five_hundred_questions_are_refused_with_a_sentence(tmp_path: Path) -> None:
    head, section, rest = BASIC.partition("sections:\n")
    text = "        text: {{ja: 鍵はありますか。, en: Is there a key?}}\n        help: {{ja: 鍵です。, en: A key.}}\n"
    question = f"      - key: q{{n}}\n{text}        kind: yes_no\n"
    many = "".join(question.format(n=f"n{n}") for n in range(500))
    one = "  - key: all\n    title: {ja: 点検, en: Check}\n    why: {ja: 点検です。, en: A check.}\n    questions:\n"
    path = tmp_path / "basic.yaml"
    path.write_text(head + section + one + many, encoding="utf-8")
    done = run(str(path), "--language", "en")
    assert rest
    assert done.exit_code == 1
    assert "at most 12 items" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.yaml",), "nowhere.yaml: No such file"),
        ((str(FOLDER / "basic.yaml"), "--format", "xml"), "--format xml: text or json"),
        ((str(FOLDER / "basic.yaml"), "--language", "fr"), "--language fr: ja or en"),
        ((str(FOLDER / "basic.yaml"), "--tier", "top"), "--tier top: the policy has high, middle, low"),
        ((str(FOLDER / "basic.yaml"), "--policy", "none.yaml"), "none.yaml:1:1: the file cannot be read"),
        ((), ""),
    ],
)
def test_arguments_that_cannot_be_used(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_tier_that_bears_less_warns() -> None:
    done = run(str(FOLDER / "scs3.yaml"), "--tier", "low", "--language", "en")
    assert "warning too_heavy" in done.output
    assert "at most 30" in done.output
