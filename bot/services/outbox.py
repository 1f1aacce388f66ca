"""The outbox: claim, check that it is still true and allowed, send, mark. Nothing is sent twice, nothing false is sent.

One notice travels so: `_claim` (one commit: locked, checked, rendered, attempt written) → the channel posts → `_mark`
(one commit). A process that dies between leaves a claim whose lease ends; it is then *in doubt*, looked up by the notice
id in the message's metadata after a wait, looked up again, and only then repeated. Where looking is impossible it
becomes `unresolved` and a person decides: never a blind second message to an outside company.

To add a kind of notice: a member of NoticeKind, a function in `tell_*.py`, its row in `telling.TELL`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Attempt, LiveCard, Notice, NoticeState
from bot.domain.ledger import Endpoint
from bot.domain.people import SYSTEM, Person
from bot.domain.settings import PAUSED, Setting
from bot.services.ports import Channel, Clock, Message, Posted, SendFailed, SendInDoubt
from bot.services.telling import CARD, TELL, Cancel, Hold, Ready, card_of
from storage import notices
from storage.db import Database
from storage.ids import new_id
from storage.tx import Stale, Tx

log = logging.getLogger(__name__)

LOOKUPS = 2
UNFINDABLE = 5
FAILS = 8
LOOK_GRACE = 10.0  # seconds between a tick's look at a channel and the post that relies on it


@dataclass(frozen=True)
class Delivery:
    """Timing of delivery, all in seconds of real time. `in_doubt_wait` is 60 by default (config.py).

    `look_age`: how old the last look at a shared channel's companies may be when something is posted there.
    """

    in_doubt_wait: float
    lease: float
    spacing: float
    hold: float = 15.0
    look_age: float = 60.0


@dataclass(frozen=True)
class Claim:
    """A notice that is ours to send, rendered."""

    notice: Notice
    place: str
    thread_ts: str
    message: Message


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
    ) -> None:
        self._db = db
        self._clock = clock
        self._channel = channel
        self._timing = timing
        self._worker = worker
        self._observer = observer

    async def drain(self, limit: int = 500) -> int:
        """Send everything that may be sent now; how many notices were handled. Idle, it only reads."""
        await self._recover()
        await self._look_up()
        handled = 0
        while handled < limit and await self._something_due() and (claimed := await self._claim()) is not None:
            handled += 1
            if isinstance(claimed, Claim):
                await self._send(claimed)
        await self._refresh_cards()
        return handled

    async def _something_due(self) -> bool:
        async with self._db.read() as tx:
            return await notices.next_due(tx, self._clock.now(), self._clock.real(), lock=False) is not None

    # -- claim ---------------------------------------------------------------------------------------------------

    async def _claim(self) -> Claim | bool | None:
        """The next notice: a Claim to send, True where it was settled without sending, None where nothing is due."""
        now, real = self._clock.now(), self._clock.real()
        notice = None
        try:
            async with self._db.begin("outbox.claim") as tx:
                notice = await notices.next_due(tx, now, real)
                if notice is None:
                    tx.abandon()
                    return None
                ready = await self._look_too_old(tx, notice, real) or await TELL[notice.kind](tx, notice, now)
                if isinstance(ready, Ready):
                    return await self._take(tx, notice, ready, real)
                await self._set_aside(tx, notice, ready, now, real)
                return True
        except Stale:  # another process took it
            return True
        except Exception:
            if notice is None:
                raise
            log.exception("notice %s (%s) cannot be told", notice.id, notice.kind.value)
            await self._broken(notice)
            return True

    async def _look_too_old(self, tx: Tx, notice: Notice, real: datetime) -> Hold | None:
        """Held where nobody has looked at the channel lately: it was queued after this tick's look, the next one looks."""
        if not notice.endpoint_id:
            return None
        looked = (await tx.need(Endpoint, notice.endpoint_id)).checked_at
        if looked and looked >= real - timedelta(seconds=self._timing.look_age + LOOK_GRACE):
            return None
        return Hold("channel_not_looked_at", seconds=0.0)

    async def _broken(self, notice: Notice) -> None:
        """A notice that cannot be drawn waits, so that it does not stop the others; its reason can be read."""
        async with self._db.begin("outbox.broken") as tx:
            current = await tx.need(Notice, notice.id)
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
                "language": ready.language,
                "text": ready.message.text,
            }
        )
        await tx.put(claimed)
        return Claim(claimed, await _address(tx, notice.place), ready.thread_ts, ready.message)

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
        self._observer(f"send:{notice.kind.value}:before")
        try:
            posted = await self._channel.post(
                claim.place, claim.message, notice_id=notice.id, thread_ts=claim.thread_ts
            )
        except SendInDoubt as doubt:
            await self._doubt(notice, str(doubt))
        except SendFailed as failed:
            await self._failed(notice, failed)
        else:
            self._observer(f"send:{notice.kind.value}:stored")
            await self._mark(notice, posted, "sent")

    async def _mark(self, notice: Notice, posted: Posted, result: str) -> None:
        async with self._db.begin("outbox.mark") as tx:
            current = await tx.need(Notice, notice.id)
            sent = current.model_copy(
                update={
                    "state": NoticeState.SENT,
                    "channel": posted.channel,
                    "ts": posted.ts,
                    "reason": "",
                    "retry_at": None,
                }
            )
            await tx.put(sent)
            await _finish_attempt(tx, notice, result)
            if card := await card_of(tx, notice):
                await tx.put(card.model_copy(update={"channel": posted.channel, "ts": posted.ts}))
            tx.audit(self._clock.now(), SYSTEM, "notice:sent", "notice", notice.id, notice.kind.value)

    async def _doubt(self, notice: Notice, why: str) -> None:
        async with self._db.begin("outbox.doubt") as tx:
            current = await tx.need(Notice, notice.id)
            await tx.put(
                current.model_copy(
                    update={"state": NoticeState.IN_DOUBT, "reason": why, "lookups": 0, "retry_at": self._later()}
                )
            )
            await _finish_attempt(tx, notice, f"doubt:{why}")

    async def _failed(self, notice: Notice, failed: SendFailed) -> None:
        """Back to pending where trying again may help; else failed, and the security team is told by `telling`."""
        again = not failed.permanent and notice.attempts < FAILS
        async with self._db.begin("outbox.failed") as tx:
            current = await tx.need(Notice, notice.id)
            after = max(failed.after, 2.0 ** min(notice.attempts, 8) * 0.5)
            await tx.put(
                current.model_copy(
                    update={
                        "state": NoticeState.PENDING if again else NoticeState.FAILED,
                        "reason": failed.error,
                        "retry_at": self._clock.real() + timedelta(seconds=after),
                    }
                )
            )
            await _finish_attempt(tx, notice, failed.error)
            if not again:
                tx.audit(self._clock.now(), SYSTEM, "notice:failed", "notice", notice.id, failed.error)

    # -- in doubt ------------------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """Claims whose holder died may have been sent: they are in doubt."""
        async with self._db.read() as tx:
            if not await notices.expired_claims(tx, self._clock.real(), lock=False):
                return
        async with self._db.begin("outbox.recover") as tx:
            for notice in await notices.expired_claims(tx, self._clock.real()):
                doubt = {"state": NoticeState.IN_DOUBT, "reason": "lease_over", "lookups": 0, "retry_at": self._later()}
                await tx.put(notice.model_copy(update=doubt))

    async def _look_up(self) -> None:
        async with self._db.read() as tx:
            waiting = await notices.doubtful(tx, self._clock.real())
            where = [(n, await _address(tx, n.place), await _thread(tx, n)) for n in waiting]
        for notice, place, thread_ts in where:
            since = (notice.tried_at or notice.created_at) - timedelta(seconds=2)
            try:
                found = await self._channel.find(place, notice_id=notice.id, thread_ts=thread_ts, since=since)
            except (SendFailed, SendInDoubt) as unknown:
                await self._not_seen(notice, looked=False, why=str(unknown))
                continue
            if found:
                await self._mark(notice, found, "found")
            else:
                await self._not_seen(notice, looked=True, why="not_found")

    async def _not_seen(self, notice: Notice, *, looked: bool, why: str) -> None:
        """Not there: after LOOKUPS looks it may be sent again. Looking failed too often: a person decides."""
        async with self._db.begin("outbox.lookup") as tx:
            current = await tx.need(Notice, notice.id)
            if current.state is not NoticeState.IN_DOUBT:
                tx.abandon()
                return
            count = current.lookups + 1
            state = NoticeState.IN_DOUBT
            if looked and count >= LOOKUPS:
                state = NoticeState.PENDING
            elif not looked and count >= UNFINDABLE:
                state = NoticeState.UNRESOLVED
                tx.audit(self._clock.now(), SYSTEM, "notice:unresolved", "notice", notice.id, why)
            retry = None if state is NoticeState.PENDING else self._later()
            await tx.put(
                current.model_copy(update={"state": state, "lookups": count, "reason": why, "retry_at": retry})
            )

    def _later(self) -> datetime:
        return self._clock.real() + timedelta(seconds=self._timing.in_doubt_wait)

    # -- cards that are refreshed in place -----------------------------------------------------------------------

    async def _refresh_cards(self) -> None:
        """Bring posted cards up to date: rendered now, one idempotent update each, however many changes came."""
        async with self._db.read() as tx:
            if await self._paused(tx):
                return
            stale = await notices.stale_cards(tx)
            drawn = [(card, await CARD[card.kind](tx, card, self._clock.now())) for card in stale]
        for card, message in drawn:
            if isinstance(message, Message):
                await self._update_card(card, message)

    async def _paused(self, tx: Tx) -> bool:
        paused = await tx.get(Setting, PAUSED)
        return bool(paused and paused.value.get("on"))

    async def _update_card(self, card: LiveCard, message: Message) -> None:
        self._observer(f"update:{card.kind.value}:before")
        try:
            await self._channel.update(Posted(channel=card.channel, ts=card.ts), message)
        except SendInDoubt as doubt:
            log.warning("card %s: %s; it is tried again", card.id, doubt)
            return
        except SendFailed as failed:
            log.warning("card %s cannot be updated: %s", card.id, failed.error)
            if not failed.permanent:
                return
        self._observer(f"update:{card.kind.value}:stored")
        async with self._db.begin("outbox.card") as tx:
            await notices.card_shown(tx, card.id, card.wanted)


async def _address(tx: Tx, place: str) -> str:
    """`person:<our id>` becomes `user:<slack user id>`; channels stay."""
    kind, _, key = place.partition(":")
    if kind != "person":
        return place
    return f"user:{(await tx.need(Person, key)).slack_user_id}"


async def _thread(tx: Tx, notice: Notice) -> str:
    card = await tx.get(LiveCard, notice.thread_of) if notice.thread_of else None
    return card.ts if card else ""


async def _finish_attempt(tx: Tx, notice: Notice, result: str) -> None:
    attempt = await tx.one(Attempt, notice_id=notice.id, n=notice.attempts)
    if attempt:
        await tx.put(attempt.model_copy(update={"result": result}))
