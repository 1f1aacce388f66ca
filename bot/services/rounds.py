"""Rounds: put one together, look at every letter before it leaves, open it or cancel it.

Nothing leaves before `open`. A preview holds for exactly the ledger it was made from: where anything that decides has
changed since, opening shows the new preview instead. What opening writes is in `opening.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from bot.domain.base import Language, Value
from bot.domain.business_days import Calendar
from bot.domain.checklist import Checklist
from bot.domain.entered import day, one_line
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.round_views import Preview, RoundForm, RoundWish
from bot.domain.rounds import Round, RoundState, move
from bot.domain.scoping import (
    TITLE_LIMIT,
    Candidate,
    Choice,
    Dates,
    Decided,
    Reason,
    check_dates,
    choices_in,
    chosen_in,
    decide,
    still_holds,
    usual_dates,
)
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.listing import chosen, look_of, when_of
from bot.services.opening import Opened, open_round
from bot.services.policies import policy
from bot.services.previews import PreviewHub, preview
from message_templates.catalogs import text
from storage import candidates, rounds
from storage.ids import new_id
from storage.tx import Tx


class Drafted(Value):
    """A round that can be looked at now."""

    round_id: str


class Cancelled(Value):
    """A round that will not be opened."""

    language: Language


class Rounds:
    """The security team's use cases. `library`: the checklists that can be asked."""

    def __init__(self, desk: Desk, calendar: Calendar, library: Library, preview_hub: PreviewHub) -> None:
        self._desk = desk
        self._calendar = calendar
        self._library = library
        self._preview_hub = preview_hub

    async def form(self, press: Press, listed: str = "") -> RoundForm:
        """What the form offers. `listed`: the list in which engagements were chosen, where it is about those alone."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> RoundForm:
            require(Action.OPEN_ROUND, roles(actor))
            language = language_of(actor)
            lists = await self._library.available(tx)
            return RoundForm(
                language=language,
                checklists=tuple((key, c.title.in_language(language)) for key, c in lists.items()),
                by_policy=any(key in lists for key in policy().may_ask),
                departments=tuple(await rounds.departments(tx)),
                dates=usual_dates(self._calendar, self._calendar.local_day(now)),
                listed=listed,
                chosen=len(await self._only(tx, actor, listed, now)) if listed else 0,
            )

        return await self._desk.look(press, work)

    async def draft(self, press: Press, wish: RoundWish) -> Drafted:
        """Decide about every engagement and keep it for the preview. Raises Refusals on the inputs."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Drafted:
            require(Action.OPEN_ROUND, roles(actor))
            known = await self._library.available(tx)
            title, keys, dates = self._checked(wish, known, now)
            versions = await self._library.publish_all(tx, [known[key] for key in keys], now)
            left_out = await _left_out(tx, wish.departments)
            today = self._calendar.local_day(now)
            only = await self._only(tx, actor, wish.listed, now) if wish.listed else None
            round_, _inside = await put_together(
                tx, title, versions, dates, left_out, today, only, by_policy=not wish.checklists
            )
            key, due = round_.id, wish.due_on
            tx.audit(now, actor, "round:previewed", "round", key, asked_due=due, departments=wish.departments)
            return Drafted(round_id=key)

        return await self._desk.once("rounds.draft", press, Drafted, work)

    async def page(self, press: Press, round_id: str, page: int, *, changed: bool = False) -> Preview:
        """One page of the preview. `changed`: say that it is shown again because something changed."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Preview:
            require(Action.OPEN_ROUND, roles(actor))
            round_ = await previewed(tx, round_id)
            today = self._calendar.local_day(now)
            found = await preview(tx, round_, page, language_of(actor), self._calendar, today, self._preview_hub)
            return found.model_copy(update={"changed": changed})

        return await self._desk.look(press, work)

    async def cancel(self, press: Press, round_id: str) -> Cancelled:
        """Not this round."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Cancelled:
            require(Action.OPEN_ROUND, roles(actor))
            round_ = await previewed(tx, round_id)
            await tx.put(round_.model_copy(update={"state": move(round_.state, RoundState.CANCELLED)}))
            tx.audit(now, actor, "round:cancelled", "round", round_.id, "not_opened")
            return Cancelled(language=language_of(actor))

        return await self._desk.once("rounds.cancel", press, Cancelled, work)

    async def open(self, press: Press, round_id: str) -> Opened:
        """Open what was previewed, once; or, where the ledger changed since, preview it again."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Opened:
            require(Action.OPEN_ROUND, roles(actor))
            await rounds.one_at_a_time(tx)
            round_ = await previewed(tx, round_id)
            today = self._calendar.local_day(now)
            check_dates(self._calendar, today, Dates(attest_by=round_.attest_by, due_on=round_.due_on))
            found, kept = await candidates.candidates(tx, today), await rounds.kept(tx, round_id)
            excluded = {k for k, (_, reason, _) in kept.items() if reason == Reason.OTHER_DEPARTMENT}
            left_out = {c.department_id for c in found if c.engagement_id in excluded}
            decided = _decide(found, today, left_out, choices_in(kept), chosen_in(kept))
            if not still_holds(decided, kept):
                await rounds.forget_decisions(tx, round_id)
                await rounds.keep(tx, round_id, decided)
                tx.audit(now, actor, "round:previewed", "round", round_id, "ledger_changed")
                return Opened(language=language_of(actor), opened=False)
            inside = sum(d.inside for d in decided)
            return await open_round(tx, round_, inside, actor, now, self._desk.clock.real(), language_of(actor))

        return await self._desk.once("rounds.open", press, Opened, work)

    async def _only(self, tx: Tx, actor: Actor, list_id: str, now: datetime) -> set[str]:
        return set(await chosen(tx, await look_of(tx, actor, list_id), when_of(now, self._calendar.zone)))

    def _checked(
        self, wish: RoundWish, known: Mapping[str, Checklist], now: datetime
    ) -> tuple[str, Sequence[str], Dates]:
        """The inputs as they are meant, or every refusal at once. Without a chosen list: all that the policy may ask."""
        refusals: list[Refusal] = []
        title, dates = "", None
        keys = wish.checklists or [key for key in policy().may_ask if key in known]
        try:
            title = one_line(wish.title, "title", TITLE_LIMIT)
        except Refusal as refused:
            refusals.append(refused)
        if not keys:
            refusals.append(Refusal(Code.EMPTY, "checklists"))
        elif not known.keys() >= set(keys):
            refusals.append(Refusal(Code.BAD_VALUE, "checklists"))
        try:
            dates = check_dates(self._calendar, self._calendar.local_day(now), _dates(wish))
        except Refusal as refused:
            refusals.append(refused)
        if dates is None or refusals:
            raise Refusals(refusals)
        return title, keys, dates


async def put_together(
    tx: Tx,
    title: str,
    versions: Sequence[str],
    dates: Dates,
    left_out: Collection[str],
    today: date,
    only: Collection[str] | None = None,
    *,
    by_policy: bool = False,
) -> tuple[Round, int]:
    """A round that can be previewed, with what was decided about every engagement kept; and how many are in.

    `versions`: the ids of the published checklists it may ask. Raises Refusal(NOTHING_IN_SCOPE).
    """
    decided = _decide(await candidates.candidates(tx, today), today, left_out, {}, only)
    key = new_id()
    round_ = Round(
        id=key,
        title=title,
        checklist_version_ids=tuple(versions),
        by_policy=by_policy,
        period=key,
        due_on=dates.due_on,
        attest_by=dates.attest_by,
        state=move(RoundState.DRAFT, RoundState.PREVIEWED),
    )
    tx.add(round_)
    await rounds.keep(tx, key, decided)
    return round_, sum(d.inside for d in decided)


def language_of(actor: Actor) -> Language:
    """The language of somebody's modals."""
    return "en" if text(actor.person.language if actor.person else "").language == "en" else "ja"


