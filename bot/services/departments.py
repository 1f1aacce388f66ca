"""Departments: made and edited in one form, listed, emptied and archived, by the security team.

The people of a department are those that a *new* engagement gets; the owners of engagements that are there already stay
(the assignment belongs to the engagement). Only its user group and its escalation contact count for all of its work at once.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.departments import (
    USER_GROUPS,
    DepartmentDone,
    DepartmentEntry,
    DepartmentForm,
    DepartmentList,
    DepartmentMove,
    DepartmentSaved,
    check_people,
    require_archivable,
)
from bot.domain.entered import DEPARTMENT, folded, one_line
from bot.domain.ledger import Department
from bot.domain.people import Actor, Person
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.settings import Setting
from bot.services import history
from bot.services.desk import Desk
from storage import departments, people
from storage.ids import new_id
from storage.tx import Tx

PAGE = 10
NAMED = 5


class Departments:
    """Shows the form and saves it; shows the list, and does what its buttons say."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, press: Press, name: str) -> DepartmentForm:
        """The form for a department of this name: filled where there is one. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DepartmentForm:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            found = await _named(tx, name)
            groups = await _groups(tx)
            return await _filled(tx, found, groups) if found else _empty(name, groups)

        return await self._desk.look(press, work)

    async def form_of(self, press: Press, department_id: str) -> DepartmentForm:
        """The form of one in the list. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DepartmentForm:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            return await _filled(tx, await _there(tx, department_id), await _groups(tx))

        return await self._desk.look(press, work)

    async def page(self, press: Press, number: int) -> DepartmentList:
        """A page of the list; a number beyond the ends becomes the nearest page. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DepartmentList:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            total = await departments.count(tx)
            pages = max(1, -(-total // PAGE))
            shown = min(max(1, number), pages)
            lines = await departments.page(tx, PAGE, (shown - 1) * PAGE)
            names = await people.names(tx, [line.escalation for line in lines])
            groups = dict(await _groups(tx))
            named = tuple(
                line.model_copy(
                    update={
                        "escalation": names.get(line.escalation, ""),
                        "group": groups.get(line.group, line.group),
                    }
                )
                for line in lines
            )
            return DepartmentList(lines=named, total=total, page=shown, pages=pages)

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

    async def archive(self, press: Press, department_id: str) -> DepartmentDone:
        """Out of use, or in use again. Raises Refusal(DEPARTMENT_BUSY) with the work it still answers for."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> DepartmentDone:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            before = await _there(tx, department_id)
            if before.archived_at is None:
                require_archivable(before, *await departments.businesses(tx, before.id, NAMED))
            after = before.model_copy(update={"archived_at": None if before.archived_at else now})
            what = "restored" if before.archived_at else "archived"
            await tx.put(after)
            tx.add(*history.changed(before, after, actor, now, "department"))
            tx.audit(now, actor, f"department:{what}", "department", before.id)
            return DepartmentDone(what=what, name=before.name)

        return await self._desk.once("department.archive", press, DepartmentDone, work)

    async def moving(self, press: Press, department_id: str) -> DepartmentMove:
        """The form that moves its work. Raises Refusal(NOT_YOURS, NOT_FOUND, NO_DEPARTMENT)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DepartmentMove:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            one = await _there(tx, department_id)
            _some, total = await departments.businesses(tx, one.id, 1)
            usable = await tx.find(Department, archived_at=None, order="name")
            others = tuple((d.id, d.name) for d in usable if d.id != one.id)
            if not others:
                raise Refusal(Code.NO_DEPARTMENT)
            return DepartmentMove(department_id=one.id, name=one.name, engagements=total, others=others)

        return await self._desk.look(press, work)

    async def move(self, press: Press, department_id: str, to_id: str) -> DepartmentDone:
        """All living work to another department; its owners stay. Raises Refusal(DEPARTMENT_ARCHIVED) on `to`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> DepartmentDone:
            require(Action.EDIT_DEPARTMENTS, roles(actor))
            one, to = await _there(tx, department_id), await _there(tx, to_id)
            if to.archived_at or to.id == one.id:
                raise Refusal(Code.DEPARTMENT_ARCHIVED, "to")
            moved = await departments.living(tx, one.id)
            for before in moved:
                after = before.model_copy(update={"department_id": to.id})
                await tx.put(after)
                tx.add(*history.changed(before, after, actor, now, "department"))
            tx.audit(now, actor, "department:moved", "department", one.id, to=to.id, engagements=len(moved))
            return DepartmentDone(what="moved", name=one.name, to=to.name, count=len(moved))

        return await self._desk.once("department.move", press, DepartmentDone, work)


