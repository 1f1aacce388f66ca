"""Everything that is wrong with an entry is said at once, each on its field."""

from datetime import date
from typing import Any

import pytest

from bot.domain.ledger import ContractType, SupplierKind
from bot.domain.refusal import Code, Refusals
from bot.domain.registration import Entry, Registration, check


def entry(**changed: str) -> Entry:
    good = {
        "corporate_number": "7999901000001",
        "name": "株式会社みかづき運輸",
        "kind": "company",
        "language": "ja",
        "department": "総務部",
        "business": "社内便の配送",
        "contract_type": "quasi_mandate",
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
        "personal_data": "yes",
    }
    return Entry(**(good | changed))


def refused(**changed: str) -> dict[str, Code]:
    with pytest.raises(Refusals) as found:
        check(entry(**changed))
    return {r.field: r.code for r in found.value.refusals}


def test_a_good_entry() -> None:
    assert check(entry()) == Registration(
        corporate_number="7999901000001",
        name="株式会社みかづき運輸",
        kind=SupplierKind.COMPANY,
        language="ja",
        department="総務部",
        business="社内便の配送",
        contract_type=ContractType.QUASI_MANDATE,
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31),
        personal_data=True,
    )


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("kind", "法人", SupplierKind.COMPANY),
        ("kind", "", SupplierKind.COMPANY),
        ("kind", "外国法人", SupplierKind.FOREIGN),
        ("kind", " Public ", SupplierKind.PUBLIC),
        ("language", "", "ja"),
        ("language", "英語", "en"),
        ("language", "ＥＮ", "en"),
        ("contract_type", "請負", ContractType.CONTRACT),
        ("contract_type", "mandate", ContractType.MANDATE),
        ("personal_data", "あり", True),
        ("personal_data", "無", False),
        ("personal_data", "×", False),
        ("ends_on", "-", None),
    ],
)
def test_words_that_are_understood(field: str, written: str, meant: Any) -> None:
    assert getattr(check(entry(**{field: written})), field) == meant


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": ""}, {"name": Code.NAME_EMPTY}),
        ({"name": "あ" * 30_000}, {"name": Code.TOO_LONG}),
        ({"name": "み\x00かづき"}, {"name": Code.BAD_TEXT}),
        ({"business": "配送\x0b"}, {"business": Code.BAD_TEXT}),
        ({"business": " "}, {"business": Code.EMPTY}),
        ({"corporate_number": "7999901000002"}, {"corporate_number": Code.BAD_CHECK_DIGIT}),
        ({"department": ""}, {"department": Code.NO_DEPARTMENT}),
        ({"contract_type": ""}, {"contract_type": Code.EMPTY}),
        ({"contract_type": "雇用"}, {"contract_type": Code.BAD_VALUE}),
        ({"personal_data": ""}, {"personal_data": Code.EMPTY}),
        ({"starts_on": ""}, {"starts_on": Code.EMPTY}),
        ({"starts_on": "24/4/1"}, {"starts_on": Code.BAD_DATE}),
        ({"starts_on": "2027-04-01"}, {"ends_on": Code.END_BEFORE_START}),
        ({"kind": "sole_trader"}, {"corporate_number": Code.SOLE_TRADER_NUMBER}),
        ({"language": "fr"}, {"language": Code.BAD_VALUE}),
    ],
)
def test_what_is_wrong(changed: dict[str, str], wrong: dict[str, Code]) -> None:
    assert refused(**changed) == wrong


def test_everything_wrong_at_once() -> None:
    with pytest.raises(Refusals) as found:
        check(Entry(corporate_number="1", ends_on="soon", kind="?", language="?"))
    assert {r.field for r in found.value.refusals} == set(Entry.model_fields)


def test_an_end_on_the_first_day_is_an_end() -> None:
    assert check(entry(starts_on="2026-04-01", ends_on="2026-04-01")).ends_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    "name", ["<!channel>", '=HYPERLINK("https://evil.invalid","社内ポータル")', "&lt;!here&gt;", "*太字*"]
)
def test_hostile_text_is_kept_as_text(name: str) -> None:
    assert check(entry(name=name)).name == name
