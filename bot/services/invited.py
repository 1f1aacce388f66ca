"""What becomes of invitations, in the caller's transaction: the history of each, who came, what they were accepted as."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.inviting import OUT, Invitation, InvitationState, move
from bot.domain.people import Actor
from bot.domain.settings import PAUSED, Setting
from bot.services import history
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import inviting, notices
from storage.tx import Tx

CAUSE = "invite"
CAME = "came"
_I = InvitationState


async def paused(tx: Tx) -> bool:
    """Whether the product is paused."""
    found = await tx.get(Setting, PAUSED)
    return bool(found and found.value.get("on"))


async def save(tx: Tx, before: Invitation, after: Invitation, actor: Actor, now: datetime) -> None:
    """The change of state, in the audit trail and the history. What a process claims or gives back is no history."""
    await tx.put(after)
    tx.audit(now, actor, f"invitation:{after.state.value}", "invitation", after.id, after.reason)
    if after.state is _I.CLAIMED or (before.state is _I.CLAIMED and after.state is _I.WANTED):
        return
    if before.state is _I.CLAIMED:
        before = before.model_copy(update={"state": _I.WANTED})
    told = history.changed(before, after, actor, now, CAUSE)
    tx.add(*(change for change in told if change.field in {"state", "reason"}))


async def tell(tx: Tx, one: Invitation, step: str, real: datetime) -> int:
    """The team is told what became of it, and what to do; that it was sent, whoever confirmed it alone. How many are new."""
    places = [person_place(one.confirmed_by)] if step == _I.SENT else await security_places(tx)
    return await notices.tell(tx, *(_notice(one, step, place, real) for place in places))


def _notice(one: Invitation, step: str, place: str, real: datetime) -> Notice:
    return new_notice(NoticeKind.INVITATION, place, one.id, real, cycle=max(1, one.attempts), step=step)


async def came(tx: Tx, channel_ids: Collection[str], real: datetime) -> int:
    """Companies are in these channels. Where we invited, the team is led to look who it is, and to make it the endpoint."""
    told = 0
    for channel_id in sorted(await inviting.awaited(tx, channel_ids)) if channel_ids else ():
        out = [one for one in await inviting.open_in(tx, channel_id) if one.state in OUT]
        told += await tell(tx, out[0], CAME, real) if out else 0
    return told


async def linked(tx: Tx, actor: Actor, channel_id: str, supplier_id: str, now: datetime) -> None:
    """A person has seen who is in the channel and made it this supplier's endpoint: what was sent there was accepted."""
    for one in await inviting.open_in(tx, channel_id):
        if one.supplier_id == supplier_id and one.state in OUT:
            settled = {"settled_by": actor.person_id, "settled_at": now}
            await save(tx, one, move(one, _I.ACCEPTED, **settled), actor, now)
