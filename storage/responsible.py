"""Who answers for an engagement today: its primary owner, else a deputy, else the department's user group, else whom the
department escalates to; each only while they are active employees. Nothing is stored: who leaves is passed over at once,
and who comes back is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import literal, select

from bot.domain.ledger import OwnerRole
from bot.domain.people import GROUP
from bot.domain.scoping import Asked
from storage.rounds import FIT
from storage.tables.ledger import DepartmentRow, EngagementRow, OwnerRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tx import Tx

_D: Any = DepartmentRow
_E: Any = EngagementRow
_O: Any = OwnerRow
_P: Any = PersonRow
_M: Any = MembershipRow

CHUNK = 500
NOBODY = ""


class Stand(NamedTuple):
    """Somebody who can answer for an engagement, and as what."""

    role: Asked
    person_id: str


Line = dict[str, list[Stand]]
"""Engagement id → everybody fit, in the order in which they are asked."""


async def line(tx: Tx, engagement_ids: Collection[str]) -> Line:
    """Everybody who can answer for these engagements. Three statements for each 500."""
    found: Line = {key: [] for key in engagement_ids}
    for some in _chunks(sorted(found)):
        for role, query in (
            (Asked.PRIMARY, _owners(some)),
            (Asked.DEPUTY, _group(some)),
            (Asked.ESCALATION, _last(some)),
        ):
            for key, person, *primary in await tx.rows(query):
                as_what = Asked.DEPUTY if primary and primary[0] != OwnerRole.PRIMARY else role
                found[key].append(Stand(as_what, person))
    return {key: sorted(stands, key=lambda s: list(Asked).index(s.role)) for key, stands in found.items()}


async def first(tx: Tx, engagement_ids: Collection[str]) -> dict[str, Stand]:
    """Who answers for each of them today; Stand(NOBODY, '') where there is nobody."""
    found = await line(tx, engagement_ids)
    return {key: stands[0] if stands else Stand(Asked.NOBODY, NOBODY) for key, stands in found.items()}


async def answers(tx: Tx, engagement_id: str, person_id: str) -> bool:
    """Whether this person may answer for an engagement: an owner, a deputy, or whom the department escalates to."""
    return any(stand.person_id == person_id for stand in (await line(tx, [engagement_id]))[engagement_id])


def _owners(ids: Collection[str]) -> Any:
    return (
        select(_O.engagement_id, _O.person_id, _O.role)
        .join(PersonRow, _P.id == _O.person_id)
        .where(_O.engagement_id.in_(ids), _O.until.is_(None), FIT)
        .order_by(_O.id)
    )


def _group(ids: Collection[str]) -> Any:
    return (
        select(_E.id, _P.id)
        .select_from(EngagementRow)
        .join(DepartmentRow, _D.id == _E.department_id)
        .join(MembershipRow, _M.group == literal(GROUP) + _D.deputy_group)
        .join(PersonRow, _P.id == _M.person_id)
        .where(_E.id.in_(ids), _D.deputy_group != "", FIT)
        .order_by(_P.id)
    )


def _last(ids: Collection[str]) -> Any:
    return (
        select(_E.id, _P.id)
        .select_from(EngagementRow)
        .join(DepartmentRow, _D.id == _E.department_id)
        .join(PersonRow, _P.id == _D.escalation_id)
        .where(_E.id.in_(ids), FIT)
    )


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
