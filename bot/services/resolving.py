"""Notices that nobody can look up: a person says whether the message is there, or has it sent again.

A second message to an outside company is never sent blindly (design.md, rule 4), so the notice waits here. A card that is
refreshed in place (a hub, a digest) needs to know where it stands; for those the person copies the message's link.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeState
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.resolving import Resolved, StuckNotices, Where, where
from bot.services.desk import Desk
from bot.services.telling import card_of
from storage import resolving
from storage.tx import Tx

LISTED = 15


class Resolving:
    """The use cases of somebody who looks after deliveries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def stuck(self, press: Press) -> StuckNotices:
        """What waits for a person, and what could not be sent, with the reasons."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> StuckNotices:
            require(Action.RESOLVE_NOTICE, roles(actor))
            counts = await resolving.counts(tx)
            return StuckNotices(
                listed=tuple(await resolving.stuck(tx, LISTED)),
                unresolved=counts.get(NoticeState.UNRESOLVED, 0),
                failed=counts.get(NoticeState.FAILED, 0),
            )

        return await self._desk.look(press, work)

    async def there(self, press: Press, notice_id: str) -> Resolved:
        """The message is there. For a card, nothing is changed yet: its link is asked for (`there_at`)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Resolved:
            notice = await _unresolved(tx, actor, notice_id)
            if await card_of(tx, notice):
                return Resolved(notice_id=notice_id, state=notice.state, ask_where=True)
            return await _sent(tx, actor, notice, None, now)

        return await self._desk.once("resolving.there", press, Resolved, work)

    async def there_at(self, press: Press, notice_id: str, link: str) -> Resolved:
        """The message is there, at this link. Raises Refusal(BAD_VALUE) on `link` where it is none, or another channel's."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Resolved:
            notice = await _unresolved(tx, actor, notice_id)
            found = where(link, "link")
            kind, _, channel = notice.place.partition(":")
            elsewhere = channel != found.channel if kind == "channel" else not found.channel.startswith("D")
            card = await card_of(tx, notice)
            if elsewhere or await resolving.taken(tx, found.channel, found.ts, notice.id, card.id if card else ""):
                raise Refusal(Code.BAD_VALUE, "link")
            return await _sent(tx, actor, notice, found, now)

        return await self._desk.once("resolving.there_at", press, Resolved, work)

    async def again(self, press: Press, notice_id: str) -> Resolved:
        """The message is not there, or the reason of a refusal was mended: send it again, if it is still true then."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Resolved:
            notice = await _unresolved(tx, actor, notice_id, NoticeState.FAILED)
            fresh = {
                "state": NoticeState.PENDING,
                "reason": "",
                "lookups": 0,
                "blind": 0,
                "retry_at": None,
                "claimed_by": "",
            }
            await tx.put(notice.model_copy(update=fresh))
            tx.audit(now, actor, "notice:again", "notice", notice_id, "a_person_looked")
            return Resolved(notice_id=notice_id, state=NoticeState.PENDING)

        return await self._desk.once("resolving.again", press, Resolved, work)


async def _unresolved(tx: Tx, actor: Actor, notice_id: str, *also: NoticeState) -> Notice:
    """The notice, where this person may decide and it still waits for a decision (or is in one of the states `also`)."""
    require(Action.RESOLVE_NOTICE, roles(actor))
    notice = await tx.get(Notice, notice_id)
    if notice is None:
        raise Refusal(Code.NOT_FOUND)
    if notice.state not in {NoticeState.UNRESOLVED, *also}:
        raise Refusal(Code.ILLEGAL_MOVE)
    return notice


async def _sent(tx: Tx, actor: Actor, notice: Notice, at: Where | None, now: datetime) -> Resolved:
    place = {"channel": at.channel, "ts": at.ts} if at else {}
    await tx.put(notice.model_copy(update={"state": NoticeState.SENT, "reason": "", "retry_at": None, **place}))
    card = await card_of(tx, notice) if at else None
    if card and not card.ts:
        await tx.put(card.model_copy(update={**place, "wanted": card.wanted + 1}))
    # under this name other stories read when something reached people
    tx.audit(now, actor, "notice:sent", "notice", notice.id, "a_person_saw_it")
    return Resolved(notice_id=notice.id, state=NoticeState.SENT)
