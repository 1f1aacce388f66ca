"""One run: what waits is sent, then every row in turn, round after round, then the clockwork at rest."""

from __future__ import annotations

import gc
import itertools
from collections import Counter
from dataclasses import dataclass

from rich.progress import Progress

from benchmarks.bare import Bare
from benchmarks.press import Sample, measure, statements
from benchmarks.rows import Row, Size, rows
from benchmarks.stage import Stage
from benchmarks.work import Clockwork, Idle, Sent


@dataclass(frozen=True)
class Measured:
    """A row with its samples, round by round, and the statements of one press."""

    row: Row
    samples: list[Sample]
    statements: Counter[str]


@dataclass(frozen=True)
class Found:
    """Everything of one run."""

    presses: list[Measured]
    hubs: Sent
    refreshed: Sent
    idle: Idle


async def measure_all(on: Stage, against: Bare, size: Size) -> Found:
    """The whole run. Raises AssertionError where a press did not take effect: its time would mean nothing."""
    clockwork = Clockwork(on)
    hubs = await clockwork.send()
    measured = [Measured(row, [], await _count(row)) for row in await rows(on, against, size)]
    gc.collect()
    gc.freeze()  # thousands of payloads made beforehand: no process that serves has them to look through
    with Progress(transient=True) as progress:
        for number in progress.track(range(size.rounds + 1), description="measuring"):
            for one in measured:
                sample = await _sample(one.row)
                if number:  # the first round only warms up
                    one.samples.append(sample)
    await clockwork.send()
    return Found(measured, hubs, await clockwork.refresh(on.asked), await clockwork.idle())


async def _sample(row: Row) -> Sample:
    bodies = list(itertools.islice(row.bodies, row.each))
    before = await row.written()
    sample = await measure(row.app, bodies, row.at_a_time)
    left = await row.written() - before
    assert left == len(bodies) == row.each, f"{row.name}: {left} rows of {row.each} presses"
    return sample


async def _count(row: Row) -> Counter[str]:
    """Statements of one press, after one that fills the caches."""
    await measure(row.app, [next(row.bodies)], 1)
    with statements(row.db) as counted:
        await measure(row.app, [next(row.bodies)], 1)
    return counted
