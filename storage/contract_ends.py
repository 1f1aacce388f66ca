"""Queries of contracts that end: what is asked about today, what was told of it, and the list of what ends or is being closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, literal, or_, select, update
from sqlmodel import select as select_rows

from bot.domain.closing_list import ItemState
from bot.domain.contract_end import GATHERED, LONGEST_NOTICE, EndStep, Step
from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.ending import Ending, EndingLine
from bot.domain.ledger import Change, EngagementState
from bot.domain.people import GROUP
from bot.domain.rounds import OPEN_REVIEW, AttestationState
from bot.domain.rounds import ItemState as Reviewed
from storage.tables.delivery import LiveCardRow, NoticeRow
from storage.tables.ending import ClosingItemRow, EndStepRow
from storage.tables.ledger import ChangeRow, DepartmentRow, EngagementRow, OwnerRow, SupplierRow
from storage.tables.people import MembershipRow, PersonNameRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow
from storage.tx import Tx

_E: Any = EngagementRow
_S: Any = SupplierRow
_D: Any = DepartmentRow
_O: Any = OwnerRow
_M: Any = MembershipRow
_T: Any = EndStepRow
_C: Any = ClosingItemRow
_I: Any = ReviewItemRow
_V: Any = ReviewRow
_A: Any = AttestationRow
_N: Any = NoticeRow
_L: Any = LiveCardRow
_H: Any = ChangeRow
_P: Any = PersonNameRow

TEAM = "team"
"""The subject of a question that goes to the security team."""
AHEAD = 60
"""Days before the end at which the first question comes (`contract_end.step_days`)."""


def _ending(today: date) -> Any:
    """Active work of suppliers that are not paused whose end, or whose period of notice, may be near."""
    soon = today + timedelta(days=AHEAD + GATHERED)
    later = soon + timedelta(days=LONGEST_NOTICE)
    early = and_(_E.auto_renews.is_(True), _E.notice_days.is_not(None), _E.ends_on <= later)
    return and_(_E.state == EngagementState.ACTIVE.value, _S.paused.is_(False), or_(_E.ends_on <= soon, early))


async def ending(tx: Tx, today: date) -> list[Ending]:
    """What could be asked about today, the earliest end first. One statement."""
    query = (
        select(_E.id.label("engagement_id"), _E.ends_on, _E.auto_renews, _E.notice_days, _D.escalation_id)
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .where(_ending(today))
        .order_by(_E.ends_on, _E.id)
    )
    return [Ending(**row._asdict()) for row in await tx.rows(query)]


async def steps(tx: Tx, today: date) -> dict[str, list[EndStep]]:
    """What was told of the ends that could be asked about today, by engagement. One statement."""
    query = (
        select_rows(EndStepRow)
        .join(EngagementRow, and_(_E.id == _T.engagement_id, _E.ends_on == _T.ends_on))
        .join(SupplierRow, _S.id == _E.supplier_id)
        .where(_ending(today))
        .order_by(_T.id)
    )
    found: dict[str, list[EndStep]] = {}
    for one in await tx.values(EndStep, query):
        found.setdefault(one.engagement_id, []).append(one)
    return found


async def lines(
    tx: Tx, today: date, late_before: date, limit: int, offset: int, *, person_id: str = ""
) -> tuple[list[EndingLine], int]:
    """What ends soon (or was asked about) and what is being closed, the earliest end first, and how much there is.

    `person_id`: only what this person is an owner or deputy of. `late_before`: ends before this day are overdue to close.
    """
    query = (
        select(_E.id, _S.name, _E.business, _D.name, _E.ends_on, _E.state, _items(ItemState.OPEN), func.count().over())
        .join(SupplierRow, _S.id == _E.supplier_id)
        .join(DepartmentRow, _D.id == _E.department_id)
        .where(_wanted(today))
        .order_by(_E.ends_on, _E.id)
        .limit(limit)
        .offset(offset)
    )
    query = query.where(_theirs(person_id)) if person_id else query
    rows = await tx.rows(query)
    found = [
        EndingLine(
            engagement_id=key,
            supplier=supplier,
            business=business,
            department=department,
            ends_on=ends_on,
            closing=state == EngagementState.CLOSING,
            open_items=open_items,
            overdue=state == EngagementState.CLOSING and ends_on is not None and ends_on < late_before,
        )
        for key, supplier, business, department, ends_on, state, open_items, _total in rows
    ]
    return found, rows[0][-1] if rows else 0


def _wanted(today: date) -> Any:
    told = select(_T.id).where(_T.engagement_id == _E.id, _T.ends_on == _E.ends_on, _T.reason == "")
    soon = or_(_E.ends_on <= today + timedelta(days=AHEAD), told.correlate(EngagementRow).exists())
    return or_(
        _E.state == EngagementState.CLOSING.value,
        and_(_E.state == EngagementState.ACTIVE.value, _E.ends_on.is_not(None), soon),
    )


def _items(state: ItemState) -> Any:
    """How many items of an engagement's closing list are in a state."""
    query = select(func.count()).select_from(ClosingItemRow).where(_C.engagement_id == _E.id, _C.state == state.value)
    return query.correlate(EngagementRow).scalar_subquery()


