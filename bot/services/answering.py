"""Answering in the shared channel: open a page, keep every choice, turn pages, jump, and close without loss.

Each choice is saved as it is made and each page as it is turned, before the acknowledgement. Statements a choice: see
`tests/services/test_answering.py`, which counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from bot.domain.answering import Answer, PageToken, ReviewQuestion
from bot.domain.answers import Entry, Merge, belongs, merge, require_answerable, require_verified
from bot.domain.base import Value
from bot.domain.checklist import Fault, Kind, check_value, clean_comment, comment_fault
from bot.domain.delivery import CardKind
from bot.domain.forms import question_of
from bot.domain.hubs import Clash, MissingView, PageView, is_answered
from bot.domain.ledger import Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ReviewState, move
from bot.services.desk import Desk
from bot.services.pages import Form, missing_view, page_view, token_for
from bot.services.relocating import still_here
from storage import notices, people, reviews
from storage.ids import new_id
from storage.reviews import Desk as Place
from storage.tx import Tx

Turn = Literal["next", "back", "stay", "close"] | int


class Shown(Value):
    """What the person sees next: a page, or the list of what is missing; nothing when they closed."""

    page: PageView | None = None
    missing: MissingView | None = None


class Chosen(Value):
    """A choice was kept (`page` None), or another person's answer stands there and the page shows it first."""

    page: PageView | None = None


class Answering:
    """The use cases of suppliers' people."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open(self, press: Press, review_id: str, endpoint_id: str, page: int) -> Shown:
        """Open a page from the hub."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Shown:
            there = await reviews.desk(tx, review_id, endpoint_id, actor.person_id)
            await still_here(tx, actor, there, press.channel_id)
            place = _place(tx, actor, there)
            form = await _form(tx, place)
            return Shown(page=_show(tx, actor, place, form, form.nearest(page), now))

        return await self._desk.once("answering.open", press, Shown, work, review_id)

    async def choose(
        self, press: Press, token_id: str, question_id: str, value: Any, comment: str | None = None
    ) -> Chosen:
        """Keep one choice the moment it is made, and the comment as it stands beside it (None: not known)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Chosen:
            token, place = await _by_token(tx, actor, token_id)
            found = await reviews.question_and_answers(
                tx, question_id, place.review.id, place.endpoint.id, token.shown.get(question_id, 0)
            )
            if found is None or question_id not in token.shown:
                raise Refusal(Code.PAGE_EXPIRED)
            question, shown, since = found
            taken = parse_value(question, value)
            if isinstance(taken, Fault):
                raise Refusal(Code.BAD_VALUE)
            known = shown.comment if shown else ""  # a comment that cannot be taken is told when the page is turned
            beside = known if comment is None or comment_fault(comment) else comment
            merged = merge(shown, since, Entry(taken.value, beside), actor.person_id)
            if merged.verdict == "conflict":
                return Chosen(page=await _clash(tx, token, place, question, since[-1], merged))
            await _write(tx, actor, place, [(question, since[-1] if since else shown, merged)], now)
            return Chosen()

        return await self._desk.once("answering.choose", press, Chosen, work, token_id)

    async def turn(self, press: Press, token_id: str, entered: Mapping[str, Entry], turn: Turn) -> Shown:
        """Save a page and show the next one, the one before, or page number `turn`; `close` only saves.

        Questions where another person was faster are shown again with their value, and nothing else is lost.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Shown:
            token, place = await _by_token(tx, actor, token_id)
            form = await _form(tx, place)
            clashes, faults, kept = await self._save(tx, actor, token, place, form, entered, now)
            if turn == "close":
                return Shown()
            if clashes or faults:
                again = _token(
                    tx, token_for(actor.person_id, place.review.id, place.endpoint.id, form, token.page, now)
                )
                return Shown(page=page_view(form, again, clashes, faults, kept))
            return _next(tx, actor, place, form, token.page, turn, now)

        return await self._desk.once("answering.turn", press, Shown, work, token_id)

    async def _save(
        self,
        tx: Tx,
        actor: Actor,
        token: PageToken,
        place: Place,
        form: Form,
        entered: Mapping[str, Entry],
        now: datetime,
    ) -> tuple[dict[str, Clash], dict[str, str], dict[str, tuple[object, str]]]:
        """Write what differs; what could not be taken comes back with its reason and stays in its input."""
        known = await reviews.since_shown(tx, token.shown)
        by_id = {q.id: q for q in form.questions}
        writes: list[tuple[ReviewQuestion, Answer | None, Merge]] = []
        clashes: dict[str, Clash] = {}
        faults: dict[str, str] = {}
        kept: dict[str, tuple[object, str]] = {}
        for key in token.shown:
            if key not in entered or key not in by_id:
                continue
            taken = parse_entry(by_id[key], entered[key])
            if isinstance(taken, Fault):
                faults[key] = taken.value
                value = (
                    entered[key].value if not isinstance(parse_value(by_id[key], entered[key].value), Fault) else None
                )
                kept[key] = (value, clean_comment(entered[key].comment))
                continue
            shown, since = known[key]
            stored = since[-1] if since else shown
            merged = merge(shown, since, taken, actor.person_id)
            if merged.verdict == "conflict" and merged.theirs:
                clashes[key] = await _clash_of(tx, by_id[key], merged)
            elif merged.verdict == "write":
                writes.append((by_id[key], stored, merged))
        await _write(tx, actor, place, writes, now, form)
        return clashes, faults, kept


