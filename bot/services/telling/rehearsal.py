"""What is told in a rehearsal says so, and whose part the reader plays now: one line above every message and every card."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.people import Person
from bot.services.ports import Message
from bot.services.telling.base import Hold, Ready, Told
from message_templates.catalogs import text
from message_templates.rehearsal import PARTS, above, above_text
from storage.tx import Tx

OWNER, SUPPLIER, SECURITY = PARTS
PART: dict[str, str] = {
    NoticeKind.DIGEST.value: OWNER,
    NoticeKind.DIGEST_ADDED.value: OWNER,
    NoticeKind.OUTCOME_OWNER.value: OWNER,
    NoticeKind.HUB.value: SUPPLIER,
    NoticeKind.SUBMITTED_THANKS.value: SUPPLIER,
    NoticeKind.OUTCOME_SUPPLIER.value: SUPPLIER,
    NoticeKind.REVIEW_CANCELLED.value: SUPPLIER,
}
"""Who would read it in earnest; everything else goes to the security team."""


async def in_part(tx: Tx, kind: NoticeKind, told: Told) -> Told:
    """What a notice becomes; in a rehearsal with the line above it."""
    if isinstance(told, Ready) and tx.practice_of:
        return replace(told, message=await _above(tx, kind.value, told.message))
    return told


async def card_in_part(tx: Tx, kind: CardKind, drawn: Message | Hold) -> Message | Hold:
    """The same for a card that is refreshed."""
    return await _above(tx, kind.value, drawn) if isinstance(drawn, Message) and tx.practice_of else drawn


async def _above(tx: Tx, kind: str, message: Message) -> Message:
    t = text((await tx.need(Person, tx.practice_of or "")).language)
    blocks = [*above(t, PART.get(kind, SECURITY), files=kind == NoticeKind.HUB.value), *message.blocks]
    return Message(text=above_text(t, message.text), blocks=blocks)
