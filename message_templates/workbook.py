"""An Excel workbook of one sheet of texts. Every cell is a string (inlineStr), so nothing in it is ever a formula.

Characters that XML cannot hold (a vertical tab or a bell pasted from elsewhere, K43) are written as Excel writes them, as
_x000B_, and what looks like that already is kept apart from it. The first line stays in sight when one scrolls.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

MOST = 32_767  # characters in a cell: what Excel can hold
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = (2000, 1, 1, 0, 0, 0)  # the same ledger is the same file
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_PART}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PART}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_PART}.styles+xml"/></Types>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Yu Gothic"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def workbook(sheet: str, rows: Iterable[list[str]]) -> bytes:
    """The file. `sheet` is the name of its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        _write(package, "[Content_Types].xml", _TYPES)
        _write(package, "_rels/.rels", _relations(("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml")))
        _write(package, "xl/workbook.xml", _book(sheet))
        styles = ("rId2", f"{_OFFICE}/styles", "styles.xml")
        sheets = ("rId1", f"{_OFFICE}/worksheet", "worksheets/sheet1.xml")
        _write(package, "xl/_rels/workbook.xml.rels", _relations(sheets, styles))
        _write(package, "xl/styles.xml", _STYLES)
        with package.open(_deflated("xl/worksheets/sheet1.xml"), "w") as part:
            for piece in _sheet(rows):
                part.write(piece.encode("utf-8"))
    return out.getvalue()


def _write(package: zipfile.ZipFile, name: str, content: str) -> None:
    package.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


def _deflated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _relations(*every: tuple[str, str, str]) -> str:
    inside = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{there}"/>' for i, kind, there in every)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _book(sheet: str) -> str:
    name = quoteattr(re.sub(r"[\[\]:*?/\\]", "_", sheet)[:31])
    inside = f'<sheets><sheet name={name} sheetId="1" r:id="rId1"/></sheets>'
    return f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{inside}</workbook>'


def _sheet(rows: Iterable[list[str]]) -> Iterator[str]:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    yield "<sheetData>"
    for row in rows:
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: str) -> str:
    """An empty cell is there too, or the next would slip into its place."""
    if not value:
        return "<c/>"
    fit = _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", value)[:MOST]
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(fit)}</t></is></c>'
