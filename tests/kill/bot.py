"""The real bot, killed by SIGKILL at the n-th point.

A point is before or after a commit, before a request to post, or after Slack stored a post and before it is marked. Every
point that is passed is written to a file. Only the observer differs from production, and two deliberate faults that prove
that the proof finds something: `blind_lookup` never finds a post in doubt, `mark_first` marks a notice sent before it is
sent. None of this can be switched on in the product.

Each life is a process of its own, forked from a server that has the product imported already: a run of the proof starts
the bot twice, and importing takes longer than the whole scene.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from bot import app, config
from bot.channels.slack import SlackChannel
from bot.services.outbox import Claim, Outbox
from bot.services.ports import Posted


class Killer:
    """Counts points, writes them down, and dies at the chosen one: a number (0: never), or the first of a name."""

    def __init__(self, points: Path, kill_at: int | str) -> None:
        self._points = points
        self._kill_at = kill_at
        self._count = 0

    def __call__(self, point: str) -> None:
        self._count += 1
        with self._points.open("a", encoding="utf-8") as out:
            out.write(f"{point}\n")
        if self._kill_at in (self._count, point):
            os.kill(os.getpid(), signal.SIGKILL)


async def _blind(_self: SlackChannel, _place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
    return None


def mutate(name: str) -> None:
    """Break a promise on purpose."""
    if name == "blind_lookup":
        SlackChannel.find = _blind  # type: ignore[method-assign]
    elif name == "mark_first":
        honest = Outbox._send

        async def marked(self: Outbox, claim: Claim) -> None:
            await self._marker.sent(claim.notice, Posted(channel="", ts=""), "sent")
            await honest(self, claim)

        Outbox._send = marked  # type: ignore[method-assign]


def live(env: dict[str, str], log: str, points: str, kill_at: int | str, mutant: str) -> None:
    """One life of the bot, in the calling process."""
    os.environ.clear()
    os.environ.update(env)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    mutate(mutant)
    asyncio.run(app.run(config.load(), Killer(Path(points), kill_at)))
    sys.stdout.flush()
