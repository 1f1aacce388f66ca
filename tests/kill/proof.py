"""The proof itself: a leg killed at any of its points must end as the unkilled one did.

A point is chosen by its number in the run, or by its name (the first of that name): a name is hit for sure, also where
the order of what goes on side by side differs from run to run.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.town import START
from tests.kill import state
from tests.kill.bot import Death
from tests.kill.play import Leg, Outcome, Rest, perform

AT_ONCE = 3 * (os.cpu_count() or 2)  # a run waits more than it works: for leases, for doubts, for rest
ALLOWED = {"error_shown", "not_acked", "late_ack"}
"""Problems that a death may cause: people see them, and press again."""
NOT_REACHED = "not reached"
PROOF_SECONDS = float(os.environ.get("PROOF_SECONDS", "600"))  # for each long proof


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


async def kill(leg: Leg, base: Baseline, folder: Path, at: Death) -> tuple[str, list[str]]:
    """Kill at a point of a leg; the point's name and what was wrong afterwards.

    A run in which the people got stuck says nothing of the product (a busy machine runs into their patience), so it is
    played once more; what a run *ends* with is never forgiven.
    """
    for attempt in (1, 2):
        where = folder / f"{leg.name}-{at}-{attempt}".replace(":", ".")
        try:
            got = await perform(leg, base.begin(leg), where, kill_at=at)
            break
        except Exception as stuck:
            print(f"  {leg.name} {at}: stuck: {stuck}")
            if attempt == 2:
                return NOT_REACHED, [f"{leg.name} {at}: {stuck}"]
    name = _name(at, got.points)
    wrong = differences(base.ends[leg.name], got)
    wrong += [str(p) for p in got.problems if p["what"] not in ALLOWED]
    print(f"  {leg.name} {at:>3} {name}: {wrong or 'as unkilled'}")
    return name, [f"{leg.name} {name}: {w}" for w in wrong]


def _name(at: Death, points: list[str]) -> str:
    """The name of the point at which a run was killed."""
    if isinstance(at, str):
        return at if at in points else NOT_REACHED
    return points[at - 1] if at <= len(points) else NOT_REACHED


Chosen = Mapping[Leg, Sequence[Death]]


async def kill_all(
    chosen: Chosen, base: Baseline, folder: Path, seconds: float = math.inf
) -> tuple[Counter[str], list[str]]:
    """Kill at all these points, a few at a time; how often each name, and everything that was wrong.

    After `seconds` no more are begun; which were left out is printed. Their order is then by chance, so that runs that are
    cut short do not always leave out the same.
    """
    began = time.monotonic()
    gate = asyncio.Semaphore(AT_ONCE)
    points = [(leg, at) for leg, deaths in chosen.items() for at in deaths]
    if seconds < math.inf:
        random.shuffle(points)
    skipped: list[str] = []

    async def one(leg: Leg, at: Death) -> tuple[str, list[str]] | None:
        async with gate:
            if time.monotonic() - began > seconds:
                skipped.append(f"{leg.name} {at}")
                return None
            return await kill(leg, base, folder, at)

    found = await asyncio.gather(*(one(leg, at) for leg, at in points))
    done = [each for each in found if each]
    hit = Counter(name for name, _ in done)
    total = sum(len(base.points(leg)) for leg in chosen)
    print(
        f"points: {total} passed unkilled, {len(done)} killed, {total - len(done)} skipped, "
        f"{hit[NOT_REACHED]} not reached; {time.monotonic() - began:.0f} s"
    )
    if skipped:
        print(f"cut short after {seconds:.0f} s, SKIPPED: {', '.join(sorted(skipped))}")
    return hit, [line for _, wrong in done for line in wrong]


def new_names(points: Iterable[str], known: set[str]) -> list[str]:
    """The names of points that are not known yet; they are from now on."""
    names = [name for name in dict.fromkeys(points) if name not in known]
    known.update(names)
    return names


def every(points: Sequence[str]) -> list[int]:
    """All of them, by number."""
    return list(range(1, len(points) + 1))
