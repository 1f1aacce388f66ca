"""Everything that is wrong with an entry is said at once, each on its field."""

from datetime import date
from typing import Any

import pytest

from bot.domain.fields import BY_NAME, ENGAGEMENT, FIELDS, SUPPLIER
from bot.domain.ledger import ContractType, DataKind, Engagement, Profession, Supplier, SupplierKind, TradeLaw
from bot.domain.refusal import Code, Refusals
from bot.domain.registration import Entry, Registration, check
from message_templates.catalogs import Text


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
    return Entry(written=good | changed)


def refused(**changed: str) -> dict[str, Code]:
    with pytest.raises(Refusals) as found:
        check(entry(**changed))
    return {r.field: r.code for r in found.value.refusals}


def said(registration: Registration) -> dict[str, Any]:
    return registration.supplier | registration.engagement


def test_a_good_entry() -> None:
    assert check(entry()) == Registration(
        department="総務部",
        supplier={
            "corporate_number": "7999901000001",
            "name": "株式会社みかづき運輸",
            "kind": SupplierKind.COMPANY,
            "language": "ja",
        },
        engagement={
            "business": "社内便の配送",
            "contract_type": ContractType.QUASI_MANDATE,
            "starts_on": date(2026, 4, 1),
            "ends_on": date(2027, 3, 31),
            "personal_data": True,
        },
    )


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("kind", "法人", SupplierKind.COMPANY),
        ("kind", "", None),
        ("kind", "外国法人", SupplierKind.FOREIGN),
        ("kind", " Public ", SupplierKind.PUBLIC),
        ("language", "", None),
        ("language", "英語", "en"),
        ("language", "ＥＮ", "en"),
        ("contract_type", "請負", ContractType.CONTRACT),
        ("contract_type", "mandate", ContractType.MANDATE),
        ("personal_data", "あり", True),
        ("personal_data", "無", False),
        ("personal_data", "×", False),
        ("ends_on", "-", None),
        ("data_count", "約１２，０００件", 12_000),
        ("data_count", "0", 0),
        ("notice_days", "90日", 90),
        ("data_kinds", "マイナンバー、氏名・連絡先", (DataKind.CONTACT, DataKind.MY_NUMBER)),
        ("data_kinds", "contact,other", (DataKind.CONTACT, DataKind.OTHER)),
        ("tags", "#物流、物流 , 重要", ("物流", "重要")),
        ("trade_law", "取適法", TradeLaw.SUBCONTRACT_ACT),
        ("profession", "社労士", Profession.LABOUR_CONSULTANT),
        ("subcontracts", "なし", False),
        ("recipients", " ", None),
    ],
)
def test_words_that_are_understood(field: str, written: str, meant: Any) -> None:
    assert said(check(entry(**{field: written}))).get(field) == meant


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
        ({"data_count": "たくさん"}, {"data_count": Code.BAD_COUNT}),
        ({"data_count": "-5"}, {"data_count": Code.BAD_COUNT}),
        ({"data_count": "1.5e3"}, {"data_count": Code.BAD_COUNT}),
        ({"data_count": "²"}, {"data_count": Code.BAD_COUNT}),
        ({"data_count": "9" * 30}, {"data_count": Code.BAD_COUNT}),
        ({"tags": "、".join(map(str, range(21)))}, {"tags": Code.TOO_LONG}),
        ({"tags": "あ" * 31}, {"tags": Code.TOO_LONG}),
        ({"data_kinds": "顧客情報、たぶん"}, {"data_kinds": Code.BAD_VALUE}),
    ],
)
def test_what_is_wrong(changed: dict[str, str], wrong: dict[str, Code]) -> None:
    assert refused(**changed) == wrong


def test_everything_wrong_at_once() -> None:
    with pytest.raises(Refusals) as found:
        check(Entry(written={"corporate_number": "1", "ends_on": "soon", "kind": "?", "language": "?"}))
    musts = {field.name for field in FIELDS if field.must}
    assert {r.field for r in found.value.refusals} == musts | {"corporate_number", "ends_on", "kind", "language"}


def test_an_end_on_the_first_day_is_an_end() -> None:
    assert check(entry(starts_on="2026-04-01", ends_on="2026-04-01")).engagement["ends_on"] == date(2026, 4, 1)


@pytest.mark.parametrize(
    "name", ["<!channel>", '=HYPERLINK("https://evil.invalid","社内ポータル")', "&lt;!here&gt;", "*太字*"]
)
def test_hostile_text_is_kept_as_text(name: str) -> None:
    assert check(entry(name=name)).name == name


def test_every_field_belongs_to_a_value_and_every_value_that_people_fill_in_is_a_field() -> None:
    models = {SUPPLIER: Supplier.model_fields, ENGAGEMENT: Engagement.model_fields}
    assert all(f.name in models[f.of] for f in FIELDS if f.name != "department")
    ours = {"id", "version", "name_key", "state", "merged_into", "paused", "created_at", "free"}
    ours |= {"supplier_id", "department_id", "endpoint_id", "closed_on", "successor_number", "register_checked_on"}
    assert models[SUPPLIER].keys() | models[ENGAGEMENT].keys() == (BY_NAME.keys() - {"department"}) | ours


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_field_and_choice_has_words_and_japanese_words_are_read_again(language: str) -> None:
    t = Text(language)
    for field in FIELDS:
        assert t(f"ledger.field.{field.name}")
        for value in field.values:
            word = t(f"{field.words}.{value}")
            if language == "ja":
                meant = field.read(word, field.name)
                assert (meant[0] if isinstance(meant, tuple) else meant) == value
