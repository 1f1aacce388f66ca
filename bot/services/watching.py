"""What happens in Slack, worked through after it was acknowledged, and channels looked at before anything is sent there.

An event is kept in the inbox before its acknowledgement (`keep`) and worked through by the tick: first the network is
asked (`event_work.py` says what, kind by kind), then the change and "done" are one commit. An event is never believed
for what it says of a channel; it only tells *when* to look, so events that come late, twice or out of order do no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Inbox
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.people import SYSTEM
from bot.domain.press import Event
from bot.services.endpoints import Companies, difference, judge, names_of
from bot.services.event_work import WORK, Around
from bot.services.ports import Clock, Directory, SendFailed, SendInDoubt
from storage import endpoints, inbox, notices
from storage.db import Database
from storage.tx import Stale, Taken

log = logging.getLogger(__name__)

WAITS = (0, 2, 10, 60, 300)
"""Seconds of real time after its arrival at which an event is tried; after the last it is set aside."""
TRIES = len(WAITS)
FAILURES = 3
AT_ONCE = 8
HOLD = timedelta(seconds=15)
"""Real time for which nothing goes to a channel that could not be looked at."""


@dataclass(frozen=True)
class _Look:
    """A channel was looked at: what there was."""

    companies: Companies


class Watching:
    """Events and the check before sending."""

    def __init__(self, db: Database, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._around = Around(db, clock, directory)

    async def keep(self, event: Event) -> None:
        """Store an event before it is acknowledged; the same one again is nothing new.

        Of messages only those with files are kept: in a thread (a hub's), or in the bot's DM (a ledger).
        """
        if event.kind == "message" and not (event.files and (event.thread_ts or event.in_dm)):
            return
        try:
            async with self._db.begin("watching.keep") as tx:
                payload = event.model_dump(mode="json")
                if not await inbox.store_event(tx, event.key, event.kind, payload, self._clock.real()):
                    tx.abandon()
        except Taken:
            return  # it came over two connections at once

    async def work_through(self, now: datetime) -> int:
        """Work through what waits and is due, oldest first; how many events were tried.

        After FAILURES in one pass the rest waits too: Slack is out of reach, and each try would hold up the tick.
        """
        async with self._db.read() as tx:
            waiting = await inbox.waiting_events(tx, 200)
        real = self._clock.real()
        tried = failed = 0
        for item in waiting:
            if item.at + timedelta(seconds=WAITS[item.tries]) <= real and failed < FAILURES:
                tried += 1
                failed += not await self._try(item, now)
        return tried

    async def _try(self, item: Inbox, now: datetime) -> bool:
        """Work on one event; False where it has to wait."""
        try:
            await self._work(item, now)
        except (SendFailed, SendInDoubt, Stale, Taken) as unknown:
            await self._again(item, now, str(unknown))
            return False
        except Exception as error:
            log.exception("event %s %s", item.kind, item.id)
            await self._again(item, now, type(error).__name__)
            return False
        return True

    async def _work(self, item: Inbox, now: datetime) -> None:
        event = Event.model_validate(item.payload)
        change = await WORK[event.kind](self._around, event, item.at)
        async with self._db.begin("watching.event") as tx:
            await change(tx, now)
            await tx.put(item.model_copy(update={"done": True}))

    async def _again(self, item: Inbox, now: datetime, why: str) -> None:
        """Later; after TRIES it is set aside, so that one bad event does not hold up the rest for ever."""
        async with self._db.begin("watching.again") as tx:
            current = await tx.need(Inbox, item.id)
            if current.done:
                tx.abandon()  # another process was faster
                return
            tries = current.tries + 1
            if tries >= TRIES:
                tx.audit(now, SYSTEM, "event:set_aside", "event", item.id, why, kind=item.kind)
            await tx.put(current.model_copy(update={"tries": tries, "done": tries >= TRIES}))

    async def check_due(self, max_age_seconds: float) -> None:
        """Look at the channels in which something is about to be posted or refreshed."""
        async with self._db.read() as tx:
            due = await notices.due_endpoints(tx, self._clock.now(), self._clock.real())
        if due:
            await self.check_endpoints(due, max_age_seconds)

    async def check_endpoints(self, endpoint_ids: Collection[str], max_age_seconds: float) -> None:
        """Look at the channels of these endpoints whose last look is older than `max_age_seconds` of real time.

        To be called before the outbox claims anything, with the endpoints of what is due. What agrees is noted; what
        does not is suspended; what could not be looked at gets nothing for HOLD, because unknown is not allowed.
        """
        real = self._clock.real()
        async with self._db.read() as tx:
            stale = await endpoints.older(tx, endpoint_ids, real - timedelta(seconds=max_age_seconds))
            guests = await endpoints.guests_in(tx, [e.channel_id for e in stale])
        looked = await self._look(stale)
        differs = {e.id: difference(e, looked[e.id], guests[e.channel_id]) for e in stale if e.id in looked}
        await self._settle(
            [e.id for e in stale if e.id in looked and differs[e.id] is None],
            [e.id for e in stale if e.id not in looked],
            real,
        )
        for endpoint in stale:
            if differs.get(endpoint.id):
                await self._judge(endpoint, looked[endpoint.id])

    async def _look(self, stale: list[Endpoint]) -> dict[str, Companies]:
        """The companies in each channel, AT_ONCE looks side by side; missing is what could not be looked at.

        When a whole batch fails, Slack is out of reach or wants rest, and the others are not asked for.
        """
        looked: dict[str, Companies] = {}
        for start in range(0, len(stale), AT_ONCE):
            batch = stale[start : start + AT_ONCE]
            answers = await asyncio.gather(*(self._companies(e) for e in batch))
            looked |= {e.id: answer.companies for e, answer in zip(batch, answers, strict=True) if answer}
            if not any(answers):
                break
        return looked

    async def _companies(self, endpoint: Endpoint) -> _Look | None:
        try:
            return _Look(await self._directory.companies(endpoint.channel_id))
        except SendFailed as failed:
            log.warning("channel %s could not be looked at: %s", endpoint.channel_id, failed.error)
            return None

    async def _settle(self, agreeing: list[str], unknown: list[str], real: datetime) -> None:
        if not agreeing and not unknown:
            return
        async with self._db.begin("watching.checked") as tx:
            if agreeing:
                await endpoints.agreed(tx, agreeing, real)
            if unknown:
                await endpoints.hold_notices(tx, unknown, real + HOLD, "channel_unchecked")

    async def _judge(self, endpoint: Endpoint, companies: Companies) -> None:
        """Suspend, unless somebody has changed the endpoint since it was read: then the next tick looks again."""
        names = await names_of(self._directory, endpoint, companies)
        async with self._db.begin("watching.suspend") as tx:
            current = await tx.need(Endpoint, endpoint.id)
            if current.version != endpoint.version or current.state is not EndpointState.VERIFIED:
                tx.abandon()
                return
            await judge(tx, current, companies, names, self._clock.now(), self._clock.real())
