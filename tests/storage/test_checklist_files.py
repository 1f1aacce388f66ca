"""Reading checklist files: what is written is what is read, or an error with line, column and how to mend it.

To add a case of bad input: a row in `BAD`; `replace` is the text of `GOOD` that is exchanged.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.checklist_files import ChecklistError, load_all, load_checklist
from storage.strict_yaml import SIZE_LIMIT

GOOD = """\
key: sample
version: 1.10
title: {ja: 見本, en: Sample}
purpose: {ja: 目的, en: Purpose}
source:
  title: {ja: 書き下ろし, en: Own work}
  version: 0123
  licence: own
  modified: false
reviewed_on: 2026-04-01
owner: 1_000
minutes: 5
sections:
  - key: first
    title: {ja: 最初, en: First}
    why: {ja: 理由, en: Why}
    questions:
      - key: one
        text:
          ja: 質問
          en: Question
        help: {ja: 目安, en: Guide}
        kind: one_of
        choices:
          - key: used
            text: {ja: "はい", en: "Yes"}
          - key: unused
            text: {ja: "いいえ", en: "No"}
      - key: two
        text: {ja: 質問2, en: Question 2}
        help: {ja: 目安2, en: Guide 2}
        kind: yes_no
        critical: true
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str | bytes, name: str = "sample.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def refused(path: Path) -> ChecklistError:
    with pytest.raises(ChecklistError) as caught:
        load_checklist(path)
    return caught.value


def test_unquoted_text_is_read_as_written(write) -> None:
    """cases.md K14: version stays 1.10, a number with a leading zero keeps it, a date is a date."""
    checklist = load_checklist(write(GOOD))
    assert checklist.version == "1.10"
    assert checklist.source.version == "0123"
    assert checklist.owner == "1_000"
    assert checklist.reviewed_on.isoformat() == "2026-04-01"
    assert [choice.text.en for choice in checklist.questions[0].choices] == ["Yes", "No"]
    assert checklist.questions[1].critical is True


def test_a_bom_and_windows_line_ends_are_welcome(write) -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert load_checklist(write(windows)) == load_checklist(write(GOOD))


# (what is replaced, by what, line, column, words in the message)
BAD = [
    # K14: words that other YAML readers turn into true and false
    ('en: "Yes"', "en: Yes", 26, 34, 'a bare Yes may be read as true/false: write "Yes"'),
    ('en: "No"', "en: No", 28, 35, 'write "No"'),
    ('en: "No"', "en: on", 28, 35, 'write "on"'),
    ('en: "No"', "en: off", 28, 35, 'write "off"'),
    ('en: "No"', "en: TRUE", 28, 35, 'write "TRUE"'),
    ('en: "No"', "en: true", 28, 35, 'write "true" in quotes'),
    ("licence: own", "no: own", 8, 3, 'write "no"'),
    ("key: unused", "key: no", 27, 18, 'write "no"'),
    ("modified: false", "modified: 'false'", 9, 13, "`modified`"),
    ("critical: true", "critical: yes", 33, 19, "true or false for a switch"),
    ("critical: true", "risky: [no, dont_know]", 33, 17, 'write "no"'),
    # K15: a key written twice
    ("kind: yes_no", "kind: yes_no\n        help: {ja: 別, en: Other}", 33, 9, "here and on line 31"),
    ("owner: 1_000", "owner: a\nowner: b", 12, 1, "`owner` is written twice, here and on line 11"),
    ("key: two", "key: one", 29, 14, "the key `one` is used twice, here and on line 18"),
    ("key: unused", "key: used", 27, 18, "the key `used` is used twice, here and on line 25"),
    # fields and languages
    ("help: {ja: 目安2", "hlep: {ja: 目安2", 29, 9, "`help` is missing"),
    ("critical: true", "critcal: true", 33, 9, "did you mean `critical`?"),
    ("critical: true", "zzzz: true", 33, 9, "`zzzz` is not a field here: remove it"),
    ("          en: Question\n", "", 19, 9, "the English text of `text` is missing: add `en: …`"),
    ("          ja: 質問\n", "", 19, 9, "the Japanese text of `text` is missing"),
    ("          en: Question\n", "          en:\n", 21, 11, "nothing is written for `en`"),
    ("          en: Question\n", '          en: ""\n', 21, 15, "at least 1 character"),
    ("          en: Question\n", "          en: ~\n", 21, 11, "nothing is written for `en`"),
    ("          en: Question\n", "          en: [a]\n", 21, 15, "`en`"),
    ("minutes: 5", "minutes: five", 12, 10, "`minutes`"),
    ("minutes: 5\n", "", 1, 1, "`minutes` is missing: add `minutes: …` to the file"),
    ("2026-04-01", "2026-04-31", 10, 14, "`reviewed_on`"),
    ("kind: yes_no", "kind: maybe", 32, 15, "yes_no"),
    ("kind: one_of", "kind: yes_no", 25, 11, "`choices` belong to"),
    ("key: sample", "key: other", 1, 6, "the key has to be the file's name: `sample`"),
    # tricks
    ("owner: 1_000", "owner: &a team", 11, 8, "anchors (&a)"),
    ("owner: 1_000", "owner: *a", 11, 8, "undefined alias"),
    ("owner: 1_000", "owner: !!python/name:os.system x", 11, 8, "tags"),
    ("owner: 1_000", "? [a, b]\n: c", 11, 3, "a single word"),
    # not YAML
    ("owner: 1_000", "owner: a: b", 11, 9, "check colons, quotes and indentation"),
    ("owner: 1_000", "\towner: a", 11, 1, "check colons, quotes and indentation"),
    ("minutes: 5", "minutes: 5\n---\nkey: b", 13, 1, "another document"),
]


