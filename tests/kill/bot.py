"""The real bot, killed by SIGKILL at the n-th point: `KILL_AT=n python -m tests.kill.bot run`.

A point is before or after a commit, before a request to post, or after Slack stored a post and before it is marked. Every
point that is passed is written to POINTS_FILE. Only the observer differs from production, and two deliberate faults that
prove that the proof finds something: MUTANT=blind_lookup never finds a post in doubt, MUTANT=mark_first marks a notice
sent before it is sent. None of this can be switched on in the product.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import datetime
from pathlib import Path

from bot import app, config
from bot.channels.slack import SlackChannel
from bot.services.outbox import Claim, Outbox
from bot.services.ports import Posted

KILL_AT = int(os.environ.get("KILL_AT", "0"))
POINTS = Path(os.environ["POINTS_FILE"])
_count = 0


def observer(point: str) -> None:
    """Count a point; die at the chosen one."""
    global _count
    _count += 1
    with POINTS.open("a", encoding="utf-8") as out:
        out.write(f"{point}\n")
    if _count == KILL_AT:
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
            await self._mark(claim.notice, Posted(channel="", ts=""), "sent")
            await honest(self, claim)

        Outbox._send = marked  # type: ignore[method-assign]


if __name__ == "__main__":
    mutate(os.environ.get("MUTANT", ""))
    asyncio.run(app.run(config.load(), observer))
