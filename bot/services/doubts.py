"""Sends in doubt: looked for by the notice id in the message's metadata, looked for again, and only then repeated.

Where looking is impossible the notice becomes `unresolved` and a person decides: never a blind second message to an
outside company. Two looks, because Slack's history may lag behind a post.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.delivery import Notice, NoticeState
from bot.domain.people import SYSTEM
from bot.services.marking import Marker, address, in_doubt, perhaps_ended, thread_of
from bot.services.ports import Channel, Clock, SendFailed, SendInDoubt
from storage import notices
from storage.db import Database
from storage.tx import EVERYWHERE

LOOKUPS = 2
UNFINDABLE = 5
# Slack stamps messages with its own clock: a look that began at our time could miss a post because ours runs ahead
SKEW = timedelta(minutes=5)


class Doubts:
    """The part of the outbox that finds out."""

    def __init__(self, db: Database, clock: Clock, channel: Channel, marker: Marker) -> None:
        self._db = db
        self._clock = clock
        self._channel = channel
        self._marker = marker

    async def recover(self) -> None:
        """Claims whose holder died may have been sent: they are in doubt."""
        async with self._db.read(EVERYWHERE) as tx:
            if not await notices.expired_claims(tx, self._clock.real(), lock=False):
                return
        async with self._db.begin("outbox.recover", EVERYWHERE) as tx:
            for notice in await notices.expired_claims(tx, self._clock.real()):
                await tx.put(notice.model_copy(update=in_doubt("lease_over", self._marker.later())))

    async def look_up(self) -> None:
        """Look for everything whose wait is over."""
        async with self._db.read(EVERYWHERE) as tx:
            waiting = await notices.doubtful(tx, self._clock.real())
            where = [(n, await address(tx, n.place), await thread_of(tx, n)) for n in waiting]
        for notice, place, thread_ts in where:
            with perhaps_ended(notice):
                await self._look(notice, place, thread_ts)

    async def _look(self, notice: Notice, place: str, thread_ts: str) -> None:
        since = (notice.tried_at or notice.created_at) - SKEW
        try:
            found = await self._channel.find(place, notice_id=notice.id, thread_ts=thread_ts, since=since)
        except (SendFailed, SendInDoubt) as unknown:
            await self._not_seen(notice, looked=False, why=str(unknown))
            return
        if found:
            await self._marker.sent(notice, found, "found")
        else:
            await self._not_seen(notice, looked=True, why="not_found")

    async def _not_seen(self, notice: Notice, *, looked: bool, why: str) -> None:
        """Not there: after LOOKUPS looks it may be sent again. Looking failed too often: a person decides."""
        async with self._db.begin("outbox.lookup", notice.practice_of) as tx:
            current = await tx.get(Notice, notice.id)
            if current is None or current.state is not NoticeState.IN_DOUBT or current.retry_at != notice.retry_at:
                tx.abandon()  # another process looked at the same time: two looks at once are one
                return
            lookups, blind = current.lookups + looked, current.blind + (not looked)
            state = NoticeState.IN_DOUBT
            if lookups >= LOOKUPS:
                state = NoticeState.PENDING
            elif blind >= UNFINDABLE:
                state = NoticeState.UNRESOLVED
                tx.audit(self._clock.now(), SYSTEM, "notice:unresolved", "notice", notice.id, why)
            retry = None if state is NoticeState.PENDING else self._marker.later()
            change = {"state": state, "lookups": lookups, "blind": blind, "reason": why, "retry_at": retry}
            await tx.put(current.model_copy(update=change))
