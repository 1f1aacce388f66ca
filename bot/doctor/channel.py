"""One channel (`--channel`): whose it is, who is in it, whether it is what was confirmed, and who can press there.

"Can press" is asked of the product's own rules (`bot.domain.answers`, `bot.domain.permissions`), in the order in which
`bot/services/answering.py` asks them; here is only said why. Nothing of another supplier is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_inspect import Identity, Occupant, Room, SlackInspect
from bot.doctor.base import Line, line
from bot.domain.answers import belongs, require_verified
from bot.domain.channel_check import UNKNOWN_TEAM
from bot.domain.ledger import Endpoint, EndpointState, Supplier
from bot.domain.people import Actor, Person, PersonKind, Seen, Who, channel_group
from bot.domain.permissions import Action, require, roles
from bot.domain.refusal import Code, Refusal
from bot.services.endpoints import difference
from bot.services.ports import SendFailed
from storage import endpoints, people
from storage.db import Database
from storage.tx import Tx

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """What the product knows of the channel: the endpoint in it, its supplier, and people as the cache has them."""

    endpoint: Endpoint | None
    supplier: str
    people: dict[str, tuple[Person, bool]]


async def examine(
    named: str, slack: SlackInspect, directory: SlackDirectory, identity: Identity, db: Database | None
) -> list[Line]:
    """The lines about a channel, by its id or its name."""
    try:
        channel_id = await _id(named, slack)
        room = await slack.room(channel_id, identity.home) if channel_id else None
    except SendFailed as failed:
        return [line("channel", "unseen", named=named, error=failed.error)]
    if room is None:
        return [line("channel", "unseen", named=named, error="channel_not_found")]
    shown = {"name": room.name, "id": room.channel_id}
    if not room.member:
        return [line("channel", "outside", **shown)]
    names = {team: await directory.team_name(team) for team in _teams(room)}
    names[identity.team_id] = identity.team
    known = await _known(room, db) if db else None
    return [line("channel", "found", **shown), *_about(room, names, identity), *_linked(room, names, known, identity)]


async def _id(named: str, slack: SlackInspect) -> str:
    plain = named.removeprefix("#")
    looks_like_id = plain[:1] in {"C", "G"} and plain.isalnum() and plain.isupper()
    return plain if looks_like_id else await slack.channel_id(plain)


def _teams(room: Room) -> list[str]:
    outside = {o.seen.team_id for o in room.occupants if o.seen and o.seen.kind is PersonKind.EXTERNAL}
    return sorted({*room.teams, *room.pending, *outside, room.host} - {UNKNOWN_TEAM, ""})


async def _known(room: Room, db: Database) -> Known:
    async with db.read() as tx:
        endpoint = await endpoints.at(tx, room.channel_id)
        supplier = await tx.get(Supplier, endpoint.supplier_id) if endpoint else None
        cached = {o.slack_user_id: await _cached(tx, o, room) for o in room.occupants}
    return Known(endpoint, supplier.name if supplier else "", {user: c for user, c in cached.items() if c})


async def _cached(tx: Tx, occupant: Occupant, room: Room) -> tuple[Person, bool] | None:
    person = await tx.one(Person, slack_user_id=occupant.slack_user_id)
    if person is None:
        return None
    return person, await people.is_member(tx, channel_group(room.channel_id), person.id)


def _about(room: Room, names: dict[str, str], identity: Identity) -> list[Line]:
    """The channel as Slack shows it."""
    state = "frozen" if room.frozen else "archived" if room.archived else "live"  # frozen ones are archived too
    ours = room.host in {"", *identity.home}
    guests = [o for o in room.occupants if o.seen and o.seen.kind is PersonKind.GUEST]
    many = {0: "guests" if guests else "none", 1: "one"}.get(len(room.teams), "several")
    lines = [
        line("channel_state", state),
        line("channel_host", "ours" if ours else "theirs", host=_company(room.host or identity.team_id, names)),
        line("channel_companies", many, names=_list(room.teams, names)),
        line("channel_pending", "some" if room.pending else "none", names=_list(room.pending, names)),
    ]
    return [*lines, line("channel_crowd", "cut", count=room.cut)] if room.cut else lines


def _list(teams: tuple[str, ...], names: dict[str, str]) -> str:
    return ", ".join(_company(team, names) for team in teams)


def _company(team: str, names: dict[str, str]) -> str:
    return f"{names[team]} [{team}]" if team in names and names[team] != team else team


def _linked(room: Room, names: dict[str, str], known: Known | None, identity: Identity) -> list[Line]:
    """The channel as the product has it, and its people."""
    if known is None:
        return [line("channel_link", "unasked"), *_everybody(room, names, None, identity)]
    endpoint = known.endpoint
    if endpoint is None:
        return [line("channel_link", "none"), *_everybody(room, names, known, identity)]
    verified = endpoint.state is EndpointState.VERIFIED
    day = f"{endpoint.verified_at:%Y-%m-%d}" if endpoint.verified_at else "-"
    shown = {"supplier": known.supplier, "names": _list(endpoint.teams, names), "day": day, "why": endpoint.reason}
    return [
        line("channel_link", "verified" if verified else "suspended", **shown),
        _changes(room, endpoint, names),
        *_everybody(room, names, known, identity),
    ]


def _changes(room: Room, endpoint: Endpoint, names: dict[str, str]) -> Line:
    """By the product's own comparison, with the guests that are there now."""
    gone = room.archived or room.frozen
    guests = {o.slack_user_id for o in room.occupants if _is_guest(o.seen)}
    found = difference(endpoint, None if gone else (*room.teams, *room.pending), guests)
    if found is None:
        return line("channel_changes", "none")
    everybody = {o.slack_user_id: o.name for o in room.occupants}
    who = [_company(team, names) for team in found.teams] + [everybody.get(user, user) for user in found.guests]
    return line("channel_changes", found.reason.value, who=", ".join(who))


