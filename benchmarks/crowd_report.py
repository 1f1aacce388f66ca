"""What the crowd's measurement is told as: for the file, and in sentences. Ratios are against the bare app, same crowd."""

from __future__ import annotations

from typing import Any

from benchmarks.crowd import CONNECTIONS, PEOPLE, Crowd
from benchmarks.press import Sample

Json = dict[str, Any]


def as_json(found: Crowd) -> Json:
    """Everything that was found."""
    return {
        "people": PEOPLE,
        "connections": CONNECTIONS,
        "all_at_once": _against(found.at_once, found.bare_at_once),
        "with_pauses": _against(found.paced, found.bare_paced),
        "problems": found.problems,
        "memory_mib": [round(one, 1) for one in found.memory],
        "start_to_connected_seconds": [round(one, 2) for one in found.starts],
    }


def _against(ours: Sample, bare: Sample) -> Json:
    told: Json = {"presses": len(ours.latencies), "slowest_ms": round(ours.percentile(1), 1)}
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        told[f"{name}_ms"] = round(ours.percentile(share), 1)
        told[f"ratio_{name}"] = round(ours.percentile(share) / bare.percentile(share), 2)
    return told


def lines(told: Json) -> list[str]:
    """The same for people."""
    shown = []
    for name in ("all_at_once", "with_pauses"):
        one = told[name]
        shown.append(
            f"{one['presses']} presses of {told['people']} people over {told['connections']} connections, "
            f"{name.replace('_', ' ')}: p50 {one['p50_ms']} ms ({one['ratio_p50']}× bare), p99 {one['p99_ms']} ms "
            f"({one['ratio_p99']}×), slowest {one['slowest_ms']} ms."
        )
    memory, starts = told["memory_mib"], told["start_to_connected_seconds"]
    shown.append(f"Memory over many presses: {memory[0]} MiB after the first tenth, {memory[-1]} after the last.")
    shown.append(f"Start to connected: {min(starts)} to {max(starts)} s in {len(starts)} starts.")
    return shown