def _dates(wish: RoundWish) -> Dates:
    attest, due = day(wish.attest_by, "attest_by"), day(wish.due_on, "due_on")
    if attest is None or due is None:
        raise Refusal(Code.EMPTY, "attest_by" if attest is None else "due_on")
    return Dates(attest_by=attest, due_on=due)


async def _left_out(tx: Tx, chosen: Collection[str]) -> set[str]:
    """The departments that were not chosen; none where none was chosen."""
    known = {key for key, _name in await rounds.departments(tx)}
    if not set(chosen) <= known:
        raise Refusal(Code.BAD_VALUE, "departments")
    return known - set(chosen) if chosen else set()


def _decide(
    found: Collection[Candidate],
    today: date,
    left_out: Collection[str],
    choices: Mapping[str, Choice],
    only: Collection[str] | None,
) -> list[Decided]:
    rules = policy().scope
    decided = [decide(one, today, left_out, rules, choices.get(one.engagement_id), chosen=only) for one in found]
    if not any(d.inside for d in decided):
        raise Refusal(Code.NOTHING_IN_SCOPE, "departments")
    return decided


async def previewed(tx: Tx, round_id: str) -> Round:
    """A round that is still a preview. Raises Refusal NOT_FOUND, ROUND_NOT_DRAFT."""
    round_ = await tx.get(Round, round_id)
    if round_ is None:
        raise Refusal(Code.NOT_FOUND)
    if round_.state is not RoundState.PREVIEWED:
        raise Refusal(Code.ROUND_NOT_DRAFT)
    return round_
