"""Importing suppliers from a CSV of our own columns: all rows or none, with a verdict for each.

The dry run takes the same way and stores nothing at the end, so its verdicts are the import's. Importing the same file
again finds every row there already. Rows are judged in a reading transaction and written in a short one of their own; where
somebody changed the ledger in between, they are judged again, so that presses never wait for an import's thinking.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.domain import ledger_csv
from bot.domain.base import Value
from bot.domain.entered import folded
from bot.domain.importing import Complaint, ImportReport, RowVerdict, Verdict
from bot.domain.ledger import Department, Supplier
from bot.domain.ledger_csv import Parsed
from bot.domain.names import name_key
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.placing import Known, new_engagement, new_supplier
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registration import Registration
from bot.services.desk import Desk
from bot.services.registering import new_records
from storage import ledger
from storage.ids import new_id
from storage.tx import Taken, Tx

TRIES = 3


class Importing:
    """Takes a file in. The operator at the machine (SYSTEM) may, and who may register."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def import_suppliers(self, content: bytes, *, dry_run: bool, actor: Actor) -> ImportReport:
        """Import, or say what an import would do. Raises Refusal(NOT_YOURS), or BUSY where others keep being faster."""
        if actor != SYSTEM:
            require(Action.REGISTER, roles(actor))
        parsed = ledger_csv.parse(content)
        digest = hashlib.sha256(content).hexdigest()
        for _ in range(TRIES):
            plan = await self._plan(parsed, actor)
            if dry_run or plan.complaints or not plan.records or await self._store(plan, digest, actor):
                return plan.report(dry_run=dry_run)
        raise Refusal(Code.BUSY)

    async def _plan(self, parsed: Parsed, actor: Actor) -> _Plan:
        """Judge every row without keeping others from writing: it takes seconds where there are many."""
        async with self._desk.db.read() as tx:
            return await _plan(tx, parsed, actor, self._desk.clock.now())

    async def _store(self, plan: _Plan, digest: str, actor: Actor) -> bool:
        """Write all rows, unless somebody changed the ledger since they were judged."""
        try:
            async with self._desk.db.begin("import.suppliers") as tx:
                if await ledger.mark(tx) != plan.mark:
                    tx.abandon()
                    return False
                await ledger.insert_all(tx, plan.records)
                made = (plan.suppliers, plan.engagements)
                now = self._desk.clock.now()
                tx.audit(now, actor, "ledger:imported", "import", digest, suppliers=made[0], engagements=made[1])
        except Taken:
            return False
        return True


class _Plan:
    """What the rows come to, one after the other: a row may belong to the supplier that an earlier one makes."""

    def __init__(
        self, mark: tuple[int, str], known: Known, departments: list[Department], keys: dict[str, str]
    ) -> None:
        self.mark = mark
        self.records: list[Value] = []
        self.complaints: list[Complaint] = []
        self.suppliers = self.engagements = 0
        self._verdicts: dict[int, RowVerdict] = {}
        self._unknown: dict[str, None] = {}
        self._known = known
        self._departments = {folded(d.name): d for d in departments}
        self._keys = keys

    def row(self, line: int, registration: Registration, actor: Actor, now: datetime) -> None:
        """Judge one row."""
        department = self._departments.get(folded(registration.department))
        if department is None:
            self._unknown[registration.department] = None
            unknown = Refusal(Code.UNKNOWN_DEPARTMENT, "department", name=registration.department)
            self.complaints += ledger_csv.complaints(line, unknown)
            return
        try:
            place = self._known.place(registration, department.id)
        except (Refusal, Refusals) as refused:
            self.complaints += ledger_csv.complaints(line, refused)
            return
        if place.engagement:
            self._verdicts[line] = RowVerdict(line=line, verdict=Verdict.SAME, name=registration.name)
        else:
            self._create(line, registration, department, place.supplier, actor, now)

    def _create(
        self,
        line: int,
        registration: Registration,
        department: Department,
        existing: Supplier | None,
        actor: Actor,
        now: datetime,
    ) -> None:
        supplier = existing or new_supplier(registration, new_id, now)
        engagement = new_engagement(registration, supplier.id, department.id, new_id, now)
        self.records += new_records(supplier, engagement, department, actor, now, "import", new=not existing)
        self._known.add_engagement(engagement)
        self.engagements += 1
        twin = ""
        if not existing:
            self._known.add(supplier)
            self.suppliers += 1
            twin = self._keys.setdefault(supplier.name_key, supplier.name)
            twin = "" if twin is supplier.name else twin
        self._verdicts[line] = RowVerdict(line=line, verdict=Verdict.CREATED, name=supplier.name, twin=twin)

    def report(self, *, dry_run: bool) -> ImportReport:
        """Everything in the order of the file."""
        refused = {c.line: RowVerdict(line=c.line, verdict=Verdict.REFUSED) for c in self.complaints}
        rows = self._verdicts | refused
        return ImportReport(
            dry_run=dry_run,
            rows=tuple(rows[line] for line in sorted(rows)),
            complaints=tuple(sorted(self.complaints, key=lambda c: c.line)),
            unknown_departments=tuple(self._unknown),
            suppliers=self.suppliers,
            engagements=self.engagements,
        )


async def _plan(tx: Tx, parsed: Parsed, actor: Actor, now: datetime) -> _Plan:
    """Load what the rows could belong to (one statement a thousand of them), then judge every row."""
    mark = await ledger.mark(tx)
    rows = [registration for _, registration in parsed.rows]
    numbered = await ledger.numbered(tx, {r.corporate_number for r in rows if r.corporate_number})
    named = await ledger.unnumbered(tx, {r.name for r in rows if not r.corporate_number})
    engagements = await ledger.engagements_of(tx, [s.id for s in (*numbered, *named)])
    keys = await ledger.keys_taken(tx, {name_key(r.name) for r in rows})
    departments = await tx.find(Department, order="name")
    plan = _Plan(mark, Known(numbered, named, engagements), departments, keys)
    for line, registration in parsed.rows:
        plan.row(line, registration, actor, now)
    plan.complaints += parsed.complaints
    return plan
