"""Owners: given to somebody else by the security team, and passed on by themselves when somebody leaves.

A change closes the owner's row and opens another, and what the old owner was being asked goes to the new one, all in one
commit. When a primary owner is deactivated, leaves or becomes a guest, nothing is rewritten: `storage/responsible.py` says who
answers instead (a deputy, else the department's escalation contact), their open questions go there, and the security team is
told once. To change owners from another story (a bulk action): `change_owner` in the story's own transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.business_days import Calendar
from bot.domain.closing_list import editable
from bot.domain.delivery import CardKind, Notice, NoticeKind
from bot.domain.departments import fit
from bot.domain.ledger import Department, Engagement, EngagementState, Owner, OwnerRole, Supplier
from bot.domain.owning import Left, OwnerForm, OwnersChanged, ToldOfLeft, Unowned, UnownedPage, to_tell
from bot.domain.people import SYSTEM, Actor, Person
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation
from bot.services import ending, history
from bot.services.asking import ask
from bot.services.desk import Desk
from bot.services.recipients import security_places
from bot.services.telling.base import new_notice
from storage import notices, owning, people, responsible
from storage.ids import new_id
from storage.tx import Stale, Taken, Tx

PAGE = 10
CAUSE = "owner"
LINES_ADDED = 5
"""Of work that comes to somebody at once, so many pieces get a line of their own in the digest's thread; it shows all."""


class Owning:
    """The use cases around owners."""

    def __init__(self, desk: Desk, calendar: Calendar) -> None:
        self._desk = desk
        self._calendar = calendar

    async def form(self, press: Press, engagement_id: str) -> OwnerForm:
        """The form for one piece of work. Raises Refusal(NOT_YOURS, NOT_FOUND, RECORD_KEPT)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> OwnerForm:
            require(Action.EDIT_OWNERS, roles(actor))
            one = await tx.get(Engagement, engagement_id)
            if one is None:
                raise Refusal(Code.NOT_FOUND)
            if not editable(one):
                raise Refusal(Code.RECORD_KEPT)
            held = await tx.one(Owner, engagement_id=one.id, role=OwnerRole.PRIMARY, until=None)
            names = await people.names(tx, [held.person_id]) if held else {}
            return OwnerForm(
                engagement_id=one.id,
                supplier=(await tx.need(Supplier, one.supplier_id)).name,
                business=one.business,
                department=(await tx.need(Department, one.department_id)).name,
                owner=names.get(held.person_id, "") if held else "",
            )

        return await self._desk.look(press, work)

    async def change(self, press: Press, engagement_ids: Collection[str], slack_user_id: str) -> OwnersChanged:
        """Give work to somebody else. Raises Refusal(NOT_YOURS, NOT_FOUND), PERSON_NOT_EMPLOYEE on `person`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> OwnersChanged:
            return await change_owner(tx, actor, engagement_ids, slack_user_id, now, self._desk.clock.real())

        return await self._desk.once("owning.change", press, OwnersChanged, work)

    async def unowned(self, press: Press, number: int) -> UnownedPage:
        """Work without a fit primary owner, and who answers for it today. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> UnownedPage:
            require(Action.EDIT_OWNERS, roles(actor))
            total = await owning.count_unowned(tx)
            pages = max(1, -(-total // PAGE))
            shown = min(max(1, number), pages)
            lines, _total = await owning.unowned(tx, PAGE, (shown - 1) * PAGE)
            return UnownedPage(lines=await with_stand_ins(tx, lines), total=total, page=shown, pages=pages)

        return await self._desk.look(press, work)

    async def run_due(self) -> int:
        """Pass on what was asked of people who have left, and tell the security team; how many people have left.

        Reads first and writes only where something is due; people who left are few, so each has a commit of their own.
        """
        async with self._desk.db.read() as tx:
            gone = await owning.left(tx)
            waiting = {a.owner_id for a in await owning.orphaned_questions(tx)}
            known = await _told(tx, [one.person_id for one in gone])
            listens = bool(await security_places(tx)) if gone else False
        gone = gone if listens else []
        to_do = {one.person_id: one for one in gone if to_tell(one, known.get(one.person_id, []))}
        for person_id in sorted({*to_do, *waiting}):
            await self._hand_over(person_id, to_do.get(person_id))
        return len(to_do)

    async def _hand_over(self, person_id: str, left: Left | None) -> None:
        try:
            async with self._desk.db.begin("owning.hand_over") as tx:
                now, real = self._desk.clock.now(), self._desk.clock.real()
                moved = await _pass_on(tx, person_id, now, real)
                told = await self._tell(tx, left, now, real) if left else 0
                if not moved and not told:
                    tx.abandon()
        except (Stale, Taken):
            return  # another process was faster; what is left is found at the next tick

    async def _tell(self, tx: Tx, left: Left, now: datetime, real: datetime) -> int:
        """Once a person and day."""
        params = {"since": left.since.isoformat() if left.since else "", "newest": left.newest}
        day = self._calendar.local_day(now).toordinal()
        told = [
            new_notice(NoticeKind.OWNER_LEFT, place, left.person_id, real, cycle=day, params=params)
            for place in await security_places(tx)
        ]
        new = await notices.tell(tx, *told)
        if new:
            tx.audit(now, SYSTEM, "owner:left", "person", left.person_id)
        return new


async def change_owner(
    tx: Tx, actor: Actor, engagement_ids: Collection[str], slack_user_id: str, now: datetime, real: datetime
) -> OwnersChanged:
    """Make somebody the primary owner of some engagements, in the caller's transaction; the old one is it no longer.

    Records that are kept (ended) stay as they are and are counted. Raises Refusal(NOT_YOURS, NOT_FOUND), and
    PERSON_NOT_EMPLOYEE on `person`.
    """
    require(Action.EDIT_OWNERS, roles(actor))
    person = await tx.one(Person, slack_user_id=slack_user_id) if slack_user_id else None
    if person is None or not fit(person):
        raise Refusal(Code.PERSON_NOT_EMPLOYEE, "person")
    wanted = sorted(set(engagement_ids))
    found = await tx.find(Engagement, id=wanted, order="id")
    if len(found) < len(wanted):
        raise Refusal(Code.NOT_FOUND)
    living = [one.id for one in found if editable(one)]
    rows: dict[str, list[Owner]] = {key: [] for key in living}
    for row in await tx.find(Owner, engagement_id=living, until=None):
        rows[row.engagement_id].append(row)
    changed = await _give(tx, actor, living, rows, person, now)
    await _ask_instead(tx, await owning.questions_about(tx, changed), person.id, real)
    closing = [one for one in found if one.id in changed and one.state is EngagementState.CLOSING]
    for one in closing[:LINES_ADDED]:  # the rest stand in `/vendor-review ends`
        await ending.hand_over(tx, one, person.id, now, real)
    names = await people.names(tx, [person.id])
    return OwnersChanged(
        owner=names.get(person.id, ""),
        changed=len(changed),
        same=len(living) - len(changed),
        kept=len(found) - len(living),
    )


async def _give(
    tx: Tx, actor: Actor, engagement_ids: list[str], rows: dict[str, list[Owner]], person: Person, now: datetime
) -> list[str]:
    """Close the primaries' rows (and the new one's as a deputy), open the new one's; those that were not theirs before."""
    theirs = {
        key for key in engagement_ids for r in rows[key] if (r.role, r.person_id) == (OwnerRole.PRIMARY, person.id)
    }
    changed = [key for key in engagement_ids if key not in theirs]
    for row in (row for key in changed for row in rows[key]):
        if row.role is OwnerRole.PRIMARY or row.person_id == person.id:
            closed = row.model_copy(update={"until": now})
            await tx.put(closed)
            tx.add(*history.changed(row, closed, actor, now, CAUSE))
    await tx.flush()  # the old primaries are closed before the new one opens: only one may be open
    for key in changed:
        owner = Owner(id=new_id(), engagement_id=key, person_id=person.id, role=OwnerRole.PRIMARY, since=now)
        tx.add(owner, history.created(owner, actor, now, CAUSE))
        tx.audit(now, actor, "owner:changed", "engagement", key, person=person.id)
    return changed


