"""SIGKILL everywhere on the line of one review: nothing is lost, nothing is doubled, whoever dies when.

`make test` kills once at each distinct point; `make proofs` at every single one. Both print the points by name and fail
when a commit or send site of the code was never passed. The proof itself is proved at the end.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.town import START
from tests.kill import state
from tests.kill.line import LEGS, Leg, Outcome, Rest, perform

AT_ONCE = 3 * (os.cpu_count() or 2)  # a run waits more than it works: for leases, for doubts, for rest


@dataclass(frozen=True)
class Baseline:
    """The unkilled run: where each leg begins, and what it leads to."""

    begins: dict[str, Rest]
    ends: dict[str, Outcome]


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    folder = tmp_path_factory.mktemp("unkilled")
    begins, ends = {}, {}
    rest = Rest(None, START, None)
    for leg in LEGS:
        begins[leg.name] = rest
        ends[leg.name] = asyncio.run(perform(leg, rest, folder / leg.name))
        assert ends[leg.name].problems == []
        rest = ends[leg.name].rest
    return Baseline(begins, ends)


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
        got = await perform(leg, base.begins[leg.name], folder / f"{leg.name}-{n}", kill_at=n)
    name = got.points[n - 1] if len(got.points) >= n else "not reached"
    wrong = differences(base.ends[leg.name], got)
    wrong += [str(p) for p in got.problems if p["what"] not in {"error_shown", "not_acked"}]
    print(f"  {leg.name} {n:>3} {name}: {wrong or 'as unkilled'}")
    return name, wrong


async def kill_all(points: dict[Leg, list[int]], base: Baseline, folder: Path) -> tuple[Counter[str], list[str]]:
    """Kill at all these points, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)
    tasks = [kill(leg, base, folder, n, gate) for leg, numbers in points.items() for n in numbers]
    done = await asyncio.gather(*tasks)
    return Counter(name for name, _ in done), [f"{name}: {w}" for name, wrong in done for w in wrong]


def first_of_each(points: list[str], known: set[str]) -> list[int]:
    """The number of the first passing of each point's name that is not known yet."""
    numbers = []
    for n, name in enumerate(points, 1):
        if name not in known:
            known.add(name)
            numbers.append(n)
    return numbers


@pytest.mark.timeout(900)
def test_killed_once_at_each_distinct_point(baseline: Baseline, tmp_path: Path) -> None:
    known: set[str] = set()
    chosen = {leg: first_of_each(baseline.ends[leg.name].points, known) for leg in LEGS}
    total = sum(len(baseline.ends[leg.name].points) for leg in LEGS)
    hit, wrong = asyncio.run(kill_all(chosen, baseline, tmp_path))
    print(f"points: {total} passed, {sum(hit.values())} killed (each distinct one once), the rest in `make proofs`")
    assert wrong == []
    assert "not reached" not in hit


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_killed_at_every_point(baseline: Baseline, tmp_path: Path) -> None:
    """n = 1, 2, … until a run ends unkilled, leg by leg: one n more than the unkilled run has points is tried too."""
    chosen = {leg: list(range(1, len(baseline.ends[leg.name].points) + 1)) for leg in LEGS}
    hit, wrong = asyncio.run(kill_all(chosen, baseline, tmp_path))
    print(f"points: {sum(hit.values())} killed, {hit['not reached']} ended unkilled")
    for name, times in sorted(hit.items()):
        print(f"  {times:>3} × {name}")
    assert wrong == []


# -- the proof is proved -------------------------------------------------------------------------------------------------


def test_without_the_look_up_a_double_is_found(baseline: Baseline, tmp_path: Path) -> None:
    leg, at = LEGS[1], "send:hub:stored"
    got = asyncio.run(perform(leg, baseline.begins[leg.name], tmp_path, kill_at=at, mutant="blind_lookup"))
    assert any("too many 1×" in d and "ご回答のお願い" in d for d in differences(baseline.ends[leg.name], got))


def test_with_mark_before_send_a_loss_is_found(baseline: Baseline, tmp_path: Path) -> None:
    leg, at = LEGS[1], "send:hub:before"
    got = asyncio.run(perform(leg, baseline.begins[leg.name], tmp_path, kill_at=at, mutant="mark_first"))
    assert any("missing 1×" in d for d in differences(baseline.ends[leg.name], got))
