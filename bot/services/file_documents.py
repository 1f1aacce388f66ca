"""Files as documents of a record: wanted by a form or put there from the bot's DM, stored, told to whoever handed them in.

A document is in the record from the moment its content is stored, never before; whoever handed it in stands in its history.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import NoticeKind
from bot.domain.documents import DOCUMENT, Document
from bot.domain.editing import Target
from bot.domain.evidence import true_name
from bot.domain.fetching import FileFetch, Purpose
from bot.domain.ledger import Engagement, Supplier
from bot.domain.people import SYSTEM, Actor, Person, Who
from bot.services import history
from bot.services.ports import FetchedFile
from bot.services.recipients import person_place
from bot.services.telling.base import new_notice
from storage import companies, notices
from storage.ids import new_id
from storage.tx import Tx

CAUSE = "record"


async def want(tx: Tx, actor: Actor, target: Target, title: str, slack_file_id: str, now: datetime) -> None:
    """Have a file fetched that stood in the form. One that is wanted already is not wanted twice."""
    if await tx.one(FileFetch, slack_file_id=slack_file_id):
        return
    fetch = FileFetch(
        id=new_id(),
        slack_file_id=slack_file_id,
        purpose=Purpose.DOCUMENT,
        supplier_id=target.supplier_id,
        engagement_id=target.engagement_id or None,
        title=title,
        person_id=actor.person_id,
        at=now,
    )
    tx.add(fetch)
    tx.audit(now, actor, "document:file_wanted", "supplier", target.supplier_id, fetch=fetch.id)


async def put(tx: Tx, actor: Actor, made: Document, now: datetime) -> None:
    """A new document with its history."""
    tx.add(made, history.created(made, actor, now, CAUSE))
    tx.audit(now, actor, "document:created", DOCUMENT, made.id, sha256=made.sha256 or "")


class RecordFiles:
    """The taker of documents."""

    async def take(
        self, tx: Tx, fetch: FileFetch, got: FetchedFile, sha256: str, now: datetime, real: datetime
    ) -> None:
        """It stands in the record from now on."""
        person = await tx.need(Person, fetch.person_id)
        name = true_name(got.name, got.content)
        made = Document(
            id=new_id(),
            supplier_id=await _record(tx, fetch),
            engagement_id=fetch.engagement_id,
            title=fetch.title,
            sha256=sha256,
            file_name=name,
            added_by=person.id,
            added_at=now,
        )
        await put(tx, Actor(who=Who(slack_user_id=person.slack_user_id), person=person), made, now)
        await _tell(tx, fetch, {"name": name, "why": ""}, real)

    async def refuse(self, tx: Tx, fetch: FileFetch, name: str, why: str, now: datetime, real: datetime) -> None:
        """Nothing comes into the record."""
        await _tell(tx, fetch, {"name": name or fetch.title, "why": why}, real)
        tx.audit(now, SYSTEM, "document:file_refused", "supplier", fetch.supplier_id or "", why, fetch=fetch.id)


async def _record(tx: Tx, fetch: FileFetch) -> str:
    """Whose document it is by now: the work's supplier, or the record into which the supplier's was merged since.

    Raises Stale where it is merged at this moment.
    """
    work = await tx.need(Engagement, fetch.engagement_id) if fetch.engagement_id else None
    supplier = await tx.need(Supplier, work.supplier_id if work else fetch.supplier_id or "")
    while supplier.merged_into:
        supplier = await tx.need(Supplier, supplier.merged_into)
    await companies.hold(tx, [supplier.id])
    return supplier.id


async def _tell(tx: Tx, fetch: FileFetch, params: dict[str, str], real: datetime) -> None:
    """One line in the DM of whoever handed it in."""
    params |= {"title": fetch.title}
    told = new_notice(
        NoticeKind.DOCUMENT_FILE, person_place(fetch.person_id), fetch.id, real, step=fetch.id, params=params
    )
    await notices.tell(tx, told)
