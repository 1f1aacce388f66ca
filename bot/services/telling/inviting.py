"""What the team is told about an invitation, looked at again when it is claimed. Subject: the invitation's id; step: which."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.inviting import OUT, Invitation, InvitationState, line_of
from bot.domain.ledger import Supplier
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import inviting, kit
from storage import endpoints
from storage.tx import Tx

CAME = "came"


async def tell_invitation(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """Sent, refused, unknown, or somebody came; not told any more where it has become something else since."""
    if stop := await barrier(tx, notice):
        return stop
    one = await tx.need(Invitation, notice.subject_id)
    if why := await _over(tx, one, notice):
        return Cancel(why)
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    line = line_of(one, (await tx.need(Supplier, one.supplier_id)).name)
    text = kit.fallback(inviting.told_text(words, notice.step, line))
    return Ready(Message(text=text, blocks=inviting.told_blocks(words, notice.step, line)), words.language)


async def _over(tx: Tx, one: Invitation, notice: Notice) -> str:
    """Why it is not true any more; '' where it is."""
    if notice.step != CAME:
        same = one.state is InvitationState(notice.step) and max(1, one.attempts) == notice.cycle
        return "" if same else f"invitation_{one.state.value}"
    if await endpoints.at(tx, one.channel_id):
        return "linked"
    return "" if one.state in OUT else f"invitation_{one.state.value}"


TELL: dict[NoticeKind, Tell] = {NoticeKind.INVITATION: tell_invitation}
