"""What is told of contracts that end, looked at again when it is claimed: moved, ended, or somebody else's by now is left out.

`tellers(hours)` makes the table for a company's hours; `TELL` is the one for the default settings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial

from bot.domain.closing_list import ClosingItem, ItemState
from bot.domain.contract_end import Step, Term
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ending import EndQuestion
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.reminders import Hours
from bot.services.calendars import TOKYO, company_calendar
from bot.services.closing_reminders import waiting
from bot.services.ports import Message
from bot.services.recipients import security_places
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague
from message_templates import closing_reminder as reminder
from message_templates import endings as cards
from message_templates import kit
from message_templates.catalogs import Text
from storage import contract_ends, responsible
from storage.tx import Tx

Teller = Callable[[Hours, Tx, Notice, datetime], Awaitable[Told]]
CARDS = 10
LINES = 20


async def tell_question(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To whoever answers for the work (the team where nobody does): renewed, until when, or does it end?"""
    if stop := await barrier(tx, notice):
        return stop
    if not hours.open(now):
        return Hold("quiet_hours")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    person = asked(notice)
    today = hours.day(now)
    found, left_out, why = [], [], "done"
    for line in notice.params["lines"]:
        one = await question(tx, line, person, today)
        if isinstance(one, EndQuestion) and await _superseded(tx, line, person, notice.cycle):
            one = "superseded"
        if isinstance(one, EndQuestion):
            found.append(one)
        else:
            why = one
            left_out += [line] if one == "supplier_paused" else []
    if not found:
        return Hold("supplier_paused") if left_out else Cancel(why)
    for (
        line
    ) in left_out:  # it is not in this message, so it was not told: it is asked when the supplier's pause is over
        await contract_ends.not_told(tx, line["engagement"], date.fromisoformat(line["ends_on"]), person)
    sentence = cards.question_text(words, len(found))
    return _ready(words, sentence, cards.question_blocks(words, found[:CARDS], len(found)))


def asked(notice: Notice) -> str:
    """Who is asked by it: a person's id, "" for the security team."""
    return notice.place.partition(":")[2] if notice.subject_id != "team" else ""


async def question(tx: Tx, line: dict[str, str], person: str, today: date, *, told: bool = False) -> EndQuestion | str:
    """One line as it is now, or why it is a question no more. `person`: who was asked, "" for the security team.

    `told`: it stands in a message, which a pause of the supplier does not take back.
    """
    one = await tx.need(Engagement, line["engagement"])
    if one.state is not EngagementState.ACTIVE:
        return "ended"
    if one.ends_on is None or one.ends_on.isoformat() != line["ends_on"]:
        return "end_moved"
    if (await responsible.first(tx, [one.id]))[one.id].person_id != person:
        return "asked_of_somebody_else"
    supplier = await tx.need(Supplier, one.supplier_id)
    if supplier.paused and not told:
        return "supplier_paused"
    by = Term(ends_on=one.ends_on, auto_renews=one.auto_renews, notice_days=one.notice_days).notice_by
    return EndQuestion(
        engagement_id=one.id,
        supplier=supplier.name,
        business=one.business,
        ends_on=one.ends_on,
        step=Step(line["step"]),
        notice_by=by,
        notice_passed=by is not None and by < today,
    )


async def _superseded(tx: Tx, line: dict[str, str], person: str, day: int) -> bool:
    """Whether a later step has taken its place. `day`: when it was queued."""
    steps = await contract_ends.asked_of(tx, line["engagement"], date.fromisoformat(line["ends_on"]))
    return any(step.asked_of == person and step.asked_on.toordinal() > day for step in steps)


async def tell_unanswered(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To the department's escalation contact and the security team: ends that nobody has answered for."""
    if stop := await barrier(tx, notice):
        return stop
    if not hours.open(now):
        return Hold("quiet_hours")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    found = []
    team = notice.place in await security_places(tx)
    for key in notice.params["ends"]:
        engagement_id, _, ends_on = key.partition("/")
        one = await tx.need(Engagement, engagement_id)
        if not team and not await _theirs(tx, one, notice):
            continue
        if one.state is EngagementState.ACTIVE and one.ends_on and one.ends_on.isoformat() == ends_on:
            supplier = await tx.need(Supplier, one.supplier_id)
            found.append((supplier.name, one.business, one.ends_on))
    if not found:
        return Cancel("done")
    sentence = cards.unanswered_text(words, len(found))
    return _ready(words, sentence, cards.unanswered_blocks(words, found[:LINES], len(found)))


async def _theirs(tx: Tx, one: Engagement, notice: Notice) -> bool:
    """Whether the person who is told still answers for the work (they may have been replaced while it waited)."""
    return await responsible.answers(tx, one.id, notice.place.partition(":")[2])


async def tell_opened(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To whoever answers for work that ends: its closing list."""
    if not await _theirs(tx, await tx.need(Engagement, notice.subject_id), notice):
        return Cancel("asked_of_somebody_else")
    return await _list(hours, tx, notice, now, cards.opened_text, cards.opened_blocks)


async def tell_ready(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To the security team: everything is settled, please confirm. Nothing where an item was opened again."""
    asked = await tx.find(Notice, kind=notice.kind, subject_id=notice.subject_id, place=notice.place)
    if any(other.cycle > notice.cycle for other in asked):
        return Cancel("superseded")
    if await tx.find(ClosingItem, engagement_id=notice.subject_id, state=ItemState.OPEN):
        return Cancel("closing_open")
    return await _list(hours, tx, notice, now, cards.ready_text, cards.ready_blocks)


async def tell_reminder(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To whoever answers for ended work: the lists with open items that they still have."""
    if stop := await barrier(tx, notice):
        return stop
    if not hours.open(now):
        return Hold("quiet_hours")
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    asked = await tx.find(Notice, kind=notice.kind, subject_id=notice.subject_id, place=notice.place)
    if any(other.cycle > notice.cycle for other in asked):
        return Cancel("superseded")
    found = await waiting(tx, hours, notice.subject_id, hours.day(now))
    if not found:
        return Cancel("done")
    sentence = reminder.reminder_text(words, len(found))
    return _ready(words, sentence, reminder.reminder_blocks(words, found[:CARDS], len(found)))


async def _list(
    hours: Hours,
    tx: Tx,
    notice: Notice,
    now: datetime,
    sentence: Callable[[Text, str, str], str],
    blocks: Callable[[Text, str, str, str, date | None], list[kit.Json]],
) -> Told:
    if stop := await barrier(tx, notice):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    one = await tx.need(Engagement, notice.subject_id)
    if one.state is not EngagementState.CLOSING:
        return Cancel("not_closing")
    if not hours.open(now):
        return Hold("quiet_hours")
    name = (await tx.need(Supplier, one.supplier_id)).name
    return _ready(words, sentence(words, name, one.business), blocks(words, one.id, name, one.business, one.ends_on))


def _ready(words: Text, sentence: str, blocks: list[kit.Json]) -> Ready:
    return Ready(Message(text=kit.fallback(sentence), blocks=blocks), words.language)


_TELLERS: dict[NoticeKind, Teller] = {
    NoticeKind.END_QUESTION: tell_question,
    NoticeKind.END_UNANSWERED: tell_unanswered,
    NoticeKind.CLOSING_OPENED: tell_opened,
    NoticeKind.CLOSING_READY: tell_ready,
    NoticeKind.CLOSING_REMINDER: tell_reminder,
}


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {kind: partial(teller, hours) for kind, teller in _TELLERS.items()}


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
