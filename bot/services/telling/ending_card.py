"""The posted question about ends of contracts, as it should look now: what was answered, by whom and when, has no buttons.

Drawn from the record alone: an answer in the list, in a form or to an attestation counts like a press on the card. To say one
more thing of a line: a member of `EndSettled.what` and its words `ends.settled.<what>`.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.business_days import Calendar
from bot.domain.delivery import CardKind, LiveCard, Notice
from bot.domain.ending import EndQuestion, EndSettled
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.services.company import calendar_of
from bot.services.end_answers import CAUSE
from bot.services.ports import Message
from bot.services.telling.base import Draw, Hold
from bot.services.telling.ending import CARDS, asked, question
from message_templates import endings as cards
from message_templates import kit
from message_templates.catalogs import text
from storage import contract_ends
from storage.tx import Tx


async def draw_question(tx: Tx, card: LiveCard, now: datetime) -> Message | Hold:
    """What is still open with its buttons, the rest in a line each."""
    notice = await tx.need(Notice, card.subject_id)
    calendar = await calendar_of(tx)
    today, words = calendar.local_day(now), text(notice.language)
    found, settled = [], []
    for line in notice.params["lines"]:
        one = await question(tx, line, asked(notice), today, told=await _told(tx, line, asked(notice)))
        if isinstance(one, EndQuestion):
            found.append(one)
        elif one != "supplier_paused":
            settled.append(await _settled(tx, line, calendar))
    sentence = cards.question_text(words, len(found))
    blocks = cards.question_blocks(words, found[:CARDS], len(found), settled)
    return Message(text=kit.fallback(sentence), blocks=blocks)


async def _told(tx: Tx, line: dict[str, str], person: str) -> bool:
    """Whether this line was asked; one that was left out because its supplier was paused has no row."""
    steps = await contract_ends.asked_of(tx, line["engagement"], date.fromisoformat(line["ends_on"]))
    return any(step.asked_of == person for step in steps)


async def _settled(tx: Tx, line: dict[str, str], calendar: Calendar) -> EndSettled:
    """What became of one line."""
    one = await tx.need(Engagement, line["engagement"])
    name = (await tx.need(Supplier, one.supplier_id)).name
    said = EndSettled(supplier=name, business=one.business, what="with_others")
    over, moved = one.state is not EngagementState.ACTIVE, line["ends_on"]
    change = await contract_ends.last_change(tx, one.id, "state" if over else "ends_on", None if over else moved)
    if change is None:
        return said
    entry, by = change
    until = one.ends_on if over else date.fromisoformat(entry.after) if entry.after else None
    renewed = entry.cause == CAUSE and (until is None or until.isoformat() > moved)
    what = "ends" if over else ("renewed" if renewed else "moved") + ("" if until else "_open")
    return EndSettled(
        supplier=name, business=one.business, what=what, ends_on=until, by=by, on=calendar.local_day(entry.at)
    )


CARD: dict[CardKind, Draw] = {CardKind.ENDS: draw_question}
