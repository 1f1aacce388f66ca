"""`/vendor-review link`: who will see what is posted in a channel, shown to a person, who then confirms it as an endpoint.

Two steps. `look` runs after the ack: it asks Slack and stores what it shows. `confirm` runs before the ack, so it must not
ask again: it binds exactly what that person was shown, or refuses where that is old or something happened since.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base import Value
from bot.domain.channel_check import UNKNOWN_TEAM, fit
from bot.domain.ledger import ChannelLook, Endpoint, EndpointState, Supplier, SupplierState, SupplierTeam
from bot.domain.linking import Candidates, Company, Here, Linked, LinkView, Reader, candidates, warnings
from bot.domain.people import Actor, PersonKind, Seen, channel_group
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Event, Press
from bot.domain.refusal import Code, Refusal
from bot.services import history, invited, strangers
from bot.services.desk import Desk
from bot.services.ports import ChannelFacts, Directory, SendFailed
from bot.services.relocating import confirmed, relocate, waited_for
from storage import companies, endpoints, inbox, people
from storage.ids import new_id
from storage.tx import Tx

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)
"""Real time for which what was shown may be confirmed."""
CROWD = 100
"""People in a channel without a partner company, beyond which they are not looked up."""


class Asked(Value):
    """Whoever may link, and the language to answer in."""

    language: str


class _Looked(Value):
    look_id: str
    suppliers: Candidates
    here: Here | None = None


class Linking:
    """The use cases of linking."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory

    async def ask(self, press: Press) -> Asked:
        """Whether this person may link, before anything is looked up. Raises Refusal(NOT_YOURS, CHANNEL_UNFIT)."""

        async def work(_tx: Tx, actor: Actor, _now: datetime) -> Asked:
            require(Action.LINK, roles(actor))
            if not press.channel_id.startswith(("C", "G")):
                raise Refusal(Code.CHANNEL_UNFIT)
            return Asked(language=actor.person.language if actor.person else "")

        return await self._desk.look(press, work)

    async def look(self, press: Press, words: Sequence[str]) -> LinkView:
        """Look the channel up, remember what is shown, and offer the suppliers that `words` narrow down.

        Asks Slack: after the ack only. Raises Refusal(CHANNEL_UNSEEN, BUSY, NOT_YOURS).
        """
        seen_at = self._desk.clock.real()
        facts, names = await self._facts(press.channel_id)
        guests = _guests(facts)

        async def work(tx: Tx, actor: Actor, _now: datetime) -> _Looked:
            require(Action.LINK, roles(actor))
            persons = [await people.see(tx, seen, seen_at) for seen in facts.members]
            look = ChannelLook(
                id=new_id(),
                channel_id=facts.channel_id,
                name=facts.name,
                teams=facts.teams,
                pending=facts.pending,
                guests=guests,
                members=tuple(p.id for p in persons),
                seen_at=seen_at,
                shown_to=actor.person_id,
            )
            await endpoints.keep_look(tx, look)
            suppliers = await endpoints.candidates(tx, facts.channel_id)
            here = await endpoints.at(tx, facts.channel_id)
            return _Looked(look_id=look.id, suppliers=candidates(suppliers, words), here=await _here(tx, here))

        again = press.model_copy(update={"key": f"{press.key}/look"})
        looked = await self._desk.once("linking.look", again, _Looked, work)
        return _view(facts, names, guests, looked)

    async def confirm(self, press: Press, look_id: str, supplier_id: str) -> Linked:
        """Make the channel that was shown the supplier's verified endpoint.

        Raises Refusal(NOT_YOURS, CHANNEL_UNCHECKED, CHANNEL_CHANGED, CHANNEL_UNFIT, CHANNEL_TAKEN, NOT_FOUND).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Linked:
            require(Action.LINK, roles(actor))
            look = await self.shown(tx, actor, look_id)
            supplier = await tx.get(Supplier, supplier_id)
            if supplier is None or supplier.state is not SupplierState.ACTIVE:
                raise Refusal(Code.NOT_FOUND, field="supplier")
            await companies.hold(tx, [supplier.id])
            before = await endpoints.at(tx, look.channel_id)
            if before and before.supplier_id != supplier.id:
                raise Refusal(Code.CHANNEL_TAKEN)
            endpoint, reviews = await self._take(tx, actor, before, look, supplier, now)
            await confirm_teams(tx, actor, endpoint.supplier_id, now)
            await people.set_members(tx, channel_group(look.channel_id), look.members, self._desk.clock.real())
            await invited.linked(tx, actor, look.channel_id, supplier.id, now)
            return Linked(
                supplier=supplier.name,
                channel=look.name,
                companies=len(endpoint.teams),
                guests=len(endpoint.guests),
                again=before is not None,
                reviews=reviews,
            )

        return await self._desk.once("linking.confirm", press, Linked, work)

    async def _take(
        self, tx: Tx, actor: Actor, before: Endpoint | None, look: ChannelLook, supplier: Supplier, now: datetime
    ) -> tuple[Endpoint, int]:
        """The endpoint of this channel, and how many reviews that waited for one go on here.

        Where reviews wait at a severed endpoint of this supplier, that one is taken up again in this channel.
        """
        waiting = None if before else await waited_for(tx, supplier.id)
        if waiting is None:
            return await _verify(tx, actor, before, look, supplier, now), 0
        endpoint, reviews = await relocate(tx, waiting, look, actor, now, self._desk.clock.real())
        await tx.flush()
        return endpoint, reviews

    async def _facts(self, channel_id: str) -> tuple[ChannelFacts, dict[str, str]]:
        """The channel and the names of the companies in it."""
        try:
            await self._not_a_crowd(channel_id)
            facts = await self._directory.channel(channel_id)
            if facts is None or facts.archived:
                raise Refusal(Code.CHANNEL_UNSEEN)
            named = [team for team in (*_companies(facts), *facts.pending) if team != UNKNOWN_TEAM]
            return facts, {team: await self._directory.team_name(team) for team in named}
        except SendFailed as failed:
            log.warning("channel %s could not be looked up: %s", channel_id, failed.error)
            raise Refusal(Code.BUSY) from failed

    async def _not_a_crowd(self, channel_id: str) -> None:
        """A large channel of our own is no endpoint, and Slack would have to be asked for each of its people."""
        companies = await self._directory.companies(channel_id)
        if companies is None:
            raise Refusal(Code.CHANNEL_UNSEEN)
        if not companies and len(await self._directory.group(channel_id)) > CROWD:
            raise Refusal(Code.CHANNEL_UNFIT)

    async def shown(self, tx: Tx, actor: Actor, look_id: str) -> ChannelLook:
        """What this person was shown, if it still holds."""
        look = await held(tx, actor, look_id, self._desk.clock.real())
        if not fit(look.teams, look.pending, look.guests):
            raise Refusal(Code.CHANNEL_UNFIT)
        return look


async def held(tx: Tx, actor: Actor, look_id: str, real: datetime) -> ChannelLook:
    """The channel as it was shown to this person, if that is not old and nothing happened there since."""
    look = await tx.get(ChannelLook, look_id)
    if look is None or look.shown_to != actor.person_id or real - look.seen_at > FRESH:
        raise Refusal(Code.CHANNEL_UNCHECKED)
    if look.changed or await _happened_since(tx, look):
        raise Refusal(Code.CHANNEL_CHANGED)
    return look


async def _happened_since(tx: Tx, look: ChannelLook) -> bool:
    """Whether an event of this channel waits to be worked through that came after the look."""
    waiting = [
        item for item in await inbox.waiting_events(tx, 500) if item.at >= look.seen_at and item.kind != "message"
    ]
    return any(Event.model_validate(item.payload).channel_id == look.channel_id for item in waiting)


async def _verify(
    tx: Tx, actor: Actor, before: Endpoint | None, look: ChannelLook, supplier: Supplier, now: datetime
) -> Endpoint:
    """The endpoint as it was shown: new, or the same one verified again, with its history."""
    shown = confirmed(look, actor, now)
    if before:
        endpoint = before.model_copy(update=shown)
        await tx.put(endpoint)
        tx.add(*history.changed(before, endpoint, actor, now, "link"))
    else:
        endpoint = Endpoint(id=new_id(), supplier_id=supplier.id, **shown)
        tx.add(endpoint, history.created(endpoint, actor, now, "link"))
    tx.audit(now, actor, "endpoint:verified", "endpoint", endpoint.id, teams=list(endpoint.teams))
    await strangers.linked(tx, actor, endpoint.channel_id, now)
    await tx.flush()
    return endpoint


async def confirm_teams(tx: Tx, actor: Actor, supplier_id: str, now: datetime) -> None:
    """The supplier's companies are those of its living endpoints: new ones are confirmed, lost ones end."""
    living = await tx.find(Endpoint, supplier_id=supplier_id, state=EndpointState.VERIFIED)
    wanted = {team for each in living for team in each.teams} - {UNKNOWN_TEAM}
    known = await tx.find(SupplierTeam, supplier_id=supplier_id, until=None)
    for row in known:
        if row.team_id not in wanted:
            await tx.put(row.model_copy(update={"until": now}))
    for team in sorted(wanted - {row.team_id for row in known}):
        tx.add(
            SupplierTeam(
                id=new_id(),
                supplier_id=supplier_id,
                team_id=team,
                since=now,
                confirmed_by=actor.person_id,
            )
        )


