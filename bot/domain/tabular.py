"""A file as a table: bytes in, lines with their cells out, one after the other; nothing is taken for more than it says.

CSV in UTF-8 (with or without BOM), UTF-16 (with BOM) or CP932, set apart by comma, semicolon or tab; or an Excel workbook
(`workbook.py`). Lines come as a stream, so a long file needs no more memory than a short one. To read one more kind of
file: a function that makes a `Table`, and its first bytes in `open_table`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.refusal import Code

LARGEST = 20 * 1024 * 1024
"""Bytes of a file."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_LOOKED_AT = 4096


class Line(NamedTuple):
    """A line that holds anything. `number` is the file's (the first is 1); a cell may be missing at the end."""

    number: int
    cells: list[str]


class Unreadable(Exception):  # noqa: N818
    """The file, or the rest of it, cannot be read. Raised by `open_table` and while lines are taken."""

    def __init__(self, code: Code, line: int = 1) -> None:
        super().__init__(code.value)
        self.code = code
        self.line = line


@dataclass
class Notes:
    """What was there and was not taken. Complete once all lines are."""

    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: set[str] = field(default_factory=set)


@dataclass
class Table:
    """A table that is being read. `exact`: every line must have as many cells as the heading (a shifted line shows)."""

    lines: Iterator[Line]
    exact: bool
    notes: Notes = field(default_factory=Notes)
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Line → first and last position of the cells that are one there."""


def open_table(content: bytes) -> Table:
    """The table in a file. Raises Unreadable."""
    from bot.domain.workbook import open_workbook

    if len(content) > LARGEST:
        raise Unreadable(Code.FILE_TOO_BIG)
    if content.startswith(b"PK"):
        return open_workbook(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(Code.OLD_EXCEL)
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise Unreadable(Code.HTML_FILE)
    return Table(lines=_csv_lines(content), exact=True)


def letter(position: int) -> str:
    """The name of a column in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _csv_lines(content: bytes) -> Iterator[Line]:
    """Rows that hold anything, each with the line it begins on (a cell may hold line breaks)."""
    encoding = _encoding(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(text, delimiter=_delimiter(content, encoding), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(begins, cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(Code.BAD_CSV, begins) from error
    except UnicodeDecodeError as error:
        raise Unreadable(Code.NOT_UTF8, _bad_line(content, encoding)) from error


def _encoding(content: bytes) -> str:
    """By its mark; else UTF-8 where the whole file, or its beginning beyond ASCII, is that; else CP932."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:_LOOKED_AT]
    try:
        known = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError as error:
        return "cp932" if start[: error.start].isascii() else "utf-8-sig"
    return "utf-8-sig" if not known.isascii() or _is_utf8(content) else "cp932"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 1 << 16):
            decoder.decode(content[start : start + (1 << 16)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bad_line(content: bytes, encoding: str) -> int:
    """The line of the first byte that is not in the encoding."""
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            return number
    return 1


def _delimiter(content: bytes, encoding: str) -> str:
    """Whichever is most often in the first line that has any."""
    start = content[:_LOOKED_AT].decode(encoding, errors="ignore")
    for line in start.splitlines():
        counts = {mark: line.count(mark) for mark in ",;\t"}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","
