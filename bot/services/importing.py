"""Importing a ledger from a file: all rows or none, with a verdict for each.

The dry run takes the same way and stores nothing at the end, so its verdicts are the import's. Importing the same file
again finds every row there already. Rows are judged in a reading transaction, a few hundred at a time, and written in a
short one of their own; where somebody changed the ledger in between, they are judged again, so that presses never wait for
an import's thinking.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from heapq import merge
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.columns import AS_IS, Choices
from bot.domain.contacts import Contact
from bot.domain.free_fields import MOST, FreeField, FreeKind
from bot.domain.import_plan import Plan
from bot.domain.import_steps import Around
from bot.domain.importing import ImportReport, Note, Remark, RowVerdict, Verdict
from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.ledger_cells import Said
from bot.domain.ledger_csv import LedgerFile
from bot.domain.merging import standing_of
from bot.domain.names import name_key
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.verdicts import Verdicts
from bot.services import history, tiering
from bot.services.desk import Desk
from bot.services.import_rows import CAUSE, ImportRows
from bot.services.spool import Batch, Spool
from storage import documents, free_fields, ledger, merging, past_reviews
from storage.bulk import as_columns, insert_rows, update_rows
from storage.ids import new_id
from storage.overflow import Shelves
from storage.tx import Stale, Taken, Tx

TRIES = 3
AT_ONCE = 500
Merged = tuple[dict[str, str], dict[str, set[str]]]
Within = Callable[[Tx, ImportReport], Awaitable[None]]


@dataclass
class _Judged:
    """A file that was judged: the report, and the ledger's mark at that moment."""

    report: ImportReport
    mark: tuple[int, str]
    sha256: str


