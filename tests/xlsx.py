"""Excel workbooks written by hand, part by part, also such as no spreadsheet would write. Not with our own writer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def letters(n: int) -> str:
    return chr(65 + n) if n < 26 else chr(64 + n // 26) + chr(65 + n % 26)


def text(value: str) -> str:
    """The inside of a cell of text; to be put after its place: `<c r="A1"` + text("x")."""
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f' s="{style}"><v>{value}</v></c>'


def shared(n: int) -> str:
    return f' t="s"><v>{n}</v></c>'


def rows(lines: Mapping[int, Sequence[str | None]], hidden: Sequence[int] = ()) -> str:
    """Line → cells made by `text`, `number` or `shared`; None is no cell."""
    made = []
    for at, cells in lines.items():
        inside = "".join(f'<c r="{letters(n)}{at}"{cell}' for n, cell in enumerate(cells) if cell is not None)
        made.append(f'<row r="{at}"{" hidden=" + chr(34) + "1" + chr(34) if at in hidden else ""}>{inside}</row>')
    return "".join(made)


def sheet(data: str, *, cols: str = "", merges: Sequence[str] = (), dimension: str = "") -> str:
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    tail = f'<mergeCells count="{len(merges)}">{merged}</mergeCells>' if merges else ""
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'<worksheet xmlns="{MAIN}">{size}{cols}<sheetData>{data}</sheetData>{tail}</worksheet>'


def book(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    is_1904: bool = False,
    states: Mapping[str, str] | None = None,
    more: Mapping[str, bytes | str] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A workbook of sheets; cell style 1 shows a date (a built-in format), 2 one of Japanese Excel's own, 3 a plain number."""
    states = states or {}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" state="{states.get(name, "visible")}"/>'
        for n, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="176" formatCode="[$-411]ggge&quot;年&quot;m"/>'
        '<numFmt numFmtId="177" formatCode="#,##0&quot;day&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>'
    )
    calendar = ' date1904="1"' if is_1904 else ""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{calendar}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/styles.xml": styles,
        **{f"xl/worksheets/sheet{n}.xml": content for n, content in enumerate(sheets.values(), 1)},
        **(more or {}),
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()
