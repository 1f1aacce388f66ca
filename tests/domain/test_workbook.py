"""Excel workbooks as tables (K09, K11, K19, K43), and those that are made to hurt (K49)."""

import io
import resource
import struct
import subprocess
import sys
import zipfile

import pytest

from bot.domain.refusal import Code
from bot.domain.tabular import Unreadable, open_table
from message_templates.workbook import workbook
from tests.xlsx import book, number, rows, shared, sheet, text

FEW = rows({1: [text("名称"), text("部門")], 2: [text("みかづき運輸"), text("総務部")]})


def cells(content: bytes) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in open_table(content).lines]


def why(content: bytes) -> Code:
    with pytest.raises(Unreadable) as unreadable:
        list(open_table(content).lines)
    return unreadable.value.code


def test_numbers_are_the_digits_that_one_sees() -> None:
    values = ["7999901000001", "7.999901000001E12", "10001", "10001.0", "0.5", "1E-3", "7.9999E+15"]
    content = book({"台帳": sheet(rows({1: [number(v) for v in values]}))})
    digits = ["7999901000001", "7999901000001", "10001", "10001", "0.5", "0.001", "7.9999E+15"]
    assert cells(content) == [(1, digits)]


@pytest.mark.parametrize(("is_1904", "day"), [(False, "2024-04-01"), (True, "2028-04-02")])
def test_true_dates_of_both_calendars(is_1904: bool, day: str) -> None:
    row = [number("45383", 1), number("45383", 2), number("45383"), number("45383", 3)]
    assert cells(book({"a": sheet(rows({1: row}))}, is_1904=is_1904)) == [(1, [day, day, "45383", "45383"])]


@pytest.mark.parametrize(
    ("serial", "day"),
    [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("45356.5", "2024-03-05 12:00:00")],
)
def test_days_around_the_one_that_never_was_and_times(serial: str, day: str) -> None:
    assert cells(book({"a": sheet(rows({1: [number(serial, 1)]}))})) == [(1, [day])]


def test_shared_texts_without_the_furigana_inside_them() -> None:
    strings = (
        "<si><r><t>髙橋</t></r><r><t>商店</t></r><rPh sb='0' eb='2'><t>タカハシ</t></rPh><phoneticPr fontId='1'/></si>"
        "<si><t>縦_x000B_棒</t></si>"
    )
    content = book({"a": sheet(rows({1: [shared(0), shared(1), shared(9)]}))}, strings=strings)
    assert cells(content) == [(1, ["髙橋商店", "縦\x0b棒", ""])]


def test_what_is_hidden_is_left_out_and_said() -> None:
    data = rows({1: [text("名称"), text("メモ"), text("部門")], 2: [text("a"), text("x"), text("b")]}, hidden=[2])
    data += rows({3: [text("c"), text("y"), text("d")]})
    hidden = '<cols><col min="2" max="2" hidden="1"/></cols>'
    table = open_table(book({"台帳": sheet(data, cols=hidden), "記入例": sheet(FEW)}))
    assert [(n, c) for n, c in table.lines] == [(1, ["名称", "", "部門"]), (3, ["c", "", "d"])]
    assert (table.notes.sheet, table.notes.other_sheets) == ("台帳", ("記入例",))
    assert (table.notes.hidden_lines, table.notes.hidden_columns) == ([2], {"B"})


def test_the_first_sheet_that_one_sees() -> None:
    content = book({"控え": sheet(rows({1: [text("x")]})), "台帳": sheet(FEW)}, states={"控え": "hidden"})
    assert cells(content)[0] == (1, ["名称", "部門"])


def test_what_is_merged_downwards_stands_on_every_line() -> None:
    lines = {
        1: [text("部門"), text("名称")],
        2: [text("総務部"), text("a")],
        3: [None, text("b")],
        4: [None, text("c")],
    }
    content = book({"a": sheet(rows(lines), merges=["A2:A3"])})
    assert [c[0] for _, c in cells(content)] == ["部門", "総務部", "総務部", ""]


def test_empty_formatted_lines_are_no_lines() -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(3, 903))
    assert len(cells(book({"a": sheet(FEW + blank, merges=["A2:A900"])}))) == 2


HOSTILE = ["=1+1", "'=1", "縦\x0b鐘\x07", "_x000B_", "  ", "𠮷田☕", "a\nb", "<b>&amp;", "", "x" * 40_000]


def test_what_our_own_writer_writes_is_read_again() -> None:
    [(_, read)] = cells(workbook("台帳", [HOSTILE]))
    assert read[:9] == [*HOSTILE[:8], ""]
    assert len(read[9]) == 32_767


# -- made to hurt ----------------------------------------------------------------------------------------------------------


