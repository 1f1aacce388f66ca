"""An endpoint in another channel: what moves with it, in the caller's transaction.

The endpoint keeps its id, so questions, answers, submissions and evidence stay where they are. Messages that wait go to the new
channel; each open review gets one new hub there (its key names the move, so it is told once); the old hub is noted to be
refreshed (`old_hubs.py`). Nothing new is ever posted where the endpoint was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.answers import require_here
from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import PRACTICE, ChannelLook, Endpoint, EndpointState, Supplier
from bot.domain.moving import EndpointCard, Endpoints, OldHub, OpenReview
from bot.domain.people import Actor
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ANSWERABLE, OPEN_REVIEW, Review
from bot.services import history
from bot.services.recipients import channel_place
from bot.services.telling.base import new_notice
from storage import moving, notices
from storage.ids import new_id
from storage.reviews import Desk
from storage.tx import Tx

CAUSE = "move"


def confirmed(look: ChannelLook, actor: Actor, now: datetime) -> dict[str, Any]:
    """The change of an endpoint whose channel a person was shown, and confirmed as it was shown."""
    return {
        "channel_id": look.channel_id,
        "state": EndpointState.VERIFIED,
        "teams": (*look.teams, *look.pending),
        "guests": look.guests,
        "verified_by": actor.person_id,
        "verified_at": now,
        "checked_at": look.seen_at,
        "reason": "",
        "note": "",
    }


async def open_reviews(tx: Tx, endpoints: Sequence[Endpoint]) -> dict[str, tuple[OpenReview, ...]]:
    """The reviews that still take answers, by endpoint."""
    found: dict[str, tuple[OpenReview, ...]] = {}
    for endpoint_id, review, title in await moving.open_at(tx, [e.id for e in endpoints]):
        one = OpenReview(review_id=review.id, title=title, due_on=review.due_on, state=review.state.value)
        found[endpoint_id] = (*found.get(endpoint_id, ()), one)
    return found


async def endpoints_part(tx: Tx, supplier: Supplier, _engagements: Sequence[str], _today: date) -> Endpoints:
    """The record's section: which endpoints there are."""
    found = await tx.find(Endpoint, supplier_id=supplier.id)
    cards = [EndpointCard(id=e.id, version=e.version, channel_id=e.channel_id, state=e.state) for e in found]
    return Endpoints(supplier_id=supplier.id, supplier=supplier.name, cards=tuple(cards))


async def still_here(tx: Tx, actor: Actor, place: Desk | None, channel_id: str) -> None:
    """Raise Refusal(ENDPOINT_MOVED, ENDPOINT_SUSPENDED, CLOSED) for one of its own people in a channel that the endpoint left.

    `channel_id`: where a button of the review was pressed; '' in a modal.
    """
    if place is None or place.endpoint.kind == PRACTICE:
        return
    endpoint, review = place.endpoint, place.review
    moved = channel_id not in {"", endpoint.channel_id} and bool(
        await tx.find(OldHub, channel=channel_id, review_id=review.id, endpoint_id=endpoint.id)
    )
    require_here(endpoint, actor, review.state, moved=moved)


async def waited_for(tx: Tx, supplier_id: str) -> Endpoint | None:
    """A severed endpoint of this supplier for which reviews wait: the oldest one."""
    severed = await tx.find(Endpoint, supplier_id=supplier_id, state=EndpointState.SEVERED)
    waiting = await open_reviews(tx, severed) if severed else {}
    return next((endpoint for endpoint in severed if endpoint.id in waiting), None)


async def relocate(
    tx: Tx, endpoint: Endpoint, look: ChannelLook, actor: Actor, now: datetime, real: datetime
) -> tuple[Endpoint, int]:
    """The endpoint in the channel that was looked at, verified; and how many reviews are asked there from now on.

    Raises Refusal(ENDPOINT_SENDING) while a message to the old channel is under way: it would be taken for one in the new.
    """
    if await moving.on_its_way(tx, endpoint.id):
        raise Refusal(Code.ENDPOINT_SENDING)
    moved = endpoint.model_copy(update=confirmed(look, actor, now))
    await tx.put(moved)
    tx.add(*history.changed(endpoint, moved, actor, now, CAUSE))
    tx.audit(now, actor, "endpoint:moved", "endpoint", moved.id, was=endpoint.channel_id, to=moved.channel_id)
    if moved.channel_id != endpoint.channel_id:
        await moving.redirect(tx, moved.id, channel_place(moved.channel_id))
        await moving.rename(tx, moved.id, endpoint.channel_id, moved.channel_id)
    return moved, await _hubs(tx, endpoint, moved, now, real)


async def _hubs(tx: Tx, before: Endpoint, after: Endpoint, now: datetime, real: datetime) -> int:
    """The cards leave the old channel; where answers are still awaited a hub is posted in the new one."""
    asked = 0
    for card in await tx.find(LiveCard, kind=CardKind.HUB.value, place=after.id):
        review = await tx.need(Review, card.subject_id)
        stands = bool(card.ts) and card.channel == after.channel_id
        if card.ts and not stands:
            if review.state in OPEN_REVIEW:
                tx.add(_old(card, before, now))
            await tx.put(card.model_copy(update={"channel": "", "ts": "", "shown": card.wanted}))
        if review.state in ANSWERABLE:
            asked += 1
            if not stands:
                await _post(tx, review, after, real)
    return asked


async def _post(tx: Tx, review: Review, after: Endpoint, real: datetime) -> None:
    """One hub in the new channel, unless one waits to be sent already (it goes to the new channel now)."""
    waits = {"kind": NoticeKind.HUB.value, "subject_id": review.id, "endpoint_id": after.id}
    if await tx.find(Notice, state=NoticeState.PENDING.value, **waits):
        return
    hub = new_notice(
        NoticeKind.HUB,
        channel_place(after.channel_id),
        review.id,
        real,
        step=f"moved-{after.version}",
        supplier_id=review.supplier_id,
        endpoint_id=after.id,
    )
    await notices.tell(tx, hub)


def _old(card: LiveCard, before: Endpoint, now: datetime) -> OldHub:
    return OldHub(
        id=new_id(),
        endpoint_id=before.id,
        review_id=card.subject_id,
        channel=card.channel,
        ts=card.ts,
        teams=before.teams,
        guests=before.guests,
        moved_at=now,
    )
