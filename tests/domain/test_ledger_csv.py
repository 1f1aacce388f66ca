"""The ledger as CSV: what is read, and what is refused with its place (K09, K11, K43)."""

from datetime import date

import pytest

from bot.domain.importing import Complaint
from bot.domain.ledger_csv import bare, parse, safe
from bot.domain.refusal import Code

HEADER = "法人番号,名称,区分,言語,部門,業務内容,契約形態,開始日,終了日,個人データ"
ROW = "7999901000001,株式会社みかづき運輸,法人,ja,総務部,社内便の配送,準委任,2026/4/1,2027-03-31,あり"


def found(content: str | bytes) -> list[tuple[int, str, Code]]:
    raw = content if isinstance(content, bytes) else content.encode()
    return [(c.line, c.column, c.code) for c in parse(raw).complaints]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_one_row(bom: bytes, newline: str) -> None:
    parsed = parse(bom + newline.join([HEADER, ROW, ""]).encode())
    assert parsed.complaints == []
    [(line, row)] = parsed.rows
    assert (line, row.corporate_number, row.name) == (2, "7999901000001", "株式会社みかづき運輸")
    assert [row.engagement[f] for f in ("starts_on", "ends_on", "personal_data")] == [
        date(2026, 4, 1),
        date(2027, 3, 31),
        True,
    ]


def test_columns_in_any_order_and_headers_as_spreadsheets_leave_them() -> None:
    header = '"\ufeff 名称 ",業務\n内容,部門　,"契約 形態",開始日,"個人データ"'.replace("業務\n内容", '"業務\n内容"')
    parsed = parse(f"{header}\nみかづき,配送,総務部,請負,2026-04-01,なし\n".encode())
    assert parsed.complaints == []
    [(line, row)] = parsed.rows
    assert (line, row.name, row.business, row.corporate_number) == (3, "みかづき", "配送", None)


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
        (HEADER.replace("個人データ", "担当者"), [(1, "個人データ", Code.MISSING_COLUMN)]),
        (f"{HEADER}\n{ROW},もう一つ\n", [(2, "", Code.CELL_COUNT)]),
        (f"{HEADER}\n{ROW.removesuffix(',あり')}\n", [(2, "", Code.CELL_COUNT)]),
        (f'{HEADER}\n{ROW}\n"開いたまま,{ROW}\n', [(3, "", Code.BAD_CSV)]),
        (f"{HEADER}\n{ROW}".encode("cp932"), [(1, "", Code.NOT_UTF8)]),
        (f"{HEADER}\n{ROW}".encode("utf-16"), [(1, "", Code.NOT_UTF8)]),
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
        ("2027-03-31", "平成35年1月1日", (2, "終了日", Code.BAD_DATE)),
        ("2027-03-31", "2020-01-01", (2, "終了日", Code.END_BEFORE_START)),
        ("株式会社みかづき運輸", "み\x00かづき", (2, "名称", Code.BAD_TEXT)),
        ("株式会社みかづき運輸", "あ" * 30_000, (2, "名称", Code.TOO_LONG)),
        ("準委任", "雇用", (2, "契約形態", Code.BAD_VALUE)),
        ("あり", "", (2, "個人データ", Code.EMPTY)),
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
    assert parse(f"{HEADER}\n{'x' * 200_000}\n".encode()).complaints == [Complaint(line=2, code=Code.BAD_CSV)]


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
