"""Which notice is told how: one table over all stories, and the cards that are refreshed in place."""

from __future__ import annotations

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.services.telling import (
    certificates,
    chase,
    document,
    ending,
    ending_card,
    endpoint,
    hub,
    inviting,
    judge,
    ledger_file,
    owner,
    owning,
    proposal,
    strangers,
)
from bot.services.telling.base import Cancel, Draw, Hold, Ready, Tell
from storage import notices
from storage.tx import Tx

TELL: dict[NoticeKind, Tell] = {
    **endpoint.TELL,
    **hub.TELL,
    **chase.TELL,
    **judge.TELL,
    **owner.TELL,
    **proposal.TELL,
    **certificates.TELL,
    **owning.TELL,
    **ending.TELL,
    **ledger_file.TELL,
    **strangers.TELL,
    **inviting.TELL,
    **document.TELL,
}
CARD: dict[CardKind, Draw] = {**hub.CARD, **owner.CARD, **ending_card.CARD}

CARD_OF: dict[NoticeKind, CardKind] = {
    NoticeKind.HUB: CardKind.HUB,
    NoticeKind.DIGEST: CardKind.DIGEST,
    NoticeKind.END_QUESTION: CardKind.ENDS,
}


async def card_of(tx: Tx, notice: Notice) -> LiveCard | None:
    """The live card whose first posting this notice is; the card's place is the endpoint's or the person's id."""
    kind = CARD_OF.get(notice.kind)
    if kind is None:
        return None
    subject_id = notice.id if kind is CardKind.ENDS else notice.subject_id  # each question is a card of its own
    return await notices.card(tx, kind, subject_id, notice.endpoint_id or notice.place.partition(":")[2])


__all__ = ["CARD", "TELL", "Cancel", "Hold", "Ready", "card_of"]
