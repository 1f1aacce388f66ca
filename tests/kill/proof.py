"""The proof itself: a leg killed at its n-th point must end as the unkilled one did."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.town import START
from tests.kill import state
from tests.kill.play import Leg, Outcome, Rest, perform

AT_ONCE = 3 * (os.cpu_count() or 2)  # a run waits more than it works: for leases, for doubts, for rest
ALLOWED = {"error_shown", "not_acked", "late_ack"}
"""Problems that a death may cause: people see them, and press again."""
NOT_REACHED = "not reached"


@dataclass
class Baseline:
    """The unkilled runs: what each leg leads to. A leg begins where the one it comes after has ended."""

    ends: dict[str, Outcome] = field(default_factory=dict)

    def begin(self, leg: Leg) -> Rest:
        """Where a leg begins."""
        return self.ends[leg.after].rest if leg.after else Rest(None, START, None)

    def points(self, leg: Leg) -> list[str]:
        """What the unkilled run passed."""
        return self.ends[leg.name].points


async def play_all(legs: tuple[Leg, ...], base: Baseline, folder: Path) -> Baseline:
    """The unkilled runs of these legs, each as soon as the one it comes after is there."""
    gate = asyncio.Semaphore(AT_ONCE)
    tasks: dict[str, asyncio.Task[Outcome]] = {}

    async def one(leg: Leg) -> Outcome:
        if leg.after in tasks:
            await tasks[leg.after]
        async with gate:
            end = await perform(leg, base.begin(leg), folder / leg.name)
        assert end.problems == [], f"{leg.name}: {end.problems}"
        base.ends[leg.name] = end
        return end

    async with asyncio.TaskGroup() as group:
        for leg in legs:
            tasks[leg.name] = group.create_task(one(leg))
    return base


def differences(expected: Outcome, got: Outcome) -> list[str]:
    """What a killed run lost, doubled or left different."""
    found = [f"message {line}" for line in state.difference(expected.received, got.received)]
    found += [f"shown {line[:300]}" for line in state.difference(expected.shown, got.shown)]
    for table, rows in expected.database.items():
        found += [f"{table} {line}" for line in state.difference(rows, got.database[table])]
    return found


async def kill(leg: Leg, base: Baseline, folder: Path, n: int, gate: asyncio.Semaphore) -> tuple[str, list[str]]:
    """Kill at the n-th point of a leg; the point's name and what was wrong afterwards."""
    async with gate:
        try:
            got = await perform(leg, base.begin(leg), folder / f"{leg.name}-{n}", kill_at=n)
        except Exception as stuck:
            stuck.add_note(f"killed at point {n} of {leg.name} ({base.points(leg)[n - 1]})")
            raise
    name = got.points[n - 1] if len(got.points) >= n else NOT_REACHED
    wrong = differences(base.ends[leg.name], got)
    wrong += [str(p) for p in got.problems if p["what"] not in ALLOWED]
    print(f"  {leg.name} {n:>3} {name}: {wrong or 'as unkilled'}")
    return name, wrong


async def kill_all(points: dict[Leg, list[int]], base: Baseline, folder: Path) -> tuple[Counter[str], list[str]]:
    """Kill at all these points, a few at a time; how often each name, and everything that was wrong."""
    began = time.monotonic()
    gate = asyncio.Semaphore(AT_ONCE)
    tasks = [kill(leg, base, folder, n, gate) for leg, numbers in points.items() for n in numbers]
    done = await asyncio.gather(*tasks)
    hit = Counter(name for name, _ in done)
    total = sum(len(base.points(leg)) for leg in points)
    print(
        f"points: {total} passed unkilled, {len(done)} killed, {total - len(done)} skipped, "
        f"{hit[NOT_REACHED]} not reached; {time.monotonic() - began:.0f} s"
    )
    return hit, [f"{name}: {w}" for name, wrong in done for w in wrong]


def first_of_each(points: list[str], known: set[str]) -> list[int]:
    """The number of the first passing of each point's name that is not known yet."""
    numbers = []
    for n, name in enumerate(points, 1):
        if name not in known:
            known.add(name)
            numbers.append(n)
    return numbers


def every(points: list[str]) -> list[int]:
    """All of them."""
    return list(range(1, len(points) + 1))
