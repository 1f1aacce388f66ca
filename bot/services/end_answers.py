"""What the answers about the end of a contract share: who may answer, what the form shows, what is written.

The use cases are in `contract_ends.py`. One more answer: its use case there, made of these.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.ending import Answered, EndForm
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action
from bot.domain.refusal import Code, Refusal
from bot.services import ending, history
from bot.services.rounds import language_of
from storage.tx import Tx

CAUSE = "contract_end"


async def answerable(tx: Tx, actor: Actor, engagement_id: str) -> Engagement:
    """The engagement that this person may answer for. Raises Refusal(NOT_YOURS, ALREADY_ANSWERED, RECORD_KEPT)."""
    one = await ending.theirs(tx, actor, engagement_id, Action.ANSWER_END)
    if one.state is not EngagementState.ACTIVE:
        raise Refusal(Code.ALREADY_ANSWERED if one.state is EngagementState.CLOSING else Code.RECORD_KEPT)
    return one


def require_shown(one: Engagement, shown: str | None) -> None:
    """Two people answer at once: the slower one does not overwrite what the other has just said."""
    if shown is not None and shown != (one.ends_on.isoformat() if one.ends_on else ""):
        raise Refusal(Code.CHANGED_MEANWHILE)


async def form(tx: Tx, actor: Actor, one: Engagement, proposed: date) -> EndForm:
    """What the form shows, with the day it proposes."""
    return EndForm(
        language=language_of(actor),
        engagement_id=one.id,
        supplier=(await tx.need(Supplier, one.supplier_id)).name,
        business=one.business,
        ends_on=one.ends_on,
        proposed=proposed,
    )


async def write(tx: Tx, actor: Actor, before: Engagement, after: Engagement, action: str, now: datetime) -> None:
    """The engagement as the answer leaves it, with its history."""
    await tx.put(after)
    tx.add(*history.changed(before, after, actor, now, CAUSE))
    tx.audit(now, actor, action, "engagement", after.id)
    await tx.flush()


async def answered(tx: Tx, actor: Actor, one: Engagement) -> Answered:
    """What is said to whoever answered."""
    return Answered(
        language=language_of(actor),
        engagement_id=one.id,
        supplier=(await tx.need(Supplier, one.supplier_id)).name,
        business=one.business,
        ends_on=one.ends_on,
        closing=one.state is EngagementState.CLOSING,
    )
