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
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.town import START
from tests.kill import sites, state
from tests.kill.bot import Death
from tests.kill.play import Leg, Outcome, Rest, perform

AT_ONCE = 3 * (os.cpu_count() or 2)  # a run waits more than it works: for leases, for doubts, for rest
ALLOWED = {"error_shown", "not_acked", "late_ack"}
"""Problems that a death may cause: people see them, and press again."""
NOT_REACHED = "not reached"
BY_ACCIDENT = {"invitation.recover", "outbox.recover", "outbox.lookup", "outbox.doubt", "watching.again"}
"""Commits that any leg may pass on a busy machine, because a call or a claim took too long; detours pass them for sure."""
PROOF_SECONDS = float(os.environ.get("PROOF_SECONDS", "420"))  # for each long proof


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
            end = await calmly(leg, base.begin(leg), folder / leg.name)
        assert end.problems == [], f"{leg.name}: {end.problems}"
        print(f"  {leg.name}: {len(end.points)} points, {end.seconds:.1f} s")
        base.ends[leg.name] = end
        return end

    async with asyncio.TaskGroup() as group:
        for leg in legs:
            tasks[leg.name] = group.create_task(one(leg))
    return base


_CALM: list[Baseline] = []


def in_the_calm(legs: tuple[Leg, ...], folder: Path) -> Baseline:
    """The line, unkilled and in the calm: played once for everything that is compared with it."""
    if not _CALM:
        _CALM.append(asyncio.run(play_all(legs, Baseline(), folder)))
    return _CALM[0]


def differences(expected: Outcome, got: Outcome) -> list[str]:
    """What a killed run lost, doubled or left different."""
    found = [f"message {line}" for line in state.difference(expected.received, got.received)]
    found += [f"shown {line[:300]}" for line in state.difference(expected.shown, got.shown)]
    for table, rows in expected.database.items():
        found += [f"{table} {line}" for line in state.difference(rows, got.database[table])]
    return found


async def patiently(leg: Leg, begin: Rest, folder: Path, at: Death = 0, *, http: bool = False) -> Outcome:
    """Play a leg, and once more where the people got stuck: that says nothing of the product, a busy machine runs into
    their patience. What a run *ends* with is never forgiven."""
    try:
        return await perform(leg, begin, folder, kill_at=at, http=http)
    except Exception as stuck:
        print(f"  {leg.name} {at}: stuck, played once more: {stuck}")
    return await perform(leg, begin, folder.with_name(f"{folder.name}-again"), kill_at=at, http=http)


async def calmly(leg: Leg, begin: Rest, folder: Path, *, http: bool = False) -> Outcome:
    """Play an unkilled leg, and once more where Slack showed somebody an error that no fault had caused: on a busy machine
    an acknowledgement is late."""
    end = await patiently(leg, begin, folder, http=http)
    if not any(problem["what"] in ALLOWED and "fault" not in problem for problem in end.problems):
        return end
    print(f"  {leg.name}: too slow, played once more: {end.problems}")
    return await perform(leg, begin, folder.with_name(f"{folder.name}-calmer"), http=http)


async def kill(leg: Leg, base: Baseline, folder: Path, at: Death) -> tuple[str, list[str]]:
    """Kill at a point of a leg; the point's name and what was wrong afterwards."""
    try:
        got = await patiently(leg, base.begin(leg), folder / f"{leg.name}-{at}".replace(":", "."), at)
    except Exception as stuck:
        print(f"  {leg.name} {at}: stuck: {stuck}")
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


FEW = 2
"""Of points at which a death walks the same lines, so many are left in the plain run."""


def by_name(legs: Sequence[Leg], base: Baseline, known: Iterable[str] = ()) -> dict[Leg, list[Death]]:
    """Each name of a point once that is not known, in the leg that passes it soonest; of names that are alike only a few."""
    passed = {leg: base.points(leg) for leg in legs}
    names = dict.fromkeys(name for leg in legs for name in passed[leg])
    new = [name for name in names if name not in set(known)]
    left_out = spared(new, quiet_presses(passed.values()))
    print(f"spared, because they are alike: {', '.join(sorted(left_out))}")
    best = {name: _soonest(name, passed, base) for name in new if name not in left_out}
    return {leg: [name for name, where in best.items() if where is leg] for leg in legs}


def spared(names: Iterable[str], quiet: Collection[str]) -> set[str]:
    """All but a few of those that are alike, by chance. `every` has them all."""
    groups: dict[str, list[str]] = {}
    for name in names:
        if alike := _alike(name, quiet):
            groups.setdefault(alike, []).append(name)
    return {name for group in groups.values() for name in set(group) - set(random.sample(group, min(FEW, len(group))))}


def _alike(name: str, quiet: Collection[str]) -> str:
    """What a death at this point is, where it is the same wherever it happens; else ''.

    A press is one commit at the desk: before it nothing is kept, after it nothing is left to do unless something is sent.
    A notice that is claimed and not sent yet goes the same way, whatever its kind. How a post is found again depends on
    where it stands, so every kind is killed there.
    """
    if _site(name) in sites.presses():
        return "a press is lost" if name.endswith(":before") else "a press is kept" if _site(name) in quiet else ""
    return "claimed, not sent" if name.startswith("send:") and name.endswith(":before") else ""


def _soonest(name: str, passed: Mapping[Leg, list[str]], base: Baseline) -> Leg:
    """The quickest leg that passes a point; what a busy machine passes by accident, where it is passed most often."""
    if by_accident([name]):
        return max(passed, key=lambda leg: passed[leg].count(name))
    return min((leg for leg in passed if name in passed[leg]), key=lambda leg: base.ends[leg.name].seconds)


def quiet_presses(runs: Iterable[Sequence[str]]) -> set[str]:
    """The commits of presses that were never followed by a claim, from one press to the next."""
    presses, quiet, loud = sites.presses(), set[str](), set[str]()
    for points in runs:
        last = ""
        for point in points:
            site = _site(point)
            if site in presses:
                last = site
                quiet.add(site)
            elif site == "outbox.claim":
                loud.add(last)
    return quiet - loud


def _site(point: str) -> str:
    """The name of a commit; '' for a send."""
    what, _, rest = point.partition(":")
    return rest.rpartition(":")[0] if what == "commit" else ""


def by_accident(points: Iterable[str]) -> set[str]:
    """The points among these that a busy machine passes."""
    return {point for point in points if point.startswith(tuple(f"commit:{name}:" for name in BY_ACCIDENT))}


def every(leg: Leg, base: Baseline, *, but_the_start: bool = False) -> list[Death]:
    """All points, by number; without those of the bot's start, where another leg from the same rest has them."""
    end = base.ends[leg.name]
    return list(range(end.began + 1 if but_the_start else 1, len(end.points) + 1))
