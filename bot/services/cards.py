"""Messages that are refreshed in place: rendered from the state now, one idempotent update however many changes came.

A hub's channel is looked at just before (not again while the last look is young): a press during a tick makes a card stale
after the tick has looked. Where nobody could look, the hub waits for the next tick. A message that Slack says is gone is posted
anew where somebody still needs it (`reposting.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.domain.delivery import CardKind, LiveCard
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.settings import PAUSED, Setting
from bot.services import reposting
from bot.services.marking import Delivery
from bot.services.ports import Channel, Clock, Message, Posted, SendFailed, SendInDoubt
from bot.services.telling import CARD
from bot.services.telling.rehearsal import card_in_part
from storage import notices
from storage.db import Database
from storage.tx import EVERYWHERE

log = logging.getLogger(__name__)

IN_VAIN = 3
"""After so many looks that told nothing Slack is out of reach: the other hubs wait too, each look would hold up the tick."""


class Cards:
    """The part of the outbox that keeps posted cards true."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        channel: Channel,
        timing: Delivery,
        observer: Callable[[str], None],
        look: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._channel = channel
        self._timing = timing
        self._observer = observer
        self._look = look

    async def refresh(self, halted: Callable[[], bool] = lambda: False, *, awaited: bool = False) -> None:
        """Bring stale cards up to date; not while everything is paused, nor in a channel that is not verified.

        `halted` is asked before each: a stop does not wait for all of them. `awaited`: only those under which something
        is about to be posted.
        """
        async with self._db.read(EVERYWHERE) as tx:
            paused = await tx.get(Setting, PAUSED)
            if paused and paused.value.get("on"):
                return
            stale = await notices.stale_cards(tx, awaited=awaited)
        in_vain = 0
        for card in stale:
            if halted():
                return
            try:
                if card.kind is CardKind.HUB and (in_vain >= IN_VAIN or not await self._seen(card)):
                    in_vain += 1
                    continue
                await self._one(card)
            except Exception:  # one card that cannot be drawn must not stop the others
                log.exception("card %s cannot be refreshed", card.id)

    async def _seen(self, card: LiveCard) -> bool:
        """Whether the hub's channel was looked at just now or lately; one that is suspended is not drawn anyway."""
        if not self._look:
            return True
        await self._look(card.place)
        async with self._db.read(card.practice_of) as tx:
            endpoint = await tx.get(Endpoint, card.place)  # None: of a rehearsal that was ended since
        if endpoint is None or endpoint.state is not EndpointState.VERIFIED:
            return True
        return not self._timing.too_old(endpoint, self._clock.real())

    async def _one(self, card: LiveCard) -> None:
        async with self._db.read(card.practice_of) as tx:
            if card.practice_of and await tx.get(LiveCard, card.id) is None:
                return  # a rehearsal that was ended since
            message = await card_in_part(tx, card.kind, await CARD[card.kind](tx, card, self._clock.now()))
        if isinstance(message, Message):
            await self._update(card, message)

    async def _update(self, card: LiveCard, message: Message) -> None:
        self._observer(f"update:{card.kind.value}:before")
        gone = False
        try:
            await self._channel.update(Posted(channel=card.channel, ts=card.ts), message)
        except SendInDoubt as doubt:
            log.warning("card %s: %s; it is tried again", card.id, doubt)
            return
        except SendFailed as failed:
            log.warning("card %s cannot be updated: %s", card.id, failed.error)
            if not failed.permanent:
                return
            gone = failed.gone
        self._observer(f"update:{card.kind.value}:stored")
        async with self._db.begin("outbox.card", card.practice_of) as tx:
            await notices.card_shown(tx, card.id, card.wanted)
            if gone:
                await reposting.gone(tx, card, self._clock.now(), self._clock.real())
