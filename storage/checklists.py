"""Queries of the shelf of checklists: what is asked now, every version of one, publications, meanings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlmodel import select

from bot.domain.checklist_versions import Draft, Meaning, Publication, Shelf
from bot.domain.rounds import ChecklistVersion
from storage.tables.checklists import DraftRow, PublicationRow, ShelfRow
from storage.tables.rounds import ChecklistVersionRow
from storage.tx import Stale, Tx

_S: Any = ShelfRow
_P: Any = PublicationRow
_C: Any = ChecklistVersionRow
_D: Any = DraftRow


async def shelf(tx: Tx) -> list[Shelf]:
    """Every checklist that the security team has published or retired itself."""
    return await tx.find(Shelf, order="key")


async def current(tx: Tx) -> list[ChecklistVersion]:
    """The versions that are asked now of those. One statement."""
    query = select(ChecklistVersionRow).join(ShelfRow, _S.version_id == _C.id).order_by(_C.key)
    return await tx.values(ChecklistVersion, query)


async def numbers(tx: Tx) -> dict[tuple[str, str], tuple[str, int]]:
    """(key, content hash) → (id, number) of everything that was ever published."""
    query = select(_C.key, _C.content_hash, _C.id, _C.n)
    return {(key, content): (version_id, n) for key, content, version_id, n in await tx.rows(query)}


async def question_keys(tx: Tx) -> set[str]:
    """Every question key that a published version or a working copy ever had: none of them may come to mean another."""
    bodies = [*await tx.rows(select(_C.body)), *await tx.rows(select(_D.body))]
    return {question["key"] for body in bodies for section in body["sections"] for question in section["questions"]}


async def keys(tx: Tx) -> set[str]:
    """The keys of all checklists that were ever published."""
    return set(await tx.rows(select(_C.key).distinct()))


async def drop_draft(tx: Tx, draft: Draft) -> None:
    """Throw a working copy away as it was seen: it was published, or nobody wants it. Stale where it was written since."""
    if not await tx.run(delete(DraftRow).where(_D.id == draft.id, _D.version == draft.version)):
        raise Stale(f"draft {draft.id} was changed meanwhile")


async def versions(tx: Tx, key: str) -> list[ChecklistVersion]:
    """Every published version of a checklist, the oldest first."""
    return await tx.find(ChecklistVersion, order="n", key=key)


async def publications(tx: Tx, key: str) -> list[Publication]:
    """Who published its versions and why, the oldest first."""
    query = (
        select(PublicationRow).join(ChecklistVersionRow, _C.id == _P.version_id).where(_C.key == key).order_by(_P.at)
    )
    return await tx.values(Publication, query)


async def meanings(tx: Tx, to_ids: list[str]) -> list[Meaning]:
    """What people said of questions on the way to these versions."""
    return await tx.find(Meaning, to_id=to_ids)
