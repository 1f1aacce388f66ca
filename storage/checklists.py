"""Queries of the shelf of checklists: what is asked now, every version of one, publications, meanings."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from bot.domain.checklist_versions import Meaning, Publication, Shelf
from bot.domain.rounds import ChecklistVersion
from storage.tables.checklists import PublicationRow, ShelfRow
from storage.tables.rounds import ChecklistVersionRow
from storage.tx import Tx

_S: Any = ShelfRow
_P: Any = PublicationRow
_C: Any = ChecklistVersionRow


async def shelf(tx: Tx) -> list[Shelf]:
    """Every checklist that the security team has published or retired itself."""
    return await tx.find(Shelf, order="key")


async def current(tx: Tx) -> list[ChecklistVersion]:
    """The versions that are asked now of those. One statement."""
    query = select(ChecklistVersionRow).join(ShelfRow, _S.version_id == _C.id).order_by(_C.key)
    return await tx.values(ChecklistVersion, query)


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
