"""From the owners' answers to the suppliers' hubs: freeze what is asked, and send it to each endpoint once.

A review goes out when every owner of its open items has answered or the waiting time has lapsed, because an answer may
change what is asked. What cannot go out says why: no item left → cancelled; no verified endpoint → the security team is
told, and it goes out the moment there is one.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.base import Language
from bot.domain.delivery import CardKind, LiveCard, NoticeKind
from bot.domain.forms import Asked, freeze, frozen, number
from bot.domain.ledger import Endpoint, EndpointState, Engagement, Supplier
from bot.domain.people import SYSTEM
from bot.domain.rounds import ItemState, Review, ReviewItem, ReviewState, Round, move
from bot.services.company import calendar_of, company_name, due_day
from bot.services.covering import covering
from bot.services.hubview import draw, preview
from bot.services.lists import for_work
from bot.services.ports import Clock
from bot.services.recipients import endpoint_of, endpoint_place, security_places
from bot.services.telling.base import new_notice
from storage import notices, reviews, rounds
from storage.db import Database
from storage.ids import new_id
from storage.tx import Tx

log = logging.getLogger(__name__)

UNDER_WAY = {
    ReviewState.AWAITING_OWNER,
    ReviewState.SENT,
    ReviewState.ANSWERING,
    ReviewState.RETURNED,
    ReviewState.SUBMITTED,
    ReviewState.JUDGING,
}


async def advance(tx: Tx, review: Review, now: datetime, real: datetime) -> None:
    """Send the review's hubs when every owner of its open items has answered or lapsed; cancel it when no item is left.

    Called with every change of an attestation; does nothing while somebody is still to answer. Work can also end after
    its supplier was asked (an owner who answers late): then nobody is to go on answering for nothing.
    """
    if review.state not in UNDER_WAY:
        return
    items = await tx.find(ReviewItem, review_id=review.id)
    if all(i.state is ItemState.WITHDRAWN for i in items):
        await _cancel(tx, review, next((i.reason for i in items if i.reason), "engagement_ended"), now, real)
        return
    if all(i.state is not ItemState.OPEN for i in items):
        await _judged(tx, review, now)
        return
    items = [i for i in items if i.state is ItemState.OPEN]
    if review.state is not ReviewState.AWAITING_OWNER:
        return
    if await reviews.owners_pending(tx, review):
        return
    asked = await _asked(tx, items)
    if not asked or len(asked) < len(items):
        await _no_endpoint(tx, review, now, real)
        return
    await _send(tx, review, asked, now, real)


async def _cancel(tx: Tx, review: Review, why: str, now: datetime, real: datetime) -> None:
    """All its work has ended, or is not to be asked about any more. A supplier that was asked is told, in hub and thread."""
    state = move(review.state, ReviewState.CANCELLED)
    await tx.put(review.model_copy(update={"state": state, "reason": why}))
    tx.audit(now, SYSTEM, "review:cancelled", "review", review.id, why)
    await notices.refresh(tx, CardKind.HUB, review.id)
    for card in await tx.find(LiveCard, kind=CardKind.HUB.value, subject_id=review.id):
        endpoint = await tx.need(Endpoint, card.place)
        told = new_notice(
            NoticeKind.REVIEW_CANCELLED,
            endpoint_place(endpoint),
            review.id,
            real,
            supplier_id=review.supplier_id,
            endpoint_id=endpoint.id,
            thread_of=card.id,
        )
        await notices.tell(tx, told)


async def _judged(tx: Tx, review: Review, now: datetime) -> None:
    """What was left to judge has ended; the rest is judged already, so the review is."""
    state = review.state
    for step in (ReviewState.JUDGING, ReviewState.JUDGED):
        state = state if state is step else move(state, step)
    await tx.put(review.model_copy(update={"state": state}))
    tx.audit(now, SYSTEM, "review:judged", "review", review.id, "the_rest_ended")
    await notices.refresh(tx, CardKind.HUB, review.id)


async def _asked(tx: Tx, items: list[ReviewItem]) -> list[Asked]:
    """The items that can be asked about: those whose endpoint is verified now."""
    found = []
    for item in items:
        engagement = await tx.need(Engagement, item.engagement_id)
        endpoint = await endpoint_of(tx, engagement)
        if endpoint and endpoint.state is EndpointState.VERIFIED:
            supplier = await tx.need(Supplier, engagement.supplier_id)
            found.append(Asked(item.id, supplier, engagement, endpoint.id, ()))
    return found


async def _with_lists(tx: Tx, round_: Round, asked: list[Asked], today: date) -> list[Asked]:
    """The same, with the checklists that each work is asked on this day, and what certificates answer."""
    works = [one.engagement for one in asked]
    lists = await for_work(tx, round_, asked[0].supplier, works, today) if asked else {}
    found = await covering(tx, works, today)
    return [replace(one, lists=lists[one.engagement.id], covering=found[one.engagement.id]) for one in asked]


async def _no_endpoint(tx: Tx, review: Review, now: datetime, real: datetime) -> None:
    if review.reason == "no_endpoint":
        return
    await tx.put(review.model_copy(update={"reason": "no_endpoint"}))
    tx.audit(now, SYSTEM, "review:held", "review", review.id, "no_endpoint")
    for place in await security_places(tx):
        await notices.tell(
            tx, new_notice(NoticeKind.NO_ENDPOINT, place, review.id, real, supplier_id=review.supplier_id)
        )


async def _send(tx: Tx, review: Review, asked: list[Asked], now: datetime, real: datetime) -> None:
    round_ = await tx.need(Round, review.round_id)
    company = min(asked, key=lambda a: a.endpoint_id).endpoint_id
    calendar = await calendar_of(tx)
    _freeze(tx, review, await _with_lists(tx, round_, asked, calendar.local_day(now)), company)
    sent = review.model_copy(
        update={
            "state": move(review.state, ReviewState.SENT),
            "reason": "",
            "due_on": due_day(review.due_on, now, calendar),
        }
    )
    await tx.put(sent)
    await tx.flush()
    for endpoint_id in await reviews.endpoints_of_review(tx, review.id):
        endpoint = await tx.need(Endpoint, endpoint_id)
        await notices.make_card(tx, CardKind.HUB, review.id, endpoint.id)
        hub = new_notice(
            NoticeKind.HUB,
            endpoint_place(endpoint),
            review.id,
            real,
            supplier_id=review.supplier_id,
            endpoint_id=endpoint.id,
        )
        await notices.tell(tx, hub)
    tx.audit(now, SYSTEM, "review:sent", "review", review.id, due=sent.due_on.isoformat())


def _freeze(tx: Tx, review: Review, asked: list[Asked], company: str) -> None:
    """What was asked is frozen when it is sent: question texts, order, pages, and why something was left out."""
    for draft, position, page in number(freeze(asked, company)):
        tx.add(frozen(draft, new_id(), review.id, position, page))


class Sending:
    """The tick's part: reviews that waited for an endpoint go out once there is one."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def run_due(self, now: datetime) -> None:
        """Try again what was held for want of an endpoint; one read when nothing is held."""
        async with self._db.read() as tx:
            held = await reviews.waiting_for_endpoint(tx)
            ready = [r.id for r in held if await self._reachable(tx, r)]
        for review_id in ready:
            try:
                await self._again(review_id, now)
            except Exception:  # one review must not hold the others
                log.exception("review %s cannot be sent", review_id)

    async def _again(self, review_id: str, now: datetime) -> None:
        async with self._db.begin("sending.held") as tx:
            await advance(tx, await tx.need(Review, review_id), now, self._clock.real())

    async def _reachable(self, tx: Tx, review: Review) -> bool:
        items = [i for i in await tx.find(ReviewItem, review_id=review.id) if i.state is ItemState.OPEN]
        return len(await _asked(tx, items)) == len(items)


async def preview_hub(tx: Tx, round_: Round, supplier_id: str, today: date) -> tuple[Language, list[dict[str, Any]]]:
    """What a supplier would get if the round went out now: the hubs of all its endpoints, by the functions that send them.

    `today` decides which certificates are valid, and which tier counts.

    An endpoint that is not verified yet is previewed all the same: the words do not depend on it.
    """
    supplier = await tx.need(Supplier, supplier_id)
    asked = await would_ask(tx, round_, supplier, today)
    company = await company_name(tx)
    blocks: list[dict[str, Any]] = []
    for endpoint_id in sorted({a.endpoint_id for a in asked}):
        blocks += draw(preview(supplier, round_, asked, endpoint_id, company, round_.due_on))
    return supplier.language, blocks


async def would_ask(tx: Tx, round_: Round, supplier: Supplier, today: date) -> list[Asked]:
    """What a supplier would be asked about if the round went out on this day."""
    asked = []
    for engagement in await rounds.engagements_of(tx, round_.id, supplier.id):
        endpoint = await endpoint_of(tx, engagement)
        asked.append(Asked(engagement.id, supplier, engagement, endpoint.id if endpoint else "none", ()))
    return await _with_lists(tx, round_, asked, today)
