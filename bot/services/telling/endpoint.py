"""What the security team is told about endpoints. Subject: the endpoint's id, or the id of the review that has none."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Endpoint, EndpointState, Supplier
from bot.domain.people import Person
from bot.domain.rounds import Review, ReviewState
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Ready, Tell, Told, barrier
from message_templates import endpoint_notice
from message_templates.catalogs import Text, text
from storage import people
from storage.tx import Tx


async def tell_suspended(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """An endpoint was suspended; not told any more once somebody has confirmed it again."""
    if stop := await barrier(tx, notice):
        return stop
    endpoint = await tx.need(Endpoint, notice.subject_id)
    if endpoint.state is not EndpointState.SUSPENDED:
        return Cancel(f"endpoint_{endpoint.state.value}")
    names = await people.names(tx, notice.params["people"])
    what = endpoint_notice.Suspended(
        supplier=(await tx.need(Supplier, endpoint.supplier_id)).name,
        channel_id=endpoint.channel_id,
        why=notice.params["why"],
        companies=tuple(notice.params["companies"]),
        people=tuple(names.get(person, "") for person in notice.params["people"]),
    )
    t = await _words(tx, notice)
    message = Message(text=endpoint_notice.suspended_text(t, what), blocks=endpoint_notice.suspended(t, what))
    return Ready(message, t.language)


async def tell_no_endpoint(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """A review waits for an endpoint; not told any more once it has gone out or ended."""
    if stop := await barrier(tx, notice):
        return stop
    review = await tx.need(Review, notice.subject_id)
    if review.state is not ReviewState.AWAITING_OWNER:
        return Cancel(f"review_{review.state.value}")
    supplier = await tx.need(Supplier, review.supplier_id)
    t = await _words(tx, notice)
    message = Message(
        text=endpoint_notice.no_endpoint_text(t, supplier.name), blocks=endpoint_notice.no_endpoint(t, supplier.name)
    )
    return Ready(message, t.language)


async def _words(tx: Tx, notice: Notice) -> Text:
    """A person's language; the team's channel is told in Japanese."""
    kind, _, key = notice.place.partition(":")
    person = await tx.get(Person, key) if kind == "person" else None
    return text(person.language if person else "")


TELL: dict[NoticeKind, Tell] = {
    NoticeKind.ENDPOINT_SUSPENDED: tell_suspended,
    NoticeKind.NO_ENDPOINT: tell_no_endpoint,
}