async def _there(tx: Tx, department_id: str) -> Department:
    found = await tx.get(Department, department_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


async def _named(tx: Tx, name: str) -> Department | None:
    everything = await tx.find(Department, order="name")
    return next((d for d in everything if folded(d.name) == folded(name)), None)


async def _groups(tx: Tx) -> tuple[tuple[str, str], ...]:
    """(id, name) of the user groups, as the last sweep found them."""
    kept = await tx.get(Setting, USER_GROUPS)
    return tuple((key, name) for key, name in kept.value["groups"]) if kept else ()


def _empty(name: str, groups: tuple[tuple[str, str], ...]) -> DepartmentForm:
    return DepartmentForm(entry=DepartmentEntry(name=name), groups=groups)


async def _filled(tx: Tx, department: Department, groups: tuple[tuple[str, str], ...]) -> DepartmentForm:
    ids = [department.primary_id, *department.deputy_ids, department.escalation_id or ""]
    slack = {p.id: p.slack_user_id for p in await tx.find(Person, id=[i for i in ids if i])}
    entry = DepartmentEntry(
        name=department.name,
        primary=slack.get(department.primary_id, ""),
        deputies=tuple(slack[i] for i in department.deputy_ids if i in slack),
        escalation=slack.get(department.escalation_id or "", ""),
        group=department.deputy_group,
    )
    kept = dict(groups) | ({department.deputy_group: department.deputy_group} if department.deputy_group else {})
    offered = tuple({**kept, **dict(groups)}.items())
    return DepartmentForm(department_id=department.id, version=department.version, entry=entry, groups=offered)


async def _checked(tx: Tx, department_id: str, version: int, entry: DepartmentEntry) -> Department:
    """The department as it shall be, everything judged at once."""
    known = {p.slack_user_id: p for p in await tx.find(Person, slack_user_id=entry.everybody())}
    refused = check_people(entry, known)
    name = entry.name
    try:
        name = one_line(name, "name", DEPARTMENT, Code.NAME_EMPTY)
    except Refusal as refusal:
        refused.insert(0, refusal)
    twin = await _named(tx, name)
    if twin and twin.id != department_id:
        refused.insert(0, Refusal(Code.DEPARTMENT_EXISTS, "name"))
    base = await _present(tx, department_id, version)
    offered = dict(await _groups(tx))
    if entry.group and entry.group not in offered and (base is None or entry.group != base.deputy_group):
        refused.append(Refusal(Code.BAD_VALUE, "group"))
    if refused:
        raise Refusals(refused)
    return Department(
        id=base.id if base else new_id(),
        version=base.version if base else 1,
        name=name,
        primary_id=known[entry.primary].id,
        deputy_ids=tuple(dict.fromkeys(known[one].id for one in entry.deputies)),
        deputy_group=entry.group,
        escalation_id=known[entry.escalation].id if entry.escalation else None,
        archived_at=base.archived_at if base else None,
    )


async def _present(tx: Tx, department_id: str, version: int) -> Department | None:
    """The department that is edited, unless somebody changed it since the form was opened."""
    if not department_id:
        return None
    found = await _there(tx, department_id)
    if found.version != version:
        raise Refusal(Code.CHANGED_MEANWHILE)
    return found


async def _saved(tx: Tx, department: Department, *, created: bool) -> DepartmentSaved:
    ids = [department.primary_id, *department.deputy_ids, department.escalation_id or ""]
    names = await people.names(tx, [i for i in ids if i])
    return DepartmentSaved(
        name=department.name,
        created=created,
        primary=names.get(department.primary_id, ""),
        deputies="、".join(names.get(i, "") for i in department.deputy_ids),
        escalation=names.get(department.escalation_id or "", ""),
        group=dict(await _groups(tx)).get(department.deputy_group, department.deputy_group),
        group_id=department.deputy_group,
    )
