"""Registering a supplier and its engagement through the form: everything checked, everything stored, in one commit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.base import Value
from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.names import alike, name_key
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.placing import Known, first_owners, new_engagement, new_supplier
from bot.domain.press import Press
from bot.domain.reading import Candidate
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Choice, Registered, RegisterForm
from bot.domain.registration import Entry, Registration, check
from bot.services import history, tiering
from bot.services.desk import Desk
from storage import ledger, people
from storage.ids import new_id
from storage.tx import Tx

TWINS = 5


class Registering:
    """Shows the form and takes what was entered. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def form(self, press: Press) -> RegisterForm:
        """What the form needs. Raises Refusal(NOT_YOURS), or NO_DEPARTMENT where there is none to choose."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> RegisterForm:
            require(Action.REGISTER, roles(actor))
            departments = await tx.find(Department, order="name")
            if not departments:
                raise Refusal(Code.NO_DEPARTMENT)
            choices = tuple(Choice(id=d.id, name=d.name) for d in departments)
            return RegisterForm(departments=choices, today=now.astimezone(self._zone).date())

        return await self._desk.look(press, work)

    async def submit(self, press: Press, entry: Entry) -> Registered:
        """Store it: a new supplier, or one more engagement of the one with this number. Raises Refusal or Refusals."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Registered:
            require(Action.REGISTER, roles(actor))
            registration = check(entry)
            department = await tx.get(Department, registration.department)
            if department is None:
                raise Refusal(Code.NO_DEPARTMENT, "department")
            known = await _known(tx, registration)
            place = known.place(registration, department.id)
            if place.engagement:
                raise Refusal(Code.ENGAGEMENT_EXISTS, "business")
            twins = [] if place.supplier else await _twins(tx, registration)
            return await _store(tx, actor, now, registration, department, place.supplier, twins)

        return await self._desk.once("register.submit", press, Registered, work)


async def _known(tx: Tx, registration: Registration) -> Known:
    """The record with this number, and its engagements. A name alone decides nothing here."""
    if not registration.corporate_number:
        return Known()
    suppliers = await ledger.numbered(tx, [registration.corporate_number])
    return Known(suppliers, engagements=await ledger.engagements_of(tx, [s.id for s in suppliers]))


async def _twins(tx: Tx, registration: Registration) -> list[Supplier]:
    key = name_key(registration.name)
    return [s for s in await ledger.alike(tx, key, TWINS) if alike(key, s.name_key)]


async def _store(
    tx: Tx,
    actor: Actor,
    now: datetime,
    registration: Registration,
    department: Department,
    existing: Supplier | None,
    twins: list[Supplier],
) -> Registered:
    supplier = existing or new_supplier(registration, new_id, now)
    engagement = new_engagement(registration, supplier.id, department.id, new_id, now)
    await ledger.insert_all(tx, new_records(supplier, engagement, department, actor, now, "register", new=not existing))
    if not existing:
        tx.audit(now, actor, "supplier:registered", "supplier", supplier.id)
    tx.audit(now, actor, "engagement:registered", "engagement", engagement.id)
    names = await people.names(tx, [department.primary_id])
    return Registered(
        supplier=supplier.name,
        business=engagement.business,
        department=department.name,
        owner=names.get(department.primary_id, ""),
        added=existing is not None,
        twins=tuple(Candidate(name=s.name, corporate_number=s.corporate_number) for s in twins),
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
