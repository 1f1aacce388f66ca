"""Departments: made and edited in one form, by the security team.

The people of a department are those that a *new* engagement gets; the owners of engagements that are there already stay
(the assignment belongs to the engagement).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.departments import PEOPLE, DepartmentEntry, DepartmentForm, DepartmentSaved, check_people
from bot.domain.entered import DEPARTMENT, folded, one_line
from bot.domain.ledger import Department
from bot.domain.people import Actor, Person
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services import history
from bot.services.desk import Desk
from storage import people
from storage.ids import new_id
from storage.tx import Tx


class Departments:
    """Shows the form and saves it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, press: Press, name: str) -> DepartmentForm:
        """The form for a department of this name: filled where there is one. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DepartmentForm:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            found = await _named(tx, name)
            return await _filled(tx, found) if found else DepartmentForm(entry=DepartmentEntry(name=name))

        return await self._desk.look(press, work)

    async def save(self, press: Press, department_id: str, version: int, entry: DepartmentEntry) -> DepartmentSaved:
        """Save a new department (`department_id` '') or a change. Raises Refusals on the fields, or Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> DepartmentSaved:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            wanted = await _checked(tx, department_id, version, entry)
            before = await tx.get(Department, wanted.id)
            if before is None:
                tx.add(wanted, history.created(wanted, actor, now, "department"))
            else:
                await tx.put(wanted)
                tx.add(*history.changed(before, wanted, actor, now, "department"))
            action = "department:changed" if before else "department:created"
            tx.audit(now, actor, action, "department", wanted.id)
            return await _saved(tx, wanted, created=before is None)

        return await self._desk.once("department.save", press, DepartmentSaved, work)


async def _named(tx: Tx, name: str) -> Department | None:
    everything = await tx.find(Department, order="name")
    return next((d for d in everything if folded(d.name) == folded(name)), None)


async def _filled(tx: Tx, department: Department) -> DepartmentForm:
    ids = [department.primary_id, department.deputy_id, department.escalation_id]
    slack = {p.id: p.slack_user_id for p in await tx.find(Person, id=[i for i in ids if i])}
    primary, deputy, escalation = (slack.get(i or "", "") for i in ids)
    entry = DepartmentEntry(name=department.name, primary=primary, deputy=deputy, escalation=escalation)
    return DepartmentForm(department_id=department.id, version=department.version, entry=entry)


async def _checked(tx: Tx, department_id: str, version: int, entry: DepartmentEntry) -> Department:
    """The department as it shall be, everything judged at once."""
    chosen = [getattr(entry, field) for field in PEOPLE]
    known = {p.slack_user_id: p for p in await tx.find(Person, slack_user_id=[c for c in chosen if c])}
    refused = check_people(entry, known)
    name = entry.name
    try:
        name = one_line(name, "name", DEPARTMENT, Code.NAME_EMPTY)
    except Refusal as refusal:
        refused.insert(0, refusal)
    twin = await _named(tx, name)
    if twin and twin.id != department_id:
        refused.insert(0, Refusal(Code.DEPARTMENT_EXISTS, "name"))
    if refused:
        raise Refusals(refused)
    primary, deputy, escalation = (known[c].id if c else None for c in chosen)
    base = await _present(tx, department_id, version)
    return Department(
        id=base.id if base else new_id(),
        version=base.version if base else 1,
        name=name,
        primary_id=primary or "",
        deputy_id=deputy,
        escalation_id=escalation,
    )


async def _present(tx: Tx, department_id: str, version: int) -> Department | None:
    """The department that is edited, unless somebody changed it since the form was opened."""
    if not department_id:
        return None
    found = await tx.get(Department, department_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if found.version != version:
        raise Refusal(Code.CHANGED_MEANWHILE)
    return found


async def _saved(tx: Tx, department: Department, *, created: bool) -> DepartmentSaved:
    ids = [department.primary_id, department.deputy_id or "", department.escalation_id or ""]
    names = await people.names(tx, [i for i in ids if i])
    primary, deputy, escalation = (names.get(i, "") for i in ids)
    return DepartmentSaved(name=department.name, created=created, primary=primary, deputy=deputy, escalation=escalation)
