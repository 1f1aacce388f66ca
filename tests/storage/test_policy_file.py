"""The policy file: what ships is sound and explained, and every mistake is told with line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from storage.checklist_files import load_all
from storage.policy_file import SHIPPED, PolicyError, load_policy
from storage.yaml_values import field_names

TEXT = SHIPPED.read_text(encoding="utf-8")
TOO_MUCH = re.findall(r"too_much: \[.+\]", TEXT)[-1]
"""What is too much for the lowest tier: every further list of a trade makes it longer."""


def place(needle: str, text: str = TEXT) -> tuple[int, int]:
    """Line and column of something in the file that ships."""
    before = text[: text.index(needle)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def refused(folder: Path, text: str, checklists: tuple[str, ...] | None = None) -> PolicyError:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path, checklists)
    return caught.value


def test_the_policy_that_ships_is_read_and_names_checklists_that_ship() -> None:
    policy = load_policy(SHIPPED, load_all())
    assert [t.name.ja for t in policy.tiers] == ["高", "中", "低"]


def test_every_rule_that_ships_is_explained_by_a_comment() -> None:
    """Above the key or, for the fields of a tier, above the list of tiers; what no rule uses yet, in some comment."""
    lines = TEXT.split("\n")
    for name in set(field_names(Policy)) - {"ja", "en", "tier", "at_least"}:
        at = next((i for i, line in enumerate(lines) if re.match(rf'\s*(- )?"?{name}"?:', line)), None)
        if at is None:
            assert re.search(rf"\b{name}:", _comments(lines)), f"{name} does not stand in policy.yaml"
            continue
        indent = len(lines[at]) - len(lines[at].lstrip())
        above = next(i for i in range(at - 1, -1, -1) if len(lines[i]) - len(lines[i].lstrip()) <= indent)
        told = lines[above].lstrip().startswith("#") or re.search(rf"`?{name}`?\b", _comments(lines[: at + 1]))
        assert told, f"{name} has no comment"


def _comments(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line.lstrip().startswith("#"))


@pytest.mark.parametrize(
    ("change", "at", "message"),
    [
        # K15: a key twice
        (
            ("    cadence: 24\n", "    cadence: 24\n    cadence: 12\n"),
            "    cadence: 12\n    checklists: [basic]\n    limits: {questions: 30",
            "`cadence` is written twice, here and on line 36: keep one of them",
        ),
        (("scope:\n", "scope:\n  ndaa: out\n"), "ndaa", "`ndaa` is not a field here: did you mean `nda`?"),
        (("cadence: 24", "cadense: 24"), None, "`cadence` is missing: add `cadence: …` to tiers (and 1 more below)"),
        (("cadence: 24", "cadence: soon"), "soon", "`cadence`: Input should be a valid integer"),
        (("cadence: 24", "cadence: 0"), "0\n    checklists: [basic]", "`cadence`: Input should be greater than or equal to 1"),
        (("cadence: 24", "cadence:"), "cadence:\n", "nothing is written for `cadence`"),
        (("    cadence: 24\n", ""), None, "`cadence` is missing"),
        # K14: what YAML would turn into something else
        (("group_companies: in", "group_companies: no"), "no\n", "a bare no may be read as true/false"),
        (("secret_data: high", "secret_data: hihg"), "hihg", "`hihg` is not one of the tiers: high, middle, low"),
        (("unanswered: middle", "unanswered: careful"), "careful", "`careful` is not one of the tiers"),
        (("    my_number: high", "    my_numbr: high"), "my_numbr", "`my_numbr`: Input should be"),
        (("my_number: high", "my_number: top"), "top\n    sensitive", "`top` is not one of the tiers"),
        (("    tier: high\n", "    tier: top\n"), "top\n  #", "`top` is not one of the tiers"),
        (("lawyer, notary]", "lawyer, tax_accountant]"), "tax_accountant]", "is not bound by Penal Code art. 134"),
        (("lawyer, notary]", "lawyer, astrologer]"), "astrologer", "Input should be"),
        (("not_handled: out", "not_handled: out\n    entrusted: out"), "entrusted: out\n    own", "`entrusted` is not a field"),
        (("nda: out", "nda: maybe"), "maybe", "`nda`: Input should be 'in' or 'out'"),
        ((TOO_MUCH, "too_much: [basic]"), "basic]\n\n", "`basic` is among the checklists of this tier"),
        (("- key: low", "- key: high"), "high\n    name:\n      ja: 低", "the tier `high` is there already"),
        (("      en: Low\n", ""), None, "the English text of `name` is missing"),
        (("certificates: [isms, p_mark]", "certificates: [iso9001]"), "iso9001", "Input should be"),
        (("scope:\n", "scope: &all\n"), None, "anchors (&all) are not used here"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_and_column(
    tmp_path: Path, change: tuple[str, str], at: str | None, message: str
) -> None:
    assert change[0] in TEXT
    text = TEXT.replace(*change) if TEXT.count(change[0]) == 1 else _last(TEXT, *change)
    error = refused(tmp_path, text)
    assert message in error.message
    if at is not None:
        line, column = place(at, text)
        assert (error.line, error.column) == (line, column + _blanks(at))


def _last(text: str, old: str, new: str) -> str:
    head, _, tail = text.rpartition(old)
    return head + new + tail


def _blanks(needle: str) -> int:
    return len(needle) - len(needle.lstrip())


def test_a_checklist_that_is_not_there_is_told_where_it_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, TEXT, ("basic", "cloud", "scs3"))
    assert (error.line, error.column) == place(TOO_MUCH.removeprefix("too_much: ["))
    assert error.message == "there is no checklist `personal_data`; there are basic, cloud, scs3"


def test_no_such_file_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="the file cannot be read"):
        load_policy(tmp_path / "nowhere.yaml")
