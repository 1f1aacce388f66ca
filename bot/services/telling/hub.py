"""What is posted at a supplier's endpoint by the answering story: the hub, thanks, and the fate of files."""

from __future__ import annotations

from datetime import datetime

from bot.domain.answering import Submission
from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.domain.ledger import PRACTICE, Endpoint, EndpointState, Supplier
from bot.domain.people import SYSTEM
from bot.domain.rounds import ANSWERABLE, Review, ReviewState
from bot.services.company import calendar_of, company_name, due_day
from bot.services.hubview import draw, hub_view
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Draw, Hold, Ready, Tell, Told, barrier, thread_ts
from bot.services.telling.readers import hub_was_posted, under_hub
from message_templates import kit
from message_templates.catalogs import Text, text
from message_templates.hub import hub_text
from storage import notices
from storage.tx import Tx


async def tell_hub(tx: Tx, notice: Notice, now: datetime) -> Told:
    """The first posting of a hub. Not after the review ended; the refresher keeps it true from then on.

    It may have been held for long (a pause, a channel that was checked): the days to answer count from now. Not where it
    takes the place of one that is gone (`step`): the days have been known since then.
    """
    if stop := await barrier(tx, notice):
        return stop
    review = await tx.need(Review, notice.subject_id)
    if review.state not in ANSWERABLE:
        return Cancel(f"review_{review.state.value}")
    due = due_day(review.due_on, now, await calendar_of(tx))
    if due != review.due_on and not notice.step:
        review = review.model_copy(update={"due_on": due})
        await tx.put(review)
        await notices.refresh(tx, CardKind.HUB, review.id)
        tx.audit(now, SYSTEM, "review:due_moved", "review", review.id, "held", due=due.isoformat())
    message, language = await _hub(tx, review, notice.endpoint_id)
    return Ready(message, language)


async def draw_hub(tx: Tx, card: LiveCard, _now: datetime) -> Message | Hold:
    """The hub as it should look now; not in a channel whose companies are not the confirmed ones."""
    endpoint = await tx.need(Endpoint, card.place)
    moved = endpoint.channel_id != card.channel and endpoint.kind != PRACTICE
    if endpoint.state is not EndpointState.VERIFIED or moved:
        return Hold("endpoint_not_verified")
    review = await tx.need(Review, card.subject_id)
    message, _ = await _hub(tx, review, card.place)
    return message


async def _hub(tx: Tx, review: Review, endpoint_id: str) -> tuple[Message, str]:
    endpoint = await tx.need(Endpoint, endpoint_id)
    view = await hub_view(tx, review, endpoint, await company_name(tx))
    return Message(text=hub_text(text(view.language), view), blocks=draw(view)), view.language


async def tell_thanks(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """Thanks for a submission, in the hub's thread."""
    submission = await tx.need(Submission, notice.params["submission"])
    total = len(submission.answers)
    return await _in_thread(tx, notice, "thanks.text", name=submission.name, role=submission.role, total=total)


async def tell_stored(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """A file was taken."""
    return await _in_thread(tx, notice, "evidence.stored", name=notice.params["name"])


async def tell_refused(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """A file was not taken, and why."""
    t = await _words(tx, notice)
    why = t(f"evidence.why_{notice.params['why']}")
    return await _in_thread(tx, notice, "evidence.refused", name=notice.params["name"] or "-", why=why)


async def tell_cancelled(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """The request is withdrawn; said in the thread, where it had been posted, or in the channel where that is gone.

    Nothing to withdraw where nothing had been posted.
    """
    if stop := await barrier(tx, notice):
        return stop
    thread = await thread_ts(tx, notice)
    if not thread and not await hub_was_posted(tx, notice):
        return Cancel("hub_not_posted")
    return _line(await _words(tx, notice), thread, "hub.state_cancelled")


async def _words(tx: Tx, notice: Notice) -> Text:
    return text((await tx.need(Supplier, notice.supplier_id)).language)


async def _in_thread(tx: Tx, notice: Notice, key: str, **params: str | int) -> Told:
    if stop := await barrier(tx, notice):
        return stop
    if (await tx.need(Review, notice.subject_id)).state is ReviewState.CANCELLED:
        return Cancel("review_cancelled")
    thread = await under_hub(tx, notice)
    if isinstance(thread, Hold):
        return thread
    return _line(await _words(tx, notice), thread, key, **params)


def _line(t: Text, thread: str, key: str, **params: str | int) -> Ready:
    sentence = t(key, **params)
    message = Message(text=kit.fallback(sentence), blocks=[kit.section(kit.plain(sentence))])
    return Ready(message, t.language, thread)


TELL: dict[NoticeKind, Tell] = {
    NoticeKind.HUB: tell_hub,
    NoticeKind.SUBMITTED_THANKS: tell_thanks,
    NoticeKind.EVIDENCE_STORED: tell_stored,
    NoticeKind.EVIDENCE_REFUSED: tell_refused,
    NoticeKind.REVIEW_CANCELLED: tell_cancelled,
}
CARD: dict[CardKind, Draw] = {CardKind.HUB: draw_hub}
