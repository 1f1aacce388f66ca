"""The life of a process around its parts: listen, work, drain with an end, and go when nothing is heard.

`bot/serving.py` with small parts that a test holds in its hand; the whole program is in `tests/journeys`.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from bot.scheduler import Job, UnderWay, make_scheduler
from bot.services.ports import SendFailed
from bot.serving import SILENT, Silence, Work, serve, watchdog


async def for_ever() -> None:
    await asyncio.Event().wait()


@dataclass
class Life:
    """A process whose parts are events; `did` is what happened, in order."""

    did: list[str] = field(default_factory=list)
    swept: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    ticked: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    sweeps: list[bool] = field(default_factory=list)
    says: str = "a tin can on a string"

    async def open(self) -> None:
        self.did.append("open")
        self.opened.set()

    def hang_up(self) -> None:
        self.did.append("hang up")

    async def close(self) -> None:
        self.did.append("close")

    async def sweep(self) -> bool:
        await self.swept.wait()
        self.did.append("sweep")
        return self.sweeps.pop(0) if self.sweeps else True

    async def finish(self) -> None:
        try:
            await self.finished.wait()
        except asyncio.CancelledError:
            self.did.append("cut off")
            raise
        self.did.append("finish")

    async def tick(self) -> None:
        if not self.ticked.is_set():
            self.did.append("tick")
        self.ticked.set()

    def work(self) -> Work:
        return Work(
            sweep=self.sweep,
            scheduler=make_scheduler([Job("tick", 0.01, self.tick)], UnderWay()),
            wake=for_ever,
            refuse=lambda: self.did.append("refuse"),
            finish=self.finish,
            left=lambda: "3 presses",
        )


async def test_it_listens_then_reads_everybody_then_ticks_and_ends_in_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    life = Life()
    life.finished.set()
    living = asyncio.create_task(serve(life, life.work(), life.stop, for_ever(), 5))
    await life.opened.wait()
    assert life.did == ["open"]
    life.swept.set()
    await life.ticked.wait()
    life.stop.set()
    await living
    assert life.did == ["open", "sweep", "tick", "refuse", "hang up", "finish", "close"]
    assert [m for m in caplog.messages if m.startswith("connected")] == ["connected: a tin can on a string"]


def test_a_drain_that_does_not_end_is_given_up_and_says_what_was_left(caplog: pytest.LogCaptureFixture) -> None:
    """In a loop of its own: what is given up is everything in it."""

    class Brief(Life):
        async def open(self) -> None:
            await super().open()
            asyncio.get_running_loop().call_later(0.05, self.stop.set)

    async def whole_life() -> list[str]:
        life = Brief()
        life.swept.set()
        await serve(life, life.work(), life.stop, for_ever(), 0.1)
        return life.did

    assert asyncio.run(whole_life())[-3:] == ["hang up", "cut off", "close"]
    assert "there is still under way: 3 presses" in caplog.text


async def test_a_stop_during_the_first_sweep_waits_for_it_and_starts_no_clockwork() -> None:
    life = Life()
    life.finished.set()
    living = asyncio.create_task(serve(life, life.work(), life.stop, for_ever(), 5))
    await life.opened.wait()
    life.stop.set()
    while "refuse" not in life.did:
        await asyncio.sleep(0)
    life.swept.set()
    await living
    assert life.did == ["open", "refuse", "hang up", "finish", "sweep", "close"]


async def test_a_sweep_that_fails_does_not_hold_up_the_clockwork_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.serving.SWEEP_AGAIN", 0.01)
    life = Life(sweeps=[False, False, True])
    life.swept.set()
    life.finished.set()
    living = asyncio.create_task(serve(life, life.work(), life.stop, for_ever(), 5))
    async with asyncio.timeout(30):
        while life.did.count("sweep") < 3:
            await asyncio.sleep(0)
    life.stop.set()
    await living
    assert life.did.count("sweep") == 3
    assert "tick" in life.did


async def test_a_stop_lets_a_job_end_instead_of_cutting_it_off() -> None:
    """Cut off inside a transaction, it would keep the database locked for the presses that are still to be answered."""
    did, begun, over, under_way = [], asyncio.Event(), asyncio.Event(), UnderWay()

    async def sweep() -> None:
        begun.set()
        await over.wait()
        did.append("committed")

    scheduler = make_scheduler([Job("sweep", 0.01, sweep)], under_way)
    scheduler.start()
    await begun.wait()
    scheduler.shutdown(wait=False)
    ending = asyncio.create_task(under_way.finish())
    await asyncio.sleep(0)
    assert under_way.left() == "the sweep"
    over.set()
    await ending
    assert did == ["committed"]
    assert under_way.left() == ""


async def test_a_job_that_fails_says_so_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    failed = asyncio.Event()

    async def sweep() -> None:
        failed.set()
        raise SendFailed("missing_scope", permanent=False)

    scheduler = make_scheduler([Job("sweep", 0.01, sweep)], UnderWay())
    scheduler.start()
    await failed.wait()
    while not caplog.records:
        await asyncio.sleep(0)
    scheduler.shutdown(wait=False)
    assert caplog.messages[0] == "sweep failed (missing_scope); it is tried again in 0.01 s"
    assert "Traceback" not in caplog.text


async def test_an_ear_that_cannot_open_is_told_and_everything_is_closed() -> None:
    class Deaf(Life):
        async def open(self) -> None:
            raise OSError("taken")

    life = Deaf()
    life.finished.set()
    with pytest.raises(OSError, match="taken"):
        await serve(life, life.work(), life.stop, for_ever(), 5)
    assert life.did == ["refuse", "hang up", "finish", "close"]


async def test_silence_ends_it_like_a_stop_and_is_raised(caplog: pytest.LogCaptureFixture) -> None:
    life, silent = Life(), [1.0]
    life.finished.set()
    life.swept.set()
    living = asyncio.create_task(serve(life, life.work(), life.stop, watchdog(lambda: silent[0], 1.01), 5))
    await life.opened.wait()
    silent[0] = 2.0
    with pytest.raises(Silence):
        await living
    assert life.did[-4:] == ["refuse", "hang up", "finish", "close"]
    assert caplog.text.count("sign of life") == 1


async def test_every_sign_of_life_moves_the_end() -> None:
    asked: list[float] = []
    heard = iter([0.99, 0.98, 0.97, 1.5, 1.5])

    def silent_for() -> float:
        asked.append(next(heard))
        return asked[-1]

    with pytest.raises(Silence):
        await watchdog(silent_for, 1.0)
    assert len(asked) == 5


def test_where_even_closing_hangs_the_process_ends() -> None:
    """In a process of its own, because that is what ends."""
    hanging = "import time, bot.serving as s; s.end_in_any_case(0.1); time.sleep(600)"
    ended = subprocess.run([sys.executable, "-c", hanging], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == SILENT
    assert "took too long" in ended.stderr
