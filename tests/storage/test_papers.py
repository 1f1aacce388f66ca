"""Files of documents alike on both databases: the same content at once, two processes, and a blob that is referred to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.domain.answering import Evidence
from bot.domain.fetching import FetchState, FileFetch
from bot.services.fetching import FetchDesk
from storage.db import Database
from storage.ids import new_id
from storage.tables.answering import EvidenceRow
from storage.tx import Taken
from storage.vault import FolderVault
from tests.kit import START, StillClock
from tests.services.paper_stage import PDF, Desk, paper_desk


@pytest.fixture
async def desk(both: Database, clock: StillClock, tmp_path: Path) -> Desk:
    return await paper_desk(both, clock, tmp_path / "vault")


def second(desk: Desk, folder: Path) -> FetchDesk:
    """Another process on the same database and store."""
    return FetchDesk(desk.db, desk.at.clock, desk.slack, FolderVault(folder / "vault"))


async def test_two_processes_make_one_document_of_a_file(desk: Desk, tmp_path: Path) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await asyncio.gather(desk.tick(), second(desk, tmp_path).run_due(START))
    assert [d.file_name for d in await desk.documents()] == ["nda.pdf"]
    assert len(await desk.told()) == 1
    assert [f.state for f in await desk.all(FileFetch)] == [FetchState.STORED]


async def test_the_same_content_from_two_processes_at_once_is_one_blob(desk: Desk, tmp_path: Path) -> None:
    await desk.hand_in("F1", "a.pdf", PDF, title="正本")
    await desk.hand_in("F2", "b.pdf", PDF, title="写し")
    other = second(desk, tmp_path)
    await asyncio.gather(desk.tick(), other.run_due(START))
    await desk.tick()  # who was slower with the content comes again
    assert sorted(d.title for d in await desk.documents()) == ["写し", "正本"]
    assert len(await desk.all(Evidence)) == 1
    assert [p.is_file() for p in (tmp_path / "vault").rglob("*") if not p.is_dir()] == [True]


async def test_a_slack_file_is_wanted_once(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    (known,) = await desk.all(FileFetch)
    with pytest.raises(Taken):
        async with desk.db.begin("test.twice") as tx:
            tx.add(known.model_copy(update={"id": new_id()}))


async def test_what_a_document_refers_to_cannot_go(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    with pytest.raises(Taken, match=r"evidence|FOREIGN"):
        async with desk.db.begin("test.delete") as tx:
            await tx.run(delete(EvidenceRow))
