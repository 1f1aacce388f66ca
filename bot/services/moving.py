"""A supplier's endpoints: the list, severing one, moving one to another channel, and an engagement's own endpoint.

Moving has two steps like linking (`linking.py`): the new channel is looked at after the ack, and exactly what that person was
shown becomes the endpoint. Severing is one press; nothing is sent by it.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.ledger import Endpoint, EndpointState, Engagement, Supplier
from bot.domain.linking import LinkView
from bot.domain.moving import (
    Choice,
    EndpointCard,
    Endpoints,
    Moved,
    OpenReview,
    OverrideForm,
    Severed,
    SeverForm,
    Then,
    require_movable,
    severed,
)
from bot.domain.people import Actor, channel_group
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ItemState, Review, ReviewItem, move
from bot.services import history, invited, sending
from bot.services.desk import Desk
from bot.services.linking import Linking, confirm_teams
from bot.services.relocating import open_reviews, relocate
from storage import endpoints, moving, notices, people
from storage.tx import Tx

CAUSE = "sever"
REASON = "endpoint_severed"
OVERRIDE = "endpoint_override"
MENU = 99


class Moving:
    """The use cases of endpoints that are there."""

    def __init__(self, desk: Desk, linking: Linking, zone: ZoneInfo) -> None:
        self._desk = desk
        self._linking = linking
        self._zone = zone

    async def all_of(self, press: Press, supplier_id: str) -> Endpoints:
        """A supplier's endpoints with their state and what is open there. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Endpoints:
            require(Action.LINK, roles(actor))
            supplier = await tx.get(Supplier, supplier_id)
            if supplier is None:
                raise Refusal(Code.NOT_FOUND)
            found = await tx.find(Endpoint, supplier_id=supplier.id)
            return Endpoints(supplier_id=supplier.id, supplier=supplier.name, cards=await self._cards(tx, found))

        return await self._desk.look(press, work)

    async def _cards(self, tx: Tx, found: list[Endpoint]) -> tuple[EndpointCard, ...]:
        reviews = await open_reviews(tx, found)
        works = await moving.works_of(tx, found)
        return tuple(self._card(e, reviews.get(e.id, ()), tuple(works.get(e.id, ()))) for e in found)

    def _card(self, endpoint: Endpoint, reviews: tuple[OpenReview, ...], works: tuple[str, ...]) -> EndpointCard:
        return EndpointCard(
            id=endpoint.id,
            version=endpoint.version,
            channel_id=endpoint.channel_id,
            state=endpoint.state,
            reason=endpoint.reason,
            note=endpoint.note,
            verified_on=endpoint.verified_at.astimezone(self._zone).date() if endpoint.verified_at else None,
            companies=len(endpoint.teams),
            guests=len(endpoint.guests),
            works=works,
            reviews=reviews,
        )

    async def form(self, press: Press, endpoint_id: str) -> SeverForm:
        """One endpoint, before it is severed or moved. Raises Refusal(NOT_YOURS, NOT_FOUND, ILLEGAL_MOVE)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> SeverForm:
            endpoint = await _mine(tx, actor, endpoint_id)
            (card,) = await self._cards(tx, [endpoint])
            if not card.movable:
                raise Refusal(Code.ILLEGAL_MOVE)
            return SeverForm(supplier=(await tx.need(Supplier, endpoint.supplier_id)).name, card=card)

        return await self._desk.look(press, work)

    # -- severing ----------------------------------------------------------------------------------------------------------

    async def sever(self, press: Press, endpoint_id: str, version: int, why: str, note: str, then: str) -> Severed:
        """Nothing goes there any more. Raises Refusal(NOT_YOURS, NOT_FOUND, NO_REASON, CHANGED_MEANWHILE, ILLEGAL_MOVE)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Severed:
            endpoint = await _mine(tx, actor, endpoint_id)
            if endpoint.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            reviews = (await open_reviews(tx, [endpoint])).get(endpoint.id, ())
            cancel = bool(reviews) and _then(then) is Then.CANCEL
            unsent = 0
            if endpoint.state is not EndpointState.SEVERED:
                unsent = await self._sever(tx, endpoint, why, note, actor, now)
            elif not cancel:
                raise Refusal(Code.ILLEGAL_MOVE)
            for one in reviews if cancel else ():
                await self._cancel(tx, one.review_id, actor, now)
            supplier = await tx.need(Supplier, endpoint.supplier_id)
            return Severed(
                supplier=supplier.name,
                channel_id=endpoint.channel_id,
                reviews=len(reviews),
                cancelled=len(reviews) if cancel else 0,
                unsent=unsent,
            )

        return await self._desk.once("moving.sever", press, Severed, work)

    async def _sever(self, tx: Tx, endpoint: Endpoint, why: str, note: str, actor: Actor, now: datetime) -> int:
        """How many messages waited to go there; they are cancelled. What is on its way is not, but never sent again."""
        after = severed(endpoint, why, note)
        await tx.put(after)
        tx.add(*history.changed(endpoint, after, actor, now, CAUSE))
        unsent = await notices.cancel_open(tx, REASON, endpoint_id=endpoint.id)
        tx.audit(now, actor, "endpoint:severed", "endpoint", endpoint.id, after.reason, unsent=unsent)
        await tx.flush()
        await confirm_teams(tx, actor, endpoint.supplier_id, now)
        return unsent

    async def _cancel(self, tx: Tx, review_id: str, actor: Actor, now: datetime) -> None:
        """The whole review is withdrawn, also where it is asked at another endpoint too."""
        for item in await tx.find(ReviewItem, review_id=review_id, state=ItemState.OPEN):
            gone = {"state": move(item.state, ItemState.WITHDRAWN), "reason": REASON}
            await tx.put(item.model_copy(update=gone))
            tx.audit(now, actor, "item:withdrawn", "item", item.id, REASON)
        await tx.flush()
        await sending.advance(tx, await tx.need(Review, review_id), now, self._desk.clock.real())

    # -- moving ------------------------------------------------------------------------------------------------------------

    async def look(self, press: Press, endpoint_id: str) -> LinkView:
        """Who will see what is posted in the channel of this press. Asks Slack: after the ack only."""
        await self.form(press, endpoint_id)
        return await self._linking.look(press, ())

    async def move(self, press: Press, look_id: str, endpoint_id: str) -> Moved:
        """Put the endpoint into the channel that was shown.

        Raises Refusal(NOT_YOURS, NOT_FOUND, CHANNEL_UNCHECKED, CHANNEL_CHANGED, CHANNEL_UNFIT, CHANNEL_TAKEN, SAME_CHANNEL,
        ENDPOINT_SENDING, ILLEGAL_MOVE).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Moved:
            endpoint = await _mine(tx, actor, endpoint_id)
            look = await self._linking.shown(tx, actor, look_id)
            waited = bool(await open_reviews(tx, [endpoint]))
            require_movable(endpoint, waited_for=waited, channel_id=look.channel_id)
            if await endpoints.at(tx, look.channel_id):
                raise Refusal(Code.CHANNEL_TAKEN)
            moved, reviews = await relocate(tx, endpoint, look, actor, now, self._desk.clock.real())
            await tx.flush()
            await confirm_teams(tx, actor, moved.supplier_id, now)
            await people.set_members(tx, channel_group(look.channel_id), look.members, self._desk.clock.real())
            await invited.linked(tx, actor, look.channel_id, moved.supplier_id, now)
            supplier = await tx.need(Supplier, moved.supplier_id)
            return Moved(
                supplier=supplier.name,
                was=endpoint.channel_id,
                channel_id=look.channel_id,
                channel=look.name,
                reviews=reviews,
            )

        return await self._desk.once("moving.move", press, Moved, work)

    # -- an engagement's own endpoint -----------------------------------------------------------------------------------------

    async def override_form(self, press: Press, engagement_id: str) -> OverrideForm:
        """Where this work is asked about, and where it could be. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> OverrideForm:
            engagement = await _work(tx, actor, engagement_id)
            found = await tx.find(Endpoint, supplier_id=engagement.supplier_id)
            own = engagement.endpoint_id or ""
            living = [e for e in found if e.state is not EndpointState.SEVERED or e.id == own]
            return OverrideForm(
                supplier=(await tx.need(Supplier, engagement.supplier_id)).name,
                engagement_id=engagement.id,
                business=engagement.business,
                version=engagement.version,
                chosen=own,
                choices=tuple(Choice(id=e.id, channel_id=e.channel_id, state=e.state) for e in living[:MENU]),
            )

        return await self._desk.look(press, work)

    async def override(self, press: Press, engagement_id: str, version: int, endpoint_id: str) -> OverrideForm:
        """Give the work an endpoint of its own, or '' for its supplier's. What has been sent stays where it was sent.

        Raises Refusal(NOT_YOURS, NOT_FOUND, CHANGED_MEANWHILE, NOTHING_CHANGED).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> OverrideForm:
            engagement = await _work(tx, actor, engagement_id)
            if engagement.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            if (engagement.endpoint_id or "") == endpoint_id:
                raise Refusal(Code.NOTHING_CHANGED)
            if endpoint_id and not await _living(tx, endpoint_id, engagement.supplier_id):
                raise Refusal(Code.NOT_FOUND, "endpoint")
            after = engagement.model_copy(update={"endpoint_id": endpoint_id or None})
            await tx.put(after)
            tx.add(*history.changed(engagement, after, actor, now, OVERRIDE))
            tx.audit(now, actor, "engagement:endpoint", "engagement", after.id, to=endpoint_id)
            supplier = await tx.need(Supplier, engagement.supplier_id)
            return OverrideForm(
                supplier=supplier.name,
                engagement_id=after.id,
                business=after.business,
                version=after.version,
                chosen=endpoint_id,
            )

        return await self._desk.once("moving.override", press, OverrideForm, work)


async def _mine(tx: Tx, actor: Actor, endpoint_id: str) -> Endpoint:
    require(Action.LINK, roles(actor))
    endpoint = await tx.get(Endpoint, endpoint_id)
    if endpoint is None:
        raise Refusal(Code.NOT_FOUND)
    return endpoint


async def _work(tx: Tx, actor: Actor, engagement_id: str) -> Engagement:
    require(Action.LINK, roles(actor))
    engagement = await tx.get(Engagement, engagement_id)
    if engagement is None:
        raise Refusal(Code.NOT_FOUND)
    return engagement


async def _living(tx: Tx, endpoint_id: str, supplier_id: str) -> bool:
    endpoint = await tx.get(Endpoint, endpoint_id)
    return bool(endpoint and endpoint.supplier_id == supplier_id and endpoint.state is not EndpointState.SEVERED)


def _then(value: str) -> Then:
    try:
        return Then(value)
    except ValueError:
        raise Refusal(Code.NO_CHOICE, "then") from None