def _is_guest(seen: Seen | None) -> bool:
    return seen is not None and seen.kind is PersonKind.GUEST and seen.active


def _everybody(room: Room, names: dict[str, str], known: Known | None, identity: Identity) -> list[Line]:
    lines = [_person(occupant, names, known, identity) for occupant in room.occupants]
    outside = any(o.seen and o.seen.kind is PersonKind.EXTERNAL for o in room.occupants)
    return [*lines, line("post_only", "unknown" if outside else "nobody")]


def _person(occupant: Occupant, names: dict[str, str], known: Known | None, identity: Identity) -> Line:
    seen, shown = occupant.seen, {"name": occupant.name, "id": occupant.slack_user_id}
    if seen is None:
        return line("person", "bot", **shown, company=_company(identity.team_id, names), code="")
    company = _company(seen.team_id if seen.kind is PersonKind.EXTERNAL else identity.team_id, names)
    employee = seen.kind is PersonKind.EMPLOYEE and seen.active
    outcome, code = _verdict(seen, known) if known else ("employee" if employee else "listed", "")
    return line("person", outcome, **shown, company=company, code=code)


def _verdict(seen: Seen, known: Known) -> tuple[str, str]:
    """Whether somebody may answer here once the product has looked (a first press makes it look), and whether it has."""
    fresh = Person(id="", seen_at=_NEVER, **seen.model_dump(exclude={"name", "mail"}))
    refused = refusal(known.endpoint, fresh, member=True)
    if refused is None:
        cached = known.people.get(seen.slack_user_id)
        ready = cached is not None and refusal(known.endpoint, cached[0], member=cached[1]) is None
        return ("may" if ready else "may_soon"), ""
    return _why(seen, known.endpoint, refused), refused.value


def refusal(endpoint: Endpoint | None, person: Person, *, member: bool) -> Code | None:
    """The product's own answer to a press on a hub in this channel: None where it would be taken."""
    actor = Actor(who=Who(slack_user_id=person.slack_user_id, team_id=person.team_id), person=person)
    if endpoint is None:
        return Code.NOT_FOUND
    try:
        require(Action.ANSWER, roles(actor, supplier=belongs(endpoint, actor, member=member)))
        require_verified(endpoint)
    except Refusal as refused:
        return refused.code
    return None


def _why(seen: Seen, endpoint: Endpoint | None, refused: Code) -> str:
    """The reason in words an operator can act on; `refused` where the rule says no and none of these tells why."""
    reasons = {
        "inactive": not seen.active,
        "employee": seen.kind is PersonKind.EMPLOYEE,
        "unlinked": endpoint is None,
        "suspended": refused is Code.ENDPOINT_SUSPENDED,
        "guest_new": seen.kind is PersonKind.GUEST,
        "company_new": seen.kind is PersonKind.EXTERNAL,
    }
    return next((reason for reason, holds in reasons.items() if holds), "refused")
