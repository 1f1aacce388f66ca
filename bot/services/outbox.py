"""The outbox: claim, check that it is still true and allowed, send, mark. Nothing is sent twice, nothing false is sent.

One notice travels so: `_claim` (one commit: locked, checked, rendered, attempt written) → the channel posts →
`marking.Marker` (one commit). A process that dies between leaves a claim whose lease ends; what becomes of it is told in
`doubts.py`. Posted cards are kept true by `cards.py`.

To add a kind of notice: a member of NoticeKind, a function and its row in a module of `telling/`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Attempt, Notice, NoticeState
from bot.domain.ledger import Endpoint
from bot.domain.people import SYSTEM
from bot.services.cards import Cards
from bot.services.doubts import Doubts
from bot.services.marking import Delivery, Marker, address, perhaps_ended
from bot.services.ports import Channel, Clock, Message, SendFailed, SendInDoubt
from bot.services.telling import TELL, Cancel, Hold, Ready
from bot.services.telling.rehearsal import in_part
from storage import notices
from storage.db import Database
from storage.ids import new_id
from storage.tx import EVERYWHERE, Stale, Tx

log = logging.getLogger(__name__)

NEXT_LOOK = 0.3  # seconds: a look that did not succeed is not asked for again and again


@dataclass(frozen=True)
class Claim:
    """A notice that is ours to send, rendered."""

    notice: Notice
    place: str
    thread_ts: str
    message: Message


@dataclass(frozen=True)
class Unlooked:
    """Nothing was claimed: this endpoint's channel must be looked at before anything is posted there."""

    endpoint_id: str


