"""The runner of the kill proof: a leg played from a rest, by people, with a bot that is started again whenever it dies.

Every act is `play.do(...)`: act, look for what it should lead to, and act again when the bot died meanwhile, or where
Slack or the bot told the person so. What a second press of something already done says (already registered, already
submitted) counts as done: the person sees that it is.
"""

from __future__ import annotations

import asyncio
import copy
import json
import multiprocessing
import shutil
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.client import ActResult, CannotDo, Person
from sandbox.world import World
from tests.journeys.town import Town, town
from tests.kill import state
from tests.kill.bot import Death, import_suppliers, live

CHECKLIST = """\
key: short
version: "1"
title: {ja: 短い点検票, en: Short checklist}
purpose: {ja: 安全に取り扱われていることを確認します。, en: To see that things are safe.}
source: {title: {ja: 自作, en: Our own}, version: "1", licence: Same as this software, modified: false}
reviewed_on: 2026-11-01
owner: 情報セキュリティ室
minutes: 3
sections:
  - key: first
    title: {ja: 体制, en: Organisation}
    why: {ja: 責任者が必要です。, en: Somebody must be in charge.}
    questions:
      - key: q_person
        text: {ja: 責任者を定めていますか。, en: Is somebody in charge?}
        help: {ja: お名前は不要です。, en: No name needed.}
        kind: yes_no
      - key: q_rules
        text: {ja: 規程がありますか。, en: Are there rules?}
        help: {ja: 文書を指します。, en: A document.}
        kind: yes_no
  - key: second
    title: {ja: 機器, en: Devices}
    why: {ja: 機器は入口です。, en: Devices are the way in.}
    questions:
      - key: q_patch
        text: {ja: 更新していますか。, en: Are they patched?}
        help: {ja: 14日以内です。, en: Within 14 days.}
        kind: yes_no
"""

FORK = multiprocessing.get_context("forkserver")
LAZY = ("aiosqlite", "anyio._backends._asyncio", "apscheduler.executors.asyncio", "certifi", "h11", "httpcore")
FORK.set_forkserver_preload(["tests.kill.bot", *LAZY])  # LAZY: what the product's libraries import when first used

TIMES = {"HOLD_SECONDS": "0.5", "LEASE_SECONDS": "2"}  # a busy machine must not let a living bot's claims end
TRIES = 6
AGAIN = "もう一度お試しください"
"""What the bot says to a person when it was too busy, or does not know them yet."""

Look = Callable[[], Awaitable[bool]]


@dataclass
class Play:
    """One run of a leg. `lives` counts how often the bot was started; `deaths` are the points at which it dies."""

    t: Town
    deaths: tuple[Death, ...] = ()
    mutant: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    lives: int = 0
    began: int = 0
    stopping: bool = False
    bot: Any = None

    @property
    def points_file(self) -> Path:
        return self.t.folder / "points.txt"

    @property
    def points(self) -> list[str]:
        """Every point passed so far, over all lives."""
        return self.points_file.read_text(encoding="utf-8").splitlines() if self.points_file.exists() else []

    @property
    def world(self) -> World:
        """What the local Slack holds: for what no person does (an event that never came, a file that is gone)."""
        return self.t.running.sandbox.world

    @property
    def database(self) -> Path:
        return self.t.folder / "bot.db"

    async def keep_alive(self) -> None:
        """Start the bot, and start it again when it died by SIGKILL. Any other end is a failure of the bot.

        Faults of the network are over when it comes back.
        """
        while not self.stopping:
            self.bot = self._process(live, self.mutant)
            self.bot.start()
            self.lives += 1
            code = await _end_of(self.bot)
            if code != -signal.SIGKILL and not self.stopping:
                raise AssertionError(f"the bot ended with {code}\n{self.t.log[-4000:]}")
            await self.t.slack.no_faults()

    async def import_file(self, file: Path) -> None:
        """The operator runs the import, and runs it again when it died."""
        for _ in range(TRIES):
            command = self._process(import_suppliers, str(file))
            command.start()
            code = await _end_of(command)
            if code == 0:
                return
            if code != -signal.SIGKILL:
                raise AssertionError(f"the import ended with {code}\n{self.t.log[-4000:]}")
        raise AssertionError("the import died every time")

    def _process(self, target: Callable[..., None], last: str) -> Any:
        env = {**self.t.env, "CHECKLIST_DIR": str(self.t.folder), **TIMES, **self.extra}
        told = (env, str(self.t.folder / "bot.log"), str(self.points_file), self.deaths, last)
        return FORK.Process(target=target, args=told, daemon=True)

    def stop(self) -> None:
        """Let the bot end."""
        self.stopping = True
        if self.bot is not None and self.bot.is_alive():
            self.bot.terminate()

    # -- acting ------------------------------------------------------------------------------------------------------

    async def do(self, act: Callable[[], Awaitable[Any]], seen: Look, what: str) -> None:
        """Act until it shows. Acting again is allowed only where the bot died, or the person was shown an error.

        What shows before anybody has acted cannot tell whether the act was lost: such a look is refused.
        """
        assert not await seen(), f"{what}: it shows already; look for something that only this act leads to"
        for _ in range(TRIES):
            life, mark = self.lives, self.t.running.sandbox.record.last
            result = await _once(act)
            if await self._shows(seen, life, mark):
                return
            failed = isinstance(result, CannotDo) or (isinstance(result, ActResult) and not result.ok)
            if self.lives == life and not failed and not self._asked_again(mark):
                raise AssertionError(f"{what}: nothing came of it ({result})\n{self.t.log[-3000:]}")
            await self._dismiss()
            await self.t.slack.connected(60)
        raise AssertionError(f"{what}: not even after {TRIES} tries\n{self.t.log[-3000:]}")

    async def until(self, seen: Look, what: str) -> None:
        """Wait for what comes without anybody acting, over any number of lives."""
        for _ in range(1200):
            if await seen():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{what}: never came\n{self.t.log[-3000:]}")

    async def _shows(self, seen: Look, life: int, mark: int) -> bool:
        for _ in range(600):
            if await seen():
                return True
            await asyncio.sleep(0.05)
            if self.lives != life:
                await self.t.slack.connected(60)
                return await seen()
            if self._asked_again(mark):
                return await seen()
        return False

    def _asked_again(self, mark: int) -> set[str]:
        """Who was told to try again since then."""
        shown = (e for e in self.t.running.sandbox.record.entries(mark) if e["kind"] in {"view", "ephemeral"})
        return {e["user"] for e in shown if AGAIN in json.dumps(e, ensure_ascii=False)}

    async def _dismiss(self) -> None:
        """Who has a note open that asks for another press closes it."""
        views = [v for v in self.world.views.values() if v.open and AGAIN in json.dumps(v.content, ensure_ascii=False)]
        for user in {view.user for view in views}:
            await self.t.slack.person(user).close()


