"""What an import says: a verdict for every row, and every complaint with its line and column."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.base import Value
from bot.domain.refusal import Code


class Complaint(Value):
    """Something that is wrong. `line` is the file's (the first is 1); `column` '' means the line or the file as a whole."""

    line: int
    column: str = ""
    code: Code
    params: dict[str, str | int] = {}


class Verdict(StrEnum):
    """created: a new engagement (and its supplier, where new). same: there already, nothing differs."""

    CREATED = "created"
    SAME = "same"
    REFUSED = "refused"


class RowVerdict(Value):
    """What became of one row; `twin` names another record of a similar name (a warning, never a block)."""

    line: int
    verdict: Verdict
    name: str = ""
    twin: str = ""


class ImportReport(Value):
    """The whole import. All or nothing: with one complaint nothing was stored and every bad row is in `complaints`."""

    dry_run: bool
    rows: tuple[RowVerdict, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    unknown_departments: tuple[str, ...] = ()
    suppliers: int = 0
    engagements: int = 0

    @property
    def ok(self) -> bool:
        """Nothing was refused."""
        return not self.complaints

    def count(self, verdict: Verdict) -> int:
        """How many rows got this verdict."""
        return sum(row.verdict is verdict for row in self.rows)
