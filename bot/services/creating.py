"""New contacts and documents of a record: who may add them, what they cannot be without, and the first entry of their history.

Part of `editing.py`, whose forms they come from; a document that is a file is wanted here and made by `file_documents.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.base import Root
from bot.domain.contacts import CONTACT, Contact
from bot.domain.documents import DOCUMENT, Document, one_of
from bot.domain.editing import Saved, Target, form_fields
from bot.domain.ledger import Department, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services import file_documents, history
from storage import companies, responsible
from storage.ids import new_id
from storage.tx import Tx

DEPARTMENT = "department"


async def may(tx: Tx, actor: Actor, target: Target) -> None:
    """Raise Refusal(NOT_YOURS): the record is the security team's; a new document about a work may come from its owner too."""
    if target.subject != DOCUMENT or target.id or not target.engagement_id:
        require(Action.EDIT_RECORD, roles(actor))
        return
    owner = await responsible.answers(tx, target.engagement_id, actor.person_id)
    require(Action.ADD_DOCUMENT, roles(actor, owner=owner))


async def handed_in(
    tx: Tx, actor: Actor, target: Target, writes: Mapping[str, Any], slack_file_id: str, now: datetime
) -> Saved:
    """A new document that is a file: wanted, and there once it is stored."""
    await file_documents.want(tx, actor, target, writes["title"], slack_file_id, now)
    return Saved(target=target, name=writes["title"], written=("title",), created=True, fetching=True)


def check_new(target: Target, writes: Mapping[str, Any], files: int) -> None:
    """Raise Refusals on what a new contact or document is without."""
    missing = [f.name for f in form_fields(target) if f.must and f.name not in writes]
    refused = [Refusal(Code.NAME_EMPTY if name == "name" else Code.EMPTY, name) for name in missing]
    refused += one_of(writes.get("link", ""), files) if target.subject == DOCUMENT else []
    if refused:
        raise Refusals(refused)


async def create(tx: Tx, actor: Actor, target: Target, writes: dict[str, Any], now: datetime) -> Any:
    """A new contact or document."""
    await companies.hold(tx, [target.supplier_id])
    common: dict[str, Any] = {"id": new_id(), "supplier_id": target.supplier_id}
    made: Root
    if target.subject == CONTACT:
        made = Contact(**common, **writes, created_at=now)
    else:
        by = actor.person_id or actor.who.slack_user_id
        made = Document(**common, **writes, engagement_id=target.engagement_id or None, added_by=by, added_at=now)
    await check(tx, made, writes)
    tx.add(made, history.created(made, actor, now, "record"))
    tx.audit(now, actor, f"{target.subject}:created", target.subject, made.id)
    return made


async def check(tx: Tx, after: Any, writes: Mapping[str, Any]) -> None:
    """What only the database can tell. Raises Refusals, each on its field."""
    refused = []
    if DEPARTMENT in writes and await tx.get(Department, after.department_id) is None:
        refused.append(Refusal(Code.NO_DEPARTMENT, DEPARTMENT))
    if isinstance(after, Supplier) and writes.get("corporate_number"):
        twin = await tx.one(Supplier, corporate_number=after.corporate_number)
        if twin and twin.id != after.id:
            refused.append(Refusal(Code.NUMBER_TAKEN, "corporate_number", name=twin.name))
    if isinstance(after, Contact):
        for field in ("mail", "slack_user"):
            if writes.get(field):
                known = await tx.one(Contact, supplier_id=after.supplier_id, **{field: writes[field]})
                if known and known.id != after.id:
                    refused.append(Refusal(Code.CONTACT_EXISTS, field, name=known.name))
    if refused:
        raise Refusals(refused)
