"""Who gets a notice: places as the outbox knows them (`channel:<id>`, `person:<our person id>`)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ledger import PRACTICE, Endpoint, EndpointState, Engagement, Owner, OwnerRole
from bot.domain.people import SECURITY, Person, PersonKind
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from storage import people
from storage.tx import Tx


def person_place(person_id: str) -> str:
    """A person's DM."""
    return f"person:{person_id}"


def channel_place(channel_id: str) -> str:
    """A channel."""
    return f"channel:{channel_id}"


def endpoint_place(endpoint: Endpoint) -> str:
    """Where an endpoint's people read: its channel; in a rehearsal the DM of whoever rehearses."""
    return person_place(endpoint.verified_by) if endpoint.kind == PRACTICE else channel_place(endpoint.channel_id)


async def security_places(tx: Tx) -> list[str]:
    """Where the security team is told: its private channel while that is fit, else each member's DM (employees only).

    In a rehearsal it is whoever rehearses, and nobody else.
    """
    if tx.practice_of:
        return [person_place(tx.practice_of)]
    chosen = await tx.get(Setting, SECURITY_TEAM)
    if chosen:
        team = SecurityTeam.model_validate(chosen.value)
        if team.is_channel and not team.unfit and not team.unsettled:
            return [channel_place(team.source)]
    members = await people.members(tx, SECURITY)
    return [person_place(p.id) for p in members if p.kind is PersonKind.EMPLOYEE]  # a group may hold guests


async def primary_owner(tx: Tx, engagement_id: str) -> Person | None:
    """The present, active primary owner; None is a task for the security team."""
    owner = await tx.one(Owner, engagement_id=engagement_id, role=OwnerRole.PRIMARY, until=None)
    person = await tx.get(Person, owner.person_id) if owner else None
    return person if person and person.active else None


async def endpoint_of(tx: Tx, engagement: Engagement) -> Endpoint | None:
    """Where the supplier is asked about this engagement: its own endpoint, else the supplier's oldest verified one."""
    if engagement.endpoint_id:
        return await tx.get(Endpoint, engagement.endpoint_id)
    return asked_at(engagement, await tx.find(Endpoint, supplier_id=engagement.supplier_id, order="id"))


def asked_at(engagement: Engagement, endpoints: Sequence[Endpoint]) -> Endpoint | None:
    """The same among the endpoints of its supplier, the oldest first."""
    if engagement.endpoint_id:
        return next((e for e in endpoints if e.id == engagement.endpoint_id), None)
    living = [e for e in endpoints if e.state in {EndpointState.VERIFIED, EndpointState.SUSPENDED}]
    return next((e for e in living if e.state is EndpointState.VERIFIED), living[0] if living else None)
