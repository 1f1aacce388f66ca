"""Rehearsals apart from the company's books: the one place that narrows what is read, and what erases a rehearsal.

`Tx` calls `narrowed` for every select. It puts `practice_of = :practice_here` beside every marked table of a statement,
in joins, aliases and subqueries too, so no query has to think of it (docs/adr/0011). To mark one more table: let its row
class be a `Marked`; a test says for every table that is not, why.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, delete, func, literal, select
from sqlalchemy.orm import with_loader_criteria
from sqlmodel import SQLModel, col

import storage.mapping  # noqa: F401  (registers every table)
from bot.domain.people import SECURITY
from storage.tables.answering import PageTokenRow
from storage.tables.base import Marked
from storage.tables.ledger import DepartmentRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tables.rounds import AttestationRow, ReviewRow

if TYPE_CHECKING:
    from storage.tx import Tx

HERE = "practice_here"

_NARROWED: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def marked() -> list[type[Marked]]:
    """The row classes that are marked."""
    return sorted(Marked.__subclasses__(), key=lambda row: row.__name__)


def narrowed(query: Any) -> Any:
    """The same select over one side alone. Statements that are made once are narrowed once: their cache key is kept."""
    found = _NARROWED.get(query)
    if found is None:
        found = _NARROWED[query] = query.options(*_criteria())
    return found


@cache
def _criteria() -> tuple[Any, ...]:
    """As functions of the entity: only so are aliases narrowed as themselves."""
    return tuple(
        with_loader_criteria(row, lambda cls: cls.practice_of == bindparam("practice_here"), include_aliases=True)
        for row in marked()
    )


def _of(row: Any) -> Any:
    """Whose a row with this id is. On the table itself, which nothing narrows."""
    table = row.__table__
    return select(table.c.practice_of).where(table.c.id == bindparam("subject")).scalar_subquery()


WHOSE = func.coalesce(_of(ReviewRow), _of(AttestationRow), _of(PageTokenRow), literal(""))
"""Whose rehearsal the thing with the id `:subject` belongs to: what people press on names a review, a question, a page."""


_LOCK = 7302  # our name for it, as in rounds.py


async def one_at_a_time(tx: Tx, person_id: str) -> None:
    """Wait until no other process begins or ends this person's rehearsal: what the first one decides counts for the next."""
    if not tx.sqlite:
        await tx.rows(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(person_id))))


_OF_THE_TEAM = (
    select(col(MembershipRow.person_id))
    .join(PersonRow, col(PersonRow.id) == col(MembershipRow.person_id))
    .where(col(MembershipRow.group) == SECURITY, col(PersonRow.active))
)
_WHO = col(DepartmentRow.practice_of)  # each rehearsal has a department, and few of them
_LEFT_BEHIND = select(_WHO).where(_WHO != "", _WHO.not_in(_OF_THE_TEAM)).distinct()


async def left_behind(tx: Tx) -> list[str]:
    """Who has a rehearsal and is not of the security team any more, or closed their account. Over EVERYWHERE."""
    return sorted(person_id for (person_id,) in await tx.rows(_LEFT_BEHIND))


async def erase(tx: Tx, person_id: str) -> int:
    """Delete somebody's whole rehearsal, children before what they refer to; how many rows that was."""
    if not person_id:
        raise ValueError("the books are not a rehearsal")
    tables = {str(row.__tablename__) for row in marked()}
    gone = 0
    for table in reversed(SQLModel.metadata.sorted_tables):
        if table.name in tables:
            gone += await tx.run(delete(table).where(table.c.practice_of == person_id))
    return gone
