"""What each kind of event asks of Slack, and the change it then makes. `WORK` is the table.

A function here asks the network and returns a change, which `watching.py` applies in the one transaction that also marks
the event done. To work on one more kind: a function, its row in WORK, its route in `handlers/slack/events.py` and its
subscription in app.yaml.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.answers import belongs
from bot.domain.fetching import FileFetch
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.people import SECURITY, SYSTEM, Actor, Person, PersonKind, Seen, channel_group
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Event
from bot.domain.refusal import Refusal
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services import history, invited, inviters, strangers, team_channel, transferring, user_groups
from bot.services.endpoints import judge, names_of
from bot.services.people import remember_members
from bot.services.ports import Clock, Directory, SendFailed
from storage import departments, endpoints, notices, people
from storage.db import Database
from storage.ids import new_id
from storage.tx import Tx


@dataclass(frozen=True)
class Around:
    """What the work needs."""

    db: Database
    clock: Clock
    directory: Directory


NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
"""Of a channel: nobody is in it as far as we can see."""

Change = Callable[[Tx, datetime], Awaitable[None]]
Work = Callable[[Around, Event, datetime], Awaitable[Change]]
"""(around, event, when it reached us in real time) → the change."""


async def came_or_went(around: Around, event: Event, at: datetime) -> Change:
    """Somebody joined or left: the cache follows, and a linked channel is looked at."""
    if event.channel_id == await _team_source(around):
        return await _team_change(around, event.channel_id)
    endpoint = await _linked(around, event)
    seen = await _inside(around, event, endpoint) if endpoint else None
    look, brought = await _look(around, endpoint), await inviters.told(around.db, around.clock, around.directory, event)
    await team_channel.watch(around.db, around.clock, around.directory, event.channel_id)

    async def change(tx: Tx, now: datetime) -> None:
        await endpoints.spoil_looks(tx, event.channel_id, at)
        if endpoint:
            await _follow(tx, event, seen, around.clock.real())
        await brought(tx, now)
        await look(tx, now)

    return change


async def companies_changed(around: Around, event: Event, at: datetime) -> Change:
    """A company came, went, or the channel was archived or deleted.

    Nobody is told of each person a company takes along, so all are read.
    """
    endpoint = await _linked(around, event)
    strange = None if endpoint else await strangers.sighting_of(around.directory, event.channel_id)
    facts = await around.directory.channel(event.channel_id) if endpoint else None
    look = await _look(around, endpoint)
    await team_channel.watch(around.db, around.clock, around.directory, event.channel_id)

    async def change(tx: Tx, now: datetime) -> None:
        await endpoints.spoil_looks(tx, event.channel_id, at)
        if endpoint:
            members = list(facts.members) if facts and not facts.archived else []
            await remember_members(tx, channel_group(event.channel_id), members, around.clock)
        await strangers.note_channel(tx, strange, now)
        if strange:
            await invited.came(tx, [event.channel_id], around.clock.real())
        await look(tx, now)

    return change


async def id_changed(around: Around, event: Event, _at: datetime) -> Change:
    """A channel has a new id (it was shared, or one side cut it off): everything that names it follows."""
    endpoint = await _linked(around, event)
    moved = endpoint.model_copy(update={"channel_id": event.new_id}) if endpoint else None
    look = await _look(around, moved)

    async def change(tx: Tx, now: datetime) -> None:
        await endpoints.move_channel(tx, event.channel_id, event.new_id)
        await _move_team(tx, event, now)
        current = await endpoints.at(tx, event.channel_id)
        if current:
            after = current.model_copy(update={"channel_id": event.new_id})
            await tx.put(after)
            tx.add(*history.changed(current, after, SYSTEM, now, event.kind))
            tx.audit(now, SYSTEM, "endpoint:moved", "endpoint", after.id, was=event.channel_id, to=event.new_id)
        await look(tx, now)

    return change


async def person_changed(around: Around, event: Event, _at: datetime) -> Change:
    """Somebody was renamed, deactivated, made a guest: the cache follows. Outsiders whom nobody met stay unknown.

    A company that joins a Grid gets a second id; the one that was confirmed stays theirs until a person confirms the other.
    """
    async with around.db.read() as tx:
        met = await tx.one(Person, slack_user_id=event.who.slack_user_id)
    seen = await around.directory.person(event.who.slack_user_id, (met.team_id,) if met else ())

    async def change(tx: Tx, _now: datetime) -> None:
        known = await tx.one(Person, slack_user_id=event.who.slack_user_id)
        if seen and (known or seen.kind is not PersonKind.EXTERNAL):
            await people.see(tx, seen, around.clock.real())

    return change


async def team_changed(around: Around, event: Event, _at: datetime) -> Change:
    """The members of a user group changed: of interest where it is the security team, or stands in for a department."""
    stand_ins = await _stand_ins(around, event.group_id)
    source = await _team_source(around)
    team = await _team_change(around, source) if source == event.group_id else _nothing

    async def change(tx: Tx, now: datetime) -> None:
        await stand_ins(tx, now)
        await team(tx, now)

    return change


async def files_dropped(around: Around, event: Event, _at: datetime) -> Change:
    """Files in a hub's thread are wanted, if whoever dropped them may answer there; else it is written down why not.

    In the bot's DM, outside any thread, they are ledgers to be imported (`transferring.py`).
    """
    if event.in_dm and not event.thread_ts:
        return partial(_ledger_dropped, event)
    async with around.db.read() as tx:
        hub = await notices.hub_at(tx, event.channel_id, event.thread_ts)
        known = await tx.one(Person, slack_user_id=event.who.slack_user_id) if hub else None
    if hub is None:
        return _nothing
    seen = None if known else await around.directory.person(event.who.slack_user_id)
    review_id, endpoint_id = hub.subject_id, hub.place

    async def change(tx: Tx, now: datetime) -> None:
        person = known or (await people.see(tx, seen, around.clock.real()) if seen else None)
        actor = Actor(who=event.who, person=person)
        if reason := await _may_not(tx, actor, endpoint_id):
            tx.audit(now, actor, "file:ignored", "review", review_id, reason, files=list(event.files))
            return
        there = {f.slack_file_id for f in await tx.find(FileFetch, slack_file_id=list(event.files))}
        wanted = [file for file in dict.fromkeys(event.files) if file not in there]
        for file in wanted:
            fetch = FileFetch(
                id=new_id(),
                slack_file_id=file,
                review_id=review_id,
                endpoint_id=endpoint_id,
                person_id=actor.person_id,
                at=now,
            )
            tx.add(fetch)
        tx.audit(now, actor, "file:wanted", "review", review_id, files=wanted)

    return change


async def _ledger_dropped(event: Event, tx: Tx, now: datetime) -> None:
    await transferring.dropped(tx, event, now)


async def _may_not(tx: Tx, actor: Actor, endpoint_id: str) -> str:
    """Why this person's files are not taken at an endpoint; '' where they are."""
    endpoint = await tx.need(Endpoint, endpoint_id)
    if endpoint.state is not EndpointState.VERIFIED:
        return f"endpoint_{endpoint.state.value}"
    member = await people.is_member(tx, channel_group(endpoint.channel_id), actor.person_id)
    try:
        require(Action.ANSWER, roles(actor, supplier=belongs(endpoint, actor, member=member)))
    except Refusal as refused:
        return refused.code.value
    return ""


