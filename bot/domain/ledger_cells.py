"""What a cell of a ledger file says of its field, and cells that no spreadsheet runs.

An empty cell says nothing, a dash clears what is stored (`cleared`), an error of the spreadsheet is refused. `safe` and `bare`
undo each other: the apostrophe before whatever a spreadsheet would run as a formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain.contacts import mail
from bot.domain.entered import NOTE, folded, some_line
from bot.domain.fields import BY_NAME, SUPPLIER
from bot.domain.ledger import Engagement, Supplier
from bot.domain.past import NOT_JUDGED, judged_words
from bot.domain.refusal import Code, Refusal, Refusals

Read = Callable[[str, str], Any]


@dataclass(slots=True)
class Said:
    """What one row says. `supplier` and `engagement` hold only fields that it says something about.

    `merged`: the name that was written, where its record was merged into another one (`import_companies.py`). `odd`: what
    cannot be taken in a free field of the team's, by its id, with the reason: it may be what stands there from before.
    """

    line: int
    name: str = ""
    department: str = ""
    engagement_id: str = ""
    supplier: dict[str, Any] = field(default_factory=dict)
    engagement: dict[str, Any] = field(default_factory=dict)
    free: dict[str, str] = field(default_factory=dict)
    past_on: date | None = None
    past_value: Any = None
    past_comment: str = ""
    mails: tuple[str, ...] = ()
    papers: str = ""
    merged: str = ""
    odd: dict[str, tuple[str, Refusal]] = field(default_factory=dict)

    @property
    def number(self) -> str | None:
        """The corporate number, if it was said."""
        return self.supplier.get("corporate_number")


def require_kept(said: Said, stored: Engagement | None) -> None:
    """Raise Refusals on what is odd and not stored so: a value that is no choice any more stays where it stands."""
    there = stored.free if stored else {}
    refused = [why for key, (value, why) in said.odd.items() if folded(there.get(key, "")) != folded(value)]
    if refused:
        raise Refusals(refused)


DASHES = frozenset({"-", "ー", "—", "–", "―", "－", "‐", "−"})
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_KEPT = re.compile(r"'+[=+\-@＝＋－＠\t\r]")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
NOTHING = object()
_EMPTY_WORDS = frozenset({"未定", "不明", "未設定", "n/a"})


def value_of(read: Read, cell: str, name: str) -> Any:
    """What a cell says of a field: its value, the value of a new record for a dash, or nothing."""
    if cell[0] == "#" and _ERROR.fullmatch(cell.strip()):
        raise Refusal(Code.CELL_ERROR, name, value=cell.strip())
    plain = plain_cell(cell)
    if plain in DASHES:
        return _cleared(name)
    if not BY_NAME[name].must and plain.casefold() in _EMPTY_WORDS and name not in _FREE_TEXT:
        return NOTHING
    return read(bare(cell), name)


_FREE_TEXT = frozenset({"name", "reading", "address", "business", "recipients", "instructors", "cloud_basis", "tags"})


def _cleared(name: str) -> Any:
    known = BY_NAME[name]
    if name == "corporate_number":
        return NOTHING  # a record keeps its number; the dash of a file means that there is none in the file
    if known.must:
        return None
    record: Any = Supplier if known.of == SUPPLIER else Engagement
    return record.model_fields[name].default


def plain_cell(cell: str) -> str:
    """A short cell in one width; what is longer is no dash and no word for nothing."""
    return cell.strip() if len(cell) < 8 and cell.isascii() else unicodedata.normalize("NFKC", cell[:20]).strip()


def put_id(said: Said, cell: str, _: str) -> None:
    """The id of the work, as our export wrote it."""
    said.engagement_id = cell.strip()[:60]


def put_past_value(said: Said, cell: str, name: str) -> None:
    """A past judgement. Raises Refusal(BAD_VALUE)."""
    if plain_cell(cell) not in DASHES:
        said.past_value = judged_words(cell, name)


def put_past_comment(said: Said, cell: str, name: str) -> None:
    """A remark on a past review. Raises Refusal(BAD_TEXT, TOO_LONG)."""
    if plain_cell(cell) not in DASHES:
        said.past_comment = some_line(bare(cell), name, NOTE)


def put_mails(said: Said, cell: str, name: str) -> None:
    """Mail addresses, each once. Raises Refusal(BAD_MAIL)."""
    if plain_cell(cell) not in DASHES:
        found = (mail(part, name) for part in re.split(r"[、,;；\s]+", cell) if part)
        said.mails = tuple(dict.fromkeys(one for one in found if one))


def judged(said: Said) -> Any:
    """The past judgement that a row says, None where it says that there is none."""
    return None if said.past_value == NOT_JUDGED else said.past_value


# -- what no spreadsheet runs --------------------------------------------------------------------------------------------


def safe(text: str) -> str:
    """A cell that no spreadsheet runs; `bare` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def bare(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if _KEPT.match(cell) else cell
