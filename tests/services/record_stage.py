"""A supplier with a record to read and to edit, on the ledger's stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.contacts import CONTACT
from bot.domain.documents import DOCUMENT
from bot.domain.editing import EditForm, Entered, Saved, Target
from bot.domain.fields import ENGAGEMENT, SUPPLIER, Part
from bot.domain.free_fields import FreeField
from bot.domain.ledger import Engagement, Supplier
from bot.domain.people import SECURITY
from bot.domain.record import Page, Record, Spot
from bot.services.editing import Editing
from bot.services.free_fields import FreeFields
from bot.services.records import Records
from storage.db import Database
from tests.kit import StillClock, press, remember, seen
from tests.services.ledger_stage import SEC, TOKYO, Ledger, entry, ledger

SECOND = "U0SEC2"
"""Somebody else of the security team."""


@dataclass
class Stage:
    """One supplier with one engagement, and the services of its record."""

    ledger: Ledger
    records: Records
    editing: Editing
    free: FreeFields
    supplier_id: str
    engagement_id: str

    @property
    def db(self) -> Database:
        return self.ledger.db

    @property
    def clock(self) -> StillClock:
        return self.ledger.clock

    def target(self, part: Part, key: str = "") -> Target:
        """A form of the record; of a contact or document: a new one, or the one with this id."""
        subject = {Part.COMPANY: SUPPLIER, Part.CONTACT: CONTACT, Part.DOCUMENT: DOCUMENT}.get(part, ENGAGEMENT)
        own = {SUPPLIER: self.supplier_id, ENGAGEMENT: self.engagement_id}.get(subject, key)
        return Target(subject=subject, supplier_id=self.supplier_id, part=part, id=own)

    async def form(self, part: Part, key: str = "", who: str = SEC) -> EditForm:
        return await self.editing.form(press(who), self.target(part, key))

    async def save(self, form: EditForm, who: str = SEC, **typed: str) -> Saved:
        """What a person does who changes these fields of an open form and leaves the others."""
        held = {n: Entered(text=typed.get(n, text), shown=form.shown[n]) for n, text in form.texts.items()}
        return await self.editing.save(press(who), form.target, held)

    async def edit(self, part: Part, key: str = "", who: str = SEC, **typed: str) -> Saved:
        """Open a form, change something, save."""
        return await self.save(await self.form(part, key, who), who, **typed)

    async def record(self, page: Page = Page.COMPANY, key: str = "", on: date | None = None, who: str = SEC) -> Record:
        return await self.records.open(press(who), Spot(supplier_id=self.supplier_id, page=page, key=key, on=on))

    async def supplier(self) -> Supplier:
        async with self.db.read() as tx:
            return await tx.need(Supplier, self.supplier_id)

    async def engagement(self) -> Engagement:
        async with self.db.read() as tx:
            return await tx.need(Engagement, self.engagement_id)

    async def field(self, label: str, kind: str = "line", **more: str) -> FreeField:
        saved = await self.free.save(press(SEC), "", 0, {"label_ja": label, "kind": kind} | more)
        assert saved.field
        return saved.field


async def stage(db: Database, clock: StillClock, **said: Any) -> Stage:
    """The supplier is registered; nothing else was done."""
    made = await ledger(db, clock)
    await remember(db, seen(SEC, name="佐藤 守"), seen(SECOND, name="伊藤 葵"), group=SECURITY)
    department = await made.department()
    await made.registering.submit(press(SEC), entry(department.id, **said))
    async with db.read() as tx:
        (supplier,) = await tx.find(Supplier)
        (engagement,) = await tx.find(Engagement)
    return Stage(
        ledger=made,
        records=Records(made.desk, TOKYO),
        editing=Editing(made.desk, TOKYO),
        free=FreeFields(made.desk),
        supplier_id=supplier.id,
        engagement_id=engagement.id,
    )
