"""The question about outside people whom nobody registered, looked at again when it is claimed.

Answered, registered or asked of somebody else by now is left out. It goes to our own people alone.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.reminders import Hours
from bot.domain.strangers import Stranger, StrangerState
from bot.services.calendars import TOKYO, company_calendar
from bot.services.ports import Message
from bot.services.strangers import lines_of, still_strange
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import kit
from message_templates.strangers import question_blocks, question_text
from storage.tx import Tx


async def tell_question(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To whoever brought them in, or the security team: is this an outsourcing partner?"""
    if stop := await barrier(tx, notice):
        return stop
    if not hours.open(now):
        return Hold("quiet_hours")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    found, why = [], "answered"
    for line in notice.params["lines"]:
        one = await tx.need(Stranger, line["stranger"])
        current = (
            one.state is StrangerState.ASKED and one.cycle == line["cycle"] and one.asked_of == notice.params["of"]
        )
        if current and await still_strange(tx, one):
            found.append(one)
        elif current:
            why = "registered"
    if not found:
        return Cancel(why)
    lines = await lines_of(tx, found, hours)
    return Ready(Message(text=kit.fallback(question_text(words)), blocks=question_blocks(words, lines)), words.language)


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {NoticeKind.STRANGERS: partial(tell_question, hours)}


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
