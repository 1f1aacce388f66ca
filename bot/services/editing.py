"""Editing a supplier's record: the company, an engagement part by part, contacts, documents.

Two people may edit the same thing at once: `bot/domain/editing.py` decides what each of them changed, nothing is
overwritten. Whatever is written has its history in the same commit. To edit one more kind of thing: its `_Desk` below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.base import Root
from bot.domain.cloud import CloudForm
from bot.domain.contacts import CONTACT, Contact
from bot.domain.documents import DOCUMENT, Document
from bot.domain.editing import Clash, EditForm, Entered, Merge, Saved, Target, as_text, digest, form_fields, merge
from bot.domain.fields import BY_NAME, ENGAGEMENT, SUPPLIER, Part
from bot.domain.free_fields import PREFIX, FreeField
from bot.domain.ledger import Department, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.names import name_key
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Choice
from bot.services import history
from bot.services.creating import DEPARTMENT, check, check_new, create, handed_in, may
from bot.services.desk import Desk
from bot.services.record_parts import EDITED
from storage import free_fields
from storage import record as queries
from storage.tx import Tx

CLOUD = ("cloud_class", "cloud_basis", "cloud_checked_on")
OVER = frozenset({EngagementState.ENDED, EngagementState.REFUSED})


class Editing:
    """Shows forms and takes what was entered. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def form(self, press: Press, target: Target) -> EditForm:
        """A filled form. Raises Refusal(NOT_YOURS, NOT_FOUND, READ_ONLY)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> EditForm:
            await may(tx, actor, target)
            thing, supplier = await _thing(tx, target)
            return await _form(tx, target, thing, _name(thing, supplier))

        return await self._desk.look(press, work)

    async def save(
        self, press: Press, target: Target, entered: Mapping[str, Entered], files: Sequence[str] = ()
    ) -> Saved:
        """Write what differs from what the form showed; what clashes comes back. Raises Refusals on the fields, or Refusal.

        `files`: Slack ids of what was put into the form of a new document, fetched afterwards.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Saved:
            await may(tx, actor, target)
            thing, supplier = await _thing(tx, target)
            free = await free_fields.active(tx) if target.part is Part.FREE else []
            fields = form_fields(target, free, file=_is_file(thing))
            merged = merge(fields, _stored(thing), entered, _empty(target))
            if thing is None:
                check_new(target, merged.writes, len(files))
            if thing is None and files:
                return await handed_in(tx, actor, target, merged.writes, files[0], now)
            after = await _after(tx, actor, target, thing, merged, now)
            name = _name(after or thing, supplier)
            again = await _again(tx, target, after or thing, name, entered, merged) if merged.clashes else None
            return Saved(
                target=target,
                name=name,
                written=tuple(merged.writes),
                created=thing is None,
                again=again,
                free_fields=tuple(free),
            )

        return await self._desk.once("editing.save", press, Saved, work)

    async def remove(self, press: Press, document_id: str) -> Saved:
        """Take a document out of the record; its history keeps it. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Saved:
            require(Action.EDIT_RECORD, roles(actor))
            document = await tx.get(Document, document_id)
            if document is None:
                raise Refusal(Code.NOT_FOUND)
            where = Target(subject=DOCUMENT, supplier_id=document.supplier_id, part=Part.DOCUMENT, id=document.id)
            await _thing(tx, where)
            if document.removed_at is None:
                await _put(tx, actor, document, document.model_copy(update={"removed_at": now}), now)
            return Saved(target=where, name=document.title, written=("removed_at",))

        return await self._desk.once("editing.remove", press, Saved, work)

    async def cloud(self, press: Press, engagement_id: str) -> CloudForm:
        """The cloud wizard of an engagement. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> CloudForm:
            require(Action.EDIT_RECORD, roles(actor))
            engagement = await tx.get(Engagement, engagement_id)
            if engagement is None:
                raise Refusal(Code.NOT_FOUND)
            await _thing(tx, cloud_target(engagement.supplier_id, engagement.id))
            return CloudForm(
                engagement_id=engagement.id,
                supplier_id=engagement.supplier_id,
                business=engagement.business,
                cloud_class=engagement.cloud_class,
                basis=engagement.cloud_basis,
                checked_on=engagement.cloud_checked_on,
                today=self._day(now),
                shown={name: digest(BY_NAME[name], getattr(engagement, name)) for name in CLOUD},
            )

        return await self._desk.look(press, work)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _is_file(thing: Any) -> bool:
    return isinstance(thing, Document) and thing.sha256 is not None


def cloud_target(supplier_id: str, engagement_id: str) -> Target:
    """What the cloud wizard edits."""
    return Target(subject=ENGAGEMENT, supplier_id=supplier_id, part=Part.TERMS, id=engagement_id)


# -- what is edited ------------------------------------------------------------------------------------------------------

_CLASSES: dict[str, type[Root]] = {
    SUPPLIER: Supplier,
    ENGAGEMENT: Engagement,
    CONTACT: Contact,
    DOCUMENT: Document,
}


