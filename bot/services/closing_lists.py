"""The closing list of work that ends: begun by an answer of the owner's, settled item by item, confirmed by the security team.

What begins and what follows is in `ending.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.domain.attesting import clean_note
from bot.domain.base import Language, Value
from bot.domain.closing_list import (
    ClosingItem,
    Item,
    ItemState,
    alone,
    late_on,
    require_closing,
    require_settled,
    settle,
)
from bot.domain.delivery import NoticeKind
from bot.domain.ending import ClosingView, ItemForm, SettledItem
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.people import SECURITY, Actor, PersonKind
from bot.domain.permissions import Action, allows, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.services import history
from bot.services.desk import Desk
from bot.services.ending import CAUSE, end_supplier, items_of, theirs, there, withdraw
from bot.services.recipients import security_places
from bot.services.rounds import language_of
from bot.services.telling.base import new_notice
from storage import contract_ends, notices, people
from storage.ids import new_id
from storage.tx import Tx


class Reopened(Value):
    """An end that was taken back."""

    language: Language
    supplier: str
    business: str


class ClosingLists:
    """What people do with a closing list. `hours` are the company's: which day is today."""

    def __init__(self, desk: Desk, hours: Hours) -> None:
        self._desk = desk
        self._hours = hours

    async def view(self, press: Press, engagement_id: str) -> ClosingView:
        """The list, also after it is over. Raises Refusal(NOT_YOURS, CLOSED)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ClosingView:
            one = await theirs(tx, actor, engagement_id, Action.SETTLE_END)
            return await self._view(tx, actor, one, now)

        return await self._desk.look(press, work)

    async def form(self, press: Press, item_id: str) -> ItemForm:
        """The form of one item. Raises Refusal(NOT_YOURS, CLOSED)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> ItemForm:
            item, one = await _item(tx, actor, item_id)
            supplier = await tx.need(Supplier, one.supplier_id)
            return ItemForm(language=language_of(actor), supplier=supplier.name, business=one.business, item=item)

        return await self._desk.look(press, work)

    async def settle(self, press: Press, item_id: str, version: int, state: ItemState, note: str) -> ClosingView:
        """An item is done, does not apply, or is open again. Raises Refusal on `note`, or CHANGED_MEANWHILE."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ClosingView:
            item, one = await _item(tx, actor, item_id)
            await contract_ends.hold(
                tx, one.id
            )  # two people who settle the last two items at once: one of them sees it
            require_closing(await there(tx, one.id))
            if item.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            after = settle(item, state, clean_note(note), actor.person_id, now)
            await tx.put(after)
            tx.add(*history.changed(item, after, actor, now, CAUSE))
            tx.audit(now, actor, f"closing:{state.value}", "closingitem", item.id, item.key.value)
            await tx.flush()
            if item.state is ItemState.OPEN:
                await self._tell_ready(tx, one, now)
            return await self._view(tx, actor, one, now)

        return await self._desk.once("closing.settle", press, ClosingView, work)

    async def confirm(self, press: Press, engagement_id: str, why: str = "") -> ClosingView:
        """All is settled: the work has ended, and its record is kept. Raises Refusal as `require_settled` does.

        `why`: in the words of somebody who confirms their own items because nobody else can; it stays in the list.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> ClosingView:
            require(Action.CONFIRM_END, roles(actor))
            await contract_ends.hold(tx, engagement_id)  # nobody opens an item again beside this
            one = await there(tx, engagement_id)
            items, word = await items_of(tx, one), clean_note(why)
            require_settled(one, items, actor.person_id, self._hours.day(now), await _team(tx), word)
            own = any(item.by_id == actor.person_id for item in items)
            if own:
                self._by_one(tx, one, actor, word, now)
            ended = one.model_copy(update={"state": EngagementState.ENDED})
            await tx.put(ended)
            tx.add(*history.changed(one, ended, actor, now, CAUSE))
            tx.audit(now, actor, "engagement:ended", "engagement", one.id, "alone" if own else "")
            await tx.flush()
            await withdraw(tx, ended, actor, now, self._desk.clock.real())
            await end_supplier(tx, ended, actor, now)
            return await self._view(tx, actor, ended, now)

        return await self._desk.once("closing.confirm", press, ClosingView, work)

    @staticmethod
    def _by_one(tx: Tx, one: Engagement, actor: Actor, why: str, now: datetime) -> None:
        """That nobody else has looked is written into the list, with its reason."""
        item = ClosingItem(
            id=new_id(),
            engagement_id=one.id,
            key=Item.ALONE,
            state=ItemState.DONE,
            note=why,
            by_id=actor.person_id,
            at=now,
        )
        tx.add(item, history.created(item, actor, now, CAUSE))

    async def undo(self, press: Press, engagement_id: str) -> Reopened:
        """It does not end after all: the work is active again; what was settled stays in the history."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Reopened:
            one = await theirs(tx, actor, engagement_id, Action.SETTLE_END)
            require_closing(one)
            active = one.model_copy(update={"state": EngagementState.ACTIVE})
            await tx.put(active)
            tx.add(*history.changed(one, active, actor, now, CAUSE))
            tx.audit(now, actor, "engagement:end_undone", "engagement", one.id)
            await contract_ends.refresh_cards(tx, one.id)
            supplier = await tx.need(Supplier, one.supplier_id)
            return Reopened(language=language_of(actor), supplier=supplier.name, business=one.business)

        return await self._desk.once("closing.undo", press, Reopened, work)

    async def _tell_ready(self, tx: Tx, one: Engagement, now: datetime) -> None:
        """Everything is settled: the security team is asked to confirm, not before the work has ended.

        The cycle rises with every change of the list: opened again and settled again, it is asked again, and only the last
        question is sent.
        """
        items = await items_of(tx, one)
        if any(item.state is ItemState.OPEN for item in items):
            return
        day = self._hours.day(now)
        later = one.ends_on if one.ends_on and one.ends_on > day else None
        not_before = datetime.combine(later, time(0), self._hours.zone).astimezone(UTC) if later else None
        for place in await security_places(tx):
            ready = new_notice(
                NoticeKind.CLOSING_READY,
                place,
                one.id,
                self._desk.clock.real(),
                cycle=sum(item.version for item in items),
                not_before=not_before,
                supplier_id=one.supplier_id,
            )
            await notices.tell(tx, ready)

    async def _view(self, tx: Tx, actor: Actor, one: Engagement, now: datetime) -> ClosingView:
        items = await items_of(tx, one)
        if not items:
            raise Refusal(Code.CLOSED)
        names = await people.names(tx, [item.by_id for item in items if item.by_id])
        today = self._hours.day(now)
        closing = one.state is EngagementState.CLOSING
        settled = all(item.state is not ItemState.OPEN for item in items)
        may = closing and settled and allows(Action.CONFIRM_END, roles(actor))
        return ClosingView(
            language=language_of(actor),
            engagement_id=one.id,
            supplier_id=one.supplier_id,
            supplier=(await tx.need(Supplier, one.supplier_id)).name,
            business=one.business,
            ends_on=one.ends_on,
            items=tuple(
                SettledItem(
                    item=item, by=names.get(item.by_id or "", ""), on=self._hours.day(item.at) if item.at else None
                )
                for item in items
            ),
            overdue=bool(closing and not settled and one.ends_on and late_on(one.ends_on, self._hours.days) < today),
            over=not closing,
            may_confirm=may,
            alone=may and alone(items, actor.person_id, await _team(tx)),
        )


async def _team(tx: Tx) -> list[str]:
    """Who is on the security team and there."""
    return [p.id for p in await people.members(tx, SECURITY) if p.kind is PersonKind.EMPLOYEE]


async def _item(tx: Tx, actor: Actor, item_id: str) -> tuple[ClosingItem, Engagement]:
    item = await tx.get(ClosingItem, item_id)
    one = await theirs(tx, actor, item.engagement_id if item else "", Action.SETTLE_END)
    require_closing(one)
    if item is None:
        raise Refusal(Code.NOT_FOUND)
    return item, one
