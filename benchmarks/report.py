"""The table for people and the file for comparing: ratios first, because the machine is never quiet."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import crowd_report
from benchmarks.crowd import Crowd
from benchmarks.measuring import Found, Measured
from benchmarks.press import Sample, pooled

Json = dict[str, Any]

WIDTH = 110  # in a file or a pipe
LIBRARIES = ("slack-bolt", "sqlalchemy", "sqlmodel", "aiosqlite", "pydantic")


def as_json(found: Found, people: Crowd) -> Json:
    """Everything that was found; `ratio` is against the bare app at the same concurrency, in the same run."""
    bare = {m.row.at_a_time: m for m in found.presses if m.row.name == "bare"}
    return {
        "machine": machine(),
        "presses": [_press(m, bare[m.row.at_a_time]) for m in found.presses],
        "outbox": {
            "notices": found.hubs.notices,
            "notices_per_second": round(found.hubs.notices / found.hubs.seconds),
            "cards_refreshed": found.refreshed.cards,
            "cards_per_second": round(found.refreshed.cards / found.refreshed.seconds),
        },
        "idle_tick": {
            "cpu_ms_looking": round(found.idle.looking_ms, 2),
            "cpu_ms_resting": round(found.idle.resting_ms, 3),
            "statements": found.idle.statements,
        },
        "crowd": crowd_report.as_json(people),
    }


def machine() -> Json:
    """What the numbers depend on."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
    }


def _press(one: Measured, bare: Measured) -> Json:
    ours, theirs = pooled(one.samples), pooled(bare.samples)
    rounds = sorted(a.percentile(0.5) / b.percentile(0.5) for a, b in zip(one.samples, bare.samples, strict=True))
    return {
        "press": one.row.name,
        "at_a_time": one.row.at_a_time,
        "presses": len(ours.latencies),
        "ratio_p50": round(ours.percentile(0.5) / theirs.percentile(0.5), 2),
        "ratio_p50_rounds": [round(r, 2) for r in (rounds[0], statistics.median(rounds), rounds[-1])],
        "ratio_p99": round(ours.percentile(0.99) / theirs.percentile(0.99), 2),
        "ratio_cpu": round(ours.cpu_ms / theirs.cpu_ms, 2),
        **_milliseconds(ours),
        "statements": one.statements.total(),
        "statements_by_kind": dict(sorted(one.statements.items())),
    }


def _milliseconds(sample: Sample) -> Json:
    return {
        "p50_ms": round(sample.percentile(0.5), 2),
        "p99_ms": round(sample.percentile(0.99), 2),
        "cpu_ms": round(sample.cpu_ms, 2),
    }


def show(found: Found, people: Crowd) -> None:
    """Print it."""
    told = as_json(found, people)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(_table(told))
    console.print(_counts(told))
    outbox, idle = told["outbox"], told["idle_tick"]
    console.print(
        f"Outbox, with a channel that costs nothing: {outbox['notices_per_second']} notices a second "
        f"({outbox['notices']} hubs), {outbox['cards_per_second']} cards refreshed a second ({outbox['cards_refreshed']})."
    )
    console.print(
        f"Tick with nothing due: {idle['cpu_ms_looking']} ms CPU once a second ({idle['statements']} statements), "
        f"{idle['cpu_ms_resting']} ms in between."
    )
    for line in crowd_report.lines(told["crowd"]):
        console.print(line)
    console.print(", ".join(f"{name} {value}" for name, value in told["machine"].items()), style="dim")


def _table(told: Json) -> Table:
    table = Table(title="Presses until acknowledged. × is against the bare app at the same concurrency, in this run")
    table.add_column("press", no_wrap=True)
    for heading in ("p50 ×", "(rounds)", "p99 ×", "CPU ×", "p50 ms", "p99 ms", "CPU ms", "statements"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in told["presses"]:
        low, _, high = one["ratio_p50_rounds"]
        ratios = (one["ratio_p50"], f"{low:.2f}–{high:.2f}", one["ratio_p99"], one["ratio_cpu"])
        cells = (*ratios, one["p50_ms"], one["p99_ms"], one["cpu_ms"], str(one["statements"]))
        name = f"{one['press']}, {one['at_a_time']} at a time"
        table.add_row(name, *(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells))
    return table


def _counts(told: Json) -> Table:
    table = Table(title="Statements of one press")
    table.add_column("press")
    table.add_column("statements", overflow="fold")
    for one in told["presses"]:
        if one["at_a_time"] == 1:
            kinds = (f"{kind}{f' ×{count}' if count > 1 else ''}" for kind, count in one["statements_by_kind"].items())
            table.add_row(one["press"], ", ".join(kinds))
    return table


def write(found: Found, people: Crowd, path: Path) -> None:
    """Keep it."""
    path.write_text(json.dumps(as_json(found, people), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