def _theirs(person_id: str) -> Any:
    owns = select(_O.id).where(_O.engagement_id == _E.id, _O.person_id == person_id, _O.until.is_(None))
    stands_in = select(_M.id).where(_M.group == literal(GROUP) + _D.deputy_group, _M.person_id == person_id)
    return or_(
        owns.correlate(EngagementRow).exists(),
        and_(_D.deputy_group != "", stands_in.correlate(DepartmentRow).exists()),
        _D.escalation_id == person_id,
    )


async def counts(tx: Tx, today: date, late_before: date) -> tuple[int, int]:
    """How many ends wait for an owner although their day has come, and how many closing lists are overdue. One statement."""
    asked = and_(_E.state == EngagementState.ACTIVE.value, _E.ends_on < today)
    late = and_(_E.state == EngagementState.CLOSING.value, _E.ends_on < late_before)
    query = select(
        func.coalesce(func.sum(case((asked, 1), else_=0)), 0), func.coalesce(func.sum(case((late, 1), else_=0)), 0)
    ).select_from(EngagementRow)
    ((passed, overdue),) = await tx.rows(query)
    return int(passed), int(overdue)


async def asked_of(tx: Tx, engagement_id: str, ends_on: date) -> list[EndStep]:
    """What was told of this end."""
    return await tx.find(EndStep, engagement_id=engagement_id, ends_on=ends_on, order="id")


async def refresh_cards(tx: Tx, engagement_id: str) -> None:
    """Every card that has asked about the end of this work, in the time of one contract's questions, is to be drawn again."""
    rows = await tx.find(EndStep, engagement_id=engagement_id, reason="")
    days = [row.asked_on.toordinal() for row in rows]
    told = {
        (row.asked_of or TEAM, day) for row, day in zip(rows, days, strict=True) if day >= max(days) - LONGEST_NOTICE
    }
    if told:
        this = or_(*(and_(_N.subject_id == who, _N.cycle == day) for who, day in sorted(told)))
        asked = select(_N.id).where(_N.kind == NoticeKind.END_QUESTION.value, this)
        statement = update(LiveCardRow).where(_L.kind == CardKind.ENDS.value, _L.subject_id.in_(asked))
        await tx.run(statement.values(wanted=_L.wanted + 1))


async def last_change(tx: Tx, engagement_id: str, field: str, before: Any = None) -> tuple[Change, str] | None:
    """The newest change of one field, with the name of who made it; `before`: only one away from this value."""
    query = (
        select_rows(ChangeRow, func.coalesce(_P.name, ""))
        .join(PersonNameRow, _P.id == _H.actor_id, isouter=True)
        .where(_H.subject_id == engagement_id, _H.field == field)
        .order_by(_H.at.desc(), _H.id.desc())
    )
    for row, name in await tx.rows(query):
        if before is None or row.before == before:
            return Change.model_validate(row, from_attributes=True), name
    return None


async def not_told(tx: Tx, engagement_id: str, ends_on: date, person_id: str) -> None:
    """Forget what one person was to be told of this end: it could not be said, and is due once more."""
    mine = and_(_T.engagement_id == engagement_id, _T.ends_on == ends_on, _T.asked_of == person_id)
    await tx.run(delete(EndStepRow).where(mine, _T.step != Step.ESCALATION.value))


async def hold(tx: Tx, engagement_id: str) -> None:
    """Until this transaction ends, nobody else settles or confirms its closing list. SQLite has one writer anyway."""
    if not tx.sqlite:
        await tx.rows(select(_E.id).where(_E.id == engagement_id).with_for_update())


async def states_of(tx: Tx, supplier_id: str) -> list[EngagementState]:
    """The states of all work of a supplier."""
    query = select(_E.state).where(_E.supplier_id == supplier_id)
    return [EngagementState(state) for (state,) in await tx.rows(query)]


async def under_review(tx: Tx, engagement_id: str) -> list[tuple[str, str, str]]:
    """(item, review, open attestation or '') of open reviews in which this work is still to be judged."""
    waiting = [AttestationState.ASKED.value, AttestationState.LAPSED.value]
    query = (
        select(_I.id, _V.id, func.coalesce(_A.id, ""))
        .join(ReviewRow, _V.id == _I.review_id)
        .join(
            AttestationRow,
            and_(_A.round_id == _V.round_id, _A.engagement_id == _I.engagement_id, _A.state.in_(waiting)),
            isouter=True,
        )
        .where(
            _I.engagement_id == engagement_id,
            _I.state == Reviewed.OPEN.value,
            _V.state.in_([state.value for state in OPEN_REVIEW]),
        )
    )
    return [(item, review, attestation) for item, review, attestation in await tx.rows(query)]
