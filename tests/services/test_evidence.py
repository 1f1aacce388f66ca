"""Files on their way: tried again after a growing wait, one bad file stops no other, and each is told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.answering import EvidenceLink
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.fetching import FetchState, FileFetch
from bot.services.fetching import TRIES, FetchDesk
from bot.services.ports import FetchedFile, SendFailed
from storage.db import Database
from storage.ids import new_id
from storage.vault import FolderVault
from tests.kit import START, StillClock
from tests.scene import Stage, stage


class RunningClock(StillClock):
    """Real time runs, as it does outside of tests."""

    def real(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Shelf:
    """Files by Slack id; an exception is raised, bytes are handed out."""

    held: dict[str, bytes | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        self.asked.append(slack_file_id)
        found = self.held[slack_file_id]
        if isinstance(found, Exception):
            raise found
        return FetchedFile(name=f"{slack_file_id}.pdf", content=found)


async def wanted(db: Database, s: Stage, *file_ids: str) -> None:
    async with db.begin("test.files") as tx:
        for file_id in file_ids:
            tx.add(
                FileFetch(
                    id=new_id(),
                    slack_file_id=file_id,
                    review_id=s.review.id,
                    endpoint_id=s.endpoint.id,
                    person_id=s.answerers[0].id,
                    at=START,
                )
            )


async def states(db: Database) -> dict[str, FetchState]:
    async with db.read() as tx:
        return {f.slack_file_id: f.state for f in await tx.find(FileFetch)}


async def test_a_file_is_taken_under_a_clock_that_runs(db: Database, tmp_path) -> None:
    s = await stage(db, StillClock())
    await wanted(db, s, "F1")
    await FetchDesk(db, RunningClock(), Shelf({"F1": b"%PDF-1.7"}), FolderVault(tmp_path)).run_due(START)
    assert await states(db) == {"F1": FetchState.STORED}
    async with db.read() as tx:
        assert [e.name for e in await tx.find(EvidenceLink)] == ["F1.pdf"]
        assert len(await tx.find(Notice, kind=NoticeKind.EVIDENCE_STORED.value)) == 1


async def test_a_passing_failure_is_waited_for_and_then_given_up(db: Database, clock: StillClock, tmp_path) -> None:
    s = await stage(db, clock)
    await wanted(db, s, "F1")
    shelf = Shelf({"F1": SendFailed("internal_error", permanent=False)})
    desk = FetchDesk(db, clock, shelf, FolderVault(tmp_path))
    await desk.run_due(START)
    await desk.run_due(START)
    assert shelf.asked == ["F1"], "not again at once"
    for _ in range(TRIES):
        clock.machine += timedelta(hours=1)
        await desk.run_due(START)
    assert len(shelf.asked) == TRIES
    assert await states(db) == {"F1": FetchState.GONE}


@pytest.mark.parametrize("bad", [RuntimeError("odd"), SendFailed("gone", permanent=True), b"MZ-program"])
async def test_one_bad_file_stops_no_other(db: Database, clock: StillClock, tmp_path, bad) -> None:
    s = await stage(db, clock)
    await wanted(db, s, "F1", "F2")
    desk = FetchDesk(db, clock, Shelf({"F1": bad, "F2": b"%PDF-1.7"}), FolderVault(tmp_path))
    await desk.run_due(START)
    assert (await states(db))["F2"] is FetchState.STORED
    assert (await states(db))["F1"] is not FetchState.STORED
