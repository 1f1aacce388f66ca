"""Tables -> HTML: a block of rows of cells, the first row being the head. A part of `html.py`.

To draw one more kind of cell, add it to `cell_text`; a kind that is not known is a red box in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.render import rich_text
from sandbox.render.mrkdwn import Names
from sandbox.render.safe import esc, tag, undrawn
from sandbox.render.spans import to_html
from sandbox.render.state import Env
from sandbox.world import Json


def table(content: Json, env: Env) -> str:
    """The block."""
    settings = content.get("column_settings") or []
    aligns = [str((one or {}).get("align", "")) for one in settings]
    rows = [
        tag("tr", *(_cell(cell, i, n, aligns, env) for i, cell in enumerate(row)))
        for n, row in enumerate(content.get("rows", []))
    ]
    return tag("div", tag("table", *rows), cls="b table")


def _cell(cell: Json, column: int, row: int, aligns: Sequence[str], env: Env) -> str:
    align = aligns[column] if column < len(aligns) else ""
    name = "td" if row else "th"
    return tag(
        name,
        cell_text(cell, env.names) or undrawn("セル", cell.get("type")),
        cls=align if align in ("center", "right") else None,
    )


def cell_text(cell: Json, names: Names) -> str:
    """A cell as HTML; empty for a kind that is not known."""
    if cell.get("type") == "rich_text":
        return to_html(rich_text.read(cell, names)) or "&nbsp;"
    if cell.get("type") in ("raw_text", "raw_number"):
        return esc(cell.get("text", cell.get("value", ""))) or "&nbsp;"
    return ""
