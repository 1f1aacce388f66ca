"""Text and days as people enter them (K11, K43, K48)."""

from datetime import date

import pytest

from bot.domain.entered import beyond_era, day, folded, one_line, whole_number
from bot.domain.refusal import Code, Refusal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  みかづき　運輸 ", "みかづき 運輸"),
        ("みかづき\n運輸\t部", "みかづき 運輸 部"),
        ("請求書\u202efdp.exe", "請求書fdp.exe"),
        ("\u2066名前\u2069", "名前"),
        ("\ufeff名前\u200b", "名前"),
        ("חברת ניקיון", "חברת ניקיון"),
        ("👨\u200d👩\u200d👧 商店", "👨\u200d👩\u200d👧 商店"),
        ("<!channel>", "<!channel>"),
        ('=HYPERLINK("https://evil.invalid")', '=HYPERLINK("https://evil.invalid")'),
    ],
)
def test_kept_letter_for_letter_but_for_what_nobody_sees(written: str, kept: str) -> None:
    assert one_line(written, "name", 200) == kept


@pytest.mark.parametrize("written", ["テスト\x00です", "\x0b", "bell\x07", "\x1b[2J", "half \ud83d emoji", "\x85"])
def test_control_characters_are_refused(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        one_line(written, "name", 200)
    assert refused.value.code is Code.BAD_TEXT


@pytest.mark.parametrize("written", ["", " \u3000", "\u200b\u202e", "\n"])
def test_nothing_visible_is_nothing(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        one_line(written, "name", 200, Code.NAME_EMPTY)
    assert (refused.value.code, refused.value.field) == (Code.NAME_EMPTY, "name")


def test_too_long_says_how_long_it_may_be() -> None:
    assert one_line("あ" * 200, "name", 200)
    with pytest.raises(Refusal) as refused:
        one_line("あ" * 30_000, "name", 200)
    assert (refused.value.code, refused.value.params) == (Code.TOO_LONG, {"limit": 200})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("２０２６／４／１", date(2026, 4, 1)),
        (" 2024-2-29 ", date(2024, 2, 29)),
        ("2024年4月1日", date(2024, 4, 1)),
        ("2024/3/5 19:00:27", date(2024, 3, 5)),
        ("平成31.4.30", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("H20/4/1", date(2008, 4, 1)),
        ("平成20.4.1", date(2008, 4, 1)),
        ("令和7.4.1", date(2025, 4, 1)),
        ("㋿７年４月１日", date(2025, 4, 1)),
        ("S64.1.7", date(1989, 1, 7)),
        ("平成35年1月1日", date(2023, 1, 1)),
        ("", None),
        ("-", None),
        ("－", None),
        ("未定", None),
    ],
)
def test_days(written: str, meant: date | None) -> None:
    assert day(written, "ends_on") == meant


@pytest.mark.parametrize(
    "written",
    [
        "令和1.4.30",
        "平成0年1月1日",
        "H20/4-1",
        "2024/2/30",
        "24/4/1",
        "45383",
        "45383.0",
        "2026-04/01",
        "2026-04-01T00:00",
        "20260401",
        "0001-01-01",
        "9999-12-31",
        "明日",
        "٢٠٢٦-٠٤-٠١",
        "2026-13-01",
        "1" * 30000,
    ],
)
def test_no_day_is_guessed(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        day(written, "starts_on")
    assert (refused.value.code, refused.value.field) == (Code.BAD_DATE, "starts_on")


def test_folded_puts_spelling_aside() -> None:
    assert folded("情報 システム部") == folded("情報システム部") == folded("情報\u200bシステム部")
    assert folded("ＩＴ部") == folded("it 部")


@pytest.mark.parametrize(
    ("written", "beyond"), [("平成35年1月1日", True), ("H31.5.1", True), ("H31.4.30", False), ("2024/4/1", False)]
)
def test_a_year_of_an_era_that_never_came_is_told(written: str, beyond: bool) -> None:
    assert beyond_era(written) is beyond


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("約１２，０００件", 12_000),
        ("1 200 名", 1200),
        ("5日", 5),
        ("0", 0),
        ("-", None),
        ("", None),
        ("1,234,567", 1234567),
    ],
)
def test_a_count_as_people_write_it(text: str, count: int | None) -> None:
    assert whole_number(10**10)(text, "data_count") == count


@pytest.mark.parametrize(
    "text", ["1,5", "1 2 3", "1日2件", "1.0", "12,00", "100〜200", "-5", "²", "1,000.5", "5件件", "1" * 13]
)
def test_what_could_be_another_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        whole_number(10**10)(text, "data_count")
    assert refused.value.code is Code.BAD_COUNT
