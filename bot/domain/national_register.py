"""The national register of corporate numbers, as the tax agency writes it: a pure reader of its 30 columns.

Answers of the Web-API (version 4, type 02: CSV in UTF-8 with a line of four cells before the rows) and the downloaded files
(the same 30 columns without that line) have the same rows. What cannot be such a row raises NotTheRegister: nothing is
guessed. It was written from the specification (content_ja.md §7.1) and has never seen the real service.
To read one more column: its number below, a field of RegisterEntry, its column in `storage/tables/register.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import TextIO

from bot.domain.base import Value
from bot.domain.corporate_number import check_digit
from bot.domain.entered import ADDRESS, NAME, one_line
from bot.domain.names import name_key
from bot.domain.refusal import Refusal

WIDTH = 30
HEAD = 4
LONGEST_LINE = 64 * 1024
ANSWERED = 100  # companies of an answer that are kept: more than anybody looks through

_NUMBER, _PROCESS, _NAME, _LATEST, _READING = 1, 2, 6, 23, 28
_ADDRESS, _ABROAD = (9, 10, 11), 16
_CLOSED_ON, _CAUSE, _SUCCESSOR = 18, 19, 20
_DELETED = "99"


class CloseCause(StrEnum):
    """Why a record of the register was closed (closeCause)."""

    LIQUIDATED = "01"
    MERGED = "11"
    BY_REGISTRAR = "21"
    OTHER = "31"


class NotTheRegister(Exception):  # noqa: N818
    """This is not what the specification says. `line` counts from 1; `what` is for the log, never for a person."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what


class RegisterEntry(Value):
    """What the register says of one company. `id` is its corporate number; `seen_on` the day on which it said so.

    `reading` is its furigana. The two keys are those under which people find it (`names.name_key`). `successor` is the
    corporate number of the company that took it over, where there is one.
    """

    id: str
    name: str
    name_key: str
    reading: str = ""
    reading_key: str = ""
    address: str = ""
    closed_on: date | None = None
    cause: str = ""
    successor: str | None = None
    seen_on: date


class Answer(Value):
    """One answer of the Web-API: how many there are in all, and those that it holds (closed ones last)."""

    count: int
    entries: tuple[RegisterEntry, ...]


def read_answer(content: bytes, today: date) -> Answer:
    """The companies of an answer. Raises NotTheRegister for anything else: HTML, Shift_JIS, another number of columns."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTheRegister(1, "not UTF-8") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head, *found = [row for row in rows if row]
    except ValueError:
        raise NotTheRegister(1, "empty") from None
    except csv.Error as error:
        raise NotTheRegister(rows.line_num, str(error)) from None
    if len(head) != HEAD or not (head[1].isascii() and head[1].isdecimal() and len(head[1]) < HEAD * 3):
        raise NotTheRegister(1, f"{len(head)} cells instead of date, count and two of the division")
    read = [read_row(row, line, today) for line, row in enumerate(found, 2)]
    entries = sorted((entry for _number, entry in read if entry), key=lambda e: e.closed_on is not None)
    return Answer(count=int(head[1]), entries=tuple(entries))


def read_row(cells: Sequence[str], line: int, today: date) -> tuple[str, RegisterEntry | None]:
    """The number of a row, and what it says of it: None where the record was deleted.

    An older state of a record (not the latest) has the number '' and says nothing. Raises NotTheRegister.
    """
    if len(cells) != WIDTH:
        raise NotTheRegister(line, f"{len(cells)} columns instead of {WIDTH}")
    number = _a_number(cells[_NUMBER], line)
    if cells[_LATEST] == "0":
        return "", None
    if cells[_PROCESS] == _DELETED:
        return number, None
    name = _words(cells[_NAME], NAME, line)
    reading = _words(cells[_READING], NAME, line)
    if not name:
        raise NotTheRegister(line, "no name")
    entry = RegisterEntry(
        id=number,
        name=name,
        name_key=name_key(name),
        reading=reading,
        reading_key=name_key(reading) if reading else "",
        address=_address(cells, line),
        closed_on=_day(cells[_CLOSED_ON], line),
        cause=cells[_CAUSE] if cells[_CAUSE] in {c.value for c in CloseCause} else "",
        successor=_a_number(cells[_SUCCESSOR], line) if cells[_SUCCESSOR] else None,
        seen_on=today,
    )
    return number, entry


def _a_number(text: str, line: int) -> str:
    if not (len(text) == 13 and text.isascii() and text.isdecimal() and int(text[0]) == check_digit(text[1:])):
        raise NotTheRegister(line, "no corporate number where one must be")
    return text


def _address(cells: Sequence[str], line: int) -> str:
    return _words("".join(cells[n] for n in _ADDRESS) or cells[_ABROAD], ADDRESS, line)


def _words(text: str, limit: int, line: int) -> str:
    """One line of text, cut where it is longer than our own records may be; '' for nothing."""
    if not text.strip():
        return ""
    try:
        return one_line(text, "", max(limit, len(text)))[:limit]
    except Refusal as refused:
        raise NotTheRegister(line, refused.code.value) from None


def _day(text: str, line: int) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotTheRegister(line, "no day where one must be") from None


def read_file(file: TextIO, today: date) -> Iterator[tuple[str, RegisterEntry | None]]:
    """The rows of a downloaded file, one after the other, as `read_row` gives them; a line is never read without bound.

    Raises NotTheRegister, also where the file is not in the encoding that it was opened with.
    """
    rows = csv.reader(_lines(file), strict=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise NotTheRegister(rows.line_num + 1, "not UTF-8") from None
        except csv.Error as error:
            raise NotTheRegister(rows.line_num, str(error)) from None
        if cells:
            yield read_row(cells, rows.line_num, today)


def _lines(file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise NotTheRegister(number, "a line without an end")
        yield line
