"""The ledger as CSV: what is read, and what is refused with its place (K09, K11, K43)."""

from datetime import date

import pytest

from bot.domain.columns import AS_IS, PASSED, Choices, Unknown
from bot.domain.free_fields import FreeField, FreeKind
from bot.domain.importing import Remark
from bot.domain.ledger_cells import Said, bare, judged, safe
from bot.domain.ledger_csv import LedgerFile
from bot.domain.refusal import Code
from bot.domain.rounds import JudgementValue
from tests.kit import START
from tests.xlsx import book, number, rows, sheet, text

HEADER = "法人番号,名称,区分,言語,部門,業務内容,契約形態,開始日,終了日,個人データ"
ROW = "7999901000001,株式会社みかづき運輸,法人,ja,総務部,社内便の配送,準委任,2026/4/1,2027-03-31,あり"


def opened(content: str | bytes, choices: Choices = AS_IS, free: tuple[FreeField, ...] = ()) -> LedgerFile:
    ids = iter("xyz")
    return LedgerFile(content if isinstance(content, bytes) else content.encode(), choices, free, lambda: next(ids))


def read(content: str | bytes, choices: Choices = AS_IS) -> list[Said]:
    file = opened(content, choices)
    found = list(file.rows())
    assert file.complaints == []
    return found


def found(content: str | bytes) -> list[tuple[int, str, Code]]:
    file = opened(content)
    assert len(list(file.rows())) <= content.count(b"\n" if isinstance(content, bytes) else "\n")  # type: ignore[arg-type]
    return [(c.line, c.column, c.code) for c in file.complaints]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_one_row(bom: bytes, newline: str) -> None:
    [row] = read(bom + newline.join([HEADER, ROW, ""]).encode())
    assert (row.line, row.number, row.name) == (2, "7999901000001", "株式会社みかづき運輸")
    assert [row.engagement[f] for f in ("starts_on", "ends_on", "personal_data")] == [
        date(2026, 4, 1),
        date(2027, 3, 31),
        True,
    ]


def test_columns_in_any_order_and_headers_as_spreadsheets_leave_them() -> None:
    header = '"\ufeff 名称 ",業務\n内容,部門　,"契約 形態",開始日,"個人データ"'.replace("業務\n内容", '"業務\n内容"')
    [row] = read(f"{header}\nみかづき,配送,総務部,請負,2026-04-01,なし\n")
    assert (row.line, row.name, row.engagement["business"], row.number) == (3, "みかづき", "配送", None)


def test_half_width_kana_in_a_header_is_the_same_header() -> None:
    header = HEADER.replace("データ", "ﾃﾞｰﾀ")
    assert found(f"{header}\n{ROW}") == []


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        ("", [(1, "", Code.NO_ROWS)]),
        ("\n\n", [(1, "", Code.NO_ROWS)]),
        (f"{HEADER},メモ\n", [(1, "メモ", Code.UNKNOWN_COLUMN)]),
        (f"{HEADER},名称\n", [(1, "名称", Code.COLUMN_TWICE)]),
        (HEADER.replace("業務内容", "担当者"), [(1, "業務内容", Code.MISSING_COLUMN)]),
        (f"{HEADER}\n{ROW},もう一つ\n", [(2, "", Code.CELL_COUNT)]),
        (f"{HEADER}\n{ROW.removesuffix(',あり')}\n", [(2, "", Code.CELL_COUNT)]),
        (f'{HEADER}\n{ROW}\n"開いたまま,{ROW}\n', [(3, "", Code.BAD_CSV)]),
        (f"{HEADER}\n{ROW}\n".encode() + b"\x83\x66", [(3, "", Code.NOT_UTF8)]),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content: str | bytes, complaints: list[tuple[int, str, Code]]) -> None:
    assert found(content) == complaints


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("7999901000001", "7.9999E+12", (2, "法人番号", Code.LOST_DIGITS)),
        ("7999901000001", "7999901000002", (2, "法人番号", Code.BAD_CHECK_DIGIT)),
        ("7999901000001", "799990100000①", (2, "法人番号", Code.BAD_NUMBER)),
        ("2026/4/1", "45383", (2, "開始日", Code.BAD_DATE)),
        ("2026/4/1", "-", (2, "開始日", Code.EMPTY)),
        ("2026/4/1", "2024/2/30", (2, "開始日", Code.BAD_DATE)),
        ("2026/4/1", "24/4/1", (2, "開始日", Code.BAD_DATE)),
        ("社内便の配送", "#REF!", (2, "業務内容", Code.CELL_ERROR)),
        ("株式会社みかづき運輸", "み\x00かづき", (2, "名称", Code.BAD_TEXT)),
        ("株式会社みかづき運輸", "あ" * 30_000, (2, "名称", Code.TOO_LONG)),
        ("準委任", "雇用", (2, "契約形態", Code.BAD_VALUE)),
        ("あり", "-", (2, "個人データ", Code.EMPTY)),
        ("総務部", "", (2, "部門", Code.EMPTY)),
    ],
)
def test_a_bad_cell_is_named(old: str, new: str, complaint: tuple[int, str, Code]) -> None:
    assert found(f"{HEADER}\n{ROW.replace(old, new)}\n") == [complaint]


def test_every_bad_row_is_listed_with_the_line_it_begins_on() -> None:
    bad = ROW.replace("あり", "?").replace("社内便の配送", '"二行に\nわたる業務"')
    content = f"{HEADER}\n\n{bad}\n{ROW}\n,,,,,,,,,\n{bad.replace('法人', '?')}\n"
    assert found(content) == [
        (3, "個人データ", Code.BAD_VALUE),
        (7, "区分", Code.BAD_VALUE),
        (7, "個人データ", Code.BAD_VALUE),
    ]


