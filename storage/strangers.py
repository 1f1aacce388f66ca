"""Queries of channels and guests that match no endpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.ledger import SupplierState
from bot.domain.people import Person, PersonKind
from bot.domain.strangers import LISTED, OPEN, Stranger, StrangerState
from storage.tables.endpoints import StrangerRow
from storage.tables.ledger import EndpointRow, SupplierRow, SupplierTeamRow
from storage.tables.people import PersonRow
from storage.tx import Tx


async def guests(tx: Tx) -> list[Person]:
    """The active guests of our workspace that nobody has ever confirmed at an endpoint."""
    known = {guest for guests in await tx.rows(select(EndpointRow.guests)) for guest in guests}
    query = select(PersonRow).where(PersonRow.kind == PersonKind.GUEST.value, col(PersonRow.active))
    return [p for p in await tx.values(Person, query) if p.slack_user_id not in known]


async def linked(tx: Tx, channel_ids: Collection[str]) -> set[str]:
    """Those of the channels that are somebody's endpoint, or were until somebody severed it."""
    return set(await tx.rows(select(EndpointRow.channel_id).where(col(EndpointRow.channel_id).in_(channel_ids))))


async def known_teams(tx: Tx) -> set[str]:
    """The companies that were ever confirmed to be a supplier's: the ledger has them, wherever else they share a channel."""
    return set(await tx.rows(select(SupplierTeamRow.team_id).distinct()))


async def registered(tx: Tx, name_keys: Collection[str]) -> set[str]:
    """Those of the keys (`bot/domain/names.py`) under which a supplier stands in the ledger whose record has not ended."""
    states = (SupplierState.ACTIVE.value, SupplierState.BLOCKED.value)
    return set(
        await tx.rows(
            select(SupplierRow.name_key).where(
                col(SupplierRow.name_key).in_(name_keys), col(SupplierRow.state).in_(states)
            )
        )
    )


async def persons(tx: Tx, slack_user_ids: Iterable[str]) -> dict[str, str]:
    """Person ids of active employees, by Slack id."""
    query = select(PersonRow.slack_user_id, PersonRow.id).where(
        col(PersonRow.slack_user_id).in_(set(slack_user_ids)),
        PersonRow.kind == PersonKind.EMPLOYEE.value,
        col(PersonRow.active),
    )
    found: dict[str, str] = dict(await tx.rows(query))
    return found


async def employed(tx: Tx, person_ids: Iterable[str]) -> set[str]:
    """Those of the people who are active employees."""
    query = select(PersonRow.id).where(
        col(PersonRow.id).in_(set(person_ids)), PersonRow.kind == PersonKind.EMPLOYEE.value, col(PersonRow.active)
    )
    return set(await tx.rows(query))


async def every(tx: Tx) -> list[Stranger]:
    """All that are known, oldest first."""
    return await tx.values(Stranger, select(StrangerRow).order_by(col(StrangerRow.first_seen), col(StrangerRow.id)))


async def to_ask(tx: Tx) -> list[Stranger]:
    """Those without an answer that somebody may have to be asked about."""
    states = (StrangerState.FOUND.value, StrangerState.ASKED.value)
    query = select(StrangerRow).where(col(StrangerRow.state).in_(states))
    return await tx.values(Stranger, query.order_by(col(StrangerRow.first_seen), col(StrangerRow.id)))


async def page(tx: Tx, size: int, skip: int) -> list[Stranger]:
    """A page of the list: without an answer first, then those with one."""
    states = [state.value for state in LISTED]
    query = select(StrangerRow).where(col(StrangerRow.state).in_(states))
    answered = col(StrangerRow.answered_at).is_not(None)
    query = query.order_by(answered, col(StrangerRow.first_seen), col(StrangerRow.id)).limit(size).offset(skip)
    return await tx.values(Stranger, query)


async def counts(tx: Tx) -> tuple[int, int]:
    """How many are listed, and how many of them wait for an answer."""
    rows = await tx.rows(select(StrangerRow.state, func.count()).group_by(StrangerRow.state))
    by_state = {StrangerState(state): int(count) for state, count in rows}
    return sum(by_state.get(s, 0) for s in LISTED), sum(by_state.get(s, 0) for s in OPEN)
