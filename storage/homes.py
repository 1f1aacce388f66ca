"""What the Home tab shows, counted from rows: a constant number of statements, however much there is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, func, select

from bot.domain.delivery import CardKind
from bot.domain.first_run import Facts
from bot.domain.homes import MyCards, OpenRound
from bot.domain.ledger import EndpointState
from bot.domain.people import SECURITY, PersonKind
from bot.domain.rounds import JUDGEABLE, OPEN_REVIEW, AttestationState, ItemState, ReviewState, RoundState
from storage.tables.delivery import AuditEventRow, LiveCardRow
from storage.tables.ledger import DepartmentRow, EndpointRow, SupplierRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow, RoundRow
from storage.tx import Tx

REHEARSED = "finished"
"""The reason of the audit event `rehearsal:ended` where everything was played, down to the judgement."""

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_M: Any = MembershipRow
_P: Any = PersonRow
_E: Any = EndpointRow
_R: Any = RoundRow
_V: Any = ReviewRow
_I: Any = ReviewItemRow
_A: Any = AttestationRow
_C: Any = LiveCardRow
_T: Any = AuditEventRow


def _count(row: Any, *which: Any) -> Any:
    return select(func.count()).select_from(row).where(*which).scalar_subquery()


def _among(states: frozenset[ReviewState]) -> Any:
    """How many of a round's reviews are in one of these states."""
    inside = case((_V.state.in_(sorted(s.value for s in states)), 1), else_=0)
    return func.coalesce(func.sum(inside), 0)


_MEMBERS = (
    select(func.count())
    .select_from(MembershipRow)
    .join(PersonRow, _P.id == _M.person_id)
    .where(_M.group == SECURITY, _P.active, _P.kind == PersonKind.EMPLOYEE.value)
    .scalar_subquery()
)
_OPENED = [RoundState.OPEN.value, RoundState.CLOSED.value]
_FACTS = select(
    _MEMBERS,
    _count(DepartmentRow),
    _count(SupplierRow),
    _count(EndpointRow, _E.state.in_([EndpointState.VERIFIED.value, EndpointState.SUSPENDED.value])),
    _count(AuditEventRow, _T.subject == "rehearsal", _T.reason == REHEARSED),
    _count(RoundRow, _R.state.in_(_OPENED)),
)


async def facts(tx: Tx) -> Facts:
    """What is there. One statement."""
    ((members, departments, suppliers, endpoints, rehearsed, rounds),) = await tx.rows(_FACTS)
    return Facts(
        members=members,
        departments=departments,
        suppliers=suppliers,
        endpoints=endpoints,
        rehearsed=rehearsed > 0,
        rounds=rounds,
    )


async def open_rounds(tx: Tx, limit: int) -> tuple[list[OpenRound], int]:
    """Rounds under way, the earliest due first, and how many there are. One statement."""
    query = (
        select(
            _R.title,
            _R.due_on,
            func.count(_V.id),
            _among(JUDGEABLE),
            _among(OPEN_REVIEW),
            func.count().over(),
        )
        .join(ReviewRow, _V.round_id == _R.id, isouter=True)
        .where(_R.state == RoundState.OPEN.value)
        .group_by(_R.id, _R.title, _R.due_on)
        .order_by(_R.due_on, _R.id)
        .limit(limit)
    )
    rows = await tx.rows(query)
    found = [
        OpenRound(title=title, due_on=due, reviews=reviews, handed_in=handed_in, ended=reviews - still)
        for title, due, reviews, handed_in, still, _total in rows
    ]
    return found, rows[0][-1] if rows else 0


async def suspended(tx: Tx) -> int:
    """Endpoints that wait for a person to look at their channel."""
    query = select(func.count()).select_from(EndpointRow).where(_E.state == EndpointState.SUSPENDED.value)
    return int((await tx.rows(query))[0][0])


async def my_cards(tx: Tx, person_id: str) -> list[MyCards]:
    """What waits for one owner's answer, a line a round, the earliest first. One statement."""
    query = (
        select(_R.title, _R.attest_by, func.count(), func.coalesce(_C.channel, ""))
        .select_from(AttestationRow)
        .join(RoundRow, _R.id == _A.round_id)
        .join(ReviewItemRow, _I.engagement_id == _A.engagement_id)
        .join(ReviewRow, and_(_V.id == _I.review_id, _V.round_id == _A.round_id))
        .join(
            LiveCardRow,
            and_(_C.kind == CardKind.DIGEST.value, _C.subject_id == _R.id, _C.place == person_id),
            isouter=True,
        )
        .where(
            _A.owner_id == person_id,
            _A.state.in_([AttestationState.ASKED.value, AttestationState.LAPSED.value]),
            _R.state == RoundState.OPEN.value,
            _I.state == ItemState.OPEN.value,
            _V.state.in_([s.value for s in OPEN_REVIEW]),
        )
        .group_by(_R.id, _R.title, _R.attest_by, _C.channel)
        .order_by(_R.attest_by, _R.id)
    )
    return [
        MyCards(title=title, attest_by=by, count=count, channel=channel)
        for title, by, count, channel in await tx.rows(query)
    ]
