"""What an import says: a verdict for every row, and every complaint with its line and column."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import SkipValidation

from bot.domain.base import Value
from bot.domain.refusal import Code


class Complaint(Value):
    """Something that is wrong. `line` is the file's (the first is 1); `column` '' means the line or the file as a whole.

    `letter` is the column's name in a spreadsheet, '' where the file has no such column.
    """

    line: int
    column: str = ""
    letter: str = ""
    code: Code
    params: dict[str, str | int] = {}


class Verdict(StrEnum):
    """created: a new engagement (and its supplier, where new). updated: there, and something it says is new.
    same: there, and nothing differs.
    """

    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"
    REFUSED = "refused"


class RowVerdict(NamedTuple):
    """What became of one row; `twin` names another record of a similar name (a warning, never a block).

    `fields`: what an update changes, by name. `was`: the name that a supplier had before. `merged`: the name in the file, of a
    record that was merged into this one. `revived`: its work was all over, it is active again. A tuple: there is one a row.
    """

    line: int
    verdict: Verdict
    name: str = ""
    twin: str = ""
    fields: tuple[str, ...] = ()
    was: str = ""
    merged: str = ""
    revived: bool = False


NOTED = 100
"""Places that a remark names at most: nobody reads more of them."""


class Remark(StrEnum):
    """What was done with the file beside its rows, always said."""

    OTHER_SHEETS = "other_sheets"
    HIDDEN_LINES = "hidden_lines"
    HIDDEN_COLUMNS = "hidden_columns"
    KEPT_AS_FREE = "kept_as_free"
    PASSED_OVER = "passed_over"
    BEYOND_ERA = "beyond_era"
    CONTRACT_ASSUMED = "contract_assumed"
    CUT = "cut"
    NAMED_PAPERS = "named_papers"


class Note(Value):
    """One remark; `what` are lines, letters, sheets or headings."""

    remark: Remark
    what: tuple[str, ...] = ()


class ImportReport(Value):
    """The whole import. All or nothing: with one complaint nothing was stored and every bad row is in `complaints`.

    `rows` may be packed (`verdicts.py`). `unknown_columns`: headings about which somebody has to decide.
    """

    dry_run: bool
    rows: SkipValidation[Sequence[RowVerdict]] = ()
    complaints: tuple[Complaint, ...] = ()
    unknown_departments: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    suppliers: int = 0
    engagements: int = 0

    @property
    def ok(self) -> bool:
        """Nothing was refused."""
        return not self.complaints

    def count(self, verdict: Verdict) -> int:
        """How many rows got this verdict."""
        return sum(row.verdict is verdict for row in self.rows)
