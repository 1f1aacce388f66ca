"""What owners are told when a round opens, what is added later, and what the security team hears of work without one.

The reminders and escalations of a digest are told elsewhere (they follow the calendar); this is the digest itself.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.attesting import require_open
from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.domain.digests import LINES, Work
from bot.domain.people import Person
from bot.domain.refusal import Refusal
from bot.domain.rounds import Round, RoundState
from bot.services.digests import digest_message, digest_view
from bot.services.ports import Message
from bot.services.recipients import security_places
from bot.services.telling.base import Cancel, Draw, Hold, Ready, Tell, Told, barrier, new_notice, thread_ts
from bot.services.telling.readers import colleague
from message_templates.catalogs import text
from message_templates.digest import added_blocks, added_text, missing_blocks, missing_text
from storage import attestations, notices, people
from storage.tx import Tx


async def tell_digest(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """The digest, while there is something to answer and somebody to answer it."""
    if stopped := await barrier(tx, notice):
        return stopped
    round_ = await tx.need(Round, notice.subject_id)
    if round_.state is not RoundState.OPEN:
        return Cancel("round_closed")
    person = await _person(tx, notice)
    view = await digest_view(tx, round_, person.id)
    if not view.waiting:
        return Cancel("nothing_to_ask")
    if not person.active:
        return await _left(tx, notice, person)
    return Ready(digest_message(person.language, view), text(person.language).language)


async def _left(tx: Tx, notice: Notice, person: Person) -> Cancel:
    """Somebody left between opening and sending: a message would arrive nowhere, so the security team hears of it."""
    for place in await security_places(tx):
        missing = owner_missing(notice.subject_id, place, person.id, notice.cycle, notice.created_at)
        await notices.tell(tx, missing)
    return Cancel("owner_left")


async def draw_digest(tx: Tx, card: LiveCard, _now: datetime) -> Message | Hold:
    """The posted digest as it should look now."""
    person = await tx.need(Person, card.place)
    return digest_message(person.language, await digest_view(tx, await tx.need(Round, card.subject_id), person.id))


async def tell_added(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """A digest has grown, because somebody was named; said in its thread, while that is still to be answered."""
    if stopped := await barrier(tx, notice):
        return stopped
    asked = await attestations.asked(tx, notice.subject_id)
    person = await _person(tx, notice)
    if asked is None or asked.attestation.owner_id != person.id or not person.active:
        return Cancel("asked_of_somebody_else")
    try:
        require_open(asked)
    except Refusal as refused:
        return Cancel(refused.code.value)
    thread = await thread_ts(tx, notice)
    if not thread:
        return Hold("digest_waits")
    t = text(person.language)
    one = asked.engagement
    work = Work(
        supplier=asked.supplier,
        business=one.business,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        personal_data=one.personal_data,
    )
    return Ready(Message(text=added_text(t), blocks=added_blocks(t, work)), t.language, thread)


def owner_missing(round_id: str, place: str, subject: str, cycle: int, real: datetime) -> Notice:
    """To the security team: work in a round has no owner. `subject`: the id of a department, an engagement, a person."""
    return new_notice(
        NoticeKind.OWNER_MISSING, place, round_id, real, cycle=cycle, step=subject, params={"subject": subject}
    )


async def tell_owner_missing(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """To the security team, while it is still so."""
    if stopped := await barrier(tx, notice):
        return stopped
    round_ = await tx.need(Round, notice.subject_id)
    if round_.state is not RoundState.OPEN:
        return Cancel("round_closed")
    found, total = await attestations.orphans(tx, round_.id, str(notice.params["subject"]), LINES)
    if not total:
        return Cancel("owner_found")
    t = await colleague(tx, notice)
    if isinstance(t, Cancel):
        return t
    names = await people.names(tx, [o.instead for o in found if o.instead])
    message = Message(text=missing_text(t, total), blocks=missing_blocks(t, round_.title, found, total, names))
    return Ready(message, t.language)


async def _person(tx: Tx, notice: Notice) -> Person:
    return await tx.need(Person, notice.place.partition(":")[2])


TELL: dict[NoticeKind, Tell] = {
    NoticeKind.DIGEST: tell_digest,
    NoticeKind.DIGEST_ADDED: tell_added,
    NoticeKind.OWNER_MISSING: tell_owner_missing,
}
CARD: dict[CardKind, Draw] = {CardKind.DIGEST: draw_digest}