async def _linked(around: Around, event: Event) -> Endpoint | None:
    async with around.db.read() as tx:
        return await endpoints.at(tx, event.channel_id)


async def _look(around: Around, endpoint: Endpoint | None) -> Change:
    """Look at a linked channel; the change notes what was seen on the endpoint as it is by then."""
    if endpoint is None or endpoint.state is not EndpointState.VERIFIED:
        return _nothing
    companies = await around.directory.companies(endpoint.channel_id)
    names = await names_of(around.directory, endpoint, companies)

    async def change(tx: Tx, now: datetime) -> None:
        current = await tx.need(Endpoint, endpoint.id)
        await judge(tx, current, companies, names, now, around.clock.real())

    return change


async def _inside(around: Around, event: Event, endpoint: Endpoint) -> Seen | None:
    """The person of an event, if they are in its channel now: one that came late must not bring back who has left."""
    user = event.who.slack_user_id
    try:
        if user not in await around.directory.group(event.channel_id):
            return None
    except SendFailed as failed:
        if failed.error not in NOT_THERE:
            raise
        return None
    return await around.directory.person(user, endpoint.teams)


async def _follow(tx: Tx, event: Event, seen: Seen | None, real: datetime) -> None:
    """One member more or less of the channel."""
    group = channel_group(event.channel_id)
    if seen:
        await people.add_member(tx, group, (await people.see(tx, seen, real)).id, real)
    else:
        left = await tx.one(Person, slack_user_id=event.who.slack_user_id)
        if left:
            await people.remove_member(tx, group, left.id)


async def _team_source(around: Around) -> str:
    async with around.db.read() as tx:
        chosen = await tx.get(Setting, SECURITY_TEAM)
    team = SecurityTeam.model_validate(chosen.value) if chosen else None
    return team.source if team and not team.unsettled else ""


async def _team_change(around: Around, source: str) -> Change:
    found = [await around.directory.person(user) for user in await around.directory.group(source)]

    async def change(tx: Tx, now: datetime) -> None:
        ours = [seen for seen in found if seen and seen.kind is PersonKind.EMPLOYEE]
        await remember_members(tx, SECURITY, ours, around.clock)
        tx.audit(now, SYSTEM, "team:swept", "setting", SECURITY_TEAM, source=source)

    return change


async def _stand_ins(around: Around, group_id: str) -> Change:
    async with around.db.read() as tx:
        if group_id not in await departments.groups_in_use(tx):
            return _nothing
    found = await user_groups.members(around.directory, group_id)

    async def change(tx: Tx, _now: datetime) -> None:
        await user_groups.remember(tx, around.clock, group_id, found)

    return change


async def _move_team(tx: Tx, event: Event, now: datetime) -> None:
    """The security team's own channel can change its id too."""
    chosen = await tx.get(Setting, SECURITY_TEAM)
    if chosen is None or chosen.value.get("source") != event.channel_id:
        return
    moved = chosen.model_copy(update={"value": {**chosen.value, "source": event.new_id}})
    await tx.put(moved)
    tx.add(*history.changed(chosen, moved, SYSTEM, now, event.kind))


async def _nothing(_tx: Tx, _now: datetime) -> None:
    """Nothing of ours is concerned."""


WORK: dict[str, Work] = {
    "member_joined_channel": came_or_went,
    "member_left_channel": came_or_went,
    "channel_shared": companies_changed,
    "channel_unshared": companies_changed,
    "channel_archive": companies_changed,
    "channel_deleted": companies_changed,
    "group_archive": companies_changed,
    "group_deleted": companies_changed,
    "channel_id_changed": id_changed,
    "user_change": person_changed,
    "subteam_members_changed": team_changed,
    "message": files_dropped,
}