def test_complaints_of_a_long_cell_are_complaints() -> None:
    assert found(f"{HEADER}\n{'x' * 200_000}\n") == [(2, "", Code.BAD_CSV)]


HOSTILE = [
    '=HYPERLINK("https://evil.invalid")',
    "+81",
    "-1+1",
    "@SUM(A1)",
    "'=1",
    "''+1",
    "＝1",
    "'quoted",
    "<!channel>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_every_cell_comes_back(text: str) -> None:
    assert safe(text)[0] not in "=+-@\t\r＝＋－＠"
    assert bare(safe(text)) == text


# -- files of others -----------------------------------------------------------------------------------------------------

SECURENAVI = (
    "名前,担当,個人情報の取り扱い,業務内容,契約開始日,契約終了日,最終モニタリング日,判断,タグ,委託先メールアドレス"
)
THEIRS = "みかづき運輸,総務部,あり,社内便の配送,2023/4/1,-,2024/3/5 19:00:27,経過観察,配送、全社,a@example.com"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_another_products_file_in_whatever_way_it_was_saved(encoding: str, mark: str) -> None:
    [row] = read(f"{SECURENAVI}\n{THEIRS}\n".replace(",", mark).encode(encoding))
    assert (row.name, row.department, row.engagement["business"]) == ("みかづき運輸", "総務部", "社内便の配送")
    assert (row.past_on, judged(row), row.mails) == (date(2024, 3, 5), JudgementValue.WATCH, ("a@example.com",))
    assert (row.engagement["ends_on"], row.engagement["tags"]) == (None, ("配送", "全社"))


def test_a_heading_below_title_and_blank_lines_also_one_of_two_lines() -> None:
    lines = {
        1: [text("委託先台帳 2026年度")],
        4: [text("会社名"), text("担当部署"), text("業務内容\n(概要)"), text("契約期間"), None, text("個人情報")],
        5: [None, None, None, text("開始日"), text("終了日"), None],
        6: [text("みかづき"), text("総務部"), text("配送"), number("45383", 1), text("令和10年3月31日"), text("なし")],
    }
    content = book({"a": sheet(rows(lines), merges=["A1:F1", "D4:E4"])})
    file = opened(content, Choices(columns={"業務内容(概要)": "business"}))
    [row] = list(file.rows())
    assert file.complaints == []
    assert [row.engagement[f] for f in ("business", "starts_on", "ends_on")] == [
        "配送",
        date(2024, 4, 1),
        date(2028, 3, 31),
    ]


def test_unknown_columns_are_asked_about_mapped_kept_or_left_out() -> None:
    content = f"{HEADER},稟議番号,備考\n{ROW},R-1,覚え書き\n"
    asked = opened(content)
    assert (asked.unknown, list(asked.rows())) == (("稟議番号", "備考"), [])
    assert [c.letter for c in asked.complaints] == ["K", "L"]
    [left] = read(content, Choices(unknown=Unknown.IGNORE))
    assert left.free == {}
    [kept] = read(content, Choices(columns={"備考": PASSED}, unknown=Unknown.KEEP))
    assert kept.free == {"x": "R-1"}
    [mapped] = read(content, Choices(columns={"備考": "recipients", "稟議番号": "tags"}))
    assert (mapped.engagement["recipients"], mapped.engagement["tags"]) == ("覚え書き", ("R-1",))


def test_a_free_field_is_found_by_its_name() -> None:
    free = FreeField(id="f1", label_ja="稟議 番号", kind=FreeKind.LINE, created_at=START)
    [row] = list(opened(f"{HEADER},稟議番号\n{ROW},R-1\n", free=(free,)).rows())
    assert row.free == {"f1": "R-1"}


def test_what_was_not_taken_is_said() -> None:
    content = f"{HEADER},備考\n{ROW.replace('2027-03-31', '平成40年3月31日')},x\n"
    file = opened(content, Choices(unknown=Unknown.IGNORE))
    assert [r.engagement["ends_on"] for r in file.rows()] == [date(2028, 3, 31)]
    assert {n.remark: n.what for n in file.notes()} == {Remark.PASSED_OVER: ("備考",), Remark.BEYOND_ERA: ("2",)}


def test_an_empty_cell_says_nothing_and_a_dash_clears() -> None:
    [nothing] = read(f"{HEADER}\n{ROW.replace('2027-03-31', '')}\n")
    [cleared] = read(f"{HEADER}\n{ROW.replace('2027-03-31', '-')}\n")
    [unsure] = read(f"{HEADER}\n{ROW.replace('2027-03-31', '未定')}\n")
    assert ["ends_on" in r.engagement for r in (nothing, cleared, unsure)] == [False, True, False]
    assert cleared.engagement["ends_on"] is None


def test_a_value_without_a_heading_is_named() -> None:
    lines = {1: [text(c) for c in HEADER.split(",")], 2: [*(text(c) for c in ROW.split(",")), text("?")]}
    assert found(book({"a": sheet(rows(lines))})) == [(2, "", Code.NO_HEADING)]


def test_so_much_is_wrong_that_reading_ends() -> None:
    file = opened(HEADER + "\n" + "一つだけ\n" * 600)
    assert (list(file.rows()), len(file.complaints), file.cut) == ([], 500, 501)
