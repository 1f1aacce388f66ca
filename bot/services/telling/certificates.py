"""The security team is told which certificates run out; checked again when it is claimed: renewed or ended is left out.

`tellers(hours)` makes the table for a company's hours; `TELL` is the one for the default settings.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.domain.certificate_warnings import LISTED, WarningCard, WarningLine, still_true
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.reminders import Hours
from bot.services.calendars import TOKYO, company_calendar
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import kit
from message_templates.certificate import warning_blocks, warning_text
from storage import certificates
from storage.tx import Tx


async def tell_end(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """What is still true of one message."""
    if stop := await barrier(tx, notice):
        return stop
    if not hours.open(now):
        return Hold("quiet_hours")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    today = hours.day(now)
    found = await certificates.of_batch(tx, notice.subject_id)
    lines = [
        WarningLine(
            supplier=supplier,
            scheme=c.scheme,
            other=c.other,
            number=c.number,
            what=w.what,
            day=w.day,
            edition=c.edition,
        )
        for w, c, supplier in found
        if still_true(c, w.what, w.day, today)
    ]
    if not lines:
        return Cancel("renewed")
    card = WarningCard(lines=tuple(lines[:LISTED]), total=len(lines), today=today)
    message = Message(text=kit.fallback(warning_text(words, card)), blocks=warning_blocks(words, card))
    return Ready(message, words.language)


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {NoticeKind.CERTIFICATES_END: partial(tell_end, hours)}


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