class Importing:
    """Takes a file in. The operator at the machine (SYSTEM) may, and who may register. `zone` is the company's."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def import_suppliers(
        self,
        content: bytes,
        *,
        dry_run: bool,
        actor: Actor,
        choices: Choices = AS_IS,
        within: Within | None = None,
    ) -> ImportReport:
        """Import, or say what an import would do. Raises Refusal(NOT_YOURS), or BUSY where others keep being faster.

        `within` is called in the transaction that stores something, if there is one.
        """
        if actor != SYSTEM:
            require(Action.REGISTER, roles(actor))
        for _ in range(TRIES):
            with Spool() as spool, Shelves() as shelves, _uncollected():
                judged = await self._judge(content, choices, actor, spool, shelves, dry_run=dry_run)
                if (
                    dry_run
                    or not judged.report.ok
                    or not spool.batches
                    or await self._store(judged, spool, actor, within)
                ):
                    return judged.report
        raise Refusal(Code.BUSY)

    # -- judging ---------------------------------------------------------------------------------------------------------

    async def _judge(
        self, content: bytes, choices: Choices, actor: Actor, spool: Spool, shelves: Shelves, *, dry_run: bool
    ) -> _Judged:
        """Judge every row without keeping others from writing, and spool what they make."""
        sha256 = hashlib.sha256(content).hexdigest()
        now = self._desk.clock.now()
        async with self._desk.db.read() as tx:
            mark = await ledger.mark(tx)
            free = await free_fields.active(tx)
            file = await asyncio.to_thread(LedgerFile, content, choices, free, new_id)
            plan = Plan(
                await tx.find(Department, order="name"),
                new_id,
                now,
                self._day(now),
                sha256,
                actor.person_id or actor.who.slack_user_id,
                self._begins,
                shelves.shelf,
            )
            _free_fields(file, free, spool, actor, now)
            rows, made, merged = file.rows(), ImportRows(actor, now), standing_of(await merging.gone(tx))
            while some := await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE))):
                plan.around(await self._around(tx, some, merged))
                spool.put(_batch(plan, file, some, made, dry_run=dry_run))
                gc.collect(0)
                await asyncio.sleep(0)
        return _Judged(_report(plan, file, dry_run=dry_run), mark, sha256)

    async def _around(self, tx: Tx, rows: Sequence[Said], merged: Merged) -> Around:
        """What these rows could belong to: a fixed number of statements, however many they are."""
        by_id = [r.engagement_id for r in rows if r.engagement_id]
        named = await tx.find(Engagement, id=by_id) if by_id else []
        suppliers = await ledger.numbered(tx, {r.number for r in rows if r.number})
        suppliers += await ledger.unnumbered(tx, {r.name for r in rows if not r.number})
        there = {s.id for s in suppliers}
        kept, former = merged
        missing = ({e.supplier_id for e in named} | {kept[one] for one in there if one in kept}) - there
        suppliers += await tx.find(Supplier, id=sorted(missing)) if missing else []
        engagements = await ledger.engagements_of(tx, [s.id for s in suppliers])
        names = await ledger.keys_taken(tx, {name_key(r.name) for r in rows})
        around = Around(suppliers, engagements, names, kept=kept, former=former)
        if any(r.past_on for r in rows) and engagements:
            await self._pasts(tx, around, [e.id for e in engagements])
        if any(r.mails for r in rows) and suppliers:
            around.mails = await _mails(tx, [s.id for s in suppliers])
        if any(r.papers for r in rows) and suppliers:
            around.documents = await documents.of_suppliers(tx, [s.id for s in suppliers])
        return around

    async def _pasts(self, tx: Tx, around: Around, engagement_ids: list[str]) -> None:
        around.pasts = await past_reviews.taken(tx, engagement_ids)
        judged: dict[str, set[tuple[date, Any]]] = {}
        for engagement_id, value, at in await past_reviews.judged(tx, engagement_ids):
            judged.setdefault(engagement_id, set()).add((self._day(at), value))
        around.judged = judged

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)

    # -- writing ---------------------------------------------------------------------------------------------------------

    async def _store(self, judged: _Judged, spool: Spool, actor: Actor, within: Within | None) -> bool:
        """Write all rows, unless somebody changed the ledger since they were judged."""
        now = self._desk.clock.now()
        try:
            async with self._desk.db.begin("import.suppliers") as tx:
                merged = await merging.gone(tx)
                if await ledger.mark(tx) != judged.mark:
                    tx.abandon()
                    return False
                for batch in spool:
                    await insert_rows(tx, batch.new)
                    await update_rows(tx, batch.changed)
                    if batch.retier:
                        await tiering.retier(
                            tx, [e for e in batch.retier if isinstance(e, Engagement)], actor, now, CAUSE
                        )
                    await tx.forget()
                report = judged.report
                if await merging.gone(tx) != merged:  # while we were writing: our rows would stay with what went
                    tx.abandon()
                    return False
                if within:
                    await within(tx, report)
                tx.audit(
                    now,
                    actor,
                    "ledger:imported",
                    "import",
                    judged.sha256,
                    suppliers=report.suppliers,
                    engagements=report.engagements,
                    updated=report.count(Verdict.UPDATED),
                )
        except (Taken, Stale):
            return False
        return True


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage in circles for these seconds, but for a short one after each batch (statements are circles, and
    hold the names that they asked for): what an import makes has none, and looking costs a third of it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


async def _mails(tx: Tx, supplier_ids: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for contact in await tx.find(Contact, supplier_id=supplier_ids):
        found.setdefault(contact.supplier_id, set()).add(contact.mail or "")
    return found


def _free_fields(file: LedgerFile, there: Sequence[FreeField], spool: Spool, actor: Actor, now: datetime) -> None:
    """Columns that become fields of the team's own."""
    if len(there) + len(file.new_free) > MOST:
        file.complain(file.heading.line, Refusal(Code.TOO_MANY, "free", most=MOST))
    made = [FreeField(id=i, label_ja=label, kind=FreeKind.LINE, created_at=now) for i, label in file.new_free.items()]
    entries = [history.created(one, actor, now, CAUSE) for one in made]
    spool.put(Batch(as_columns([*made, *entries]), [], []))


def _batch(plan: Plan, file: LedgerFile, said: Sequence[Said], rows: ImportRows, *, dry_run: bool) -> Batch:
    """Judge some rows. What is wrong with one is said, and the others are judged all the same."""
    for one in said:
        try:
            step = plan.row(one, file.says)
        except (Refusal, Refusals) as refused:
            file.complain(one.line, refused)
            continue
        if step and not dry_run and not file.complaints:
            rows.add(step)
    return rows.batch()


def _report(plan: Plan, file: LedgerFile, *, dry_run: bool) -> ImportReport:
    """Everything in the order of the file."""
    lines = sorted({c.line for c in file.complaints if c.line > file.heading.line})
    verdicts, refused = Verdicts(), set(lines)
    good = (row for row in plan.verdicts if row.line not in refused)
    for row in merge(good, (RowVerdict(line, Verdict.REFUSED) for line in lines), key=lambda row: row.line):
        verdicts.append(row)
    notes = file.notes()
    if plan.assumed:
        notes.append(Note(remark=Remark.CONTRACT_ASSUMED, what=tuple(plan.assumed)))
    if plan.papers.named:
        notes.append(Note(remark=Remark.NAMED_PAPERS, what=tuple(plan.papers.named)))
    return ImportReport(
        dry_run=dry_run,
        rows=verdicts,
        complaints=tuple(sorted(file.complaints, key=lambda c: c.line)),
        unknown_departments=tuple(plan.unknown_departments),
        unknown_columns=file.unknown,
        notes=tuple(notes),
        suppliers=plan.suppliers,
        engagements=plan.engagements,
    )
