"""Queries of rounds: who could be asked, what was decided, and many rows at once.

Everything here reads with a constant number of statements, however many engagements there are. To add a query: a
function that takes a Tx and returns values or tuples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.orm import aliased

from bot.domain.base import Value
from bot.domain.ledger import (
    Endpoint,
    EndpointState,
    Engagement,
)
from bot.domain.people import PersonKind
from bot.domain.rounds import RoundDecision
from bot.domain.scoping import IN, Asked, Decided
from storage.ids import new_id
from storage.mapping import row_class
from storage.tables.ledger import DepartmentRow, EndpointRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import MembershipRow, PersonNameRow, PersonRow
from storage.tables.rounds import ReviewRow, RoundDecisionRow
from storage.tx import Tx

CHUNK = 1000
OPENING = 7301  # our name for the lock; any number that nobody else uses

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_E: Any = EngagementRow
_S: Any = SupplierRow
_D: Any = DepartmentRow
_O: Any = OwnerRow
_P: Any = PersonRow
_M: Any = MembershipRow
_N: Any = PersonNameRow
_V: Any = ReviewRow
_R: Any = RoundDecisionRow

FIT = and_(_P.active, _P.kind == PersonKind.EMPLOYEE.value)
"""Who may be asked as an owner: active employees."""


async def add_many(tx: Tx, cls: type[Value], rows: Sequence[dict[str, Any]]) -> None:
    """Write new rows in chunks, past the session: nothing of this transaction may change them again.

    Into the table, not the class, and from dictionaries: a fifth of the time of values that are added one by one.
    """
    await tx.flush()
    table: Any = row_class(cls)
    for start in range(0, len(rows), CHUNK):
        some = [tx.stamped(cls, row) for row in rows[start : start + CHUNK]]
        await tx.session.exec(insert(table.__table__), params=some)


async def one_at_a_time(tx: Tx) -> None:
    """Wait until no other process opens a round: two must not both find a supplier without an open review."""
    if not tx.sqlite:
        await tx.rows(select(func.pg_advisory_xact_lock(OPENING)))


async def departments(tx: Tx) -> list[tuple[str, str]]:
    """(id, name) of every department, by name."""
    query = select(_D.id, _D.name).order_by(_D.name)
    return [(key, name) for key, name in await tx.rows(query)]


async def only(tx: Tx, query: Any) -> set[str]:
    """The values of a select of one column."""
    return {key for (key,) in await tx.rows(query)}


# -- decisions -----------------------------------------------------------------------------------------------------------


async def kept(tx: Tx, round_id: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """What was decided for a round: engagement id → verdict, reason, facts."""
    query = select(_R.engagement_id, _R.verdict, _R.reason, _R.facts).where(_R.round_id == round_id)
    return {key: (verdict, reason, facts) for key, verdict, reason, facts in await tx.rows(query)}


async def keep(tx: Tx, round_id: str, decided: Iterable[Decided]) -> None:
    """Keep what was decided, with the facts it was decided from."""
    rows = [
        {
            "id": new_id(),
            "round_id": round_id,
            "engagement_id": one.candidate.engagement_id,
            "verdict": one.verdict,
            "reason": one.reason.value,
            "facts": one.facts,
        }
        for one in decided
    ]
    await add_many(tx, RoundDecision, rows)


async def forget_decisions(tx: Tx, round_id: str) -> None:
    """Take back a preview's decisions, so that new ones can be shown. Never done once a round is open."""
    await tx.run(delete(RoundDecisionRow).where(_R.round_id == round_id))


# -- recipients ----------------------------------------------------------------------------------------------------------

_INSIDE = select(_R.engagement_id).select_from(RoundDecisionRow).where(_R.verdict == IN).correlate(None)


def inside(round_id: str) -> Any:
    """A select of the ids of the engagements that a round asks about."""
    return _INSIDE.where(_R.round_id == round_id)


async def counts(tx: Tx, round_id: str) -> dict[tuple[str, str], int]:
    """How many engagements were decided how: (verdict, reason) → number."""
    query = select(_R.verdict, _R.reason, func.count()).where(_R.round_id == round_id).group_by(_R.verdict, _R.reason)
    return {(verdict, reason): number for verdict, reason, number in await tx.rows(query)}


def fact(name: str) -> Any:
    """One of the facts a decision was made from, as text."""
    return _R.facts[name].as_string()


async def persons_asked(tx: Tx, round_id: str) -> list[tuple[str, str]]:
    """(id, name) of everybody who would get a digest, by name; '' where no name is known."""
    asked = inside(round_id).where(fact("asked") != Asked.NOBODY.value)
    persons = asked.with_only_columns(fact("person").label("person")).distinct().subquery()
    query = select(persons.c.person, _N.name).join(PersonNameRow, _N.id == persons.c.person, isouter=True)
    return sorted(((key, name or "") for key, name in await tx.rows(query)), key=lambda found: (found[1], found[0]))


async def suppliers_asked(tx: Tx, round_id: str) -> list[tuple[str, str]]:
    """(id, name) of the suppliers in a round, by name."""
    query = (
        select(_S.id, _S.name)
        .join(EngagementRow, _E.supplier_id == _S.id)
        .where(_E.id.in_(inside(round_id)))
        .distinct()
    )
    return sorted(((key, name) for key, name in await tx.rows(query)), key=lambda found: (found[1], found[0]))


async def unreachable(tx: Tx, round_id: str) -> set[str]:
    """The suppliers in a round with an engagement for which there is no verified endpoint yet."""
    own: Any = aliased(EndpointRow)
    any_: Any = aliased(EndpointRow)
    verified = EndpointState.VERIFIED.value
    reachable = or_(
        select(own.id).where(own.id == _E.endpoint_id, own.state == verified).exists(),
        and_(
            _E.endpoint_id.is_(None),
            select(any_.id).where(any_.supplier_id == _E.supplier_id, any_.state == verified).exists(),
        ),
    )
    query = select(_E.supplier_id).where(_E.id.in_(inside(round_id)), ~reachable)
    return await only(tx, query.distinct())


async def channels_of(tx: Tx, round_id: str, supplier_id: str) -> list[str]:
    """The channels in which a supplier would be asked: its engagements' own endpoints, else its oldest verified one."""
    query = select(_E.endpoint_id).where(_E.id.in_(inside(round_id)), _E.supplier_id == supplier_id)
    chosen = await only(tx, query.distinct())
    verified = await tx.find(Endpoint, supplier_id=supplier_id, state=EndpointState.VERIFIED.value)
    first = verified[0].id if verified else ""
    wanted = {key or first for key in chosen}
    return [endpoint.channel_id for endpoint in verified if endpoint.id in wanted]


async def engagements_of(tx: Tx, round_id: str, supplier_id: str) -> list[Engagement]:
    """The engagements of a supplier that a round asks about, oldest first."""
    found = await only(
        tx, inside(round_id).join(EngagementRow, _E.id == _R.engagement_id).where(_E.supplier_id == supplier_id)
    )
    return await tx.find(Engagement, id=found)
