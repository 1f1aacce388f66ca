"""Finding in a hundred thousand engagements: the list as somebody opens it, against the same SQL written by hand.

Ours is the whole use case (who asks, what is open, counts, page, rows, tiers, departments, saved filters); by hand it is a
count, the page and its rows, through the bare driver. Both on the same database, in turn; the ratio is that of medians.
The best of the rounds is what comes nearest to a machine that does nothing else; `load` says how busy it was (processes
that wanted to run; it has `cores`).

    python -m benchmarks.ledger [--quick]

`make bench` runs it too. Writes `ledger.json` beside this file.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import create_engine, event

from benchmarks import ledger_by_hand as by_hand
from benchmarks.ledger_rows import NOW, READER, TEAM, fill, tables
from benchmarks.stage import SteadyClock
from bot.domain.listing import ALL, AT_HOME, LIVE, Filter, Sort
from bot.domain.people import Who
from bot.domain.press import Press
from bot.services.calendars import TOKYO
from bot.services.desk import Desk
from bot.services.listing import Listing, when_of
from storage import listing
from storage.db import Database, async_url
from storage.ids import new_id
from storage.migrate import upgrade
from tests.postgres import server

RESULTS = Path(__file__).parent / "ledger.json"
ENGAGEMENTS, ROUNDS = 100_000, 3
Json = dict[str, Any]
By = Callable[[by_hand.Sql], list[Any]]


@dataclass(frozen=True)
class Case:
    """One question, ours and by hand."""

    name: str
    wanted: Filter | None
    hand: Sequence[by_hand.Sql]


def cases(*, yes: Any) -> list[Case]:
    """What is measured; `yes`: how this database writes it."""
    many = Filter(words="橋", personal_data=True, states=LIVE, judgements=("watch",), ends_within=365, sort=Sort.JUDGED)
    return [
        Case("list", ALL, by_hand.plain()),
        Case("search 高橋", Filter(words="高橋"), by_hand.search("高橋")),
        Case("search, nothing found", Filter(words="見つからない"), by_hand.search("見つからない")),
        Case("five conditions, by last judgement", many, by_hand.filtered("橋", yes=yes)),
        Case("not judged for a year", Filter(unjudged_for=365), by_hand.unjudged(365)),
        Case("all, by last judgement", Filter(sort=Sort.JUDGED), by_hand.by_judgement()),
        Case("of a tier", Filter(tiers=("high",)), by_hand.of_tier("high")),
        Case("Home counts", None, by_hand.home()),
    ]


async def ledger(folder: Path, engagements: int = ENGAGEMENTS, rounds: int = ROUNDS) -> Json:
    """Both databases, filled alike."""
    rows = list(tables(engagements))
    path = folder / "ledger.db"
    found: Json = {"engagements": engagements}
    found["sqlite"] = await _one(f"sqlite:///{path}", rows, rounds)
    with server() as running:
        found["postgresql"] = await _one(running.fresh("ledger"), rows, rounds)
    return found


async def _one(url: str, rows: Sequence[Any], rounds: int) -> list[Json]:
    upgrade(url)
    engine = create_engine(url if url.startswith("sqlite") else async_url(url))
    fill(engine, rows)
    engine.dispose()
    db = Database(url)
    try:
        with _driver(url) as hand:
            return [await _measure(db, case, hand, rounds) for case in cases(yes=1 if db.sqlite else True)]
    finally:
        await db.close()


@contextmanager
def _driver(url: str) -> Iterator[By]:
    """Runs SQL through the bare driver."""
    if url.startswith("sqlite"):
        lite = sqlite3.connect(url.removeprefix("sqlite:///"))
        yield lambda sql: lite.execute(sql[0], [str(p) if hasattr(p, "tzinfo") else p for p in sql[1]]).fetchall()
        lite.close()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("SET jit = off")  # as ours: compiling takes longer than any of these
        yield lambda sql: connection.execute(cast("Any", sql[0].replace("?", "%s")), sql[1]).fetchall()


async def _measure(db: Database, case: Case, hand: By, rounds: int) -> Json:
    ours: list[float] = []
    theirs: list[float] = []
    ask = await _ours(db, case)
    for number in range(rounds + 1):
        begun = time.perf_counter()
        with _counted(db) as statements:
            await ask()
        middle = time.perf_counter()
        _by_hand(case, hand)
        if number:  # the first round warms up
            ours.append(middle - begun)
            theirs.append(time.perf_counter() - middle)
    mine, other = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    return {
        "question": case.name,
        "ratio": round(mine / other, 2),
        "ms": round(mine, 1),
        "by_hand_ms": round(other, 1),
        "best_ms": round(min(ours) * 1000, 1),
        "best_by_hand_ms": round(min(theirs) * 1000, 1),
        "statements": len(statements),
    }


async def _ours(db: Database, case: Case) -> Callable[[], Awaitable[object]]:
    desk = Desk(db, SteadyClock(), "")
    service = Listing(desk, TOKYO)

    def press() -> Press:
        return Press(key=f"bench/{new_id()}", kind="bench", who=Who(slack_user_id=READER, team_id=TEAM), at=NOW)

    if case.wanted is None:

        async def counted() -> object:
            async with db.read() as tx:
                return await listing.counted(tx, list(AT_HOME.values()), when_of(NOW, TOKYO))

        return counted
    opened = await service.open(press(), case.wanted)
    return lambda: service.page(press(), opened.list_id)


def _by_hand(case: Case, hand: By) -> None:
    rows = [hand(sql) for sql in case.hand]
    ids = tuple(row[0] for row in rows[-1])
    if case.wanted is not None and ids:
        hand(by_hand.details(ids))


@contextmanager
def _counted(db: Database) -> Iterator[list[str]]:
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    event.listen(db.reader.sync_engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(db.reader.sync_engine, "before_cursor_execute", note)


def lines(told: Json) -> list[str]:
    """For people."""
    found = [f"Finding in {told['engagements']} engagements: ours, by hand, ratio, statements (load {told['load']})"]
    for database in ("sqlite", "postgresql"):
        found += [
            f"  {database}: {one['question']}: {one['ms']} ms (best {one['best_ms']}), by hand {one['by_hand_ms']} "
            f"(best {one['best_by_hand_ms']}), × {one['ratio']}, {one['statements']}"
            for one in told[database]
        ]
    return found


def main(*, quick: bool) -> None:
    """Measure, print, and keep what was measured in full."""
    size = (2_000, 2) if quick else (ENGAGEMENTS, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(ledger(Path(folder), *size)) | {
            "load": round(os.getloadavg()[0], 1),
            "cores": os.cpu_count(),
        }
    print("\n".join(lines(told)))
    if not quick:
        RESULTS.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
