"""The local Slack and the real bot behind the pages, in a thread of their own: a browser is driven by blocking calls.

with standing(tmp_path, ledger) as stage:
    stage.url; stage.do(acts.at(stage.town, days=1))
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys import acts
from tests.journeys.short_checklist import with_short_checklist
from tests.journeys.town import CH1, CH2, OWNER1, Town, town

COMPANY, RIVAL_COMPANY = "みかづき運輸株式会社", "ほしぞら印刷株式会社"
Scene = Callable[[Town], Awaitable[None]]


@dataclass
class Stage:
    """`town` belongs to its own loop: it is only touched by `do`. `expected`: problems that a test has brought about."""

    town: Town
    loop: asyncio.AbstractEventLoop
    expected: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.town.running.url

    def do(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Run it beside the browser, and wait for what it gives."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(120)


@contextmanager
def standing(folder: Path, *scenes: Scene) -> Iterator[Stage]:
    """After these scenes have been played. At the end: nothing that must not happen has happened."""
    ready: Future[Stage] = Future()
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_play(folder, scenes, ready, stop)))
    thread.start()
    try:
        stage = ready.result(180)
        yield stage
        assert stage.do(stage.town.slack.problems()) == stage.expected, stage.town.log[-3000:]
    finally:
        stop.set()
        thread.join(60)


async def _play(folder: Path, scenes: tuple[Scene, ...], ready: Future[Stage], stop: threading.Event) -> None:
    try:
        async with town(folder) as made:
            with_short_checklist(made)
            await made.start_bot()
            for scene in scenes:
                await scene(made)
            ready.set_result(Stage(made, asyncio.get_running_loop()))
            await asyncio.to_thread(stop.wait)
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)


# -- how far it is already ------------------------------------------------------------------------------------------------------


async def settled_in(t: Town) -> None:
    """The security team and one department."""
    await acts.security_and_department(t)


async def two_asked(t: Town) -> None:
    """Two suppliers have a request in their channels."""
    await settled_in(t)
    for name, channel in ((COMPANY, CH1), (RIVAL_COMPANY, CH2)):
        await acts.register(t, name)
        await acts.link(t, name, channel)
    await acts.open_round(t)
    await acts.attest_all(t, OWNER1, 2)
