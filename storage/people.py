"""Persons, names and memberships: the cache that answers "who is this" before an acknowledgement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlmodel import col, select

from bot.domain.people import SECURITY, Actor, Membership, Person, PersonName, Seen, Who
from storage.ids import new_id
from storage.mapping import to_value
from storage.practice import WHOSE
from storage.tables.people import MembershipRow, PersonNameRow, PersonRow
from storage.tx import Tx

_IN_SECURITY = (
    select(MembershipRow.id)
    .where(MembershipRow.group == SECURITY, col(MembershipRow.person_id) == col(PersonRow.id))
    .correlate(PersonRow)
    .exists()
)
BY_USER = select(PersonRow, _IN_SECURITY).where(PersonRow.slack_user_id == bindparam("user"))


async def actor(tx: Tx, who: Who, first_admin: str) -> Actor:
    """The actor behind an identity: one statement. Unknown people come back without a person, so without any role."""
    rows = await tx.rows(BY_USER, user=who.slack_user_id)
    return actor_of(who, first_admin, *rows[0]) if rows else Actor(who=who)


_BY_USER_AND_SUBJECT = BY_USER.add_columns(WHOSE)


async def actor_at(tx: Tx, who: Who, first_admin: str, subject: str) -> tuple[Actor, str]:
    """The actor, and whose rehearsal the thing they press on belongs to ('': nobody's, it is real): one statement."""
    if not subject:
        return await actor(tx, who, first_admin), ""
    rows = await tx.rows(_BY_USER_AND_SUBJECT, user=who.slack_user_id, subject=subject)
    if not rows:
        return Actor(who=who), ""
    row, security, whose = rows[0]
    return actor_of(who, first_admin, row, security), whose


def actor_of(who: Who, first_admin: str, row: PersonRow, security: bool) -> Actor:
    """The actor from a row of BY_USER."""
    admin = bool(first_admin) and who.slack_user_id == first_admin
    return Actor(who=who, person=to_value(Person, row), security=security, first_admin=admin)


async def see(tx: Tx, seen: Seen, now: datetime) -> Person:
    """Store what the directory told of one person: new or refreshed, with the name in its own table."""
    old = await tx.one(Person, slack_user_id=seen.slack_user_id)
    person = Person(
        id=old.id if old else new_id(),
        slack_user_id=seen.slack_user_id,
        team_id=seen.team_id,
        kind=seen.kind,
        active=seen.active,
        language=seen.language,
        seen_at=now,
        since=old.since if old and (old.kind, old.active) == (seen.kind, seen.active) else now,
    )
    if old:
        await tx.put(person)
    else:
        tx.add(person)
        await tx.flush()
    await _name(tx, PersonName(id=person.id, name=seen.name, mail=seen.mail))
    return person


async def _name(tx: Tx, name: PersonName) -> None:
    if await tx.get(PersonName, name.id):
        await tx.put(name)
    else:
        tx.add(name)


async def set_members(tx: Tx, group: str, person_ids: Iterable[str], now: datetime) -> None:
    """The group has exactly these members from now on."""
    wanted = dict.fromkeys(person_ids)
    kept = {m.person_id for m in await tx.find(Membership, group=group)}
    gone = kept - set(wanted)
    if gone:
        await tx.run(
            delete(MembershipRow).where(col(MembershipRow.group) == group, col(MembershipRow.person_id).in_(gone))
        )
    for person_id in wanted:
        if person_id not in kept:
            tx.add(Membership(id=new_id(), group=group, person_id=person_id, seen_at=now))


async def add_member(tx: Tx, group: str, person_id: str, now: datetime) -> None:
    """One more member; nothing happens where they are one already."""
    if not await tx.one(Membership, group=group, person_id=person_id):
        tx.add(Membership(id=new_id(), group=group, person_id=person_id, seen_at=now))


async def remove_member(tx: Tx, group: str, person_id: str) -> None:
    """One member less."""
    await tx.run(
        delete(MembershipRow).where(col(MembershipRow.group) == group, col(MembershipRow.person_id) == person_id)
    )


async def members(tx: Tx, group: str) -> list[Person]:
    """The active people of a group, by id."""
    query = (
        select(PersonRow)
        .join(MembershipRow, col(MembershipRow.person_id) == col(PersonRow.id))
        .where(MembershipRow.group == group, col(PersonRow.active))
        .order_by(col(PersonRow.id))
    )
    return await tx.values(Person, query)


async def is_member(tx: Tx, group: str, person_id: str) -> bool:
    """Whether the cache knows this person in this group."""
    return await tx.one(Membership, group=group, person_id=person_id) is not None


async def names(tx: Tx, person_ids: Iterable[str]) -> dict[str, str]:
    """Names by person id; who was erased or never had one is missing."""
    query = select(PersonNameRow.id, PersonNameRow.name).where(col(PersonNameRow.id).in_(set(person_ids)))
    return {key: name for key, name in await tx.rows(query) if name}
