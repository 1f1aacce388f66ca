"""That an owner has left while work is theirs: told to the security team, and looked at again before it is sent.

`tellers(hours)` makes the table for a company's hours: whoever leaves does so at any hour, and it can wait for the morning.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.departments import fit
from bot.domain.people import Person
from bot.domain.reminders import Hours
from bot.domain.scoping import Asked
from bot.services.calendars import TOKYO, company_calendar
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import owners as cards
from storage import owning, people, responsible
from storage.tx import Tx

LINES = 15


async def tell_left(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """Nothing where they are back, or where all their work has somebody else by now."""
    if stopped := await barrier(tx, notice):
        return stopped
    if not hours.open(now):
        return Hold("quiet_hours")
    person = await tx.need(Person, notice.subject_id)
    if fit(person):
        return Cancel("owner_returned")
    found, total = await owning.unowned(tx, LINES, person_id=person.id)
    if not total:
        return Cancel("owner_found")
    t = await colleague(tx, notice)
    if isinstance(t, Cancel):
        return t
    stands = await responsible.first(tx, [one.engagement_id for one in found])
    names = await people.names(tx, [s.person_id for s in stands.values() if s.person_id])
    lines = tuple(
        one.model_copy(
            update={
                "role": stands[one.engagement_id].role,
                "instead": names.get(stands[one.engagement_id].person_id, ""),
            }
        )
        for one in found
    )
    nobody = sum(one.role is Asked.NOBODY for one in lines)
    message = Message(text=cards.left_text(t, total), blocks=cards.left_blocks(t, lines, total, nobody))
    return Ready(message, t.language)


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {NoticeKind.OWNER_LEFT: partial(tell_left, hours)}


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
