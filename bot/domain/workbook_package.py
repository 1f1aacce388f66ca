"""The parts of an Excel workbook: a zip whose bytes are counted while they are unpacked, and what its small parts say.

`Book` has the sheets and the calendar, `Strings` the texts that cells share, `Styles` which formats show a date.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # expat 2.4 and later bounds what entities may grow to; a document type is refused below

from bot.domain.refusal import Code
from bot.domain.tabular import Unreadable

ENTRIES = 2000
DIRECTORY = 512 * 1024
UNPACKED = 64 * 1024 * 1024
STRINGS = 500_000
_CHUNK = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)


# -- the package -----------------------------------------------------------------------------------------------------------


class Package:
    """The parts of the file. Everything that is unpacked counts against one sum, whatever the directory says."""

    def __init__(self, content: bytes) -> None:
        _check_directory(content)
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._left = 2 * UNPACKED  # the sheet is gone through twice
        self._names = {info.filename.lower(): info for info in self._zip.infolist()}
        self._main = ""

    def main(self) -> str:
        """The name of the workbook's part."""
        self._main = self._main or self.named("workbook.xml") or ""
        if not self._main:
            raise Unreadable(Code.BAD_WORKBOOK)
        return self._main

    def named(self, last: str) -> str:
        """The first part whose name ends so, '' where there is none."""
        return next((name for name in self._names if posixpath.basename(name) == last.lower()), "")

    def target(self, part: str, relation: str) -> str:
        """The part that a part's relation leads to."""
        found: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship":
                found[attributes.get("Id", "")] = attributes.get("Target", "")

        folder, base = posixpath.split(part)
        self.parse(f"{folder}/_rels/{base}.rels".lstrip("/"), start)
        return posixpath.normpath(posixpath.join("/", folder, found[relation])).lstrip("/").lower()

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part as it is unpacked."""
        info = self._names[part.lower()]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(Code.BAD_WORKBOOK)
        unpacked = 0
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                self._left -= len(chunk)
                if unpacked > UNPACKED or self._left < 0:
                    raise Unreadable(Code.WORKBOOK_BOMB)
                yield chunk

    def tail(self, part: str) -> bytes:
        """What stands behind the sheet's cells; going through it counts the sheet before anything of it is read."""
        kept, seen = b"", False
        for chunk in self.chunks(part):
            window = kept + chunk
            cut = -1 if seen else window.rfind(b"sheetData>")
            seen = seen or cut >= 0
            kept = (window[cut:] if cut >= 0 else window if seen else window[-16:])[: 8 * 1024 * 1024]
        return kept if seen else b""

    def parse(self, part: str, start: Any, end: Any = None, text: Any = None) -> None:
        """Read a small part as a whole."""
        reader = parser(start, end, text)
        for chunk in self.chunks(part):
            reader.Parse(chunk, False)
        reader.Parse(b"", True)


def _check_directory(content: bytes) -> None:
    """Before zipfile reads it: a directory of 100,000 entries costs time and memory by itself."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if at < 0 or len(content) < at + _END.size:
        raise Unreadable(Code.BAD_WORKBOOK)
    _, _, _, _, entries, size, _, _ = _END.unpack_from(content, at)
    if entries > ENTRIES or size > DIRECTORY or b"PK\x06\x07" in content[max(0, at - 20) : at]:
        raise Unreadable(Code.WORKBOOK_BOMB)


def parser(start: Any, end: Any, text: Any) -> Any:
    """A parser of XML that refuses a document type."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, text
    made.StartDoctypeDeclHandler = _no_doctype
    return made


def _no_doctype(*_: Any) -> None:
    raise Unreadable(Code.BAD_WORKBOOK)


def local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


# -- the small parts -------------------------------------------------------------------------------------------------------


@dataclass
class Book:
    """Names, relations and states of the sheets, and the calendar."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    is_1904: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif kind == "sheet":
            relation = next((value for name, value in attributes.items() if local(name) == "id" and ":" in name), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))


@dataclass
class Strings:
    """The texts that cells share; the furigana inside (rPh) is passed over."""

    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _in_text: bool = False
    _in_reading: bool = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "rPh":
            self._in_reading = True
        elif kind == "t":
            self._in_text = not self._in_reading

    def end(self, tag: str) -> None:
        kind = local(tag)
        if kind == "rPh":
            self._in_reading = False
        elif kind == "t":
            self._in_text = False
        elif kind == "si":
            if len(self.found) >= STRINGS:
                raise Unreadable(Code.WORKBOOK_BOMB)
            self.found.append(unescaped("".join(self._parts)))
            self._parts.clear()

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)


@dataclass
class Styles:
    """Which cell formats show a date."""

    formats: dict[int, str] = field(default_factory=dict)
    used: list[int] = field(default_factory=list)
    _inside: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "numFmt":
            self.formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif kind in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            self._inside = kind == "cellXfs"
        elif kind == "xf" and self._inside:
            self.used.append(int(attributes.get("numFmtId", "0")))

    def dates(self) -> set[str]:
        return {str(n) for n, used in enumerate(self.used) if self._is_date(used)}

    def _is_date(self, number: int) -> bool:
        if number not in self.formats:
            return number in _BUILT_IN_DATES
        return bool(re.search("[ymdgeYMDGE]", _NOT_FORMAT.sub("", self.formats[number].replace("General", ""))))


def unescaped(text: str) -> str:
    """Excel writes a character that XML cannot hold as _x000B_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
