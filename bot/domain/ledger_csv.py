"""The ledger as CSV, in our own columns: bytes in; checked rows, and complaints with line and column, out.

What `message_templates/ledger_csv.py` writes can be read here again, and every row is then "same": a cell that a spreadsheet
would run as a formula was given an apostrophe (`safe`), which reading takes off (`bare`).

Columns are those of `fields.py`. To add one that is only ever written: its name in `READ_ONLY` and its cell in
`message_templates/ledger_csv.py`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from bot.domain.fields import COLUMNS, FIELDS
from bot.domain.importing import Complaint
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registration import Entry, Registration, check

FIELD_OF = {field.column: field.name for field in FIELDS}
MUST = tuple(field.column for field in FIELDS if field.must)
READ_ONLY = ("担当者", "窓口", "前回の判断", "判断日", "状態")

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_KEPT = re.compile(r"'+[=+\-@＝＋－＠\t\r]")


class Parsed:
    """A file as it was read: rows in order with the line each begins on, and everything that is wrong with it."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, Registration]] = []
        self.complaints: list[Complaint] = []

    def complain(self, line: int, code: Code, column: str = "", **params: str | int) -> None:
        """One more thing that is wrong."""
        self.complaints.append(Complaint(line=line, column=column, code=code, params=params))


def parse(content: bytes) -> Parsed:
    """Read a whole file. Complaints about the file itself (no UTF-8, unknown columns) leave no rows."""
    parsed = Parsed()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        parsed.complain(content.count(b"\n", 0, error.start) + 1, Code.NOT_UTF8)
        return parsed
    lines = _lines(text, parsed)
    line, header = next(lines, (1, []))
    columns = [_plain(cell) for cell in header]
    if not header and not parsed.complaints:
        parsed.complain(1, Code.NO_ROWS)
    if header and _columns_fit(line, columns, parsed):
        for line, cells in lines:
            _read(line, dict(zip(columns, cells, strict=False)), len(cells) - len(columns), parsed)
    return parsed


def _lines(text: str, parsed: Parsed) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it begins on (a cell may hold line breaks)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        parsed.complain(begins, Code.BAD_CSV)


def _plain(header: str) -> str:
    """A header without what a spreadsheet or a hand may have put around it (K09)."""
    return "".join(unicodedata.normalize("NFKC", header.replace("\ufeff", "")).split())


def _columns_fit(line: int, columns: list[str], parsed: Parsed) -> bool:
    before = len(parsed.complaints)
    for n, column in enumerate(columns):
        if column not in FIELD_OF and column not in READ_ONLY:
            parsed.complain(line, Code.UNKNOWN_COLUMN, column)
        elif column in columns[:n]:
            parsed.complain(line, Code.COLUMN_TWICE, column)
    for column in MUST:
        if column not in columns:
            parsed.complain(line, Code.MISSING_COLUMN, column)
    return len(parsed.complaints) == before


def _read(line: int, cells: dict[str, str], too_many: int, parsed: Parsed) -> None:
    if too_many:
        parsed.complain(line, Code.CELL_COUNT)
        return
    entry = Entry(written={FIELD_OF[column]: bare(cell) for column, cell in cells.items() if column in FIELD_OF})
    try:
        parsed.rows.append((line, check(entry)))
    except Refusals as refused:
        parsed.complaints += complaints(line, refused)


def complaints(line: int, refused: Refusal | Refusals) -> list[Complaint]:
    """Refusals of fields as complaints about the columns of a line."""
    every = refused.refusals if isinstance(refused, Refusals) else [refused]
    return [Complaint(line=line, column=COLUMNS.get(r.field, ""), code=r.code, params=r.params) for r in every]


# -- cells ---------------------------------------------------------------------------------------------------------------


def safe(text: str) -> str:
    """A cell that no spreadsheet runs; `bare` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def bare(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if _KEPT.match(cell) else cell
