"""The journey of the kill proof through bad weather: whatever meets the calls and deliveries, it must end as in the calm.

The local Slack draws the faults, seeded; the bot is the real one and does not die. People act as in the kill proof: again
where Slack or the bot shows them an error, and only there. A new fault of the local Slack is blown by itself: SINGLE is made
from its tables. To add a mix, add a row to `mixes`.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from sandbox.client import LocalSlack
from sandbox.delivery_faults import Mix
from sandbox.faults import FAULTS
from tests.kill.play import Leg, Play
from tests.kill.proof import AT_ONCE, Baseline, calmly, differences

SHARE = 0.2
"""Of the calls, or deliveries, that a fault alone meets."""
KINDS = tuple(each.name for each in fields(Mix) if each.name != "seed")
"""Faults of deliveries."""


@dataclass(frozen=True)
class Storm:
    """`calls`: fault of a call -> probability; `deliveries`: the same for what goes to the bot, over `http` or a socket."""

    name: str
    seed: int
    calls: Mapping[str, float] = field(default_factory=dict)
    deliveries: Mapping[str, float] = field(default_factory=dict)
    http: bool = False

    async def rise(self, slack: LocalSlack) -> None:
        if self.calls:
            await slack.weather(self.seed, dict(self.calls))
        if self.deliveries:
            await slack.delivery_weather(self.seed, **self.deliveries)

    @staticmethod
    async def fall(slack: LocalSlack) -> None:
        await slack.calm()
        await slack.delivery_calm()


def singles(seed: int) -> list[Storm]:
    """Every fault there is, alone."""
    calls = [Storm(what, seed, calls={what: SHARE}) for what in FAULTS]
    return calls + [Storm(what, seed, deliveries={what: SHARE}) for what in KINDS]


def mix(seed: int) -> Storm:
    """Several faults at once, in a proportion that the seed decides; at most a third of the calls meets one. Odd ones by HTTP."""
    dice = random.Random(f"mix/{seed}")
    some = dice.sample(sorted(FAULTS), 5)
    deliveries = {what: round(dice.uniform(0, 0.2), 2) for what in KINDS}
    return Storm(
        f"mix {seed}", seed, {what: round(dice.uniform(0.01, 0.07), 2) for what in some}, deliveries, seed % 2 == 1
    )


def through(leg: Leg, storm: Storm) -> Leg:
    """The leg with the storm from when people begin to act until they have done."""

    async def act(play: Play) -> None:
        await storm.rise(play.t.slack)
        try:
            await leg.act(play)
        finally:
            await storm.fall(play.t.slack)

    return replace(leg, act=act)


async def weather(leg: Leg, storm: Storm, base: Baseline, folder: Path) -> list[str]:
    """What was wrong after the leg in this storm. The same storm blows again where the people got stuck, or waited too long
    without a fault: what is wrong with the product is so the second time."""
    where = f"{leg.name} in {storm.name}"
    at = folder / where.replace(" ", "-")
    try:
        got = await calmly(through(leg, storm), base.begin(leg), at, http=storm.http)
    except Exception as stuck:
        return [f"{where}: stuck: {stuck}"]
    wrong = differences(base.ends[leg.name], got)
    wrong += [str(p) for p in got.problems if "fault" not in p]  # a lost acknowledgement shows people an error
    logs = [at.with_name(f"{at.name}{again}") / "bot.log" for again in ("", "-again", "-calmer")]
    log = "".join(file.read_text(encoding="utf-8") for file in logs if file.exists())
    if "Traceback" in log:
        wrong.append(f"a traceback in the log: {log[log.index('Traceback') :][:1500]}")
    return [f"{where}: {line}" for line in wrong]


async def weather_all(
    pairs: Sequence[tuple[Leg, Storm]], base: Baseline, folder: Path, seconds: float = math.inf
) -> list[str]:
    """Everything that was wrong; prints a line a run, and what was skipped because the time was over."""
    gate, began = asyncio.Semaphore(AT_ONCE), time.monotonic()
    skipped: list[str] = []

    async def one(leg: Leg, storm: Storm) -> list[str]:
        async with gate:
            if time.monotonic() - began > seconds:
                skipped.append(f"{leg.name} in {storm.name}")
                return []
            wrong = await weather(leg, storm, base, folder)
            print(f"  {leg.name} in {storm.name}: {wrong or 'as in the calm'}")
            return wrong

    found = await asyncio.gather(*(one(leg, storm) for leg, storm in pairs))
    print(f"storms: {len(pairs) - len(skipped)} runs, {len(skipped)} skipped, {time.monotonic() - began:.0f} s")
    if skipped:
        print(f"cut short after {seconds:.0f} s, SKIPPED: {', '.join(sorted(skipped))}")
    return [line for wrong in found for line in wrong]
