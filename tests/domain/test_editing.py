"""Editing at once: for any two people's changes nothing is overwritten unseen and nothing is lost; readers and texts agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contacts import CONTACT_FIELDS, mail
from bot.domain.documents import link
from bot.domain.editing import Entered, as_text, digest, digest_of_text, merge
from bot.domain.fields import BY_NAME, FIELDS, Input
from bot.domain.free_fields import FreeField, FreeKind, as_field, choice_lines
from bot.domain.refusal import Code, Refusal, Refusals
from tests.kit import START

NAMES = ("recipients", "data_count", "secret_data")
ASKED = tuple(BY_NAME[name] for name in NAMES)
STATES = st.fixed_dictionaries(
    {"recipients": st.sampled_from(["", "甲", "乙"]), "data_count": st.sampled_from([None, 0, 5])}
    | {"secret_data": st.sampled_from([None, True, False])}
)


def entered(shown: dict[str, Any], mine: dict[str, Any]) -> dict[str, Entered]:
    return {f.name: Entered(text=as_text(f, mine[f.name]), shown=digest(f, shown[f.name])) for f in ASKED}


@given(shown=STATES, mine=STATES, theirs=STATES)
def test_nothing_is_overwritten_and_nothing_is_lost(
    shown: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge(ASKED, theirs, entered(shown, mine), {})
    for name in NAMES:
        if mine[name] == shown[name]:  # untouched: theirs stays
            assert name not in merged.writes
            assert name not in merged.clashes
        elif theirs[name] == shown[name]:  # only I changed it
            assert merged.writes[name] == mine[name]
        elif theirs[name] == mine[name]:  # both the same
            assert name not in merged.writes
            assert name not in merged.clashes
        else:
            assert name in merged.clashes
            assert name not in merged.writes


TEXTS = {
    Input.LINE: "株式会社 みかづき",
    Input.TEXT: "社内便 & 倉庫",
    Input.DAY: "2026-04-01",
    Input.YES_NO: "no",
    Input.NUMBER: "1200",
    Input.TAGS: "重要、再確認",
    Input.DEPARTMENT: "0" * 32,
}


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.name)
def test_a_value_stands_in_a_form_as_text_that_reads_as_the_same_value(field: Any) -> None:
    texts = ["", *(field.values or (TEXTS.get(field.input, ""),))]
    texts = ["", "7999901000001"] if field.name == "corporate_number" else texts
    for text in texts:
        try:
            value = field.read(text, field.name)
        except Refusal:
            continue
        again = as_text(field, value)
        assert field.read(again, field.name) == value
        assert digest(field, value) == digest_of_text(field, text) == digest_of_text(field, again)


def test_all_that_is_wrong_is_refused_at_once_and_untouched_fields_are_not_judged() -> None:
    work = [f for f in FIELDS if f.name in ("business", "starts_on", "ends_on")]
    stored = {"business": "", "starts_on": BY_NAME["starts_on"].read("2026-04-01", ""), "ends_on": None}
    held = {
        "business": Entered(text="", shown=digest(work[0], "")),  # empty before, empty now: nobody's mistake today
        "starts_on": Entered(text="未定", shown=digest(BY_NAME["starts_on"], stored["starts_on"])),
        "ends_on": Entered(text="令和八年", shown=digest(BY_NAME["ends_on"], None)),
    }
    with pytest.raises(Refusals) as refused:
        merge(work, stored, held, {})
    assert {r.field for r in refused.value.refusals} == {"starts_on", "ends_on"}


def test_two_halves_of_a_contradiction_by_two_people_are_refused() -> None:
    """One moves the start, the other the end: each form was right by itself."""
    work = [BY_NAME["starts_on"], BY_NAME["ends_on"]]
    start, end = (f.read(day, "") for f, day in zip(work, ("2026-04-01", "2027-03-31"), strict=True))
    moved = work[0].read("2027-01-01", "")
    held = {
        "starts_on": Entered(text="2026-04-01", shown=digest(work[0], start)),
        "ends_on": Entered(text="2026-12-31", shown=digest(work[1], end)),
    }
    with pytest.raises(Refusals) as refused:
        merge(work, {"starts_on": moved, "ends_on": end}, held, {})
    assert [(r.code, r.field) for r in refused.value.refusals] == [(Code.END_BEFORE_START, "ends_on")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("担当@example.invalid", Code.MAIL_NOT_ASCII),
        ("taro@例え.example.com", Code.MAIL_NOT_ASCII),
        ("taro", Code.BAD_MAIL),
        ("taro@localhost", Code.BAD_MAIL),
        ("a@b.example.com, c@d.example.com", Code.BAD_MAIL),
        ("taro@example.com\r\nBcc: x@example.invalid", Code.BAD_MAIL),
        ("<taro@example.com>", Code.BAD_MAIL),
        ("ta\x00ro@example.com", Code.BAD_TEXT),
        ("a" * 300 + "@example.com", Code.TOO_LONG),
    ],
)
def test_an_address_that_mail_would_not_reach_is_refused(text: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        mail(text, "mail")
    assert (refused.value.code, refused.value.field) == (code, "mail")


def test_an_address_is_kept_as_it_is_written_but_for_the_case_of_its_domain() -> None:
    assert mail(" Taro.O'Hara+x@Example.COM ", "mail") == "Taro.O'Hara+x@example.com"
    assert mail("", "mail") is None
    assert [f.name for f in CONTACT_FIELDS if f.must] == ["name"]


@pytest.mark.parametrize(
    "text",
    [
        "http://docs.example.com/x", "javascript:alert(1)", "https://", "https://localhost/x", "docs.example.com",
        "https://good.example.com@evil.invalid/", "https://x.example.com/a b", "https://x.example.com/<b>",
        'https://x.example.com/"', "https://x.example.com:99999/", "=HYPERLINK(\"https://evil.invalid\")",
        "<https://evil.invalid|社内>", "",
    ],
)  # fmt: skip
def test_only_plain_https_links(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        link(text, "link")
    assert refused.value.field == "link"
    assert link("https://docs.example.com/契約書/2026?v=1#p", "link") == "https://docs.example.com/契約書/2026?v=1#p"


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        (FreeKind.LINE, "  A\u202e棟 ", "A棟"),
        (FreeKind.YES_NO, "はい", "yes"),
        (FreeKind.YES_NO, "", ""),
        (FreeKind.DAY, "2026/4/1", "2026-04-01"),
        (FreeKind.DAY, "", ""),
        (FreeKind.CHOICE, "月次", "月次"),
        (FreeKind.CHOICE, "", ""),
    ],
)
def test_free_fields_are_stored_as_text(kind: FreeKind, text: str, stored: str) -> None:
    free = FreeField(id="f", label_ja="項目", kind=kind, choices=("月次", "年次"), created_at=START)
    field = as_field(free)
    assert field.read(text, field.name) == stored
    assert field.read(as_text(field, stored), field.name) == stored


def test_choices_are_kept_once_each() -> None:
    assert choice_lines("月次\n\n 年次 \n月次\n", "choices") == ("月次", "年次")
    with pytest.raises(Refusal):
        choice_lines("\n".join(map(str, range(60))), "choices")