async def _here(tx: Tx, endpoint: Endpoint | None) -> Here | None:
    """What the channel is already."""
    if endpoint is None:
        return None
    supplier = await tx.need(Supplier, endpoint.supplier_id)
    return Here(endpoint_id=endpoint.id, supplier=supplier.name, state=endpoint.state, reason=endpoint.reason)


def _guests(facts: ChannelFacts) -> tuple[str, ...]:
    return tuple(sorted(m.slack_user_id for m in facts.members if m.kind is PersonKind.GUEST and m.active))


def _companies(facts: ChannelFacts) -> tuple[str, ...]:
    """The companies connected, and those of people who are there although Slack does not list their company."""
    outside = (m.team_id for m in facts.members if m.kind is PersonKind.EXTERNAL and m.active)
    return tuple(dict.fromkeys((*facts.teams, *outside)))


def _view(facts: ChannelFacts, names: dict[str, str], guests: tuple[str, ...], looked: _Looked) -> LinkView:
    readers = tuple(_reader(member) for member in facts.members if member.active)
    outsiders = sum(reader.kind is PersonKind.EXTERNAL for reader in readers)
    return LinkView(
        look_id=looked.look_id,
        channel=facts.name,
        companies=tuple(Company(id=team, name=names[team]) for team in _companies(facts)),
        pending=tuple(Company(id=team, name=names.get(team, "")) for team in facts.pending),
        readers=readers,
        warnings=warnings(_companies(facts), facts.pending, guests, outsiders, private=facts.private),
        candidates=looked.suppliers,
        here=looked.here,
    )


def _reader(seen: Seen) -> Reader:
    outside = seen.kind is PersonKind.EXTERNAL
    return Reader(name=seen.name or seen.slack_user_id, kind=seen.kind, team_id=seen.team_id if outside else "")
