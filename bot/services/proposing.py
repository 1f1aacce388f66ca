"""Proposals: the security team is told once, confirms or refuses with a reason, and the proposer is told how it ended.

Who proposed stands in the history of the engagement. The reason of a refusal is in the notice's parameters and nowhere else
but in the history: it is text of a person, not for the audit trail.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import NoticeKind
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.placing import require_open
from bot.domain.press import Press
from bot.domain.proposing import Decided, Proposal, Proposals, decided, filling, reason_of
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import with_register
from bot.services import ending, history
from bot.services.desk import Desk
from bot.services.proposal_view import proposal_of, proposer_of, said_by
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import national_register, notices, proposals
from storage.tx import Tx

CAUSE = "proposal"
LISTED = 8  # six blocks each: a message takes fifty


class Proposing:
    """The use cases around a proposal. Whoever may register may decide."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def waiting(self, press: Press) -> Proposals:
        """What waits for a decision, oldest first."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Proposals:
            require(Action.REGISTER, roles(actor))
            found = await proposals.waiting(tx, LISTED)
            listed = [await proposal_of(tx, engagement) for engagement in found]
            return Proposals(listed=tuple(listed), total=await proposals.count(tx))

        return await self._desk.look(press, work)

    async def confirm(self, press: Press, engagement_id: str) -> Decided:
        """It becomes an engagement like any other. Raises Refusal(PROPOSAL_DONE, SUPPLIER_BLOCKED)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Decided:
            return await self._decide(tx, actor, now, engagement_id, "")

        return await self._desk.once("proposal.confirm", press, Decided, work)

    async def look(self, press: Press, engagement_id: str) -> Proposal:
        """One of them, before it is refused. Raises Refusal(PROPOSAL_DONE)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Proposal:
            return await proposal_of(tx, await _open(tx, actor, engagement_id))

        return await self._desk.look(press, work)

    async def refuse(self, press: Press, engagement_id: str, reason: str) -> Decided:
        """It is not taken in; the reason goes to the proposer. Raises Refusal(PROPOSAL_DONE, NO_REASON).

        A supplier without other work is over with it: kept with its history, in no list of those that may be reached.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Decided:
            require(Action.REGISTER, roles(actor))
            return await self._decide(tx, actor, now, engagement_id, reason_of(reason))

        return await self._desk.once("proposal.refuse", press, Decided, work)

    async def _decide(self, tx: Tx, actor: Actor, now: datetime, engagement_id: str, reason: str) -> Decided:
        before = await _open(tx, actor, engagement_id)
        after = decided(before, confirmed=not reason)
        await tx.put(after)
        tx.add(*history.changed(before, after, actor, now, CAUSE))
        word = "engagement:refused" if reason else "engagement:confirmed"
        tx.audit(now, actor, word, "engagement", engagement_id)
        proposer = await proposer_of(tx, engagement_id)
        if proposer:
            params = {"reason": reason} if reason else {}
            place, real = person_place(proposer.id), self._desk.clock.real()
            await notices.tell(tx, new_notice(NoticeKind.PROPOSAL_OUTCOME, place, engagement_id, real, params=params))
        supplier = await tx.need(Supplier, after.supplier_id)
        over = False
        if reason:
            over = await ending.end_supplier(tx, after, actor, now, "proposal_refused")
        else:
            require_open(supplier)
            supplier = await _taken_in(tx, await ending.revive(tx, supplier, actor, now), engagement_id, actor, now)
        return Decided(supplier=supplier.name, business=after.business, state=after.state, over=over)


async def _taken_in(tx: Tx, before: Supplier, engagement_id: str, actor: Actor, now: datetime) -> Supplier:
    """The record with what the confirmed proposal and the national register say of it."""
    news = filling(before, await said_by(tx, engagement_id))
    after = await told_by_register(tx, before.model_copy(update=news))
    if after != before:
        await tx.put(after)
        tx.add(*history.changed(before, after, actor, now, CAUSE))
    return after


async def told_by_register(tx: Tx, supplier: Supplier) -> Supplier:
    """The record with what the national register's look-up knows of its number; not stored here."""
    number = supplier.corporate_number
    said = (await national_register.known(tx, [number])).get(number) if number else None
    return with_register(supplier, said)


async def _open(tx: Tx, actor: Actor, engagement_id: str) -> Engagement:
    require(Action.REGISTER, roles(actor))
    engagement = await tx.get(Engagement, engagement_id)
    if engagement is None:
        raise Refusal(Code.NOT_FOUND)
    if engagement.state is not EngagementState.PROPOSED:
        raise Refusal(Code.PROPOSAL_DONE)
    return engagement


async def tell_security(tx: Tx, engagement_id: str, real: datetime) -> None:
    """Queue the one notice for the security team."""
    places = await security_places(tx)
    await notices.tell(tx, *(new_notice(NoticeKind.PROPOSED, place, engagement_id, real) for place in places))
