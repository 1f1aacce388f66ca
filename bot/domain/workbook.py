"""Excel workbooks (.xlsx) as a table: what a person sees of the first visible sheet, read as a stream and counted.

Written on zipfile and expat, because what counts here no library does at once: bytes are counted while they are unpacked
(a directory can lie about sizes, and a declared range can be the whole sheet), lines come one by one, hidden lines and
columns are left out and said, merged cells fill what they cover, dates of both calendars are dates, a number of 13 digits
is 13 digits, and the reading (furigana) that Japanese Excel keeps inside a cell is not part of its text. docs/adr/0013.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from bot.domain.refusal import Code
from bot.domain.tabular import Line, Notes, Table, Unreadable, letter
from bot.domain.workbook_package import Book, Package, Strings, Styles, local, parser, unescaped

ROWS = 200_000
COLUMNS = 256
UNCOUNTED = "#CALC!"
"""Stands for a formula of which the file holds no result: whoever saved it did not calculate it."""
CELL = 32_767  # characters: what Excel itself can hold
MERGES = 20_000
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    LookupError,
    ValueError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    OSError,
)
"""What reading a broken workbook may raise, here and in the libraries below."""


def open_workbook(content: bytes) -> Table:
    """The first visible sheet. Raises Unreadable."""
    try:
        return _open(Package(content))
    except BROKEN as error:
        raise Unreadable(Code.BAD_WORKBOOK) from error


def _open(package: Package) -> Table:
    book = Book()
    package.parse(package.main(), book.start)
    shown = [(name, there) for name, there, state in book.sheets if state == "visible"]
    if not shown:
        raise Unreadable(Code.NO_ROWS)
    name, there = shown[0]
    part = package.target(package.main(), there)
    strings, styles = Strings(), Styles()
    if found := package.named("sharedStrings.xml"):
        package.parse(found, strings.start, strings.end, strings.text)
    if found := package.named("styles.xml"):
        package.parse(found, styles.start)
    notes = Notes(sheet=name, other_sheets=tuple(n for n, _, _ in book.sheets if n != name))
    merges = _merges(package.tail(part))
    cells = _Cells(strings.found, styles.dates(), book.is_1904)
    across: dict[int, list[tuple[int, int]]] = {}
    for merge in merges:
        if merge.left < merge.right:
            across.setdefault(merge.top, []).append((merge.left, merge.right))
    lines = _filled(_lines(package, part, cells, notes), merges)
    return Table(lines=lines, exact=False, notes=notes, merged=across)


# -- cells -----------------------------------------------------------------------------------------------------------------


@dataclass
class _Cells:
    """What the value of a cell means."""

    strings: list[str]
    dates: set[str]
    is_1904: bool

    def text(self, kind: str, style: str, value: str) -> str:
        """As a person would type it."""
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind in ("inlineStr", "str"):
            return unescaped(value)
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind == "d":
            return value.replace("T", " ").removesuffix(" 00:00:00")
        if kind == "e" or not value:
            return value
        return self._day(value) if style in self.dates else _number(value)

    def _day(self, value: str) -> str:
        try:
            serial = float(value)
            start = date(1904, 1, 1) if self.is_1904 else date(1899, 12, 30 if serial >= 60 else 31)
            at = datetime(start.year, start.month, start.day) + timedelta(seconds=round(serial * 86400))  # noqa: DTZ001
        except (ValueError, OverflowError):
            return value
        return at.date().isoformat() if serial == int(serial) else at.isoformat(" ")


def _number(value: str) -> str:
    """Whole numbers as digits (7.999901000001E12 is 7999901000001), others as Excel shows them."""
    if value.isdecimal() and len(value) <= 15:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number) >= 10**15:
        return value
    return str(int(number)) if number == int(number) else f"{float(number):.15g}"


def _lines(package: Package, part: str, cells: _Cells, notes: Notes) -> Iterator[Line]:
    rows = _Rows(cells, notes)
    reader = parser(rows.start, rows.end, rows.text)
    try:
        for chunk in package.chunks(part):
            reader.Parse(chunk, False)
            while rows.ready:
                yield rows.ready.popleft()
            if rows.over:
                return
        raise Unreadable(Code.BAD_WORKBOOK, rows.number)  # cut off: its cells have no end
    except BROKEN as error:
        raise Unreadable(Code.BAD_WORKBOOK, rows.number) from error


class _Rows:
    """Collects cells into lines."""

    def __init__(self, cells: _Cells, notes: Notes) -> None:
        self.ready: deque[Line] = deque()
        self.number = 0
        self.over = False
        self._cells = cells
        self._notes = notes
        self._row: list[str] = []
        self._hidden = False
        self._hidden_columns: set[int] = set()
        self._at = 0
        self._next = 0
        self._kind = self._style = ""
        self._parts: list[str] | None = None
        self._in_reading = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._row_starts,
            "c": self._cell_starts,
            "v": self._value_starts,
            "t": self._value_starts,
            "rPh": self._reading_starts,
            "col": self._column,
            "f": self._formula_starts,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        starts = self._starts.get(tag) or self._starts.get(local(tag))
        if starts:
            starts(attributes)

    def end(self, tag: str) -> None:
        kind = tag if ":" not in tag else local(tag)
        if kind == "c":
            self._cell_ends()
        elif kind == "row":
            self._row_ends()
        elif kind in ("v", "t"):
            self._reading_text = False
        elif kind == "rPh":
            self._in_reading = False
        elif kind == "sheetData":
            self.over = True

    def text(self, data: str) -> None:
        if self._reading_text and self._parts is not None:
            self._parts.append(data)

    _reading_text = False
    _formula = False

    def _column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self._hidden_columns.update(range(first - 1, min(last, COLUMNS)))

    def _row_starts(self, attributes: dict[str, str]) -> None:
        self.number = int(attributes.get("r") or self.number + 1)
        if self.number > ROWS * 6:
            raise Unreadable(Code.WORKBOOK_BOMB, self.number)
        self._row = []
        self._next = 0
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _row_ends(self) -> None:
        if not any(cell.strip() for cell in self._row):
            return
        if self._hidden:
            self._notes.hidden_lines.append(self.number)
        else:
            self.ready.append(Line(self.number, self._row))

    def _cell_starts(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        self._at = _position(place) if place else self._next
        self._next = self._at + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._parts = []
        self._formula = False

    def _value_starts(self, _: dict[str, str]) -> None:
        self._reading_text = not self._in_reading

    def _formula_starts(self, _: dict[str, str]) -> None:
        self._formula = True

    def _reading_starts(self, _: dict[str, str]) -> None:
        self._in_reading = True

    def _cell_ends(self) -> None:
        value = "".join(self._parts or ())
        self._parts = None
        if self._formula and not value and self._kind != "str":
            value, self._kind = UNCOUNTED, "e"
        if not value or self._at >= COLUMNS:
            return
        if len(value) > CELL:
            raise Unreadable(Code.BAD_WORKBOOK, self.number)
        if self._at in self._hidden_columns:
            self._notes.hidden_columns.add(letter(self._at))
            return
        while len(self._row) < self._at:
            self._row.append("")
        self._row[self._at :] = [self._cells.text(self._kind, self._style, value)]


def _position(place: str) -> int:
    """B7 is 1."""
    position = 0
    for char in place:
        if not char.isalpha():
            break
        position = position * 26 + ord(char) - 64
    return position - 1


# -- merged cells ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Merge:
    top: int
    left: int
    bottom: int
    right: int


def _merges(tail: bytes) -> list[_Merge]:
    found = []
    for match in re.finditer(rb'mergeCell [^>]*?ref="([A-Z]+)([0-9]{1,7}):([A-Z]+)([0-9]{1,7})"', tail):
        left, top, right, bottom = (part.decode() for part in match.groups())
        found.append(_Merge(int(top), _position(left), int(bottom), min(_position(right), COLUMNS)))
        if len(found) > MERGES:
            raise Unreadable(Code.WORKBOOK_BOMB)
    return sorted(found, key=lambda merge: merge.top)


def _filled(lines: Iterator[Line], merges: list[_Merge]) -> Iterator[Line]:
    """What is merged downwards stands on every line that it covers and that holds anything else."""
    waiting = deque(merge for merge in merges if merge.bottom > merge.top)
    active: dict[int, tuple[int, str]] = {}
    for line in lines:
        for column, (bottom, text) in list(active.items()):
            if bottom < line.number:
                del active[column]
            elif text and not _at(line, column):
                line.cells.extend([""] * (column + 1 - len(line.cells)))
                line.cells[column] = text
        while waiting and waiting[0].top <= line.number:
            merge = waiting.popleft()
            if merge.top == line.number:
                active[merge.left] = (merge.bottom, _at(line, merge.left))
        yield line


def _at(line: Line, column: int) -> str:
    return line.cells[column] if column < len(line.cells) else ""