def parse_entry(question: ReviewQuestion, entry: Entry) -> Entry | Fault:
    """A page's entry with its value in the stored form, or what is wrong with the value or the comment."""
    taken = parse_value(question, entry.value)
    if isinstance(taken, Fault):
        return taken
    return comment_fault(entry.comment) or Entry(taken.value, entry.comment)


def parse_value(question: ReviewQuestion, value: Any) -> Entry | Fault:
    """An input's value as it is stored, or what is wrong with it. Slack sends numbers as text."""
    asked = question_of(question)
    stored = value
    if asked.kind is Kind.NUMBER and isinstance(value, str) and value.strip():
        try:
            stored = float(value) if "." in value else int(value)
        except ValueError:
            return Fault.WRONG_TYPE
    fault = check_value(asked, stored)
    if fault is Fault.EMPTY:
        return Entry(None)
    return fault or Entry(stored)


# -- who, where ----------------------------------------------------------------------------------------------------------


async def _by_token(tx: Tx, actor: Actor, token_id: str) -> tuple[PageToken, Place]:
    found = await reviews.token_desk(tx, token_id, actor.person_id)
    if found is None:
        raise Refusal(Code.PAGE_EXPIRED)
    token, place = found
    if token.person_id != actor.person_id:
        raise Refusal(Code.NOT_YOURS)
    _place(tx, actor, place)
    return token, place


def _place(tx: Tx, actor: Actor, place: Place | None) -> Place:
    """The place, where the actor may answer and the review still takes answers."""
    if place is None and actor.security:
        raise Refusal(Code.NOT_FOUND)  # a rehearsal of theirs that has ended: not "somebody else may"
    supplier = place is not None and belongs(place.endpoint, actor, member=place.member)
    require(Action.ANSWER, roles(actor, supplier=supplier, rehearsing=tx.rehearsed_by(actor)))
    if place is None:
        raise Refusal(Code.NOT_FOUND)
    require_verified(place.endpoint)
    require_answerable(place.review.state, submitted=place.submitted)
    return place


async def _form(tx: Tx, place: Place) -> Form:
    supplier = await tx.need(Supplier, place.review.supplier_id)
    return await Form.load(tx, place.review.id, place.endpoint.id, supplier.language)


# -- what is shown -------------------------------------------------------------------------------------------------------


def _show(tx: Tx, actor: Actor, place: Place, form: Form, page: int, now: datetime) -> PageView:
    token = _token(tx, token_for(actor.person_id, place.review.id, place.endpoint.id, form, page, now))
    return page_view(form, token)


def _token(tx: Tx, token: PageToken) -> PageToken:
    tx.add(token)
    return token


def _next(tx: Tx, actor: Actor, place: Place, form: Form, page: int, turn: Turn, now: datetime) -> Shown:
    """The page that a turn leads to; behind the last one comes the list of what is missing."""
    target = {"next": form.after(page), "back": form.before(page), "stay": page}.get(str(turn), turn)
    if target is None and turn == "next":
        token = _token(tx, token_for(actor.person_id, place.review.id, place.endpoint.id, form, page, now))
        return Shown(missing=missing_view(form, token))
    number = target if isinstance(target, int) else page
    return Shown(page=_show(tx, actor, place, form, form.nearest(number), now))


async def _clash(
    tx: Tx, token: PageToken, place: Place, question: ReviewQuestion, newest: Answer, merged: Merge
) -> PageView:
    """Show the other person's value; from now on this page has shown it, so the next choice is a decision."""
    form = await _form(tx, place)
    seen = token.model_copy(update={"shown": {**token.shown, question.id: newest.rev}})
    await tx.put(seen)
    return page_view(form, seen, {question.id: await _clash_of(tx, question, merged)})


async def _clash_of(tx: Tx, question: ReviewQuestion, merged: Merge) -> Clash:
    theirs = merged.theirs
    if theirs is None:
        raise LookupError(question.id)
    names = await people.names(tx, [theirs.person_id])
    return Clash(
        who=names.get(theirs.person_id, ""),
        value=theirs.value,
        comment=theirs.comment,
        mine=merged.entry.value,
        my_comment=merged.entry.comment,
    )


# -- what is written -----------------------------------------------------------------------------------------------------


async def _write(
    tx: Tx,
    actor: Actor,
    place: Place,
    writes: list[tuple[ReviewQuestion, Answer | None, Merge]],
    now: datetime,
    form: Form | None = None,
) -> None:
    """New revisions, the audit trail, the review's first answer, and the hub's progress where it moved."""
    moved = False
    for question, stored, merged in writes:
        if merged.verdict != "write":
            continue
        answer = _revision(actor, question, stored, merged.entry, now)
        tx.add(answer)
        tx.audit(now, actor, "answer:saved", "question", question.id, rev=answer.rev)
        moved = moved or is_answered(answer) != is_answered(stored)
        if form:
            form.answers[question.id] = answer
    if form and writes:
        form.count()
    if moved:
        await notices.refresh(tx, CardKind.HUB, place.review.id, place.endpoint.id)
    if writes and place.review.state in {ReviewState.SENT, ReviewState.RETURNED}:
        state = move(place.review.state, ReviewState.ANSWERING)
        await tx.put(place.review.model_copy(update={"state": state}))


def _revision(actor: Actor, question: ReviewQuestion, stored: Answer | None, entry: Entry, now: datetime) -> Answer:
    return Answer(
        id=new_id(),
        question_id=question.id,
        rev=(stored.rev if stored else 0) + 1,
        value=entry.value,
        comment=entry.comment,
        person_id=actor.person_id,
        team_id=actor.who.team_id,
        via="slack",
        at=now,
    )
