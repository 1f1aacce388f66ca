"""Who reads a notice, in which language, and under which message: shared by the tellers of chasing and judging."""

from __future__ import annotations

from bot.domain.delivery import LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Supplier
from bot.domain.people import Person
from bot.services.telling.base import Cancel, Hold
from message_templates.catalogs import Text, text
from storage.tx import Tx

COMING = frozenset({NoticeState.PENDING, NoticeState.CLAIMED, NoticeState.IN_DOUBT})


async def colleague(tx: Tx, notice: Notice) -> Text | Cancel:
    """The words for somebody of our own company, or for one of its channels. Nothing is sent to who has left."""
    kind, _, key = notice.place.partition(":")
    if kind != "person":
        return text("ja")
    person = await tx.need(Person, key)
    return text(person.language) if person.active else Cancel("person_inactive")


async def supplier_words(tx: Tx, notice: Notice) -> Text:
    """The words for a supplier's people."""
    return text((await tx.need(Supplier, notice.supplier_id)).language)


async def under_hub(tx: Tx, notice: Notice) -> str | Hold:
    """The thread of the hub; held while a hub is on its way.

    '' (a message of its own) where a person said that the hub is there but nobody knows where, or where it is gone and
    nobody needs another one.
    """
    card = await tx.get(LiveCard, notice.thread_of) if notice.thread_of else None
    if card and card.ts:
        return card.ts
    hubs = await _hubs(tx, notice)
    if card and (not any(hub.state is NoticeState.SENT for hub in hubs) or any(hub.state in COMING for hub in hubs)):
        return Hold("hub_not_posted")
    return ""


async def hub_was_posted(tx: Tx, notice: Notice) -> bool:
    """Whether there has been a hub, wherever it is now."""
    return any(hub.state is NoticeState.SENT for hub in await _hubs(tx, notice))


async def _hubs(tx: Tx, notice: Notice) -> list[Notice]:
    return await tx.find(
        Notice, kind=NoticeKind.HUB.value, subject_id=notice.subject_id, endpoint_id=notice.endpoint_id
    )
