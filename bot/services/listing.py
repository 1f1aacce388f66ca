"""The list of the ledger as somebody has it open: narrowed, turned, ticked, and its filters under a name.

What is open is a row; a view carries its id alone, so no name and nothing that was typed travels in a button. A list that
is gone (kept for seven days) or that is somebody else's begins anew instead of refusing: nothing was lost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.base import Value
from bot.domain.entered import one_line
from bot.domain.listing import ALL, NAME, Filter, ListPage, Look, OpenList, SavedFilter
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import PAGE, LedgerRow
from bot.domain.refusal import Code, Refusal
from bot.domain.tier_views import names_of
from bot.services.desk import Desk
from bot.services.policies import policy
from storage import ledger_queries, listing, tiers
from storage.ids import new_id
from storage.listing import When
from storage.tx import Tx

Change = Callable[[Tx, Actor, Look], Awaitable[Look]]


class Opened(Value):
    """A list that can be looked at now."""

    list_id: str


class Saved(Value):
    """A filter that has a name now."""

    list_id: str
    name: str
    shared: bool
    replaced: bool


def when_of(now: datetime, zone: ZoneInfo) -> When:
    """Today, where the company is."""
    today = now.astimezone(zone).date()

    def begins(days: int) -> datetime:
        return datetime.combine(today - timedelta(days=days), time(), zone)

    return When(today, begins, tuple(tier.key for tier in policy().tiers))


async def look_of(tx: Tx, actor: Actor, list_id: str) -> Look:
    """What this person has before them; everything, where there is no such list."""
    found = await listing.opened(tx, list_id, actor.person_id)
    return found.look if found else Look()


async def chosen(tx: Tx, look: Look, when: When) -> list[str]:
    """The ids of the engagements that are chosen. Raises Refusal(NOTHING_CHOSEN)."""
    found = await listing.matching(tx, look.filter, when) if look.everything else list(look.chosen)
    if not found:
        raise Refusal(Code.NOTHING_CHOSEN)
    return found


class Listing:
    """Opens and changes lists, and shows a page of one. `zone` is the company's."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def open(self, press: Press, wanted: Filter = ALL, page: int = 1) -> Opened:
        """A new list. Raises Refusal(NOT_YOURS)."""
        return await self._keep(press, "", _to(lambda _look: Look(filter=wanted, page=page)))

    async def turn(self, press: Press, list_id: str, page: int, picked: Mapping[str, bool]) -> Opened:
        """Another page."""
        return await self._keep(press, list_id, _to(lambda look: look.turned(page, dict(picked))))

    async def pick(self, press: Press, list_id: str, picked: Mapping[str, bool]) -> Opened:
        """The ticks of the page that is shown."""
        return await self._keep(press, list_id, _to(lambda look: look.picking(dict(picked))))

    async def choose(self, press: Press, list_id: str, *, everything: bool) -> Opened:
        """Everything that matches, or nothing."""
        return await self._keep(press, list_id, _to(lambda look: look.choosing(everything=everything)))

    async def narrow(self, press: Press, list_id: str, wanted: Filter) -> Opened:
        """Another filter."""
        return await self._keep(press, list_id, _to(lambda look: look.narrowed(wanted)))

    async def use(self, press: Press, list_id: str, saved_id: str) -> Opened:
        """The filter under a name. Raises Refusal(NOT_FOUND) where it is gone."""

        async def change(tx: Tx, actor: Actor, look: Look) -> Look:
            found = await _saved(tx, actor, saved_id)
            return look.narrowed(Filter.model_validate(found.body))

        return await self._keep(press, list_id, change)

    async def save(self, press: Press, list_id: str, name: str, *, shared: bool) -> Saved:
        """Put the filter of a list under a name; one of that name that is there already is replaced."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Saved:
            require(Action.READ_LEDGER, roles(actor))
            line = one_line(name, "name", NAME, Code.NAME_EMPTY)
            look = await look_of(tx, actor, list_id)
            owner = "" if shared else actor.person_id
            before = await tx.one(SavedFilter, owner_id=owner, name=line)
            made = SavedFilter(
                id=before.id if before else new_id(),
                owner_id=owner,
                name=line,
                body=look.filter.model_dump(mode="json"),
                made_by=actor.person_id,
                at=now,
            )
            if before:
                await tx.put(made)
            else:
                tx.add(made)
            tx.audit(now, actor, "filter:saved", "filter", made.id, "shared" if shared else "own")
            return Saved(list_id=list_id, name=line, shared=shared, replaced=before is not None)

        return await self._desk.once("listing.save", press, Saved, work)

    async def forget(self, press: Press, list_id: str, saved_id: str) -> Opened:
        """Delete a filter under a name: one's own, or a shared one. Raises Refusal(NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Opened:
            require(Action.READ_LEDGER, roles(actor))
            found = await _saved(tx, actor, saved_id)
            await listing.forget_filter(tx, found.id)
            tx.audit(now, actor, "filter:deleted", "filter", found.id, "" if found.owner_id else "shared")
            return Opened(list_id=list_id)

        return await self._desk.once("listing.forget", press, Opened, work)

    async def page(self, press: Press, list_id: str) -> ListPage:
        """The page somebody has before them; a number beyond the end becomes the last page. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ListPage:
            require(Action.READ_LEDGER, roles(actor))
            return await self._page(tx, actor, list_id, when_of(now, self._zone))

        return await self._desk.look(press, work)

    async def _page(self, tx: Tx, actor: Actor, list_id: str, when: When) -> ListPage:
        look = await look_of(tx, actor, list_id)
        total, matched = await listing.counts(tx, look.filter, when)
        pages = max(1, -(-matched // PAGE))
        number = min(max(1, look.page), pages)
        found = await listing.page(tx, look.filter, when, PAGE, (number - 1) * PAGE)
        decided = await tiers.current(tx, found)
        return ListPage(
            list_id=list_id,
            look=look,
            rows=tuple(self._dated(row) for row in await ledger_queries.rows(tx, found)),
            total=total,
            matched=matched,
            page=number,
            pages=pages,
            today=when.today,
            departments=tuple(await listing.departments(tx)),
            tiers=names_of(policy()),
            tier_of={key: decision.in_force(when.today) for key, decision in decided.items()},
            saved=tuple(await listing.saved(tx, actor.person_id)),
        )

    def _dated(self, row: LedgerRow) -> LedgerRow:
        judged = row.judged_at
        return row.model_copy(update={"judged_on": self._day(judged)}) if judged else row

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    async def _keep(self, press: Press, list_id: str, change: Change) -> Opened:
        async def work(tx: Tx, actor: Actor, now: datetime) -> Opened:
            require(Action.READ_LEDGER, roles(actor))
            before = await listing.opened(tx, list_id, actor.person_id)
            look = await change(tx, actor, before.look if before else Look())
            body: dict[str, Any] = look.model_dump(mode="json")
            if before:
                await tx.put(before.model_copy(update={"body": body, "at": now}))
                return Opened(list_id=before.id)
            await listing.forget_old(tx, actor.person_id, now)
            made = OpenList(id=new_id(), person_id=actor.person_id, body=body, at=now)
            tx.add(made)
            return Opened(list_id=made.id)

        return await self._desk.once("listing.keep", press, Opened, work)


def _to(made: Callable[[Look], Look]) -> Change:
    async def change(_tx: Tx, _actor: Actor, look: Look) -> Look:
        return made(look)

    return change


async def _saved(tx: Tx, actor: Actor, saved_id: str) -> SavedFilter:
    found = await listing.saved_filter(tx, saved_id, actor.person_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