async def _ask_instead(tx: Tx, questions: list[Attestation], person_id: str, real: datetime) -> int:
    """What was asked of somebody else is asked of this person, in a new cycle; the old cards say so."""
    moving = [one for one in questions if one.owner_id != person_id]
    for n, attestation in enumerate(moving):
        again = attestation.model_copy(update={"owner_id": person_id, "cycle": attestation.cycle + 1})
        await tx.put(again)
        await notices.refresh(tx, CardKind.DIGEST, attestation.round_id, attestation.owner_id)
        if n < LINES_ADDED:
            await ask(tx, person_id, again, real)
        else:
            await notices.refresh(tx, CardKind.DIGEST, attestation.round_id, person_id)
    return len(moving)


async def _pass_on(tx: Tx, person_id: str, now: datetime, real: datetime) -> int:
    """What somebody who left was being asked goes to whoever answers instead; where there is nobody, it stays."""
    questions = [a for a in await owning.orphaned_questions(tx) if a.owner_id == person_id]
    stands = await responsible.first(tx, [a.engagement_id for a in questions])
    moved = 0
    for attestation in questions:
        stand = stands[attestation.engagement_id]
        if stand.person_id:
            moved += await _ask_instead(tx, [attestation], stand.person_id, real)
            tx.audit(now, SYSTEM, "attestation:passed_on", "attestation", attestation.id, "owner_left")
    return moved


async def _told(tx: Tx, person_ids: Collection[str]) -> dict[str, list[ToldOfLeft]]:
    found: dict[str, list[ToldOfLeft]] = {}
    if person_ids:
        for notice in await tx.find(Notice, kind=NoticeKind.OWNER_LEFT, subject_id=sorted(person_ids)):
            one = ToldOfLeft(since=notice.params["since"], newest=notice.params["newest"])
            found.setdefault(notice.subject_id, []).append(one)
    return found


async def with_stand_ins(tx: Tx, lines: Collection[Unowned]) -> tuple[Unowned, ...]:
    """The same lines with the names of whoever answers today."""
    stands = await responsible.first(tx, [line.engagement_id for line in lines])
    names = await people.names(tx, [s.person_id for s in stands.values() if s.person_id])
    return tuple(
        line.model_copy(
            update={
                "role": stands[line.engagement_id].role,
                "instead": names.get(stands[line.engagement_id].person_id, ""),
            }
        )
        for line in lines
    )
