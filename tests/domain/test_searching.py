"""What was typed finds what was stored: the folding, and that it is written with every supplier and engagement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ledger import Engagement, Supplier
from bot.domain.searching import WORDS, folded, of_engagement, of_supplier, tag_key, terms
from storage.mapping import columns
from tests.ledger_rows import ledger_row


def stored(**changed: object) -> str:
    row = ledger_row(**changed)
    return of_supplier(row.supplier) + "\n" + of_engagement(row.engagement)


def finds(words: str, **changed: object) -> bool:
    return all(term in stored(**changed) for term in terms(words))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("高橋", "髙橋商店"),
        ("髙橋", "高橋商店"),
        ("㈱ﾐｶﾂﾞｷ", "株式会社みかづき運輸"),
        ("みかづき㈱", "株式会社みかづき運輸"),
        ("株式会社みかづき", "みかづき運輸㈱"),
        ("株式会社 みかづき", "みかづき運輸"),
        ("株式会社", "株式会社みかづき運輸"),
        ("づき", "みかづき運輸"),
        ("き運", "みかづき　運輸"),
        ("“みかづき　運輸”", "みかづき運輸"),
        ("運輸 みかづき", "みかづき運輸"),
        ("ﾐｶ－ヅキ", "ミカヅキ"),
        ("\u200fみかづき\u202e", "みかづき運輸"),
        ("mikazuki co., ltd.", "Ｍikazuki Transport"),
        ("高橋", "髙\U000e0100橋"),
        ("100%", "100%果汁"),
        ("😀", "😀商店"),
        ("か゛っこう", "か゛っこう社"),
        ("学校　が", "学校か\u3099"),
    ],
)
def test_found(words: str, name: str) -> None:
    assert finds(words, supplier=name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("%", "100果汁"),
        ("_", "abc"),
        ("a_c", "abc"),
        ("みかづき 海運", "みかづき運輸"),
        ("\\", "みかづき"),
        ("5%", "5_"),
    ],
)
def test_not_found(words: str, name: str) -> None:
    assert not finds(words, supplier=name)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("7999-9010", {"corporate_number": "7999901000001"}),
        ("T7999901000001", {"corporate_number": "7999901000001"}),
        ("ﾐｶﾂﾞ", {"reading": "みかづきうんゆ"}),
        ("配送", {"business": "社内便の配送"}),
        ("東京", {"tags": ("関東", "東京支店")}),
        ("みかづき 配送 関東", {"business": "配送", "tags": ("関東",)}),
    ],
)
def test_found_in_every_place(words: str, where: dict[str, object]) -> None:
    assert finds(words, **where)


def test_a_word_does_not_reach_from_one_field_into_the_next() -> None:
    assert not finds("運輸社内", supplier="みかづき運輸", business="社内便")
    assert not finds("関東東京", tags=("関東", "東京"))


def test_a_whole_tag() -> None:
    text = stored(tags=("東京支店", "A-1"))
    assert tag_key("ａ1") in text
    assert tag_key("東京") not in text


@given(st.text(max_size=400))
def test_whatever_is_typed_gives_a_few_terms_that_hold_no_separator(words: str) -> None:
    found = terms(words)
    assert len(found) <= WORDS
    assert all(term and not set(term) & set("\t\n\x00 ") for term in found)


@given(st.text(min_size=1, max_size=20))
def test_a_name_is_found_by_itself(name: str) -> None:
    assert finds(name, supplier=name)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_written_beside_every_row() -> None:
    row = ledger_row(supplier="株式会社髙橋商店", business="配送", tags=("東京",))
    assert columns(row.supplier)["search"] == of_supplier(row.supplier)
    assert columns(row.engagement)["search"] == of_engagement(row.engagement)
    assert "search" not in Supplier.model_fields | Engagement.model_fields
