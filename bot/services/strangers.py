"""Outside people whom nobody registered: found by a sweep, asked about once, answered, listed.

Only channels that the app is in can be seen, and guests as the people cache knows them. Nothing is posted to outside people or
into a shared channel: one of ours, or the security team, is asked by DM on a business day after the one on which they were seen
first (whoever shares a channel is usually about to register it), at most one message a person a day. Nobody is asked about a
company of a registered supplier's name, nor about who came where we invited: what is missing there is the endpoint, and the list
says so; names of workspaces prove nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.names import name_key
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.settings import PAUSED, Setting
from bot.domain.strangers import (
    TEAM,
    Answered,
    Sighting,
    Stranger,
    StrangerKind,
    StrangerLine,
    StrangerPage,
    StrangerState,
    answered,
    ask_whom,
    seen_again,
)
from bot.services import history, invited
from bot.services.desk import Desk
from bot.services.ports import Directory, SendFailed
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import inviting, notices, people, strangers
from storage.ids import new_id
from storage.tx import Stale, Taken, Tx

log = logging.getLogger(__name__)

CAUSE, PAGE = "strangers", 10


class Strangers:
    """The sweep, the question, the answers and the list."""

    def __init__(self, desk: Desk, directory: Directory, hours: Hours) -> None:
        self._desk = desk
        self._directory = directory
        self._hours = hours

    # -- finding -----------------------------------------------------------------------------------------------------------

    async def sweep(self) -> None:
        """Look at every shared channel that the app is in, and at every guest. Where Slack does not answer, another time."""
        seen: list[tuple[Sighting, str]] = []
        unseen: set[str] = set()
        try:
            shared = await self._directory.shared_channels()
        except SendFailed as failed:
            log.warning("the shared channels could not be listed: %s", failed.error)
            return
        for channel_id, _name in shared:
            async with self._desk.db.read("") as tx:
                if await strangers.linked(tx, [channel_id]):
                    continue
            try:
                found = await sighting_of(self._directory, channel_id)
            except SendFailed as failed:
                log.warning("the channel %s could not be looked at: %s", channel_id, failed.error)
                unseen.add(channel_id)
                continue
            seen += [found] if found else []
        await self._keep(seen, unseen)

    async def _keep(self, seen: Sequence[tuple[Sighting, str]], unseen: Collection[str]) -> None:
        try:
            async with self._desk.db.begin("strangers.seen") as tx:
                now = self._desk.clock.now()
                guests = [Sighting(kind=StrangerKind.GUEST, key=p.id) for p in await strangers.guests(tx)]
                there = await _by_our_ids(tx, await _unknown(tx, seen))
                changed = await note(tx, [*there, *guests], now)
                changed += await invited.came(tx, [s.key for s, _ in seen], self._desk.clock.real())
                here = {(s.kind, s.key) for s in (*there, *guests)}
                for one in await strangers.every(tx):
                    if (
                        (one.kind, one.key) not in here
                        and one.key not in unseen
                        and one.state is not StrangerState.KNOWN
                    ):
                        changed += 1
                        await _put(tx, one, one.model_copy(update={"state": StrangerState.KNOWN}), SYSTEM, now)
                if not changed:
                    tx.abandon()
        except (Stale, Taken):
            return  # another process saw the same

    # -- asking ------------------------------------------------------------------------------------------------------------

    async def run_due(self, now: datetime) -> int:
        """Ask about what was found on an earlier day; how many messages are new. One read when there is nothing."""
        if not self._hours.open(now):
            return 0
        async with self._desk.db.read("") as tx:
            paused = await tx.get(Setting, PAUSED)
            if paused and paused.value.get("on"):
                return 0
            asked = await self._plan(tx, now)
        return sum([await self._ask(person, found, now) for person, found in sorted(asked.items())])

    async def _plan(self, tx: Tx, now: datetime) -> dict[str, list[Stranger]]:
        today = self._hours.day(now)
        known = [s for s in await strangers.to_ask(tx) if self._hours.day(s.first_seen) < today]
        found = [s for s in known if await still_strange(tx, s)]
        if not found:
            return {}
        busy = {s.asked_of for s in await strangers.every(tx) if s.asked_at and self._hours.day(s.asked_at) == today}
        employees = await strangers.employed(tx, {x for s in found for x in (s.brought_by, s.asked_of) if x})
        return ask_whom(found, employees, busy)

    async def _ask(self, person: str, found: Sequence[Stranger], now: datetime) -> int:
        """One message with all of them, and the rows that say so, in one commit."""
        try:
            async with self._desk.db.begin("strangers.ask") as tx:
                places = await security_places(tx) if person == TEAM else [person_place(person)]
                lines = [{"stranger": s.id, "cycle": s.cycle} for s in found]
                day = self._hours.day(now).toordinal()
                queued = [self._notice(place, person, day, lines) for place in places]
                if not places or not await notices.tell(tx, *queued):
                    tx.abandon()  # nobody to ask yet, or another process has
                    return 0
                for one in found:
                    told = {"state": StrangerState.ASKED, "asked_of": person, "asked_at": now}
                    await _put(tx, one, one.model_copy(update=told), SYSTEM, now)
                return len(places)
        except (Stale, Taken):
            return 0

    def _notice(self, place: str, person: str, day: int, lines: list[dict[str, object]]) -> Notice:
        params = {"lines": lines, "of": person}
        return new_notice(NoticeKind.STRANGERS, place, person, self._desk.clock.real(), cycle=day, params=params)

    # -- answering -----------------------------------------------------------------------------------------------------------

    async def answer(self, press: Press, stranger_id: str, cycle: int, answer: str, reason: str = "") -> Answered:
        """Whoever was asked answers, or the security team. Raises Refusal(NOT_YOURS, ALREADY_ANSWERED, NO_REASON, TOO_LONG)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Answered:
            one = await _mine(tx, actor, stranger_id)
            after = answered(one, cycle, answer, reason, actor.person_id, now)
            await _put(tx, one, after, actor, now)
            return Answered(stranger_id=one.id, state=StrangerState(answer), words=await _name(tx, one))

        return await self._desk.once("strangers.answer", press, Answered, work)

    async def line(self, press: Press, stranger_id: str, cycle: int) -> StrangerLine:
        """One of them, before the reason of a no is written. Raises as `answer` does."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> StrangerLine:
            one = await _mine(tx, actor, stranger_id)
            answered(one, cycle, StrangerState.UNSURE, "", actor.person_id, now)
            return (await lines_of(tx, [one], self._hours))[0]

        return await self._desk.look(press, work)

    async def page(self, press: Press, number: int = 1) -> StrangerPage:
        """The list. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> StrangerPage:
            require(Action.LINK, roles(actor))
            total, open_ = await strangers.counts(tx)
            pages = max(1, -(-total // PAGE))
            shown = min(max(1, number), pages)
            found = await strangers.page(tx, PAGE, (shown - 1) * PAGE)
            lines = await lines_of(tx, found, self._hours)
            return StrangerPage(lines=lines, page=shown, pages=pages, total=total, open_=open_)

        return await self._desk.look(press, work)


async def sighting_of(directory: Directory, channel_id: str) -> tuple[Sighting, str] | None:
    """A shared channel as it is now and the Slack id of whoever made it; None where no other company is in it. One call and
    names. Raises SendFailed."""
    facts = await directory.overview(channel_id)
    if facts is None or facts.archived or not facts.teams:
        return None
    names = [await directory.team_name(team) for team in facts.teams]
    found = Sighting(kind=StrangerKind.CHANNEL, key=channel_id, name="、".join(names)[:200], teams=facts.teams)
    return found, facts.creator


async def note(tx: Tx, seen: Iterable[Sighting], now: datetime) -> int:
    """Remember what was seen in the caller's transaction; how many are new or changed."""
    known = {(s.kind, s.key): s for s in await strangers.every(tx)}
    changed = 0
    for sighting in seen:
        before = known.get((sighting.kind, sighting.key))
        if before is None:
            one = Stranger(id=new_id(), first_seen=now, **sighting.model_dump())
            tx.add(one)
            tx.audit(now, SYSTEM, "stranger:found", "stranger", one.id, one.kind.value)
            changed += 1
        elif (after := seen_again(before, sighting)) != before:
            await _put(tx, before, after, SYSTEM, now)
            changed += 1
    return changed


async def note_channel(tx: Tx, found: tuple[Sighting, str] | None, now: datetime) -> None:
    """An event told of a channel: it is noted, unless it is somebody's endpoint."""
    unknown = await _unknown(tx, [found] if found else [])
    await note(tx, await _by_our_ids(tx, unknown), now)


async def linked(tx: Tx, actor: Actor, channel_id: str, now: datetime) -> None:
    """A channel has become somebody's endpoint in the caller's transaction: it is no stranger from now on, not an hour later."""
    for one in await tx.find(Stranger, kind=StrangerKind.CHANNEL, key=channel_id):
        if one.state is not StrangerState.KNOWN:
            await _put(tx, one, one.model_copy(update={"state": StrangerState.KNOWN}), actor, now)


async def still_strange(tx: Tx, one: Stranger) -> bool:
    """Whether it matches no endpoint now, nor a supplier's name, nor an invitation of ours to that channel."""
    if one.kind is StrangerKind.CHANNEL:
        unknown = bool({*one.teams} - await strangers.known_teams(tx)) and not await inviting.awaited(tx, [one.key])
        return unknown and not await strangers.linked(tx, [one.key]) and not await _registered(tx, [one])
    return one.key in {p.id for p in await strangers.guests(tx)}


async def lines_of(tx: Tx, found: Sequence[Stranger], hours: Hours) -> tuple[StrangerLine, ...]:
    """Lines with the names of guests and of who was asked."""
    names = await people.names(tx, {x for s in found for x in (s.key, s.asked_of) if x})
    registered = await _registered(tx, found)
    return tuple(
        StrangerLine(
            id=s.id,
            kind=s.kind,
            channel_id=s.key if s.kind is StrangerKind.CHANNEL else "",
            name=s.name or names.get(s.key, ""),
            state=s.state,
            cycle=s.cycle,
            first_seen=hours.day(s.first_seen),
            reason=s.reason,
            asked=names.get(s.asked_of, s.asked_of if s.asked_of == TEAM else ""),
            registered=s.id in registered,
        )
        for s in found
    )


async def _registered(tx: Tx, found: Iterable[Stranger]) -> set[str]:
    """Ids of the channels with a company under whose name a supplier is registered."""
    keys = {s.id: name_key(s.name) for s in found if s.kind is StrangerKind.CHANNEL and s.name}
    registered = await strangers.registered(tx, set(keys.values()))
    return {stranger_id for stranger_id, key in keys.items() if key in registered}


async def _unknown(tx: Tx, seen: Sequence[tuple[Sighting, str]]) -> list[tuple[Sighting, str]]:
    """Those that are no endpoint and in which there is a company that the ledger does not know."""
    if not seen:
        return []
    known, linked = await strangers.known_teams(tx), await strangers.linked(tx, [s.key for s, _ in seen])
    return [(s, maker) for s, maker in seen if s.key not in linked and {*s.teams} - known]


async def _by_our_ids(tx: Tx, seen: Sequence[tuple[Sighting, str]]) -> list[Sighting]:
    """Whoever made each channel as one of our people, where they are."""
    ours = await strangers.persons(tx, {creator for _, creator in seen if creator})
    return [sighting.model_copy(update={"brought_by": ours.get(creator, "")}) for sighting, creator in seen]


async def _put(tx: Tx, before: Stranger, after: Stranger, actor: Actor, now: datetime) -> None:
    """What people answer stands in the history; what a sweep sees in the audit trail alone."""
    await tx.put(after)
    if actor is not SYSTEM:
        tx.add(*history.changed(before, after, actor, now, CAUSE))
    if after.state is not before.state:
        tx.audit(now, actor, f"stranger:{after.state.value}", "stranger", after.id, of=after.asked_of)


async def _mine(tx: Tx, actor: Actor, stranger_id: str) -> Stranger:
    """The stranger, where this person was asked about it or is on the team. To others it is not there and not theirs alike."""
    one = await tx.get(Stranger, stranger_id)
    asked = bool(one and actor.person_id and one.asked_of == actor.person_id)
    require(Action.ANSWER_STRANGER, roles(actor, owner=asked))
    if one is None:
        raise Refusal(Code.NOT_FOUND)
    return one


async def _name(tx: Tx, one: Stranger) -> str:
    """What the register form begins with."""
    return one.name or (await people.names(tx, [one.key])).get(one.key, "")
