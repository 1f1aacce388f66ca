"""A file of the ledger, row by row: what each row says of a supplier and of its work, or what is wrong with it.

CSV and Excel workbooks alike (`tabular.py`), with our columns and others' (`columns.py`). An empty cell says nothing; a
dash clears what is stored. What `message_templates/ledger_csv.py` writes can be read here again, and every row is then
"same": a cell that a spreadsheet would run as a formula was given an apostrophe (`safe`), which reading takes off (`bare`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.domain.columns import (
    MAILS,
    NEW_FREE,
    PAPERS,
    PASSED,
    PAST_COMMENT,
    PAST_ON,
    PAST_VALUE,
    WORK_ID,
    Choices,
    Column,
    Heading,
    read_heading,
)
from bot.domain.entered import NOTE, beyond_era, day, one_line, some_line
from bot.domain.fields import BY_NAME, COLUMNS, SUPPLIER, Input
from bot.domain.free_fields import LABEL, PREFIX, FreeField, as_field
from bot.domain.import_papers import put_papers
from bot.domain.importing import NOTED, Complaint, Note, Remark
from bot.domain.ledger_cells import (
    DASHES,
    NOTHING,
    Read,
    Said,
    bare,
    plain_cell,
    put_id,
    put_mails,
    put_past_comment,
    put_past_value,
    value_of,
)
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.tabular import Line, Table, Unreadable, open_table

MOST_ROWS = 50_000
MOST_COMPLAINTS = 500
_REPEATED = {Input.CHOICE, Input.YES_NO, Input.DAY, Input.MANY, Input.DEPARTMENT}
_MEMORY = 5000


class LedgerFile:
    """A file that is being read. `rows` can be taken once; everything that is wrong gathers in `complaints`."""

    def __init__(self, content: bytes, choices: Choices, free: Sequence[FreeField], new_id: Callable[[], str]) -> None:
        self.complaints: list[Complaint] = []
        self.beyond: list[str] = []
        self.new_free: dict[str, str] = {}
        self.cut = 0
        self._table: Table | None = None
        self.heading = Heading()
        try:
            self._table = open_table(content)
            self.heading = read_heading(self._table, choices, {f.label_ja: PREFIX + f.id for f in free})
        except Unreadable as unreadable:
            self.complaints.append(Complaint(line=unreadable.line, code=unreadable.code))
        self.complaints += self.heading.complaints
        self._free = {PREFIX + f.id: as_field(f).read for f in free}
        for column in self.heading.columns:
            if column.target == NEW_FREE:
                self._keep(column, new_id())
        self._readers = [self._reader(column) for column in self.heading.columns if column.target]
        self._places = {c.target: c for c in self.heading.columns if c.target}
        self._headed = {c.position for c in self.heading.columns}
        self._memory: dict[tuple[str, str], Any] = {}

    def _keep(self, column: Column, key: str) -> None:
        """A column that becomes a free field of its own."""
        column.target = PREFIX + key
        self.new_free[key] = one_line(column.heading, "label_ja", 10_000)[:LABEL]
        self._free[column.target] = lambda text, name: some_line(text, name, NOTE)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings that somebody has to decide about."""
        return self.heading.unknown

    def says(self, target: str) -> bool:
        """Whether there is such a column."""
        return target in self._places

    def notes(self) -> list[Note]:
        """What was not taken, or taken otherwise than it stands there; complete once all rows are read."""
        seen = self._table.notes if self._table else None
        found = {
            Remark.OTHER_SHEETS: seen.other_sheets if seen else (),
            Remark.HIDDEN_LINES: tuple(map(str, seen.hidden_lines[:NOTED])) if seen else (),
            Remark.HIDDEN_COLUMNS: tuple(sorted(seen.hidden_columns, key=lambda x: (len(x), x))) if seen else (),
            Remark.KEPT_AS_FREE: tuple(self.new_free.values()),
            Remark.PASSED_OVER: tuple(c.heading for c in self.heading.columns if c.target == PASSED),
            Remark.BEYOND_ERA: tuple(self.beyond),
            Remark.CUT: (str(self.cut),) if self.cut else (),
        }
        return [Note(remark=remark, what=what) for remark, what in found.items() if what]

    def rows(self) -> Iterator[Said]:
        """Every good row, while the bad ones are complained about."""
        if self.complaints or self._table is None:
            return
        width = max((c.position for c in self.heading.columns), default=0) + 1
        taken = 0
        try:
            for line in self.heading.lines:
                taken += 1
                if taken > MOST_ROWS:
                    self.complaints.append(
                        Complaint(line=line.number, code=Code.TOO_MANY_ROWS, params={"most": MOST_ROWS})
                    )
                    return
                if said := self._row(line, width):
                    yield said
                if len(self.complaints) >= MOST_COMPLAINTS:
                    self.cut = line.number
                    return
        except Unreadable as unreadable:
            self.complaints.append(Complaint(line=unreadable.line, code=unreadable.code))

    def complain(self, line: int, refused: Refusal | Refusals) -> None:
        """Refusals of fields, as complaints about the columns of a line."""
        every = refused.refusals if isinstance(refused, Refusals) else [refused]
        for one in every:
            place = self._places.get(one.field)
            column = place.heading if place else COLUMNS.get(one.field, "")
            letter = place.letter if place else ""
            self.complaints.append(Complaint(line=line, column=column, letter=letter, code=one.code, params=one.params))

    def _row(self, line: Line, width: int) -> Said | None:
        if self._table and self._table.exact and len(line.cells) != width and not self._trailing(line, width):
            self.complaints.append(Complaint(line=line.number, code=Code.CELL_COUNT))
            return None
        said, refused = Said(line.number), []
        for put, position, target in self._readers:
            cell = line.cells[position] if position < len(line.cells) else ""
            if not cell or cell.isspace():
                continue
            try:
                put(said, cell, target)
            except Refusal as refusal:
                refused.append(Refusal(refusal.code, target, **refusal.params))
        named = {r.field for r in refused}
        refused += [r for r in self._unsaid(said) if r.field not in named] + self._unheaded(line)
        if not refused:
            return said
        self.complain(line.number, Refusals(refused))
        return None

    def _trailing(self, line: Line, width: int) -> bool:
        """Empty cells at the end count for nothing where the heading has an empty one there too."""
        return len(line.cells) > width and not any(c.strip() for c in line.cells[width:])

    def _unsaid(self, said: Said) -> list[Refusal]:
        here = {"name": said.name, "department": said.department, "business": said.engagement.get("business")}
        missing = [
            Refusal(Code.NAME_EMPTY if name == "name" else Code.EMPTY, name) for name, v in here.items() if not v
        ]
        if (said.past_value or said.past_comment) and not said.past_on:
            missing.append(Refusal(Code.EMPTY, PAST_ON))
        return missing

    def _unheaded(self, line: Line) -> list[Refusal]:
        """Something written where there is no heading is not passed over in silence."""
        if len(line.cells) == len(self._headed):
            return []
        stray = [n for n, cell in enumerate(line.cells) if n not in self._headed and cell.strip()]
        return [Refusal(Code.NO_HEADING)] if stray else []

    def _beyond(self, line: int) -> None:
        if len(self.beyond) < NOTED:
            self.beyond.append(str(line))

    # -- cells -----------------------------------------------------------------------------------------------------------

    def _reader(self, column: Column) -> tuple[Callable[[Said, str, str], None], int, str]:
        target = column.target or ""
        special = {
            WORK_ID: put_id,
            PAST_ON: self._put_past_on,
            PAST_VALUE: put_past_value,
            PAST_COMMENT: put_past_comment,
            MAILS: put_mails,
            PAPERS: put_papers,
        }
        put = special.get(target) or (self._put_free if target.startswith(PREFIX) else self._put_field)
        return put, column.position, target

    def _put_field(self, said: Said, cell: str, name: str) -> None:
        known = BY_NAME[name]
        value = self._read(known.read, cell, name, repeated=known.input in _REPEATED)
        if value is NOTHING:
            return
        if known.must and value in (None, ""):
            raise Refusal(Code.EMPTY, name)
        if known.input is Input.DAY and not cell[:1].isdigit() and beyond_era(cell):
            self._beyond(said.line)
        if name == "department":
            said.department = value
        elif known.of == SUPPLIER:
            said.supplier[name] = value
            said.name = value if name == "name" else said.name
        else:
            said.engagement[name] = value

    def _read(self, read: Read, cell: str, name: str, *, repeated: bool) -> Any:
        """The value of a cell; the same words come again and again in a long file, and are read once."""
        key = (name, cell)
        if repeated and key in self._memory:
            return self._memory[key]
        value = value_of(read, cell, name)
        if repeated and len(self._memory) < _MEMORY:
            self._memory[key] = value
        return value

    def _put_free(self, said: Said, cell: str, target: str) -> None:
        key, text = target.removeprefix(PREFIX), bare(cell)
        try:
            said.free[key] = "" if plain_cell(cell) in DASHES else self._free[target](text, target)
        except Refusal as refusal:
            said.odd[key] = (text, refusal)

    def _put_past_on(self, said: Said, cell: str, name: str) -> None:
        said.past_on = day(cell, name)
        if not cell[:1].isdigit() and beyond_era(cell):
            self._beyond(said.line)
