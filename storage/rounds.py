"""Queries of rounds: who could be asked, what was decided, and many rows at once.

Everything here reads with a constant number of statements, however many engagements there are. To add a query: a
function that takes a Tx and returns values or tuples.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, func, insert, literal, or_, select
from sqlalchemy.orm import aliased

from bot.domain.base import Value
from bot.domain.ledger import (
    Assessment,
    CloudClass,
    Endpoint,
    EndpointState,
    Engagement,
    EngagementState,
    OwnerRole,
    Profession,
    SupplierState,
)
from bot.domain.people import GROUP, PersonKind
from bot.domain.rounds import OPEN_REVIEW, ChecklistVersion, RoundDecision
from bot.domain.scope_rules import Entrusted
from bot.domain.scoping import IN, Asked, Candidate, Decided
from storage.ids import new_id
from storage.mapping import row_class, to_value
from storage.tables.ledger import DepartmentRow, EndpointRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import MembershipRow, PersonNameRow, PersonRow
from storage.tables.rounds import ChecklistVersionRow, ReviewRow, RoundDecisionRow
from storage.tiers import tiers_in_force
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
_C: Any = ChecklistVersionRow
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


_WORK = (
    _E.personal_data,
    _E.secret_data,
    _E.system_access,
    _E.work_stops,
    _S.profession,
    _S.group_company,
    _E.cloud_class,
    _E.assessment,
)
"""What the policy's rules look at, in the order of `scope_rules.Entrusted`."""


async def candidates(tx: Tx, today: date) -> list[Candidate]:
    """Every engagement with what decides about it, by supplier. Six statements."""
    query = (
        select(
            _E.id,
            _E.supplier_id,
            _E.department_id,
            _E.state,
            _E.ends_on,
            _E.version,
            _S.state,
            _S.version,
            _D.primary_id,
            _D.escalation_id,
            *_WORK,
        )
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .order_by(_E.supplier_id, _E.id)
    )
    fit, named = await _owners(tx)
    busy, escalation = await _suppliers_in_review(tx), await _escalations(tx)
    stand_ins = await _group_deputies(tx)
    tier = await tiers_in_force(tx, today)
    return [
        Candidate(
            engagement_id=key,
            supplier_id=supplier,
            department_id=department,
            state=EngagementState(state),
            ends_on=ends_on,
            supplier_state=SupplierState(supplier_state),
            review_open=supplier in busy,
            primary=fit.get((key, OwnerRole.PRIMARY)),
            deputy=fit.get((key, OwnerRole.DEPUTY)) or stand_ins.get(department),
            escalation=escalates if escalates in escalation else None,
            named=named.get(key, head),
            versions=(version, supplier_version),
            work=_entrusted(*work),
            tier=tier.get(key, ""),
        )
        for (
            key,
            supplier,
            department,
            state,
            ends_on,
            version,
            supplier_state,
            supplier_version,
            head,
            escalates,
            *work,
        ) in await tx.rows(query)
    ]


def _entrusted(
    personal: bool, secret: bool | None, access: bool | None, stops: bool | None, *supplier_and_terms: Any
) -> Entrusted:
    profession, group_company, cloud, assessment = supplier_and_terms
    return Entrusted(
        personal_data=personal,
        secret_data=secret,
        system_access=access,
        work_stops=stops,
        profession=Profession(profession),
        group_company=group_company,
        cloud_class=CloudClass(cloud) if cloud else None,
        assessment=Assessment(assessment),
    )


async def _owners(tx: Tx) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """The first fit person by (engagement, role), and whom the ledger names as primary, fit or not."""
    query = (
        select(_O.engagement_id, _O.role, _O.person_id, FIT)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.until.is_(None))
        .order_by(_O.id)
    )
    fit: dict[tuple[str, str], str] = {}
    named: dict[str, str] = {}
    for engagement, role, person, is_fit in await tx.rows(query):
        if is_fit:
            fit.setdefault((engagement, role), person)
        if role == OwnerRole.PRIMARY:
            named[engagement] = person
    return fit, named


async def _group_deputies(tx: Tx) -> dict[str, str]:
    """Department id → the first fit person of the user group that stands in for it."""
    query = (
        select(_D.id, func.min(_P.id))
        .join(MembershipRow, _M.group == literal(GROUP) + _D.deputy_group)
        .join(PersonRow, _P.id == _M.person_id)
        .where(_D.deputy_group != "", FIT)
        .group_by(_D.id)
    )
    return dict(await tx.rows(query))


async def _suppliers_in_review(tx: Tx) -> set[str]:
    wanted = [state.value for state in OPEN_REVIEW]
    return await only(tx, select(_V.supplier_id).where(_V.state.in_(wanted)).distinct())


async def _escalations(tx: Tx) -> set[str]:
    return await only(tx, select(_P.id).join(DepartmentRow, _D.escalation_id == _P.id).where(FIT).distinct())


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


async def version_with(tx: Tx, key: str, content_hash: str) -> tuple[ChecklistVersion | None, int]:
    """The published version with this content, or None; and the highest number this checklist has reached."""
    found = await tx.one(ChecklistVersion, key=key, content_hash=content_hash)
    ((highest,),) = await tx.rows(select(func.max(_C.n)).where(_C.key == key))
    return found, highest or 0


_NAMED = (
    select(_S.name, _E.business, RoundDecisionRow)
    .join(EngagementRow, _E.id == _R.engagement_id)
    .join(SupplierRow, _S.id == _E.supplier_id)
)


async def chosen_or_proposed(tx: Tx, round_id: str, reasons: Collection[str]) -> list[tuple[str, str, RoundDecision]]:
    """(supplier, work, decision) of what is left out for one of these reasons or was turned by somebody, by supplier."""
    query = _NAMED.where(_R.round_id == round_id, _turnable(reasons))
    rows = await tx.rows(query.order_by(_S.name, _E.business, _R.id))
    return [(name, work, to_value(RoundDecision, row)) for name, work, row in rows]


def _turnable(reasons: Collection[str]) -> Any:
    return or_(_R.reason.in_(sorted(reasons)), _R.facts[("choice", "verdict")].as_string().is_not(None))


async def turnable(tx: Tx, round_id: str, reasons: Collection[str]) -> bool:
    """Whether there is anything that `chosen_or_proposed` would tell."""
    return bool(await tx.rows(select(_R.id).where(_R.round_id == round_id, _turnable(reasons)).limit(1)))


async def decision(tx: Tx, round_id: str, engagement_id: str) -> tuple[str, str, RoundDecision] | None:
    """(supplier, work, decision) about one engagement."""
    rows = await tx.rows(_NAMED.where(_R.round_id == round_id, _R.engagement_id == engagement_id))
    return next(((name, work, to_value(RoundDecision, row)) for name, work, row in rows), None)


async def tiers_inside(tx: Tx, round_id: str) -> dict[str, int]:
    """How many engagements of each tier a round asks about ('' where none was decided)."""
    tier = fact("tier")
    query = select(tier, func.count()).where(_R.round_id == round_id, _R.verdict == IN).group_by(tier)
    return {key or "": number for key, number in await tx.rows(query)}


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
