"""A rehearsal: a round to oneself as a mock supplier, in one's own DM. Nothing here is a second implementation.

What is made is an ordinary department, supplier, engagement, endpoint and round, written and opened by the functions that
make real ones; only that the transaction is inside the rehearsal of whoever presses (`Tx.practice_of`), which marks every
row and hides it from everybody else and from every list, count, export and reminder (docs/adr/0011). Ending deletes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bot.domain.base import Language, Value
from bot.domain.business_days import Calendar
from bot.domain.homes import Rehearsing as Stand
from bot.domain.ledger import PRACTICE, Department, Endpoint, EndpointState, Engagement, Supplier
from bot.domain.names import name_key
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.rounds import ANSWERABLE, JUDGEABLE, Review, ReviewState
from bot.domain.scoping import usual_dates
from bot.domain.settings import PAUSED, Setting
from bot.services.again import again
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.opening import open_round
from bot.services.registering import new_records
from bot.services.rounds import language_of, put_together
from message_templates.catalogs import text
from storage import ledger, practice
from storage.homes import REHEARSED
from storage.ids import new_id
from storage.tx import EVERYWHERE, Tx

CAUSE = "rehearsal"
RUNNING = timedelta(days=365)  # how long the mock work has run: it can be said to have ended last week


class Begun(Value):
    """A rehearsal that runs; `fresh` False where it ran already and somebody comes back to it.

    `paused`: nothing is sent until `/vendor-review resume`, to whoever rehearses either.
    """

    fresh: bool
    part: Literal["owner", "supplier", "security"]
    over: bool = False
    paused: bool = False


class Ended(Value):
    """It is gone. `there` False: there was none."""

    there: bool


class Rehearsing:
    """Begins, resumes and ends somebody's own rehearsal. It asks the shortest of the library's lists."""

    def __init__(self, desk: Desk, calendar: Calendar, library: Library) -> None:
        self._desk = desk
        self._calendar = calendar
        self._library = library

    async def start(self, press: Press) -> Begun:
        """Begin, or come back to the one that runs. One that was played to its end begins anew. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Begun:
            require(Action.REHEARSE, roles(actor))
            await practice.one_at_a_time(tx, actor.person_id)
            stand = await stand_of(tx, actor)
            if stand and not stand.over:
                return Begun(fresh=False, part=stand.part, paused=await _paused(tx))
            if stand:
                await _erase(tx, actor, now, stand)
            tx.audit(now, actor, "rehearsal:begun", "rehearsal", actor.person_id)
            paused = await _paused(tx)
            tx.enter(actor.person_id)
            await self._stage(tx, actor, now)
            return Begun(fresh=True, part="owner", paused=paused)

        return await self._desk.once("rehearsing.begin", press, Begun, work)

    async def end(self, press: Press) -> Ended:
        """Delete everything that the rehearsal made. Raises Refusal(NOT_YOURS).

        Whoever has left the team while they rehearsed may still end it: it is theirs.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Ended:
            await practice.one_at_a_time(tx, actor.person_id)
            stand = await stand_of(tx, actor)
            if stand:
                await _erase(tx, actor, now, stand)
            else:
                require(Action.REHEARSE, roles(actor))
            return Ended(there=stand is not None)

        return await self._desk.once("rehearsing.end", press, Ended, work)

    async def forget(self) -> None:
        """Delete the rehearsals of people who are not of the team any more: nobody else can see them, let alone end them."""

        async def work() -> None:
            async with self._desk.db.begin("rehearsing.forget", EVERYWHERE) as tx:
                found = await practice.left_behind(tx)
                if not found:
                    tx.abandon()
                tx.enter("")
                for person_id in found:
                    await practice.erase(tx, person_id)
                    tx.audit(self._desk.clock.now(), SYSTEM, "rehearsal:ended", "rehearsal", person_id, "left")

        await again(work)

    async def _stage(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """The department, the supplier with its work and endpoint, and the round, opened like any other."""
        language, real = language_of(actor), self._desk.clock.real()
        t = text(language)
        department = Department(id=new_id(), name=t("rehearsal.department"), primary_id=actor.person_id)
        supplier = _supplier(t("rehearsal.supplier"), language, now)
        today = self._calendar.local_day(now)
        engagement = Engagement(
            id=new_id(),
            supplier_id=supplier.id,
            department_id=department.id,
            business=t("rehearsal.business"),
            starts_on=today - RUNNING,
            created_at=now,
        )
        endpoint = _endpoint(supplier, actor, now, real)
        records = new_records(supplier, engagement, department, actor, now, CAUSE, new=True)
        await ledger.insert_all(tx, [department, *records, endpoint])
        lists = await self._library.available(tx)
        checklist = min(lists.values(), key=lambda one: len(one.questions))
        version = await self._library.publish(tx, checklist, now)
        dates = usual_dates(self._calendar, today)
        round_, inside = await put_together(tx, t("rehearsal.round"), [version], dates, (), today)
        await tx.flush()
        await open_round(tx, round_, inside, actor, now, real, language)


def _supplier(name: str, language: Language, now: datetime) -> Supplier:
    return Supplier(id=new_id(), name=name, name_key=name_key(name), language=language, created_at=now)


def _endpoint(supplier: Supplier, actor: Actor, now: datetime, real: datetime) -> Endpoint:
    """The presser's own DM: there is no channel that anybody else could come into."""
    return Endpoint(
        id=new_id(),
        supplier_id=supplier.id,
        kind=PRACTICE,
        channel_id=f"{PRACTICE}:{actor.person_id}",
        state=EndpointState.VERIFIED,
        verified_by=actor.person_id,
        verified_at=now,
        checked_at=real,
    )


async def stand_of(tx: Tx, actor: Actor) -> Stand | None:
    """How far somebody's own rehearsal is; None where there is none. The transaction is about the books again afterwards."""
    tx.enter(actor.person_id)
    found = await tx.find(Review)
    tx.enter("")
    if not found:
        return None
    state = found[-1].state
    if state is ReviewState.AWAITING_OWNER:
        return Stand(part="owner")
    if state in ANSWERABLE:
        return Stand(part="supplier")
    return Stand(part="security", over=state not in JUDGEABLE, judged=state is ReviewState.JUDGED)


async def _paused(tx: Tx) -> bool:
    stored = await tx.get(Setting, PAUSED)
    return bool(stored and stored.value.get("on"))


async def _erase(tx: Tx, actor: Actor, now: datetime, stand: Stand) -> None:
    """All its rows; in the company's trail stays who rehearsed when, and whether to the end."""
    await practice.erase(tx, actor.person_id)
    reason = REHEARSED if stand.judged else "stopped"
    tx.audit(now, actor, "rehearsal:ended", "rehearsal", actor.person_id, reason)
