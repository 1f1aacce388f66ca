"""The list of the ledger: narrowed, ordered, counted, a page at a time. A fixed number of statements, however many rows.

A condition that nobody asked for is not in the statement. To narrow by one more thing: its line in `_where`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from bot.domain.ledger import EndpointState, OwnerRole
from bot.domain.listing import ALL, NEVER, SAVED, Filter, Flag, OpenList, SavedFilter, SavedLine, Sort, last_day
from bot.domain.rounds import JUDGEABLE, OPEN_REVIEW
from bot.domain.searching import tag_key, terms
from storage.rounds import FIT
from storage.subcontracts import subcontracts_known
from storage.tables.ledger import DepartmentRow, EndpointRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.listing import OpenListRow, SavedFilterRow
from storage.tables.past import PastReviewRow
from storage.tables.people import PersonRow
from storage.tables.rounds import JudgementRow, ReviewItemRow, ReviewRow
from storage.tables.tiers import TierDecisionRow
from storage.tiers import in_force
from storage.tiers import latest as latest_tier
from storage.tx import Tx

KEPT = timedelta(days=7)

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_E: Any = EngagementRow
_S: Any = SupplierRow
_D: Any = DepartmentRow
_O: Any = OwnerRow
_P: Any = PersonRow
_V: Any = ReviewRow
_I: Any = ReviewItemRow
_J: Any = JudgementRow
_B: Any = PastReviewRow
_T: Any = TierDecisionRow
_L: Any = OpenListRow
_F: Any = SavedFilterRow

_DEPARTMENTS = select(_D.id, _D.name).order_by(_D.name)
NOT_HANDED_IN = sorted(state.value for state in OPEN_REVIEW - JUDGEABLE)
VERIFIED = EndpointState.VERIFIED.value


@dataclass(frozen=True)
class When:
    """Today; at which moment the day so many days before it begins, where the company is; the tiers, the highest first."""

    today: date
    begins: Callable[[int], datetime]
    tiers: tuple[str, ...] = ()


async def counts(tx: Tx, wanted: Filter, when: When) -> tuple[int, int]:
    """All engagements, and how many match. One statement."""
    if not wanted.narrows:
        (total,) = await counted(tx, [ALL], when)
        return total, total
    total, matched = await counted(tx, [ALL, wanted], when)
    return total, matched


async def counted(tx: Tx, every: Sequence[Filter], when: When) -> list[int]:
    """How many match each of some filters. One statement."""
    (found,) = await tx.rows(select(*(_count(one, when) for one in every)))
    return [int(number) for number in found]


async def page(tx: Tx, wanted: Filter, when: When, limit: int, offset: int) -> list[str]:
    """The ids of a page of engagements in their order. One statement."""
    query = _ordered(_matching(select(_E.id), wanted, when), wanted.sort, when)
    return [key for (key,) in await tx.rows(query.limit(limit).offset(offset))]


async def matching(tx: Tx, wanted: Filter, when: When) -> list[str]:
    """The ids of all that match. One statement."""
    return [key for (key,) in await tx.rows(_matching(select(_E.id), wanted, when).order_by(_E.id))]


async def departments(tx: Tx) -> list[tuple[str, str]]:
    """(id, name) of every department, by name."""
    return [(key, name) for key, name in await tx.rows(_DEPARTMENTS)]


# -- what the list is narrowed by ----------------------------------------------------------------------------------------


def _matching(query: Any, wanted: Filter, when: When) -> Any:
    found = query.select_from(EngagementRow)
    return found.join(SupplierRow, _S.id == _E.supplier_id).where(*_where(wanted, when))


def _count(wanted: Filter, when: When) -> Any:
    """Suppliers are joined where they are asked about: a look-up for each row is most of a count's work."""
    if Flag.SUBCONTRACTS in wanted.flags:
        return _matching(select(func.count()), wanted, when).scalar_subquery()
    return select(func.count()).select_from(EngagementRow).where(*_where(wanted, when)).scalar_subquery()


def _where(wanted: Filter, when: When) -> list[Any]:
    found = [_named(term) for term in terms(wanted.words)]
    if wanted.departments:
        found.append(_E.department_id.in_(wanted.departments))
    if wanted.tiers:
        found.append(_of_tier(wanted.tiers, when.today))
    if wanted.personal_data is not None:
        found.append(_E.personal_data.is_(wanted.personal_data))
    if wanted.states:
        found.append(_E.state.in_([state.value for state in wanted.states]))
    if wanted.judgements:
        found.append(_judged(wanted.judgements))
    if wanted.tag:
        found.append(_has(_E.search, tag_key(wanted.tag)))
    if wanted.ends_within is not None:
        found.append(_E.ends_on.between(when.today, last_day(when.today, wanted.ends_within)))
    if wanted.unjudged_for is not None:
        since = when.begins(wanted.unjudged_for - 1)
        found += [~_ours(_J.at >= since).exists(), ~_before(_B.reviewed_at >= since).exists()]
    return found + [_FLAGS[flag](when) for flag in wanted.flags]


def _named(term: str) -> Any:
    """Suppliers are searched by themselves: joined, each would be searched again for each of its engagements."""
    named: Any = aliased(SupplierRow)
    return or_(_E.supplier_id.in_(select(named.id).where(_has(named.search, term))), _has(_E.search, term))


def _has(column: Any, term: str) -> Any:
    return column.contains(term, autoescape=True)


def _ours(*which: Any) -> Any:
    """The judgements of an engagement, over all its reviews."""
    found = select(_J.id).join(ReviewItemRow, _I.id == _J.item_id)
    return found.where(_I.engagement_id == _E.id, *which).correlate(EngagementRow)


