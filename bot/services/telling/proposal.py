"""What is told of a proposal: to the security team that one waits, to the proposer how it ended. Subject: the engagement."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Engagement, EngagementState
from bot.services.ports import Message
from bot.services.proposal_view import proposal_of
from bot.services.telling.base import Cancel, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import proposal as card
from storage.tx import Tx


async def tell_proposed(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """Somebody proposed a piece of work; not told any more once somebody has decided."""
    if stop := await barrier(tx, notice):
        return stop
    engagement = await tx.need(Engagement, notice.subject_id)
    if engagement.state is not EngagementState.PROPOSED:
        return Cancel(f"engagement_{engagement.state.value}")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    what = await proposal_of(tx, engagement)
    return Ready(Message(text=card.proposed_text(words, what), blocks=card.proposed(words, what)), words.language)


async def tell_outcome(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """To the proposer: it was taken in, or why not. What was decided once stays decided."""
    if stop := await barrier(tx, notice):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    what = await proposal_of(tx, await tx.need(Engagement, notice.subject_id))
    reason = str(notice.params.get("reason", ""))
    message = Message(text=card.outcome_text(words, what, reason), blocks=card.outcome(words, what, reason))
    return Ready(message, words.language)


TELL: dict[NoticeKind, Tell] = {
    NoticeKind.PROPOSED: tell_proposed,
    NoticeKind.PROPOSAL_OUTCOME: tell_outcome,
}
