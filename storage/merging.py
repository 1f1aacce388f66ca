"""What refers to a supplier, and what becomes of it when two records become one.

Every foreign key to `supplier.id` stands in `MOVES` or in `STAYS` (a test finds those that do not): what belongs to the
company moves, what was done under the old record stays with it. A row that would be a twin of one that is there already
(a contact with the same address) stays too, so that no unique key is hurt and nothing is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, func, or_, update
from sqlalchemy import select as columns_of
from sqlmodel import SQLModel, col, select

import storage.mapping  # noqa: F401  (registers every table)
from bot.domain.ledger import EndpointState, Engagement, SupplierState
from bot.domain.merging import Merge, Moved, Side
from bot.domain.rounds import OPEN_REVIEW
from storage.departments import LIVING
from storage.tables.answering import ReviewQuestionRow
from storage.tables.ledger import EndpointRow, EngagementRow, SupplierRow
from storage.tables.merging import MergeRow
from storage.tables.records import DocumentRow
from storage.tables.rounds import ReviewItemRow, ReviewRow
from storage.tables.third_parties import SubcontractEdgeRow
from storage.tx import Tx

CHUNK = 500

MOVES = {
    "engagement": "supplier_id",
    "endpoint": "supplier_id",
    "supplier_team": "supplier_id",
    "contact": "supplier_id",
    "document": "supplier_id",
    "certificate": "supplier_id",
    "invitation": "supplier_id",
    "subcontract_edge": "child_id",
}
"""Table → the column that says whose a row is."""

STAYS = {
    "review": "answered and judged under that record",
    "merge": "says which records were merged",
    "file_fetch": "says where somebody put it; the document goes to the record that is kept by then",
}
"""Table → why its rows stay with the record that goes."""


def referring() -> set[str]:
    """The tables with a foreign key to a supplier."""
    return {
        table.name
        for table in SQLModel.metadata.sorted_tables
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint) and key.referred_table.name == "supplier"
    }


async def moving(tx: Tx, kept_id: str, gone_id: str) -> tuple[list[Moved], int]:
    """The rows of `gone` that would go over, and how many would stay because `kept` has their twin."""
    moved: list[Moved] = []
    left = 0
    for name, column in MOVES.items():
        table = SQLModel.metadata.tables[name]
        theirs = await _of(tx, table, column, gone_id)
        taken = {key for row in await _of(tx, table, column, kept_id) for key in _keys(table, column, row)}
        free = [row for row in theirs if taken.isdisjoint(_keys(table, column, row))]
        moved += [Moved(table=name, id=row["id"]) for row in free]
        left += len(theirs) - len(free)
    return moved, left


async def _of(tx: Tx, table: Table, column: str, supplier_id: str) -> list[dict[str, Any]]:
    """A core select, which nothing narrows: `practice_of` is named here."""
    query = columns_of(table).where(table.c[column] == supplier_id, table.c.practice_of == tx.practice_of)
    await tx.flush()
    connection = await tx.session.connection()
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _keys(table: Table, column: str, row: dict[str, Any]) -> set[tuple[Any, ...]]:
    """The values that nobody else of the same supplier may have. NULL is no value."""
    found = set()
    for key in (*table.constraints, *table.indexes):
        if not (isinstance(key, UniqueConstraint) or (isinstance(key, Index) and key.unique)):
            continue
        names = [c.name for c in key.columns]
        if column in names and all(row[n] is not None for n in names):
            found.add((key.name, *(row[n] for n in names if n != column)))
    return found


async def hand_over(tx: Tx, rows: Sequence[Moved], owner_id: str, held_by: str) -> list[Moved]:
    """Give rows to another supplier where `held_by` still has them; the rows that were given, one statement a table."""
    given: list[Moved] = []
    for name in dict.fromkeys(row.table for row in rows):
        table, column = SQLModel.metadata.tables[name], MOVES[name]
        wanted = [row.id for row in rows if row.table == name]
        there = {row["id"] for row in await _of(tx, table, column, held_by)}
        ids = [one for one in wanted if one in there]
        given += [Moved(table=name, id=one) for one in ids]
        for start in range(0, len(ids), CHUNK):
            change: dict[str, Any] = {column: owner_id}
            if "version" in table.c:  # who has a form open must not write over this
                change["version"] = table.c.version + 1
            await tx.run(update(table).where(table.c.id.in_(ids[start : start + CHUNK])).values(change))
    return given


async def subcontracts_between(tx: Tx, one_id: str, other_id: str) -> bool:
    """Whether one of them stands as a sub-contractor under work of the other: merged, it would be its own."""
    pair = [one_id, other_id]
    query = (
        select(SubcontractEdgeRow.id)
        .join(EngagementRow, col(EngagementRow.id) == col(SubcontractEdgeRow.engagement_id))
        .where(col(SubcontractEdgeRow.child_id).in_(pair), col(EngagementRow.supplier_id).in_(pair))
        .limit(1)
    )
    return bool(await tx.rows(query))


async def reviews_of_both(tx: Tx, kept_id: str, rows: Sequence[Moved]) -> int:
    """How many open reviews of the kept record ask about work, or at an endpoint, that came with the other one."""
    work, ways = ([row.id for row in rows if row.table == name] for name in ("engagement", "endpoint"))
    items = select(ReviewItemRow.review_id).where(col(ReviewItemRow.engagement_id).in_(work))
    questions = select(ReviewQuestionRow.review_id).where(col(ReviewQuestionRow.endpoint_id).in_(ways))
    query = select(func.count(col(ReviewRow.id))).where(
        col(ReviewRow.supplier_id) == kept_id,
        col(ReviewRow.state).in_([state.value for state in OPEN_REVIEW]),
        or_(col(ReviewRow.id).in_(items), col(ReviewRow.id).in_(questions)),
    )
    return int((await tx.rows(query))[0])


async def work_of_its_own(tx: Tx, kept_id: str, rows: Sequence[Moved]) -> bool:
    """Whether work goes on at the kept record that did not come with the other one."""
    came = [row.id for row in rows if row.table == "engagement"]
    living = await tx.find(Engagement, supplier_id=kept_id, state=list(LIVING))
    return any(one.id not in came for one in living)


async def papers_of_both(tx: Tx, kept_id: str, gone_id: str) -> list[Moved]:
    """Documents of the kept record about work that is the other's (again)."""
    query = (
        select(DocumentRow.id)
        .join(EngagementRow, col(EngagementRow.id) == col(DocumentRow.engagement_id))
        .where(col(DocumentRow.supplier_id) == kept_id, col(EngagementRow.supplier_id) == gone_id)
    )
    return [Moved(table="document", id=str(one)) for one in await tx.rows(query)]


