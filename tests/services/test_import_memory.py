"""A long import, a dry run, a second import and an export need no more memory than short ones, but for the file itself."""

from __future__ import annotations

import tracemalloc
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.importing import RowVerdict, Verdict
from bot.domain.people import SYSTEM
from bot.domain.verdicts import PACKED, Verdicts
from storage.db import Database
from storage.overflow import NEWEST, Shelves
from tests.kit import StillClock
from tests.services.ledger_stage import Ledger, ledger

HEADER = "名称,区分,部門,業務内容,開始日,個人データ\n"
MIB = 2**20


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department("総務部")
    return made


def content(rows: int) -> bytes:
    return (HEADER + "".join(f"委託先{n},法人,総務部,清掃{n % 7},2026/4/1,なし\n" for n in range(rows))).encode()


async def peak(work: Callable[[], Awaitable[object]]) -> float:
    """MiB at most while it works, above what there was."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await work()
        return (tracemalloc.get_traced_memory()[1] - before) / MIB
    finally:
        tracemalloc.stop()


async def test_memory_does_not_grow_with_the_rows(stage: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remembered as objects until the end, 1,800 more rows took 2.2 MiB more, and 12 where all were there already."""
    monkeypatch.setattr("storage.overflow.NEWEST", 250)
    short, long = content(600), content(2400)

    def take(file: bytes, *, dry_run: bool) -> Callable[[], Awaitable[object]]:
        return lambda: stage.importing.import_suppliers(file, dry_run=dry_run, actor=SYSTEM)

    await peak(take(short, dry_run=True))  # what is made once in a process is made here
    few = await peak(take(short, dry_run=True))
    many = await peak(take(long, dry_run=True))
    assert many < few + 1.3
    await take(long, dry_run=False)()
    few = await peak(take(short, dry_run=False))
    many = await peak(take(long, dry_run=False))
    assert many < few + 5


def test_a_shelf_holds_what_a_dict_would() -> None:
    with Shelves() as shelves:
        shelf, other, told = shelves.shelf(), shelves.shelf(), {}
        for n in range(NEWEST * 2 + 10):
            for key in (f"名前{n}", (f"id{n}", "x"), f"{n}".encode()):
                shelf[key] = told[key] = [n]
        shelf["名前3"] = told["名前3"] = ["anew"]
        assert all(shelf[key] == value for key, value in told.items())
        assert shelf.setdefault("名前4", ["never"]) == [4]
        assert shelf.get("名前", None) is None
        assert "名前5" in shelf
        assert "名前5" not in other
        shelf["\ud800"] = 1  # half a character, which a workbook can hold
        assert shelf["\ud800"] == 1


def test_packed_verdicts_are_the_verdicts() -> None:
    packed = Verdicts()
    rows = [RowVerdict(n, Verdict.UPDATED, f"委託先{n}", fields=("name",)) for n in range(PACKED * 2 + 3)]
    for row in rows:
        packed.append(row)
    assert list(packed) == rows
    assert len(packed) == len(rows)
    assert packed == rows
    assert packed != rows[:-1]
    assert [packed[0], packed[PACKED], packed[-1]] == [rows[0], rows[PACKED], rows[-1]]
    assert packed[1:4] == rows[1:4]
    with pytest.raises(IndexError):
        packed[len(rows)]