async def _thing(tx: Tx, target: Target) -> tuple[Any, Supplier]:
    """What a target names (None: a new one) and its supplier. Raises Refusal where it is none, or is only to be read."""
    cls = _CLASSES.get(target.subject)
    supplier = await tx.get(Supplier, target.supplier_id)
    if cls is None or supplier is None:
        raise Refusal(Code.NOT_FOUND)
    thing = await tx.get(cls, target.id) if target.id else None
    whose = getattr(thing, "supplier_id", getattr(thing, "id", supplier.id))
    if (target.id and thing is None) or whose != supplier.id or (not target.id and cls not in (Contact, Document)):
        raise Refusal(Code.NOT_FOUND)
    if supplier.state is SupplierState.MERGED:
        raise Refusal(Code.READ_ONLY)
    work = thing if isinstance(thing, Engagement) else None
    about = getattr(thing, "engagement_id", None) or target.engagement_id
    if about:
        work = await tx.get(Engagement, about)
        if work is None or work.supplier_id != supplier.id:
            raise Refusal(Code.NOT_FOUND)
    if work is not None and work.state in OVER:
        raise Refusal(Code.READ_ONLY)
    return thing, supplier


def _name(thing: Any, supplier: Supplier) -> str:
    """What a form is about, in a few words."""
    return str(getattr(thing, "business", getattr(thing, "title", getattr(thing, "name", supplier.name))))


def _stored(thing: Any) -> dict[str, Any]:
    """What is stored, by the names of the forms' fields."""
    if thing is None:
        return {}
    found = {name: getattr(thing, name) for name in type(thing).model_fields}
    if isinstance(thing, Engagement):
        found[DEPARTMENT] = thing.department_id
        found |= {PREFIX + key: value for key, value in thing.free.items()}
    return found


def _empty(target: Target) -> dict[str, bool]:
    """The fields that may be None."""
    fields = _CLASSES[target.subject].model_fields
    return {name: field.default is None for name, field in fields.items()}


# -- the form ------------------------------------------------------------------------------------------------------------


async def _form(tx: Tx, target: Target, thing: Any, name: str) -> EditForm:
    free = tuple(await free_fields.active(tx)) if target.part is Part.FREE else ()
    stored = _stored(thing)
    fields = form_fields(target, free, file=_is_file(thing))
    return EditForm(
        target=target,
        name=name,
        texts={f.name: as_text(f, stored.get(f.name)) for f in fields},
        shown={f.name: digest(f, stored.get(f.name)) for f in fields},
        departments=await _departments(tx, thing) if target.part is Part.WORK else (),
        free_fields=free,
        file=thing.file_name if isinstance(thing, Document) else "",
    )


async def _departments(tx: Tx, engagement: Engagement | None) -> tuple[Choice, ...]:
    """Those that may be chosen: the living ones, and the one that stands there."""
    every = await tx.find(Department, order="name")
    own = engagement.department_id if engagement else ""
    return tuple(Choice(id=d.id, name=d.name) for d in every if d.archived_at is None or d.id == own)


async def _again(
    tx: Tx, target: Target, thing: Any, name: str, entered: Mapping[str, Entered], merged: Merge
) -> EditForm:
    """The form once more, as things stand now: what clashed keeps the person's own text, beside the other's value."""
    form = await _form(tx, target, thing, name)
    clashes = []
    for field in merged.clashes:
        stored_as = {DEPARTMENT: "department_id"}.get(field, "free" if field.startswith(PREFIX) else field)
        who = await queries.last_author(tx, thing.id, stored_as)
        clashes.append(Clash(field=field, theirs=form.texts[field], who=who))
    texts = form.texts | {field: entered[field].text for field in merged.clashes}
    return form.model_copy(update={"texts": texts, "clashes": tuple(clashes)})


# -- writing -------------------------------------------------------------------------------------------------------------


async def _after(tx: Tx, actor: Actor, target: Target, thing: Any, merged: Merge, now: datetime) -> Any:
    """The thing as it is now, with its history queued; None where nothing is written."""
    writes = dict(merged.writes)
    if thing is None:
        return await create(tx, actor, target, writes, now)
    if not writes:
        return thing
    after = thing.model_copy(update=_columns(thing, writes))
    await check(tx, after, writes)
    await _put(tx, actor, thing, after, now)
    if isinstance(thing, Engagement):
        for do in EDITED:
            await do(tx, actor, thing, after, now)
    return after


def _columns(thing: Any, writes: dict[str, Any]) -> dict[str, Any]:
    """What is written into the value itself: departments by their id, free fields into their one field, a name's key."""
    found = {name: value for name, value in writes.items() if not name.startswith(PREFIX) and name != DEPARTMENT}
    if DEPARTMENT in writes:
        found["department_id"] = writes[DEPARTMENT]
    free = {name.removeprefix(PREFIX): value for name, value in writes.items() if name.startswith(PREFIX)}
    if free:
        found["free"] = {key: value for key, value in (thing.free | free).items() if value}
    if isinstance(thing, Supplier) and "name" in writes:
        found["name_key"] = name_key(writes["name"])
    return found


async def _put(tx: Tx, actor: Actor, before: Root, after: Root, now: datetime) -> None:
    changes = history.changed(before, after, actor, now, "record")
    await tx.put(after)
    tx.add(*changes)
    subject = type(after).__name__.lower()
    tx.audit(now, actor, f"{subject}:edited", subject, after.id, fields=[c.field for c in changes])


def free_of(fields: tuple[FreeField, ...], name: str) -> FreeField | None:
    """The free field of a form's field name, or None."""
    return next((f for f in fields if PREFIX + f.id == name), None)
