"""Hubs that stand in a channel which their endpoint has left: refreshed once to say so, or left alone for good.

A refresh, never a new message, and only while the companies and guests in that channel are exactly those who had been
confirmed there: the channel is looked at right before. What cannot be looked at is tried TRIES times. An update that is said
twice is the same, so nothing has to be looked up where an answer is lost.
"""

from __future__ import annotations

import logging

from bot.domain.channel_check import compare
from bot.domain.ledger import Supplier
from bot.domain.moving import OldHub
from bot.domain.people import SYSTEM, PersonKind
from bot.domain.rounds import Review
from bot.domain.settings import PAUSED, Setting
from bot.services.ports import Channel, ChannelFacts, Clock, Directory, Message, Posted, SendFailed, SendInDoubt
from message_templates.catalogs import text
from message_templates.moving import moved_hub, moved_text
from storage import endpoints, moving
from storage.db import Database

log = logging.getLogger(__name__)

AT_ONCE = 10
TRIES = 5
SAID = "said"


class OldHubs:
    """The timer's part of a move."""

    def __init__(self, db: Database, clock: Clock, directory: Directory, channel: Channel) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._channel = channel

    async def run_due(self) -> int:
        """Look at what nobody has looked at; how many are settled. One read when there is nothing."""
        async with self._db.read("") as tx:
            paused = await tx.get(Setting, PAUSED)
            if paused and paused.value.get("on"):
                return 0
            waiting = await moving.old_hubs(tx, AT_ONCE)
        return sum([await self._one(old) for old in waiting])

    async def _one(self, old: OldHub) -> bool:
        try:
            outcome = await self._settle(old)
        except (SendFailed, SendInDoubt) as unknown:
            log.warning("the old hub %s could not be settled: %s", old.id, unknown)
            permanent = isinstance(unknown, SendFailed) and unknown.permanent
            outcome = str(unknown) if permanent or old.tries + 1 >= TRIES else ""
        async with self._db.begin("old_hubs.settled") as tx:
            current = await tx.get(OldHub, old.id)
            if current is None or current.outcome:
                tx.abandon()
                return False
            await tx.put(current.model_copy(update={"outcome": outcome, "tries": current.tries + 1}))
            if outcome:
                tx.audit(self._clock.now(), SYSTEM, "old_hub:settled", "review", old.review_id, outcome[:60])
        return bool(outcome)

    async def _settle(self, old: OldHub) -> str:
        """What becomes of it: SAID, or why it is left alone."""
        async with self._db.read("") as tx:
            if await endpoints.at(tx, old.channel):
                return "channel_linked"
            review = await tx.need(Review, old.review_id)
            language = (await tx.need(Supplier, review.supplier_id)).language
        if why := _differs(old, await self._directory.channel(old.channel)):
            return why
        t = text(language)
        message = Message(text=moved_text(t), blocks=moved_hub(t))
        await self._channel.update(Posted(channel=old.channel, ts=old.ts), message)
        return SAID


def _differs(old: OldHub, facts: ChannelFacts | None) -> str:
    """Why nothing may be shown in that channel any more; '' where it is what had been confirmed."""
    if facts is None or facts.archived:
        return "channel_gone"
    guests = [m.slack_user_id for m in facts.members if m.kind is PersonKind.GUEST and m.active]
    found = compare(old.teams, old.guests, facts.teams, guests, facts.pending)
    return found.reason.value if found else ""