async def work_elsewhere(tx: Tx, *pair: str) -> list[Engagement]:
    """Work of one of the two that is asked about at an endpoint of the other."""
    query = (
        select(EngagementRow)
        .join(EndpointRow, col(EndpointRow.id) == col(EngagementRow.endpoint_id))
        .where(
            col(EngagementRow.supplier_id).in_(pair),
            col(EndpointRow.supplier_id).in_(pair),
            col(EngagementRow.supplier_id) != col(EndpointRow.supplier_id),
        )
    )
    return await tx.values(Engagement, query)


def counts(rows: Sequence[Moved]) -> dict[str, int]:
    """How many rows a table."""
    return dict(Counter(row.table for row in rows))


async def sides(tx: Tx, supplier_ids: Sequence[str]) -> list[Side]:
    """The records with how much hangs on each, in the given order."""
    wanted = list(supplier_ids)

    def number(row: Any, *conditions: Any) -> Any:
        query = select(func.count(row.id)).where(row.supplier_id == SupplierRow.id, *conditions)
        return query.correlate(SupplierRow).scalar_subquery()

    live = col(EndpointRow.state) != EndpointState.SEVERED.value
    under_way = col(ReviewRow.state).in_([state.value for state in OPEN_REVIEW])
    columns: Any = (
        SupplierRow.id,
        SupplierRow.name,
        SupplierRow.corporate_number,
        number(EngagementRow),
        number(EndpointRow, live),
        number(ReviewRow, under_way),
    )
    rows = await tx.rows(select(*columns).where(col(SupplierRow.id).in_(wanted)))
    names = ("id", "name", "corporate_number", "engagements", "endpoints", "open_reviews")
    found = {row[0]: Side(**dict(zip(names, row, strict=True))) for row in rows}
    return [found[one] for one in wanted if one in found]


async def latest(tx: Tx, limit: int) -> list[Merge]:
    """The newest mergings that were not undone."""
    query = select(MergeRow).where(col(MergeRow.undone_at).is_(None)).order_by(col(MergeRow.id).desc()).limit(limit)
    return await tx.values(Merge, query)


async def once_of(tx: Tx, supplier_id: str) -> dict[str, list[str]]:
    """Table → ids of rows that went from or to this record with a merging and belong to another one today."""
    query = select(MergeRow).where(or_(col(MergeRow.gone_id) == supplier_id, col(MergeRow.kept_id) == supplier_id))
    moved = {row for merge in await tx.values(Merge, query) for row in merge.moved}
    found: dict[str, list[str]] = {}
    for name in {row.table for row in moved}:
        here = {row["id"] for row in await _of(tx, SQLModel.metadata.tables[name], MOVES[name], supplier_id)}
        found[name] = sorted({row.id for row in moved if row.table == name} - here)
    return found


async def gone(tx: Tx) -> list[tuple[str, str, str]]:
    """(id, name key, the record that it was merged into) of every merged record: there are few. One statement."""
    query: Any = select(SupplierRow.id, SupplierRow.name_key, SupplierRow.merged_into)
    rows = await tx.rows(query.where(col(SupplierRow.state) == SupplierState.MERGED.value).order_by(SupplierRow.id))
    return [(str(key), str(name), str(kept)) for key, name, kept in rows]


async def into(tx: Tx, supplier_id: str) -> list[str]:
    """The records that were merged into this one, directly or through others (their histories belong to it)."""
    found: list[str] = []
    wanted = [supplier_id]
    while wanted:
        query = select(SupplierRow.id).where(col(SupplierRow.merged_into).in_(wanted))
        wanted = [str(one) for one in await tx.rows(query) if one not in found and one != supplier_id]
        found += wanted
    return found
