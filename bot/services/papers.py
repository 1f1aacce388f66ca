"""Stored files of a record, the presses: have one sent to one's own DM, or put one that was dropped there into a record.

Sending it is the tick's (`transferring.py`), with the rights of that moment. Who may see a document is who may see the record.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import searching
from bot.domain.documents import DOCUMENT_FIELDS, Document
from bot.domain.ledger import Engagement, Supplier, SupplierState
from bot.domain.names import name_key
from bot.domain.papers import COMPANY, SUPPLIERS, WORK, WORKS, Filed, Given, PaperForm, Place, Places
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.transfers import Transfer, TransferState, Way, require_shown
from bot.services import file_documents
from bot.services.desk import Desk
from bot.services.editing import OVER
from bot.services.stored_files import remember
from storage import companies, ledger
from storage.ids import new_id
from storage.tx import Tx


class Papers:
    """For whoever may read the record, and edit it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def give(self, press: Press, document_id: str) -> Given:
        """Have a document's file sent to one's own DM, also one that was taken out of the record (its history shows it).

        Raises Refusal(NOT_YOURS, NOT_FOUND).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Given:
            require(Action.READ_LEDGER, roles(actor))
            document = await tx.get(Document, document_id)
            if document is None or document.sha256 is None:
                raise Refusal(Code.NOT_FOUND)
            name, sha256 = document.file_name, document.sha256
            wanted = Transfer(id=new_id(), way=Way.GIVE, person_id=actor.person_id, name=name, sha256=sha256, at=now)
            tx.add(wanted)
            tx.audit(now, actor, "document:file_asked", "document", document.id, transfer=wanted.id)
            return Given(title=document.title, file_name=name)

        return await self._desk.once("papers.give", press, Given, work)

    async def form(self, press: Press, transfer_id: str, cycle: int) -> PaperForm:
        """The form that asks where a dropped file belongs. Raises Refusal(NOT_YOURS, NOT_THIS_FILE)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> PaperForm:
            shown = await _dropped(tx, actor, transfer_id, cycle)
            return PaperForm(transfer_id=shown.id, cycle=cycle, file_name=shown.name)

        return await self._desk.look(press, work)

    async def suggest(self, press: Press, typed: str) -> Places:
        """Our records for what is typed, each followed by its works: from our database alone. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Places:
            require(Action.EDIT_RECORD, roles(actor))
            found = await companies.ours(tx, searching.terms(typed[:200]), name_key(typed[:200]), SUPPLIERS)
            works: dict[str, list[Engagement]] = {}
            for one in await ledger.engagements_of(tx, [s.id for s in found]):
                if one.state not in OVER:
                    works.setdefault(one.supplier_id, []).append(one)
            places: list[Place] = []
            for supplier in found:
                places.append(Place(kind=COMPANY, id=supplier.id, name=supplier.name))
                some = works.get(supplier.id, ())[:WORKS]
                places += [Place(kind=WORK, id=w.id, name=supplier.name, business=w.business) for w in some]
            return Places(places=tuple(places))

        return await self._desk.look(press, work)

    async def file(self, press: Press, transfer_id: str, cycle: int, kind: str, key: str, title: str) -> Filed:
        """Put it there. Raises Refusal: as `form`, EMPTY and TOO_LONG on `title`, NOT_FOUND and READ_ONLY on `where`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Filed:
            shown = await _dropped(tx, actor, transfer_id, cycle)
            called = DOCUMENT_FIELDS[0].read(title, "title")
            supplier, engagement = await _place(tx, kind, key)
            await remember(tx, shown.sha256, int(shown.report["size"]), now)
            made = Document(
                id=new_id(),
                supplier_id=supplier.id,
                engagement_id=engagement.id if engagement else None,
                title=called,
                sha256=shown.sha256,
                file_name=shown.name,
                added_by=actor.person_id,
                added_at=now,
            )
            await file_documents.put(tx, actor, made, now)
            await tx.put(shown.model_copy(update={"state": TransferState.DONE}))
            return Filed(title=called, name=supplier.name, business=engagement.business if engagement else "")

        return await self._desk.once("papers.file", press, Filed, work)


async def _dropped(tx: Tx, actor: Actor, transfer_id: str, cycle: int) -> Transfer:
    require(Action.EDIT_RECORD, roles(actor))
    shown = require_shown(await tx.get(Transfer, transfer_id), actor.person_id, cycle)
    if not shown.is_document:
        raise Refusal(Code.NOT_THIS_FILE)
    return shown


async def _place(tx: Tx, kind: str, key: str) -> tuple[Supplier, Engagement | None]:
    """The record, and the work of it where one was chosen. Raises Refusal on `where`."""
    engagement = await tx.get(Engagement, key) if kind == WORK else None
    supplier = await tx.get(Supplier, engagement.supplier_id if engagement else key)
    if supplier is None or (kind == WORK and engagement is None):
        raise Refusal(Code.NOT_FOUND, "where")
    if supplier.state is SupplierState.MERGED or (engagement and engagement.state in OVER):
        raise Refusal(Code.READ_ONLY, "where")
    await companies.hold(tx, [supplier.id])
    return supplier, engagement