def bomb(entry: str, size: int, **more: bytes | str) -> bytes:
    """A workbook with one part of so many bytes, all the same."""
    content = book({"a": sheet(FEW)}, more=more)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != entry:
                new.writestr(name, old.read(name))
        with new.open(entry, "w") as part:
            part.write(b'<worksheet xmlns="x"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
            for _ in range(size >> 20):
                part.write(b"A" * (1 << 20))
    return out.getvalue()


@pytest.mark.parametrize("entry", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_half_a_megabyte_that_becomes_512(entry: str) -> None:
    """In a process of its own, to see how much memory it takes. VmHWM, because ru_maxrss begins with what the parent had."""
    content = bomb(entry, 512 << 20)
    assert len(content) < 600_000
    code = (
        "import sys\nfrom bot.domain.tabular import *\ntry: list(open_table(sys.stdin.buffer.read()).lines)\n"
        "except Unreadable as u:\n"
        "  most = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "  print(u.code.value, int(most.split()[1]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True)
    said, megabytes = done.stdout.split()
    assert said == b"workbook_bomb"
    assert int(megabytes) < 200


def test_a_hundred_thousand_entries() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for n in range(100_000):
            package.writestr(f"xl/{n}.xml", "")
    assert why(out.getvalue()) is Code.WORKBOOK_BOMB


def test_a_declared_range_says_nothing() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(cells(book({"a": sheet(FEW, dimension="A1:XFD1048576")}))) == 2
    assert len(cells(book({"a": sheet(FEW, merges=["A1:XFD1048576"])}))) == 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("said", [10, 1 << 30])
def test_sizes_in_the_directory_that_are_false(said: int) -> None:
    content = bytearray(bomb("xl/worksheets/sheet1.xml", 128 << 20))
    at = content.index(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<3H", content, at + 28)
        if bytes(content[at + 46 : at + 46 + name]).endswith(b"sheet1.xml"):
            struct.pack_into("<I", content, at + 24, said)
        at += 46 + name + extra + comment
    assert why(bytes(content)) in {Code.WORKBOOK_BOMB, Code.BAD_WORKBOOK}


def test_a_document_type_is_refused() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert why(book({"a": sheet(FEW)}, more={"xl/sharedStrings.xml": lol})) is Code.BAD_WORKBOOK
    assert why(book({"a": lol.replace("<x>", "<x><sheetData>")})) is Code.BAD_WORKBOOK


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing else",
        b"PK\x05\x06" + bytes(18),
        book({"a": sheet(FEW)})[:-30],
        book({"a": "<worksheet><sheetData><row r='1'>"}),
        book({"a": sheet(FEW)}, compression=zipfile.ZIP_LZMA),
        book({"a": sheet(FEW)}, more={"xl/sharedStrings.xml": "<sst><si>"}),
    ],
)
def test_what_is_no_workbook(content: bytes) -> None:
    assert why(content) is Code.BAD_WORKBOOK


def test_an_old_workbook_and_a_page_of_the_web() -> None:
    assert why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) is Code.OLD_EXCEL
    assert why(b"\n <!DOCTYPE html><html><table>") is Code.HTML_FILE
    assert why(b"a" * (20 * 1024 * 1024 + 1)) is Code.FILE_TOO_BIG


def test_an_honest_ledger_of_two_megabytes_with_forty_times_the_same_style() -> None:
    lines = {n: [text(f"委託先{n * 7919 % 100_003}"), text(f"部門{n * 31 % 977}")] for n in range(1, 60_001)}
    style = f"<styleSheet>{'<cellStyleXfs><xf/></cellStyleXfs>' * 40 * 400}</styleSheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book({"a": sheet(rows(lines))}))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, style if name.endswith("styles.xml") else old.read(name), zipfile.ZIP_DEFLATED)
    assert len(cells(out.getvalue())) == 60_000


@pytest.mark.parametrize("value", ["NaN", "sNaN", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_left_as_it_stands(value: str) -> None:
    assert cells(book({"a": sheet(rows({1: [number(value), number(value, 1)]}))})) == [(1, [value, value])]


@pytest.mark.parametrize(
    "broken",
    [
        book({"a": sheet(FEW, cols='<cols><col min="1" hidden="1"/></cols>')}),
        book({"a": sheet(FEW)}, more={"xl/styles.xml": '<?xml version="1.0" encoding="UT-1F-8"?><styleSheet/>'}),
        book({"a": sheet(FEW)}, more={"xl/styles.xml": '<styleSheet><numFmt numFmtId="x"/></styleSheet>'}),
    ],
)
def test_whatever_is_broken_is_said_in_words(broken: bytes) -> None:
    assert why(broken) is Code.BAD_WORKBOOK