@pytest.mark.parametrize(("replace", "by", "line", "column", "says"), BAD)
def test_bad_input_is_refused_with_its_place(write, replace: str, by: str, line: int, column: int, says: str) -> None:
    assert GOOD.count(replace) == 1, "the row must change exactly one place"
    path = write(GOOD.replace(replace, by))
    error = refused(path)
    assert says in error.message
    assert (error.line, error.column) == (line, column)
    assert str(error) == f"{path}:{line}:{column}: {error.message}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty or not a mapping"),
        ("- a\n- b\n", "empty or not a mapping"),
        (b"key: \xff\n", "not UTF-8"),
        ("key: \x00\n", "not YAML"),
        ("[" * 20_000, "nested too deeply"),
        ("# " + "x" * SIZE_LIMIT, "split it"),
        ("&a\nkey: *a\n", "anchors"),
    ],
)
def test_files_that_are_no_checklist_at_all(write, content: str | bytes, says: str) -> None:
    assert says in refused(write(content)).message


def test_several_problems_are_counted_and_the_first_is_shown(write) -> None:
    error = refused(write(GOOD.replace("critical: true", "critcal: true").replace("minutes: 5", "minutes: five")))
    assert error.line == 12
    assert error.message.endswith("(and 1 more below)")


def test_a_folder_is_read_in_order_and_all_or_nothing(write, tmp_path: Path) -> None:
    write(GOOD)
    write(GOOD.replace("key: sample", "key: another"), "another.yaml")
    assert list(load_all(tmp_path)) == ["another", "sample"]
    write(GOOD.replace("minutes: 5", "minutes: five"), "sample.yaml")
    with pytest.raises(ChecklistError):
        load_all(tmp_path)


def test_a_shared_key_must_ask_the_same_question(write, tmp_path: Path) -> None:
    write(GOOD)
    write(GOOD.replace("key: sample", "key: zebra").replace("Question 2", "Something else"), "zebra.yaml")
    with pytest.raises(ChecklistError, match=r"zebra\.yaml:29:14: `two` asks something else in sample\.yaml"):
        load_all(tmp_path)


def test_a_file_with_the_other_ending_is_not_silently_left_out(write, tmp_path: Path) -> None:
    write(GOOD, "sample.yml")
    with pytest.raises(ChecklistError, match=r"name it sample\.yaml"):
        load_all(tmp_path)
