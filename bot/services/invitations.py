"""Invitations leave here: claim, look, ask Slack once, mark. Never twice, and never again by itself where nobody knows.

Like the outbox: the claim is a commit before the call, so a process that dies after it leaves a claim whose lease ends. Unlike
a message, an invitation cannot be looked up, so it is `unknown` then, and a person decides after looking into Slack. The
channel is looked at again just before, because what a person confirmed may have waited (a pause, Slack's rate limit).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.domain.inviting import Invitation, InvitationState, move
from bot.domain.ledger import Supplier, SupplierState
from bot.domain.people import SYSTEM
from bot.services import invited
from bot.services.invitable import outsiders, why_not
from bot.services.marking import Delivery
from bot.services.ports import ChannelFacts, Clock, Directory, Inviter, SendFailed, SendInDoubt
from storage import inviting, notices
from storage.db import Database
from storage.tx import Stale, Tx

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=3)
"""Between two invitations, over all processes (Slack: twenty a minute)."""
MOST = 100
"""In one tick."""
_I = InvitationState


class Invitations:
    """The step of the tick. `observer` is told of each call, before and after it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: Directory,
        inviter: Inviter,
        timing: Delivery,
        observer: Callable[[str], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._inviter = inviter
        self._timing = timing
        self._observer = observer
        self._halted = False

    def halt(self) -> None:
        """The process stops: nothing more is claimed."""
        self._halted = True

    async def run_due(self) -> int:
        """Ask Slack for everything that is due; how many were handled. Idle, it only reads."""
        await self._recover()
        handled = 0
        while handled < MOST and not self._halted and (one := await self._due()):
            facts = await self._look(one)
            claimed = await self._claim(one, facts)
            handled += 1
            if claimed:
                await self._send(claimed)
        return handled

    async def _due(self) -> Invitation | None:
        async with self._db.read() as tx:
            return None if await invited.paused(tx) else await inviting.next_due(tx, self._clock.real(), lock=False)

    async def _look(self, one: Invitation) -> ChannelFacts | SendFailed | None:
        try:
            return await self._directory.channel(one.channel_id)
        except SendFailed as failed:
            return failed

    # -- claim -----------------------------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """Claims whose holder died may have been sent: nobody knows."""
        real = self._clock.real()
        async with self._db.read() as tx:
            if not await inviting.expired_claims(tx, real):
                return
        try:
            async with self._db.begin("invitation.recover") as tx:
                for one in await inviting.expired_claims(tx, real):
                    await self._ends(tx, one, _I.UNKNOWN, {"reason": "lease_over"})
        except Stale:
            return  # another process found it

    async def _claim(self, seen: Invitation, facts: ChannelFacts | SendFailed | None) -> Invitation | None:
        """The invitation, ours to send; None where it is not, or not any more."""
        real = self._clock.real()
        try:
            async with self._db.begin("invitation.claim") as tx:
                one = await inviting.next_due(tx, real)
                if one is None or one.id != seen.id or await invited.paused(tx):
                    tx.abandon()
                    return None
                if isinstance(facts, SendFailed) and facts.permanent:
                    await self._ends(tx, one, _I.FAILED, {"reason": facts.error})
                    return None
                if isinstance(facts, SendFailed):
                    wait = max(facts.after, self._timing.hold)
                    await tx.put(one.model_copy(update={"reason": facts.error, "retry_at": real + _s(wait)}))
                    return None
                if why := await _not_any_more(tx, one, facts):
                    await self._ends(tx, one, _I.FAILED, {"reason": why})
                    return None
                await notices.reserve(tx, inviting.PACE, real + SPACING)
                lease = {"attempts": one.attempts + 1, "tried_at": real, "lease_until": real + _s(self._timing.lease)}
                claimed = move(one, _I.CLAIMED, **lease)
                await invited.save(tx, one, claimed, SYSTEM, self._clock.now())
        except Stale:
            return None  # another process took it
        return claimed.model_copy(update={"version": claimed.version + 1})

    # -- send and mark ---------------------------------------------------------------------------------------------------

    async def _send(self, one: Invitation) -> None:
        if one.lease_until and self._clock.real() >= one.lease_until:
            return  # it took us too long to get here; it counts as unknown by now
        self._observer("send:invite:before")
        try:
            slack_id = await self._inviter.invite(one.channel_id, one.mail)
        except SendInDoubt as doubt:
            await self._mark(one, _I.UNKNOWN, reason=str(doubt))
        except SendFailed as failed:
            log.warning("the invitation %s was refused: %s", one.id, failed.error)
            await self._refused(one, failed)
        else:
            self._observer("send:invite:stored")
            await self._mark(one, _I.SENT, slack_id=slack_id)

    async def _refused(self, one: Invitation, failed: SendFailed) -> None:
        """Too many at once, or no way to Slack: asked again later, for nothing was sent. Anything else a person must mend."""
        passing = not failed.permanent and failed.error in PASSING
        if not passing:
            await self._mark(one, _I.FAILED, reason=failed.error)
            return
        await self._mark(one, _I.WANTED, reason=failed.error, retry_at=self._clock.real() + _s(failed.after))

    async def _mark(self, one: Invitation, state: InvitationState, **more: object) -> None:
        async with self._db.begin("invitation.mark") as tx:
            current = await tx.get(Invitation, one.id)
            if current is None or current.state is not _I.CLAIMED or current.attempts != one.attempts:
                tx.abandon()  # our lease was over, and somebody has written down that nobody knows
                return
            await self._ends(tx, current, state, more)

    async def _ends(self, tx: Tx, one: Invitation, state: InvitationState, more: dict[str, object]) -> None:
        after = move(one, state, **{"lease_until": None, **more})
        await invited.save(tx, one, after, SYSTEM, self._clock.now())
        if state in {_I.SENT, _I.FAILED, _I.UNKNOWN}:
            await invited.tell(tx, after, state.value, self._clock.real())


PASSING = frozenset({"ratelimited", "rate_limited", "not_connected"})


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


async def _not_any_more(tx: Tx, one: Invitation, facts: ChannelFacts | None) -> str:
    """Why what was confirmed must not be sent any more; '' where it may."""
    supplier = await tx.need(Supplier, one.supplier_id)
    if supplier.state is not SupplierState.ACTIVE:
        return f"supplier_{supplier.state.value}"
    if facts is None or facts.archived:
        return "channel_unseen"
    others = [i for i in await inviting.open_in(tx, one.channel_id) if i.id != one.id and i.state is not _I.WANTED]
    pending = bool(facts.pending) and not others  # its own open row must not excuse what somebody sent by hand
    if pending:
        return "invited_by_hand"
    why = await why_not(tx, one.channel_id, one.supplier_id, outside=outsiders(facts), pending=False)
    return why.value if why else ""