class Outbox:
    """Sends what is due. `worker` names this process in claims; `sent` is told of each send, before and after."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        channel: Channel,
        timing: Delivery,
        worker: str,
        observer: Callable[[str], None],
        look: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._channel = channel
        self._timing = timing
        self._worker = worker
        self._observer = observer
        self._look = look
        self._marker = Marker(db, clock, timing)
        self._doubts = Doubts(db, clock, channel, self._marker)
        self._cards = Cards(db, clock, channel, timing, observer, look)
        self._halted = False

    def halt(self) -> None:
        """The process stops: what is claimed is sent and marked, and nothing more is claimed. The rest waits in its rows."""
        self._halted = True

    async def drain(self, limit: int = 500) -> int:
        """Send everything that may be sent now; how many notices were handled. Idle, it only reads."""
        await self._doubts.recover()
        await self._doubts.look_up()
        handled, looked = 0, set[str]()
        if not self._halted and await self._something_due():
            # a card that is gone is found before anything is posted under it
            await self._cards.refresh(lambda: self._halted, awaited=True)
        while handled < limit and not self._halted and await self._something_due():
            if (claimed := await self._claim(looked)) is None:
                break
            handled += 1
            if isinstance(claimed, Claim):
                with perhaps_ended(claimed.notice):
                    await self._send(claimed)
            elif isinstance(claimed, Unlooked) and self._look:
                looked.add(claimed.endpoint_id)
                await self._look(claimed.endpoint_id)
        if not self._halted:
            await self._cards.refresh(lambda: self._halted)
        return handled

    async def _something_due(self) -> bool:
        async with self._db.read(EVERYWHERE) as tx:
            return await notices.next_due(tx, self._clock.now(), self._clock.real(), lock=False) is not None

    # -- claim ---------------------------------------------------------------------------------------------------

    async def _claim(self, looked: Collection[str] = ()) -> Claim | Unlooked | bool | None:
        """The next notice: a Claim to send, True where it was settled without sending, None where nothing is due.

        Unlooked: its channel must be looked at first; `looked` are those that this drain has looked at already.
        """
        now, real = self._clock.now(), self._clock.real()
        notice = None
        try:
            async with self._db.begin("outbox.claim", EVERYWHERE) as tx:
                notice = await notices.next_due(tx, now, real)
                if notice is None:
                    tx.abandon()
                    return None
                tx.enter(notice.practice_of)
                told = await in_part(tx, notice.kind, await TELL[notice.kind](tx, notice, now))
                if isinstance(told, Ready) and await self._look_too_old(tx, notice, real):
                    if self._look and notice.endpoint_id not in looked:
                        tx.abandon()
                        return Unlooked(notice.endpoint_id)
                    told = Hold("channel_not_looked_at", seconds=NEXT_LOOK)
                if isinstance(told, Ready):
                    return await self._take(tx, notice, told, real)
                await self._set_aside(tx, notice, told, now, real)
                return True
        except Stale:  # another process took it
            return True
        except Exception:
            if notice is None:
                raise
            log.exception("notice %s (%s) cannot be told", notice.id, notice.kind.value)
            await self._broken(notice)
            return True

    async def _look_too_old(self, tx: Tx, notice: Notice, real: datetime) -> bool:
        """Whether nobody has looked at the shared channel lately: it was queued after this tick's look."""
        if not notice.endpoint_id:
            return False
        return self._timing.too_old(await tx.need(Endpoint, notice.endpoint_id), real)

    async def _broken(self, notice: Notice) -> None:
        """A notice that cannot be drawn waits, so that it does not stop the others; its reason can be read."""
        async with self._db.begin("outbox.broken", EVERYWHERE) as tx:
            current = await tx.get(Notice, notice.id)
            if current is None:
                tx.abandon()  # of a rehearsal that was ended since
                return
            later = self._clock.real() + timedelta(seconds=self._timing.hold * 4)
            await tx.put(current.model_copy(update={"reason": "cannot_be_drawn", "retry_at": later}))

    async def _take(self, tx: Tx, notice: Notice, ready: Ready, real: datetime) -> Claim:
        attempt = Attempt(id=new_id(), notice_id=notice.id, n=notice.attempts + 1, started_at=real)
        tx.add(attempt)
        await notices.reserve(tx, notice.place, real + timedelta(seconds=self._timing.spacing))
        claimed = notice.model_copy(
            update={
                "state": NoticeState.CLAIMED,
                "claimed_by": self._worker,
                "lease_until": real + timedelta(seconds=self._timing.lease),
                "tried_at": real,
                "attempts": attempt.n,
                "lookups": 0,
                "blind": 0,
                "language": ready.language,
                "text": ready.message.text,
            }
        )
        await tx.put(claimed)
        return Claim(claimed, await address(tx, notice.place), ready.thread_ts, ready.message)

    async def _set_aside(self, tx: Tx, notice: Notice, why: Cancel | Hold, now: datetime, real: datetime) -> None:
        if isinstance(why, Cancel):
            await tx.put(notice.model_copy(update={"state": NoticeState.CANCELLED, "reason": why.reason}))
            tx.audit(now, SYSTEM, "notice:cancelled", "notice", notice.id, why.reason)
        else:
            later = real + timedelta(seconds=self._timing.hold if why.seconds is None else why.seconds)
            await tx.put(notice.model_copy(update={"reason": why.reason, "retry_at": later}))

    # -- send and mark -------------------------------------------------------------------------------------------

    async def _send(self, claim: Claim) -> None:
        notice = claim.notice
        if notice.lease_until and self._clock.real() >= notice.lease_until:
            return  # it took us too long to get here; it counts as in doubt by now
        self._observer(f"send:{notice.kind.value}:before")
        try:
            posted = await self._channel.post(
                claim.place, claim.message, notice_id=notice.id, thread_ts=claim.thread_ts
            )
        except SendInDoubt as doubt:
            await self._marker.doubtful(notice, str(doubt))
        except SendFailed as failed:
            await self._marker.failed(notice, failed, claim.thread_ts)
        else:
            self._observer(f"send:{notice.kind.value}:stored")
            await self._marker.sent(notice, posted, "sent")
