"""What happens when work ends: its closing list begins, reviews stop asking about it, and its supplier may be over too.

Both ways into a closing list (the question about the end, the answer to an attestation) call `begin` in the commit that
makes the engagement CLOSING. `withdraw` takes work that is over out of reviews that still ask about it. When all work of a
supplier is over or was refused, so is the supplier; `revive` takes it back when there is new work.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.closing_list import ClosingItem, Item, ItemState, items_for, settle, supplier_over
from bot.domain.delivery import CardKind, Notice, NoticeKind
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation, AttestationState, Review, ReviewItem, move
from bot.domain.rounds import ItemState as Reviewed
from bot.services import history, sending
from bot.services.recipients import endpoint_of, person_place
from bot.services.telling.base import new_notice
from storage import companies, contract_ends, notices, responsible, subcontracts
from storage.departments import LIVING
from storage.ids import new_id
from storage.tx import Tx

CAUSE = "closing"


async def begin(tx: Tx, before: Engagement, after: Engagement, actor: Actor, now: datetime, real: datetime) -> None:
    """The closing list of work that has just become CLOSING (`after`), and its card to whoever answers for it.

    In the caller's transaction, which has written `after`. Items of an end that was taken back are opened again.
    """
    if before.state is EngagementState.CLOSING or after.state is not EngagementState.CLOSING:
        return
    known = {item.key: item for item in await tx.find(ClosingItem, engagement_id=after.id)}
    for key in items_for(after, last_at_endpoint=await _last_at_endpoint(tx, after)):
        if key not in known:
            item = ClosingItem(id=new_id(), engagement_id=after.id, key=key)
            tx.add(item, history.created(item, actor, now, CAUSE))
        elif known[key].state is not ItemState.OPEN:
            again = settle(known[key], ItemState.OPEN, "", actor.person_id, now)
            await tx.put(again)
            tx.add(*history.changed(known[key], again, actor, now, CAUSE))
    tx.audit(now, actor, "engagement:closing", "engagement", after.id)
    await contract_ends.refresh_cards(tx, after.id)
    stand = (await responsible.first(tx, [after.id]))[after.id]
    if stand.person_id and not tx.practice_of:  # in a rehearsal there is nothing to close
        await notices.tell(tx, _opened(after, stand.person_id, now, real))


async def hand_over(tx: Tx, one: Engagement, person_id: str, now: datetime, real: datetime) -> None:
    """The closing list to whoever answers for the work from now on, in the commit that makes them its owner."""
    if one.state is EngagementState.CLOSING and not tx.practice_of:
        await notices.tell(tx, _opened(one, person_id, now, real))


def _opened(one: Engagement, person_id: str, now: datetime, real: datetime) -> Notice:
    return new_notice(
        NoticeKind.CLOSING_OPENED,
        person_place(person_id),
        one.id,
        real,
        cycle=int(now.timestamp()),
        supplier_id=one.supplier_id,
    )


async def withdraw(tx: Tx, one: Engagement, actor: Actor, now: datetime, real: datetime) -> None:
    """Work that is over is not asked about any more, neither its owner nor its supplier."""
    for item_id, review_id, attestation_id in await contract_ends.under_review(tx, one.id):
        item = await tx.need(ReviewItem, item_id)
        gone = {"state": move(item.state, Reviewed.WITHDRAWN), "reason": "engagement_ended"}
        await tx.put(item.model_copy(update=gone))
        tx.audit(now, actor, "item:withdrawn", "item", item.id, "engagement_ended")
        if attestation_id:
            asked = await tx.need(Attestation, attestation_id)
            await tx.put(asked.model_copy(update={"state": move(asked.state, AttestationState.VOID)}))
            await notices.refresh(tx, CardKind.DIGEST, asked.round_id, asked.owner_id)
        await notices.refresh(tx, CardKind.HUB, review_id)
        await tx.flush()
        await sending.advance(tx, await tx.need(Review, review_id), now, real)


async def revive(tx: Tx, supplier: Supplier, actor: Actor, now: datetime) -> Supplier:
    """A supplier whose work was all over has new work: it is active again. Any other stays as it is."""
    if supplier.state is not SupplierState.ENDED:
        return supplier
    return await _turn(tx, supplier, SupplierState.ACTIVE, "new_engagement", actor, now)


async def end_supplier(
    tx: Tx, one: Engagement, actor: Actor, now: datetime, reason: str = "all_engagements_ended"
) -> bool:
    """Its supplier is over too where nothing of its work goes on; whether it is over now, which it was not before.

    Two ends at once: the later one sees the other's. A company that others pass our work on to is not over.
    """
    await companies.hold(tx, [one.supplier_id])
    supplier = await tx.need(Supplier, one.supplier_id)
    if supplier.state is not SupplierState.ACTIVE or not supplier_over(await contract_ends.states_of(tx, supplier.id)):
        return False
    if await subcontracts.used_by(tx, [supplier.id]):
        return False
    await _turn(tx, supplier, SupplierState.ENDED, reason, actor, now)
    return True


async def _turn(tx: Tx, before: Supplier, state: SupplierState, reason: str, actor: Actor, now: datetime) -> Supplier:
    after = before.model_copy(update={"state": state})
    await tx.put(after)
    tx.add(*history.changed(before, after, actor, now, reason))
    tx.audit(now, actor, f"supplier:{state.value}", "supplier", before.id, reason)
    return after


async def _last_at_endpoint(tx: Tx, one: Engagement) -> bool:
    """Whether there is a channel, and no other living work of the supplier is asked about there."""
    endpoint = await endpoint_of(tx, one)
    if endpoint is None:
        return False
    for other in await tx.find(Engagement, supplier_id=one.supplier_id, state=list(LIVING)):
        where = await endpoint_of(tx, other) if other.id != one.id else None
        if where and where.id == endpoint.id and other.state is not EngagementState.CLOSING:
            return False
    return True


async def end_moved(tx: Tx, _actor: Actor, before: Engagement, after: Engagement, _now: datetime) -> None:
    """Another end in the record: cards that ask about the old one say so."""
    if before.ends_on != after.ends_on:
        await contract_ends.refresh_cards(tx, after.id)


async def theirs(tx: Tx, actor: Actor, engagement_id: str, action: Action) -> Engagement:
    """The engagement, where this person may do that: of the security team, or whoever answers for it."""
    owner = await responsible.answers(tx, engagement_id, actor.person_id)
    require(action, roles(actor, owner=owner))
    return await there(tx, engagement_id)


async def there(tx: Tx, engagement_id: str) -> Engagement:
    """The engagement. Raises Refusal(NOT_FOUND)."""
    one = await tx.get(Engagement, engagement_id)
    if one is None:
        raise Refusal(Code.NOT_FOUND)
    return one


async def items_of(tx: Tx, one: Engagement) -> list[ClosingItem]:
    """In the order in which they are shown."""
    order = list(Item)
    return sorted(await tx.find(ClosingItem, engagement_id=one.id), key=lambda item: order.index(item.key))
