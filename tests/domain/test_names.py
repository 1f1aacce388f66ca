"""Names that look alike have one key; names that do not, have two."""

import pytest

from bot.domain.names import alike, name_key


@pytest.mark.parametrize(
    "same",
    [
        ("株式会社髙橋商店", "㈱高橋商店", "高橋商店 株式会社", "高橋商店（株）", "高橋　商店(株)", "㍿髙橋商店"),
        ("ミカヅキ運輸", "ﾐｶﾂﾞｷ運輸", "みかづき運輸", "みかづき・運輸", "有限会社みかづき運輸", "㈲ﾐｶﾂﾞｷ運輸"),
        ("渡邉製作所", "渡邊製作所", "渡辺製作所"),
        ("斎藤印刷", "齋藤印刷", "斉藤印刷", "齊藤印刷"),
        ("山﨑清掃", "山崎清掃"),
        ("𠮷田運送", "吉田運送"),
        ("Harbour Cleaning Co., Ltd.", "HARBOUR CLEANING", "harbour  cleaning, Inc.", "Ｈａｒｂｏｕｒ Cleaning K.K."),
        ("葛\U000e0100飾倉庫", "葛飾倉庫"),
        ("一般社団法人みなと会", "みなと会", "(一社)みなと会"),
        ("カ)ミカヅキ", "みかづき"),
    ],
)
def test_one_key(same: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("高橋商店", "高橋商会"), ("Coast Ltd", "Co Ltd"), ("Incline", "Line"), ("株式会社", "有限会社"), ("☕☕", "☂☂")],
)
def test_two_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["☕☕", "株式会社", "Inc", "・・・", "㈱", "%", "_"])
def test_a_key_is_never_empty_for_a_visible_name(name: str) -> None:
    assert name_key(name)


def test_a_name_within_another_is_worth_a_warning_unless_it_is_trifling() -> None:
    assert alike("みかづき", "みかづき運輸")
    assert alike("みかづき運輸", "みかづき")
    assert not alike("みか", "みかづき運輸")
    assert alike("みか", "みか")
    assert not alike("みかづき運輸", "みかげ運輸")


def test_a_long_hostile_name_takes_no_time() -> None:
    assert name_key(". , " * 5000 + "x")
