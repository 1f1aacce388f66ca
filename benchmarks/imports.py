"""An import of 10,000 rows against a plain bulk insert of the very same rows, and what it takes of memory.

    python -m benchmarks.imports [--quick]

On SQLite and on PostgreSQL. The plain insert gets its rows ready-made, as columns, 1,000 a statement in one transaction: what
no import could be faster than. Both run on fresh databases in turn, the best of three of each counts: on SQLite in seconds of
processor time (the machine may be busy with others), on PostgreSQL, whose server is a process of its own, by the clock.

Memory is the peak of a process of its own for each size and each thing that it does, minus that of one that does it with ten
rows; the file, which is held as a whole, counts. Writes `imports.json` beside this file.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.clock import SystemClock
from bot.domain.ledger import Department
from bot.domain.people import SYSTEM, Person, PersonKind
from bot.services.desk import Desk
from bot.services.exporting import CSV, XLSX, Exporting
from bot.services.importing import Importing
from bot.services.spool import Batch, Spool
from storage.db import Database
from storage.mapping import generation, row_class
from storage.migrate import upgrade
from storage.overflow import Shelves
from tests.postgres import server

RESULTS = Path(__file__).parent / "imports.json"
ROWS, ROUNDS = 10_000, 3
SIZES = (1_000, 10_000, 50_000)
DOES = ("dry_run", "import", "second_import", "export_csv", "export_xlsx")
TOKYO = ZoneInfo("Asia/Tokyo")
HEADER = "名称,区分,部門,業務内容,契約形態,開始日,終了日,個人データ,所在地,再委託,秘密情報,社内システムへの接続,タグ\n"
ROW = (
    "委託先{n}株式会社,法人,総務部,業務{k}の委託,準委任,2026/4/{d},2027/3/31,あり,千代田区{n}番地,あり,なし,あり,配送\n"
)


def content(rows: int) -> bytes:
    """A file of so many suppliers with one engagement each. By way of a file: making it is not to count as memory."""
    with tempfile.TemporaryFile() as file:
        file.write(HEADER.encode())
        for n in range(rows):
            file.write(ROW.format(n=n, k=n % 37, d=1 + n % 28).encode())
        file.seek(0)
        return file.read()


Fresh = Callable[[Path], str]


def lite(folder: Path) -> str:
    """The URL of a new SQLite database."""
    return f"sqlite:///{folder}/bench.db"


@asynccontextmanager
async def place(fresh: Fresh = lite) -> AsyncIterator[tuple[Database, Importing]]:
    """A fresh database with one department."""
    with tempfile.TemporaryDirectory() as folder:
        url = fresh(Path(folder))
        await asyncio.to_thread(upgrade, url)
        db, clock = Database(url), SystemClock()
        async with db.begin("bench.department") as tx:
            for n in ("p1", "p2"):
                tx.add(Person(id=n, slack_user_id=n, team_id="T", kind=PersonKind.EMPLOYEE, seen_at=clock.now()))
            await tx.flush()
            tx.add(Department(id="d", name="総務部", primary_id="p1", deputy_ids=("p2",)))
        yield db, Importing(Desk(db, clock, ""), TOKYO)
        await db.close()


class _Kept(Spool):
    """Keeps what an import would write, and says that there is nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[Any, list[dict[str, Any]]] = {}

    def put(self, batch: Batch) -> None:
        for cls, rows in batch.new.items():
            self.rows.setdefault(cls, []).extend(rows)


async def same_rows(file: bytes) -> dict[Any, list[dict[str, Any]]]:
    """What an import of the file writes, by table."""
    from bot.domain.columns import AS_IS

    async with place() as (_, importing):
        kept = _Kept()
        with Shelves() as shelves:
            await importing._judge(file, AS_IS, SYSTEM, kept, shelves, dry_run=False)
    return {
        row_class(cls): [r | {"practice_of": ""} for r in kept.rows[cls]] for cls in sorted(kept.rows, key=generation)
    }


