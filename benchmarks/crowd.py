"""Fifty people press on the real program over real sockets: time until acknowledged, memory, and how long a start takes.

The product and the bare app are processes of their own that the local Slack delivers to, over as many connections each;
both see the same payloads in the same way, so the ratio is theirs. The local Slack takes part of the two cores: read the
milliseconds as an upper bound. To measure another press, give `Crowd` other bodies.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import payloads
from benchmarks.press import Sample
from benchmarks.stage import HOME, OWNER, Place, SteadyClock, pages, stage
from bot.domain.checklist import Kind
from sandbox.client import LocalSlack
from sandbox.server import Running, running
from sandbox.world import World
from sandbox.world_file import from_json

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
PEOPLE, EACH = 50, 10
CONNECTIONS = 2
MANY = 10_000
SAMPLES = 10
PAUSE = (0.5, 1.5)  # seconds between two presses of a person who reads
STARTS = 5
BOT = "U0BOT"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Crowd:
    """What was measured. Times in seconds, memory in MiB after each tenth of the many presses."""

    at_once: Sample
    bare_at_once: Sample
    paced: Sample
    bare_paced: Sample
    memory: list[float]
    starts: list[float]
    problems: int


@dataclass
class Bodies:
    """Endless presses of one person: a choice, changed each time, one question after the other."""

    place: Place
    stream: Iterator[Json] = field(init=False)
    questions: Sequence[tuple[Any, Any]] = ()

    def __post_init__(self) -> None:
        values = itertools.cycle(["yes", "no"])
        self.stream = (
            payloads.choice(self.place, page, question, value) for value in values for page, question in self.questions
        )


async def crowd(folder: Path, people: int = PEOPLE, many: int = MANY, starts: int = STARTS) -> Crowd:
    """The whole measurement, in an empty folder."""
    everybody = await _company(folder, people)
    async with running(_world(people), ROOT / "app.yaml", folder, start=SteadyClock().now()) as slack:
        begun = [await _start_time(slack, folder) for _ in range(starts)]
        async with program(slack, folder, "bot", "run") as bot:
            await _settled(slack)
            at_once = await presses(slack, everybody, EACH)
            paced = await presses(slack, everybody, EACH, PAUSE)
            memory = [await _more(slack, everybody, many // SAMPLES, bot) for _ in range(SAMPLES)]
        problems = sum(1 for e in slack.sandbox.record.entries() if e["kind"] == "problem")
    async with (
        running(_world(people), ROOT / "app.yaml", folder / "bare") as slack,
        program(slack, folder, "benchmarks.bare_program"),
    ):
        bare_at_once = await presses(slack, everybody, EACH)
        bare_paced = await presses(slack, everybody, EACH, PAUSE)
    return Crowd(at_once, bare_at_once, paced, bare_paced, memory, begun, problems)


async def presses(
    slack: Running, everybody: Sequence[Bodies], each: int, pause: tuple[float, float] = (0, 0)
) -> Sample:
    """Every person presses, waits for the acknowledgement, and presses again. RuntimeError where one did not come."""
    sample = Sample()

    async def person(number: int, bodies: Bodies) -> None:
        dice = random.Random(number)
        for body in itertools.islice(bodies.stream, each):
            await asyncio.sleep(dice.uniform(*pause))
            began = time.perf_counter()
            delivery = await slack.live.socket.deliver("interactive", body, answerable=True)
            if delivery.fate != "acked":
                raise RuntimeError(f"a press was {delivery.fate}")
            sample.latencies.append(time.perf_counter() - began)

    await asyncio.gather(*(person(n, bodies) for n, bodies in enumerate(everybody)))
    return sample


async def _more(slack: Running, everybody: Sequence[Bodies], count: int, bot: asyncio.subprocess.Process) -> float:
    """So many presses more; the bot's memory after them."""
    await presses(slack, everybody, count // len(everybody))
    return _resident(bot.pid)


def _resident(pid: int) -> float:
    """MiB of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES / 2**20


async def _start_time(slack: Running, folder: Path) -> float:
    """Seconds from starting the process until the local Slack has all its connections."""
    began = time.perf_counter()
    async with program(slack, folder, "bot", "run", wait=False):
        await _connections(slack, lambda number: number >= CONNECTIONS)
        return time.perf_counter() - began


@asynccontextmanager
async def program(
    slack: Running, folder: Path, *module: str, wait: bool = True
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m <module> …` until the block ends."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = kept | {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_APP_TOKEN": "xapp-bench",
        "SLACK_API_URL": slack.api,
        "CLOCK_URL": f"{slack.url}/clock",
        "DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
        "EVIDENCE_DIR": str(folder / "evidence"),
        "SOCKET_CONNECTIONS": str(CONNECTIONS),
        "POST_SPACING_SECONDS": "0",
        "BARE_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "program.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, cwd=folder, env=env, stdout=log, stderr=log
        )
    try:
        if wait:
            await _connections(slack, lambda number: number >= CONNECTIONS, process)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await _connections(slack, lambda number: number == 0)


async def _connections(
    slack: Running, enough: Callable[[int], bool], process: asyncio.subprocess.Process | None = None
) -> None:
    """Until there are so many. RuntimeError where the process ends before."""
    while not enough(slack.live.socket.open_connections):
        if process and process.returncode is not None:
            raise RuntimeError(f"the program ended with {process.returncode}; see program.log")
        await asyncio.sleep(0.005)


async def _settled(slack: Running) -> None:
    """Until every hub is out: what is measured is presses."""
    async with LocalSlack(slack.url) as driver:
        await driver.settle(timeout=120)


async def _company(folder: Path, people: int) -> list[Bodies]:
    """The database with a round under way, and each person with the whole form open."""
    async with stage(folder, people, 0) as on:
        made = []
        for place in on.asked:
            closed = [
                (page, question)
                for page in await pages(on, place)
                for question in page.questions
                if question.question.kind is Kind.YES_NO
            ]
            made.append(Bodies(place, questions=closed))
        return made


def _world(people: int) -> World:
    """The same company as the local Slack knows it."""
    app = {"app_id": "A0BENCH", "bot_id": "B0BENCH", "bot_user": BOT, "team_id": HOME}
    tokens = {"bot_token": "xoxb-bench", "app_token": "xapp-bench"}
    teams = [{"id": HOME, "name": "あおば商事", "domain": "aoba"}]
    users = [{"id": OWNER, "team_id": HOME, "name": "owner", "real_name": "高橋 物流"}]
    channels = []
    for n in range(people):
        teams.append({"id": f"T0SUP{n}", "name": f"委託先{n}", "domain": f"sup{n}"})
        users.append({"id": f"U0SUP{n}", "team_id": f"T0SUP{n}", "name": f"sup{n}", "real_name": f"担当 {n}"})
        members = [OWNER, f"U0SUP{n}", BOT]
        room = {"id": f"C0SUP{n}", "name": f"ext-{n}", "team_id": HOME, "is_private": True}
        channels.append(room | {"members": members, "connected": [f"T0SUP{n}"]})
    bot = {"id": BOT, "team_id": HOME, "name": "vr", "real_name": "Vendor Review", "kind": "bot", "is_bot": True}
    return from_json({"app": app | tokens, "teams": teams, "users": [*users, bot], "channels": channels, "groups": []})