def _before(*which: Any) -> Any:
    """Its past reviews: those that were done before this product."""
    return select(_B.id).where(_B.engagement_id == _E.id, *which).correlate(EngagementRow)


def _judged(values: Collection[str]) -> Any:
    """The latest judgement is one of these, or there is none: whichever is later, ours or one of before."""
    ours = _ours().with_only_columns(_J.value, _J.at, _J.n, _J.id)
    before = _before().with_only_columns(_B.value, _B.reviewed_at, literal(0), _B.id)
    both = union_all(ours, before).subquery()
    value, *newest = both.c
    latest = select(value).order_by(*(column.desc() for column in newest)).limit(1).scalar_subquery()
    found = [latest.in_([v for v in values if v != NEVER])] if set(values) - {NEVER} else []
    return or_(*found, latest.is_(None)) if NEVER in values else found[0]


def _of_tier(tiers: Collection[str], today: date) -> Any:
    """By a look-up for each: PostgreSQL cannot guess how many are in a tier, and joins a third of the ledger in loops."""
    decided = select(in_force(today)).where(_T.engagement_id == _E.id).order_by(_T.n.desc()).limit(1)
    return decided.correlate(EngagementRow).scalar_subquery().in_(tiers)


def _overdue(when: When) -> Any:
    """In a review that is past its due day and not handed in."""
    late = select(_I.engagement_id).join(ReviewRow, _V.id == _I.review_id)
    return _E.id.in_(late.where(_V.state.in_(NOT_HANDED_IN), _V.due_on < when.today, _I.state == "open"))


def _no_owner(_when: When) -> Any:
    """Nobody is its primary owner, or whoever is has left (or is a guest by now: `owning.py` counts alike)."""
    found = select(_O.id).join(PersonRow, _P.id == _O.person_id)
    held = found.where(_O.engagement_id == _E.id, _O.role == OwnerRole.PRIMARY.value, _O.until.is_(None), FIT)
    return ~held.correlate(EngagementRow).exists()


def _no_endpoint(_when: When) -> Any:
    """Neither its own endpoint nor, without one, any of its supplier is verified."""
    own: Any = aliased(EndpointRow)
    any_: Any = aliased(EndpointRow)
    its = select(own.id).where(own.id == _E.endpoint_id, own.state == VERIFIED).correlate(EngagementRow)
    theirs = select(any_.id).where(any_.supplier_id == _E.supplier_id, any_.state == VERIFIED)
    return ~or_(its.exists(), and_(_E.endpoint_id.is_(None), theirs.correlate(EngagementRow).exists()))


_FLAGS: dict[Flag, Callable[[When], Any]] = {
    Flag.OVERDUE: _overdue,
    Flag.NO_OWNER: _no_owner,
    Flag.NO_ENDPOINT: _no_endpoint,
    Flag.SUBCONTRACTS: lambda _when: or_(_S.subcontracts.is_(True), subcontracts_known()),
}


def _with_newest(query: Any) -> tuple[Any, Any]:
    """The query with a line for each engagement, and when that was judged last.

    Joined first and grouped then: so only what is left of the ledger is looked up. The newest of everything, made first and
    joined then, costs both databases several times as much where the list is narrowed.
    """
    joined = query.join(ReviewItemRow, _I.engagement_id == _E.id, isouter=True)
    joined = joined.join(JudgementRow, _J.item_id == _I.id, isouter=True)
    joined = joined.join(PastReviewRow, _B.engagement_id == _E.id, isouter=True)
    ours, before = func.max(_J.at), func.max(_B.reviewed_at)
    newest = case((or_(ours.is_(None), before > ours), before), else_=ours)
    return joined.group_by(_E.id, _S.id, _S.name_key), newest


def _ordered(query: Any, sort: Sort, when: When) -> Any:
    """The query in its order, joined with what it is ordered by."""
    first: tuple[Any, ...] = ()
    if sort is Sort.END:
        first = (_E.ends_on.is_(None), _E.ends_on)
    elif sort is Sort.JUDGED:
        query, newest = _with_newest(query)
        first = (newest.isnot(None), newest)
    elif sort is Sort.TIER:
        query = query.join(TierDecisionRow, and_(_T.engagement_id == _E.id, latest_tier()), isouter=True)
        place = {tier: n for n, tier in enumerate(when.tiers)}
        first = (case(place, value=in_force(when.today), else_=len(place)),)
    return query.order_by(*first, _S.name_key, _S.id, _E.id)


# -- what is open, and what is saved -------------------------------------------------------------------------------------


async def forget_old(tx: Tx, person_id: str, now: datetime) -> None:
    """Forget the lists that somebody opened long ago."""
    await tx.run(delete(OpenListRow).where(_L.person_id == person_id, _L.at < now - KEPT))


async def opened(tx: Tx, list_id: str, person_id: str) -> OpenList | None:
    """A list that this person has open."""
    return await tx.one(OpenList, id=list_id, person_id=person_id)


async def saved(tx: Tx, person_id: str) -> list[SavedLine]:
    """The filters somebody can choose: their own and the shared ones, by name."""
    columns = (_F.id, _F.name, (_F.owner_id == literal("")).label("shared"))
    query = select(*columns).where(_F.owner_id.in_([person_id, ""])).order_by(_F.name, _F.id).limit(SAVED)
    return [SavedLine(id=key, name=name, shared=bool(shared)) for key, name, shared in await tx.rows(query)]


async def saved_filter(tx: Tx, saved_id: str, person_id: str) -> SavedFilter | None:
    """One of them."""
    found = await tx.get(SavedFilter, saved_id)
    return found if found and found.owner_id in ("", person_id) else None


async def forget_filter(tx: Tx, saved_id: str) -> None:
    """Delete one."""
    await tx.run(delete(SavedFilterRow).where(_F.id == saved_id))