async def plain(rows: dict[Any, list[dict[str, Any]]], fresh: Fresh, clock: Callable[[], float]) -> float:
    """Seconds of the plain insert."""
    async with place(fresh) as (db, _):
        begun = clock()
        async with db.begin("bench.plain") as tx:
            connection = await tx.session.connection()
            for table, every in rows.items():
                for start in range(0, len(every), 1000):
                    await connection.execute(insert(table), every[start : start + 1000])
        return clock() - begun


async def imported(file: bytes, fresh: Fresh, clock: Callable[[], float]) -> tuple[float, float, float]:
    """Seconds of the dry run, the import, and the second import."""
    async with place(fresh) as (_, importing):
        times = []
        for dry_run in (True, False, False):
            begun = clock()
            report = await importing.import_suppliers(file, dry_run=dry_run, actor=SYSTEM)
            times.append(clock() - begun)
            assert report.ok, report.complaints[:3]
        return times[0], times[1], times[2]


async def seconds(rows: int, rounds: int, fresh: Fresh, clock: Callable[[], float]) -> dict[str, Any]:
    """The times of one database, in turn."""
    file = content(rows)
    same = await same_rows(file)
    plains, imports = [], []
    for _ in range(rounds):
        plains.append(await plain(same, fresh, clock))
        imports.append(await imported(file, fresh, clock))
    dry, whole, again = (min(one[n] for one in imports) for n in range(3))
    return {
        "rows_written": sum(map(len, same.values())),
        "plain_s": round(min(plains), 3),
        "dry_run_s": round(dry, 3),
        "import_s": round(whole, 3),
        "second_import_s": round(again, 3),
        "ratio": round(whole / min(plains), 2),
        "ratios": [round(one[1] / two, 2) for one, two in zip(imports, plains, strict=True)],
    }


async def measure(rows: int, rounds: int, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Everything, in one run."""
    found: dict[str, Any] = {"rows": rows, "sqlite": await seconds(rows, rounds, lite, time.process_time)}
    with server() as running:
        found["postgresql"] = await seconds(rows, rounds, lambda _: running.fresh("imports"), time.perf_counter)
    nothing = {does: _peak(does, 10) for does in DOES}
    found["memory_mib_above_ten_rows"] = {
        does: {str(size): _peak(does, size) - nothing[does] for size in sizes} for does in DOES
    }
    found["file_mib"] = {str(size): round(len(content(size)) / 2**20, 1) for size in sizes}
    return found


async def main() -> None:
    """One size for memory, or the whole measurement."""
    if "--memory" in sys.argv:
        print(await did_once(sys.argv[-2], int(sys.argv[-1])))
        return
    quick = "--quick" in sys.argv
    found = await measure(500, 1, (100,)) if quick else await measure(ROWS, ROUNDS, SIZES)
    print(json.dumps(found, indent=1))
    if not quick:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _peak(does: str, rows: int) -> int:
    """MiB at most of a process that does this with so many rows."""
    command = [sys.executable, "-m", "benchmarks.imports", "--memory", does, str(rows)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _peak_of_this_process() -> int:
    """MiB, from the system: `ru_maxrss` of a child begins with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _peak_begins_anew() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


async def did_once(does: str, rows: int) -> int:
    """Do it and nothing beside it; what it needs first is done before the peak counts."""
    file = content(rows)
    async with place() as (db, importing):
        if does not in ("dry_run", "import"):
            assert (await importing.import_suppliers(file, dry_run=False, actor=SYSTEM)).ok
        await asyncio.to_thread(_peak_begins_anew)
        if does.startswith("export"):
            kind = XLSX if does.endswith(XLSX) else CSV
            assert await Exporting(Desk(db, SystemClock(), ""), TOKYO).ledger(kind)
        else:
            assert (await importing.import_suppliers(file, dry_run=does == "dry_run", actor=SYSTEM)).ok
        return _peak_of_this_process()


if __name__ == "__main__":
    asyncio.run(main())
