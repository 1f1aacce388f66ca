"""What is told around a judgement: to the security team that there is something to judge, to owners and suppliers how it
ended. `tellers(hours)` makes the table for a company's zone; `TELL` is the one for the default settings.

What goes to a supplier is made without the judges' reasons: they never enter its card.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.judging import Outcome, OutcomeLine
from bot.domain.ledger import Supplier
from bot.domain.reminders import Hours
from bot.domain.rounds import JUDGEABLE, Review, ReviewState
from bot.services.calendars import TOKYO, company_calendar
from bot.services.dossier import dossier_of
from bot.services.lists import title_of
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague, supplier_words, under_hub
from message_templates import judge, kit, outcomes
from message_templates.catalogs import Text
from storage import judging
from storage.judging import StoredOutcome
from storage.tx import Tx


async def tell_submitted(hours: Hours, tx: Tx, notice: Notice, _now: datetime) -> Told:
    """To the security team: a supplier has submitted, this is what deserves a look."""
    if stop := await barrier(tx, notice):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    case = await judging.case(tx, notice.subject_id)
    if case is None or case.review.state not in JUDGEABLE:
        return Cancel(f"review_{case.review.state.value}" if case else "review_gone")
    dossier = dossier_of(case, hours.zone)
    sentence = judge.submitted_text(words, dossier)
    return Ready(Message(text=kit.fallback(sentence), blocks=judge.submitted(words, dossier)), words.language)


async def tell_owner(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """To an owner: the value and the reason for each of their pieces of work."""
    if stop := await barrier(tx, notice):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    lines = [
        OutcomeLine(business=o.business, value=o.value, reason=o.reason, until=o.valid_until)
        for o in await _current(tx, notice)
    ]
    if not lines:
        return Cancel("superseded")
    outcome = await _outcome(tx, notice, words, lines, answered=True)
    message = Message(text=kit.fallback(outcomes.owner_text(words, outcome)), blocks=outcomes.owner(words, outcome))
    return Ready(message, words.language)


async def tell_supplier(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """To a supplier's people, in the hub's thread: the value in fitting words, and what the judge wrote for them."""
    if stop := await barrier(tx, notice):
        return stop
    if (await tx.need(Review, notice.subject_id)).state is ReviewState.CANCELLED:
        return Cancel("review_cancelled")
    letters = notice.params["letters"]
    lines = [
        OutcomeLine(business=o.business, value=o.value, letter=letters.get(o.item_id, ""))
        for o in await _current(tx, notice)
    ]
    if not lines:
        return Cancel("superseded")
    thread = await under_hub(tx, notice)
    if isinstance(thread, Hold):
        return thread
    words = await supplier_words(tx, notice)
    outcome = await _outcome(tx, notice, words, lines, answered=notice.params["answered"])
    message = Message(
        text=kit.fallback(outcomes.supplier_text(words, outcome)), blocks=outcomes.supplier(words, outcome)
    )
    return Ready(message, words.language, thread)


async def _current(tx: Tx, notice: Notice) -> list[StoredOutcome]:
    """The judgements that still stand; a later one tells itself."""
    return [o for o in await judging.outcomes(tx, notice.params["judgements"]) if o.current]


async def _outcome(tx: Tx, notice: Notice, words: Text, lines: Sequence[OutcomeLine], *, answered: bool) -> Outcome:
    review = await tx.need(Review, notice.subject_id)
    return Outcome(
        supplier=(await tx.need(Supplier, review.supplier_id)).name,
        title=await title_of(tx, review, words.language),
        lines=tuple(lines),
        answered=answered,
    )


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {
        NoticeKind.SUBMITTED_TO_SECURITY: partial(tell_submitted, hours),
        NoticeKind.OUTCOME_OWNER: tell_owner,
        NoticeKind.OUTCOME_SUPPLIER: tell_supplier,
    }


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