async def _once(act: Callable[[], Awaitable[Any]]) -> Any:
    try:
        return await act()
    except (CannotDo, TimeoutError) as cannot:
        return CannotDo(str(cannot))


async def _end_of(process: Any) -> int:
    """The exit code of a process, once it is over."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    return int(process.exitcode or 0)


async def at_rest(play: Play) -> None:
    """Wait until nothing is on its way: what a dead process had claimed comes back when its lease is over."""
    for _ in range(200):
        await play.t.slack.connected(60)
        try:
            await play.t.slack.settle(20)
        except TimeoutError:
            continue  # the bot died meanwhile
        if not state.unsettled(play.database):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"no rest: {state.unsettled(play.database)}\n{play.t.log[-3000:]}")


# -- legs ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leg:
    """A part of a scene that begins and ends at rest, so that a run can begin there.

    `after`: the leg whose rest it begins at ('' : nothing there yet). `dies`: points at which the bot dies in every run,
    the one it is compared with too; the rest of the run is then a second life. `spoil` changes the folder before it begins.
    """

    name: str
    act: Callable[[Play], Awaitable[None]]
    after: str = ""
    dies: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    spoil: Callable[[Path], None] | None = None


@dataclass(frozen=True)
class Rest:
    """Everything at rest between two legs: the local Slack's world and clock, and the bot's folder."""

    scenery: World | None
    now: datetime
    folder: Path | None


@dataclass(frozen=True)
class Outcome:
    """What a run of a leg led to. `began`: how many points were passed before the people began to act; `seconds` it took."""

    points: list[str]
    began: int
    seconds: float
    received: Counter[Any]
    shown: Counter[Any]
    database: dict[str, Counter[Any]]
    problems: list[dict[str, Any]]
    rest: Rest


async def perform(
    leg: Leg, begin: Rest, folder: Path, kill_at: Death = 0, mutant: str = "", *, http: bool = False
) -> Outcome:
    """Play a leg from where the one before ended; with `http`, Slack delivers to a Request URL."""
    started = time.monotonic()
    _lay_out(leg, begin, folder)
    async with town(folder, scenery=copy.deepcopy(begin.scenery), start=begin.now, http=http) as t:
        play = Play(t, (kill_at, *leg.dies), mutant, dict(leg.env))
        alive = asyncio.create_task(play.keep_alive())
        acting = asyncio.create_task(_act(play, leg))
        try:
            await asyncio.wait({alive, acting}, return_when=asyncio.FIRST_COMPLETED)
            if not acting.done():
                await alive  # it ended by itself: raises
            await acting
            record, now = await t.slack.record(), await t.slack.clock()
        finally:
            acting.cancel()
            play.stop()
            await asyncio.wait({alive})
        scenery = copy.deepcopy(play.world)
    return Outcome(
        points=play.points,
        began=play.began,
        seconds=time.monotonic() - started,
        received=state.received(record, scenery),
        shown=state.shown_last(scenery),
        database=state.database(folder / "bot.db"),
        problems=[e for e in record if e["kind"] == "problem"],
        rest=Rest(scenery, now, folder),
    )


def _lay_out(leg: Leg, begin: Rest, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if begin.folder:
        for name in ("bot.db", "bot.db-wal", "bot.db-shm", "evidence"):
            _copy(begin.folder / name, folder / name)
    (folder / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    if leg.spoil:
        leg.spoil(folder)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy(source, target)


async def _act(play: Play, leg: Leg) -> None:
    await play.t.slack.connected(60)
    await at_rest(play)
    play.began = len(play.points)
    await leg.act(play)
    await at_rest(play)


__all__ = ["Leg", "Outcome", "Person", "Play", "Rest", "at_rest", "perform"]
