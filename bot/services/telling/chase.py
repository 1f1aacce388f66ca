"""What chasing tells, checked again at the moment it is claimed: done, moved, merged or too late means cancelled.

`tellers(hours)` makes the table for a company's hours; `TELL` is the one for the default settings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial

from bot.domain.chasing import OwnerEscalation, OwnerReminder, Silence, SupplierReminder, Unanswering, Work
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Supplier
from bot.domain.reminders import Hours, Step
from bot.domain.rounds import ANSWERABLE, Review, ReviewState, Round, RoundState
from bot.services.calendars import TOKYO, company_calendar
from bot.services.lists import title_of
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Hold, Ready, Tell, Told, barrier
from bot.services.telling.readers import colleague, supplier_words, under_hub
from message_templates import kit, reminders
from message_templates.catalogs import Text
from storage import chasing, people
from storage.chasing import Unanswered
from storage.tx import Tx

Teller = Callable[[Hours, Tx, Notice, datetime], Awaitable[Told]]


async def tell_owner(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """An owner's reminder: one message over everything of a round that is open for them now."""
    if stop := await _stop(hours, tx, notice, now):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    round_ = await _open_round(tx, notice)
    if isinstance(round_, Cancel):
        return round_
    owner_id = notice.place.partition(":")[2]
    lines = await chasing.unanswered(tx, round_id=round_.id, owner_id=owner_id)
    if not lines:
        return Cancel("done")
    card = OwnerReminder(title=round_.title, step=Step(notice.step), due_on=round_.attest_by, work=_work(lines))
    return _ready(words, reminders.owner_reminder_text(words, card), reminders.owner_reminder(words, card))


async def tell_owner_escalation(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """To whoever a department turns to, or to the security team: who has still not answered what."""
    if stop := await _stop(hours, tx, notice, now):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    round_ = await _open_round(tx, notice)
    if isinstance(round_, Cancel):
        return round_
    brought = set(notice.params["attestations"])
    lines = [line for line in await chasing.unanswered(tx, round_id=round_.id) if line.attestation_id in brought]
    if not lines:
        return Cancel("done")
    names = await people.names(tx, {line.owner_id for line in lines})
    owners = tuple(
        Unanswering(name=names.get(owner, ""), work=_work([line for line in lines if line.owner_id == owner]))
        for owner in dict.fromkeys(line.owner_id for line in lines)
    )
    card = OwnerEscalation(title=round_.title, due_on=round_.attest_by, owners=owners)
    return _ready(words, reminders.owner_escalation_text(words, card), reminders.owner_escalation(words, card))


async def tell_supplier(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """A supplier's reminder in the hub's thread."""
    if stop := await _stop(hours, tx, notice, now):
        return stop
    review = await tx.need(Review, notice.subject_id)
    if review.state not in ANSWERABLE:
        return Cancel("review_cancelled" if review.state is ReviewState.CANCELLED else "done")
    if review.due_on.isoformat() != notice.params["due"]:
        return Cancel("due_moved")
    if not await chasing.waiting(tx, review_id=review.id, endpoint_id=notice.endpoint_id):
        return Cancel("done")
    thread = await under_hub(tx, notice)
    if isinstance(thread, Hold):
        return thread
    words = await supplier_words(tx, notice)
    card = SupplierReminder(
        supplier=(await tx.need(Supplier, review.supplier_id)).name,
        title=await title_of(tx, review, words.language),
        step=Step(notice.step),
        due_on=review.due_on,
        today=hours.day(now),
    )
    return _ready(
        words, reminders.supplier_reminder_text(words, card), reminders.supplier_reminder(words, card), thread
    )


async def tell_silence(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Told:
    """A supplier did not answer: to the owners of the work, and with the way to judge to the security team."""
    if stop := await _stop(hours, tx, notice, now):
        return stop
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    review = await tx.need(Review, notice.subject_id)
    if review.state is not ReviewState.JUDGING:
        return Cancel("review_cancelled" if review.state is ReviewState.CANCELLED else "done")
    items = await chasing.open_items(tx, review.id)
    owner = notice.kind is NoticeKind.HUB_ESCALATION
    mine = [business for business, who in items if not owner or f"person:{who}" == notice.place]
    if not mine:
        return Cancel("done")
    card = Silence(
        review_id=review.id,
        supplier=(await tx.need(Supplier, review.supplier_id)).name,
        title=await title_of(tx, review, words.language),
        due_on=review.due_on,
        businesses=tuple(mine),
        reached=review.reason != "not_reached",
    )
    draw = reminders.silence_to_owner if owner else reminders.silence_to_security
    return _ready(words, reminders.silence_text(words, card), draw(words, card))


async def _stop(hours: Hours, tx: Tx, notice: Notice, now: datetime) -> Cancel | Hold | None:
    """What stops any reminder: a pause or a bad endpoint, a later step whose day has come, quiet hours and days off."""
    if stop := await barrier(tx, notice):
        return stop
    until = notice.params.get("until")
    if until and hours.day(now) >= date.fromisoformat(until):
        return Cancel("merged")
    return None if hours.open(now) else Hold("quiet_hours")


async def _open_round(tx: Tx, notice: Notice) -> Round | Cancel:
    round_ = await tx.need(Round, notice.subject_id)
    if round_.state is not RoundState.OPEN:
        return Cancel("round_ended")
    return round_ if round_.attest_by.isoformat() == notice.params["due"] else Cancel("due_moved")


def _work(lines: list[Unanswered]) -> tuple[Work, ...]:
    return tuple(Work(supplier=line.supplier, business=line.business) for line in lines)


def _ready(words: Text, sentence: str, blocks: list[kit.Json], thread: str = "") -> Ready:
    return Ready(Message(text=kit.fallback(sentence), blocks=blocks), words.language, thread)


_TELLERS: dict[NoticeKind, Teller] = {
    NoticeKind.DIGEST_REMINDER: tell_owner,
    NoticeKind.OWNER_ESCALATION: tell_owner_escalation,
    NoticeKind.HUB_REMINDER: tell_supplier,
    NoticeKind.HUB_ESCALATION: tell_silence,
    NoticeKind.NO_ANSWER_TO_SECURITY: tell_silence,
}


def tellers(hours: Hours) -> dict[NoticeKind, Tell]:
    """The table for a company's working hours."""
    return {kind: partial(teller, hours) for kind, teller in _TELLERS.items()}


TELL: dict[NoticeKind, Tell] = tellers(Hours(TOKYO, company_calendar()))
