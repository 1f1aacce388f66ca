"""Presses: how long until the acknowledgement, at 1 and at 16 at a time, and with how many statements.

The product and the bare app take turns within one run, because the machine is never quiet: read the ratios, not the
milliseconds. CPU per press (of the whole process) hardly moves with what else the machine does.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncApp
from sqlalchemy import event

from benchmarks.bolt import dispatch
from storage.db import Database

Json = dict[str, Any]


@dataclass
class Sample:
    """What presses of one kind took: seconds until each acknowledgement, and CPU seconds of the process in all."""

    latencies: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def percentile(self, share: float) -> float:
        """The latency, in ms, that this share of presses did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def cpu_ms(self) -> float:
        """CPU of the process for each press, in ms."""
        return self.cpu / len(self.latencies) * 1000


async def measure(app: AsyncApp, bodies: Sequence[Json], at_a_time: int) -> Sample:
    """Press all of them, `at_a_time` at any moment: each of so many people presses again when acknowledged."""
    sample = Sample()
    waiting = iter(bodies)

    async def person() -> None:
        for body in waiting:
            began = time.perf_counter()
            await dispatch(app, body)
            sample.latencies.append(time.perf_counter() - began)

    gc.collect()
    began = time.process_time()
    await asyncio.gather(*(person() for _ in range(at_a_time)))
    sample.cpu = time.process_time() - began
    return sample


def pooled(samples: Sequence[Sample]) -> Sample:
    """All rounds as one."""
    return Sample([one for s in samples for one in s.latencies], sum(s.cpu for s in samples))


@contextmanager
def statements(db: Database) -> Iterator[Counter[str]]:
    """Counts what reaches the database, by verb and table: `SELECT person`, `INSERT answer`, `COMMIT`."""
    counted: Counter[str] = Counter()

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted[kind_of(statement)] += 1

    def committed(_connection: Any) -> None:
        counted["COMMIT"] += 1

    engines = [db.writer.sync_engine, db.reader.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", executed)
        event.listen(engine, "commit", committed)
    try:
        yield counted
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", executed)
            event.remove(engine, "commit", committed)


def kind_of(statement: str) -> str:
    """A statement's verb and the first table of its outermost clause."""
    words = statement.split()
    verb = words[0].upper()
    mark = {"SELECT": "FROM", "DELETE": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}.get(verb)
    depth = 0
    for word, after in itertools.pairwise(words):
        if word == mark and depth == 0:
            return f"{verb} {after}"
        depth += word.count("(") - word.count(")")
    return verb
