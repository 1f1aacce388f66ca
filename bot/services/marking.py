"""What becomes of a claimed notice: sent, in doubt, or failed. One commit each, and the attempt says which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Attempt, LiveCard, Notice, NoticeState
from bot.domain.ledger import PRACTICE, Endpoint
from bot.domain.people import SYSTEM, Person
from bot.services import reposting
from bot.services.ports import Clock, Posted, SendFailed
from bot.services.telling import card_of
from storage.db import Database
from storage.tx import Stale, Tx

LONGEST_WAIT = 600.0  # seconds between two tries
LOOK_GRACE = 10.0  # seconds between a tick's look at a channel and what relies on it


@dataclass(frozen=True)
class Delivery:
    """Timing of delivery, all in seconds of real time. `in_doubt_wait` is 60 by default (config.py).

    `look_age`: how old the last look at a shared channel's companies may be when something is posted or refreshed there.
    """

    in_doubt_wait: float
    lease: float
    spacing: float
    hold: float = 15.0
    look_age: float = 60.0

    def too_old(self, endpoint: Endpoint, real: datetime) -> bool:
        """Whether nobody has looked at the shared channel lately: what is unknown gets nothing."""
        if endpoint.kind == PRACTICE:
            return False  # somebody's own DM: nobody else can be in it
        looked = endpoint.checked_at
        return not looked or looked < real - timedelta(seconds=self.look_age + LOOK_GRACE)


class Marker:
    """Writes down how a send ended."""

    def __init__(self, db: Database, clock: Clock, timing: Delivery) -> None:
        self._db = db
        self._clock = clock
        self._timing = timing

    async def sent(self, notice: Notice, posted: Posted, result: str) -> None:
        """It stands at `posted`. Where it is the first posting of a card, the card lives there from now on."""
        async with self._db.begin("outbox.mark", notice.practice_of) as tx:
            current = await tx.get(Notice, notice.id)
            if current is None:
                tx.abandon()  # a rehearsal that was ended while its message was on its way
                return
            if current.state is NoticeState.SENT and current.ts:
                tx.abandon()  # somebody found it before us
                return
            where = {"channel": posted.channel, "ts": posted.ts}
            await tx.put(
                current.model_copy(update={**where, "state": NoticeState.SENT, "reason": "", "retry_at": None})
            )
            await _finish_attempt(tx, notice, result)
            if card := await card_of(tx, notice):
                await tx.put(card.model_copy(update=where))
            tx.audit(self._clock.now(), SYSTEM, "notice:sent", "notice", notice.id, notice.kind.value)

    async def doubtful(self, notice: Notice, why: str) -> None:
        """Nobody knows whether it arrived: it is looked for after a wait."""
        async with self._db.begin("outbox.doubt", notice.practice_of) as tx:
            current = await tx.get(Notice, notice.id)
            if current is None or not _ours(current, notice):
                tx.abandon()
                return
            await tx.put(current.model_copy(update=in_doubt(why, self.later())))
            await _finish_attempt(tx, notice, f"doubt:{why}")

    async def failed(self, notice: Notice, failed: SendFailed, thread_ts: str = "") -> None:
        """Back to pending where trying again may help, however long that takes; else failed.

        Where the thread is gone (`thread_ts`), its card is; the notice then goes under the new one, or stands on its own.

        An outage, a revoked token or a missing scope is mended by somebody and must lose nothing. What the receiver refuses
        for good is listed by `/vendor-review unresolved`, where a person can have it sent again.
        """
        async with self._db.begin("outbox.failed", notice.practice_of) as tx:
            current = await tx.get(Notice, notice.id)
            if current is None or not _ours(current, notice):
                tx.abandon()
                return
            again = not failed.permanent or (failed.gone and await self._lost_thread(tx, notice, thread_ts))
            after = max(failed.after, min(0.5 * 2.0 ** min(notice.attempts, 20), LONGEST_WAIT))
            state = NoticeState.PENDING if again else NoticeState.FAILED
            retry = self._clock.real() + timedelta(seconds=after)
            await tx.put(current.model_copy(update={"state": state, "reason": failed.error, "retry_at": retry}))
            await _finish_attempt(tx, notice, failed.error)
            if not again:
                tx.audit(self._clock.now(), SYSTEM, "notice:failed", "notice", notice.id, failed.error)

    async def _lost_thread(self, tx: Tx, notice: Notice, thread_ts: str) -> bool:
        card = await tx.get(LiveCard, notice.thread_of) if notice.thread_of else None
        if card is None or not thread_ts:
            return False
        if card.ts == thread_ts:
            await reposting.gone(tx, card, self._clock.now(), self._clock.real())
        return True

    def later(self) -> datetime:
        """When a send in doubt is looked for (again)."""
        return self._clock.real() + timedelta(seconds=self._timing.in_doubt_wait)


@contextmanager
def perhaps_ended(notice: Notice) -> Iterator[None]:
    """A rehearsal may be ended between our look at its notice and our commit: then there is nothing to mark."""
    try:
        yield
    except Stale:
        if not notice.practice_of:
            raise


def in_doubt(why: str, retry_at: datetime) -> dict[str, object]:
    """The change of a notice that comes into doubt."""
    return {"state": NoticeState.IN_DOUBT, "reason": why, "lookups": 0, "blind": 0, "retry_at": retry_at}


def _ours(current: Notice, claimed: Notice) -> bool:
    """Whether this attempt is still the one that counts: our lease may have ended, and somebody else taken over."""
    return current.state is NoticeState.CLAIMED and current.attempts == claimed.attempts


async def address(tx: Tx, place: str) -> str:
    """`person:<our id>` becomes `user:<slack user id>`; channels stay."""
    kind, _, key = place.partition(":")
    if kind != "person":
        return place
    return f"user:{(await tx.need(Person, key)).slack_user_id}"


async def thread_of(tx: Tx, notice: Notice) -> str:
    """The ts of the message under which a notice is posted; '' for a new one."""
    card = await tx.get(LiveCard, notice.thread_of) if notice.thread_of else None
    return card.ts if card else ""


async def _finish_attempt(tx: Tx, notice: Notice, result: str) -> None:
    attempt = await tx.one(Attempt, notice_id=notice.id, n=notice.attempts)
    if attempt:
        await tx.put(attempt.model_copy(update={"result": result}))
