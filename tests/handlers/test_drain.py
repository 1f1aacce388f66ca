"""A stop waits for what was promised after an acknowledgement, and for presses that end by themselves after "too busy"."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from handlers.slack import intake
from handlers.slack.effects import Effects
from handlers.slack.intake import Intake
from handlers.slack.replies import Later, Reply


async def waits_for(drained: Intake, go: asyncio.Event) -> None:
    draining = asyncio.create_task(drained.drain())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not draining.done()
    go.set()
    await asyncio.wait_for(draining, 30)


async def test_a_stop_waits_for_effects_and_for_late_presses() -> None:
    effects, go, late = Effects(cast("Any", None)), asyncio.Event(), asyncio.Event()
    drained = Intake(cast("Any", SimpleNamespace(error=lambda _handler: None)), effects, frozenset())

    async def work() -> Reply:
        await go.wait()
        return Reply()

    effects.start([Reply(effects=(Later(work),))])
    await waits_for(drained, go)

    async def press() -> Reply:
        await late.wait()
        return Reply()

    task = asyncio.ensure_future(press())
    intake.UNFINISHED.add(task)
    task.add_done_callback(intake.UNFINISHED.discard)
    await waits_for(drained, late)
