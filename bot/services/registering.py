"""Registering a supplier and its engagement through the form: everything checked, everything stored, in one commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.base import Value
from bot.domain.fields import BY_NAME, ENGAGEMENT
from bot.domain.ledger import Department, Engagement, EngagementState, Supplier
from bot.domain.merging import standing_of
from bot.domain.names import alike, name_key
from bot.domain.people import Actor
from bot.domain.permissions import Action, allows, require, roles
from bot.domain.placing import (
    Known,
    first_owners,
    is_former,
    new_engagement,
    new_supplier,
    require_open,
    stands_for,
)
from bot.domain.press import Press
from bot.domain.proposing import filling
from bot.domain.reading import Candidate
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Registered
from bot.domain.registration import Entry, Registration, check
from bot.services import ending, history, proposing, tiering
from bot.services.desk import Desk
from bot.services.finding import standing
from bot.services.proposing import told_by_register
from storage import companies, ledger, merging, people
from storage.ids import new_id
from storage.tx import Tx

TWINS = 5
CAUSE = "register"
NEWS = ("subcontracts",)
"""Fields of a supplier that the form asks for and that a record may lack."""


class Registering:
    """Takes what was entered. The form itself: `companies.py`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def submit(self, press: Press, entry: Entry, supplier_id: str = "") -> Registered:
        """Store it: a new supplier, or one more engagement of the one with this number (or this id, where it was chosen).

        Whoever may not register proposes: the engagement waits for the security team, who are told. Raises Refusal or
        Refusals.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Registered:
            held = roles(actor)
            require(Action.PROPOSE, held)
            chosen = await _chosen(tx, supplier_id) if supplier_id else None
            registration = check(_of(entry, chosen) if chosen else entry)
            if chosen is None and (kept := await _merged_holder(tx, registration)):
                chosen, registration = kept, check(_of(entry, kept))
            department = await tx.get(Department, registration.department)
            if department is None or department.archived_at is not None:
                raise Refusal(Code.NO_DEPARTMENT, "department")
            found = await _found(tx, registration, chosen)
            await companies.hold(tx, [s.id for s in found])
            known = Known(*_by_number(found), engagements=await ledger.engagements_of(tx, [s.id for s in found]))
            place = known.place(_without_news(registration, found), department.id)
            if place.engagement:
                raise Refusal(Code.ENGAGEMENT_EXISTS, "business")
            twins = [] if place.supplier else await _twins(tx, registration)
            proposed = not allows(Action.REGISTER, held)
            existing = place.supplier
            if existing and not proposed:
                existing = await ending.revive(tx, existing, actor, now)
            new = _New(registration, department, existing, proposed=proposed)
            return await _store(tx, actor, now, self._desk.clock.real(), new, twins)

        return await self._desk.once("register.submit", press, Registered, work)


@dataclass(frozen=True)
class _New:
    """What is to be stored. `existing`: the record that it belongs to; None makes a new one."""

    registration: Registration
    department: Department
    existing: Supplier | None
    proposed: bool


async def _chosen(tx: Tx, supplier_id: str) -> Supplier:
    """The record that was chosen, or the one that it was merged into while the form stood open."""
    supplier = await tx.get(Supplier, supplier_id)
    supplier = await standing(tx, supplier) if supplier else None
    if supplier is None:
        raise Refusal(Code.NOT_FOUND)
    require_open(supplier)
    return supplier


async def _merged_holder(tx: Tx, registration: Registration) -> Supplier | None:
    """The record that stands now for the merged one that this entry means by its number; None where it means none.

    Raises Refusal(NUMBER_TAKEN) where the name is neither's, SUPPLIER_BLOCKED.
    """
    number = registration.corporate_number
    holder = await tx.one(Supplier, corporate_number=number) if number else None
    if holder is None:
        return None
    kept = await standing(tx, holder)
    if kept.id != holder.id:
        stands_for(holder, kept, registration.name)
    elif not is_former(holder, standing_of(await merging.gone(tx))[1].get(holder.id, ()), registration.name):
        return None
    require_open(kept)
    return kept


def _of(entry: Entry, supplier: Supplier) -> Entry:
    """The entry for a record that was chosen: its company is what the record says, whatever else came with it."""
    written = {name: text for name, text in entry.written.items() if BY_NAME[name].of == ENGAGEMENT}
    return Entry(written=written | {"name": supplier.name, "corporate_number": supplier.corporate_number or ""})


async def _found(tx: Tx, registration: Registration, chosen: Supplier | None) -> list[Supplier]:
    """The record that was chosen or has this number. A name alone decides nothing here."""
    if chosen or not registration.corporate_number:
        return [chosen] if chosen else []
    return await ledger.numbered(tx, [registration.corporate_number])


def _by_number(found: Sequence[Supplier]) -> tuple[list[Supplier], list[Supplier]]:
    """Those with a number, and those without."""
    return [s for s in found if s.corporate_number], [s for s in found if not s.corporate_number]


def _without_news(registration: Registration, found: Sequence[Supplier]) -> Registration:
    """Without what nobody has said of the record yet: that contradicts nothing, it is added to it."""
    news = {name for name in NEWS for s in found if getattr(s, name) is None}
    return registration.model_copy(update={"supplier": _except(registration.supplier, news)})


def _except(said: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}


def _news(supplier: Supplier, registration: Registration) -> dict[str, Any]:
    """What the entry says of this record and nobody has said yet."""
    said = {name: registration.supplier[name] for name in NEWS if name in registration.supplier}
    return filling(supplier, said)


async def _twins(tx: Tx, registration: Registration) -> list[Supplier]:
    key = name_key(registration.name)
    return [s for s in await ledger.alike(tx, key, TWINS) if alike(key, s.name_key)]


async def _store(
    tx: Tx, actor: Actor, now: datetime, real: datetime, new: _New, twins: Sequence[Supplier]
) -> Registered:
    registration, department = new.registration, new.department
    news = _news(new.existing, registration) if new.existing else {}
    record = new.existing.model_copy(update=news) if new.existing else new_supplier(registration, new_id, now)
    supplier = await told_by_register(tx, record)
    engagement = new_engagement(registration, supplier.id, department.id, new_id, now)
    if new.proposed:
        engagement = engagement.model_copy(update={"state": EngagementState.PROPOSED})
    records = new_records(supplier, engagement, department, actor, now, CAUSE, new=not new.existing)
    if new.existing and new.proposed:  # a record that is there already changes when somebody confirms, not before
        records += history.proposed(engagement.id, news, actor, now, CAUSE)
    elif new.existing and supplier != new.existing:
        records += history.changed(new.existing, supplier, actor, now, CAUSE)
        await tx.put(supplier)
    await ledger.insert_all(tx, records)
    if not new.existing:
        tx.audit(now, actor, "supplier:registered", "supplier", supplier.id)
    if new.proposed:
        tx.audit(now, actor, "engagement:proposed", "engagement", engagement.id)
        await proposing.tell_security(tx, engagement.id, real)
    else:
        tx.audit(now, actor, "engagement:registered", "engagement", engagement.id)
    names = await people.names(tx, [department.primary_id])
    return Registered(
        supplier=supplier.name,
        business=engagement.business,
        department=department.name,
        owner=names.get(department.primary_id, ""),
        added=new.existing is not None,
        twins=tuple(Candidate(name=s.name, corporate_number=s.corporate_number) for s in twins),
        proposed=new.proposed,
        closed_on=supplier.closed_on,
        successor=supplier.successor_number,
    )


def new_records(
    supplier: Supplier,
    engagement: Engagement,
    department: Department,
    actor: Actor,
    now: datetime,
    cause: str,
    *,
    new: bool,
) -> list[Value]:
    """All rows of a new engagement (and of its supplier, where that is new), parents first, with their history."""
    records: list[Value] = [supplier] if new else []
    records += [engagement, *first_owners(engagement.id, department, new_id, now)]
    records.append(tiering.first(engagement, actor, now, cause))
    records += [history.created(r, actor, now, cause) for r in (supplier, engagement) if new or r is engagement]
    return records
