"""The real bot, killed by SIGKILL at the n-th point.

A point is before or after a commit, before a request to post, or after Slack stored a post and before it is marked. Every
point that is passed is written to a file, which all lives and all commands of one run share: it numbers the points. Only
the observer differs from production, how often presses are forgotten, and two deliberate faults that prove that the proof
finds something: `blind_lookup` never finds a post in doubt, `mark_first` marks a notice sent before it is sent. None of
this can be switched on in the product.

Each life is a process of its own, forked from a server that has the product imported already: a run of the proof starts
the bot twice, and importing takes longer than the whole scene.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from bot import app, config, operating
from bot.channels.slack import SlackChannel
from bot.services.outbox import Claim, Outbox
from bot.services.ports import Posted

Death = int | str

# what every life would do once more: the server that lives are forked from has done it
configure_mappers()
inspect.stack()


class Killer:
    """Writes points down, and dies at the chosen ones: a number of the run (from 1; 0: never), or the first of a name."""

    def __init__(self, points: Path, deaths: Sequence[Death]) -> None:
        self._points = points
        self._deaths = deaths

    def __call__(self, point: str) -> None:
        with self._points.open("a", encoding="utf-8") as out:
            out.write(f"{point}\n")
        passed = self._points.read_text(encoding="utf-8").splitlines()
        if len(passed) in self._deaths or (point in self._deaths and passed.count(point) == 1):
            os.kill(os.getpid(), signal.SIGKILL)


async def _blind(_self: SlackChannel, _place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
    return None


def mutate(name: str) -> None:
    """Break a promise on purpose."""
    if name == "blind_lookup":
        SlackChannel.find = _blind  # type: ignore[method-assign, assignment]
    elif name == "mark_first":
        honest = Outbox._send

        async def marked(self: Outbox, claim: Claim) -> None:
            await self._marker.sent(claim.notice, Posted(channel="", ts=""), "sent")
            await honest(self, claim)

        Outbox._send = marked  # type: ignore[method-assign]


def live(env: dict[str, str], log: str, points: str, deaths: Sequence[Death], mutant: str) -> None:
    """One life of the bot, in the calling process."""
    _settle_in(env, log)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # as the command line does: it tells of every late tick
    mutate(mutant)
    app.FORGET_SECONDS = int(env.get("FORGET_SECONDS", app.FORGET_SECONDS))
    asyncio.run(app.run(config.load(), Killer(Path(points), deaths)))
    sys.stdout.flush()


def import_suppliers(env: dict[str, str], log: str, points: str, deaths: Sequence[Death], file: str) -> None:
    """`vendor-review import FILE`, in the calling process."""
    _settle_in(env, log)
    killer = Killer(Path(points), deaths)
    content = Path(file).read_bytes()
    report, lines = asyncio.run(operating.import_suppliers(config.load(), content, dry_run=False, observer=killer))
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()
    if not report.ok:
        raise SystemExit(1)


def _settle_in(env: dict[str, str], log: str) -> None:
    """The settings and the log of a process of its own."""
    os.environ.clear()
    os.environ.update(env)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
