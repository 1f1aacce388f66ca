"""The bot, killed while suppliers answer: `python -m tests.journeys.bot_that_dies run`. For the tests of the demo's verdict."""

from __future__ import annotations

import os
import signal
from typing import Any

from bot.cli import main
from bot.services.answering import Answering

CHOICES = 30
"""So many answers are kept; at the next one the process is gone before it has acknowledged anything."""

choose = Answering.choose
made = 0


async def choose_or_die(self: Answering, *args: Any) -> Any:
    """As it is, so many times."""
    global made
    made += 1
    if made > CHOICES:
        os.kill(os.getpid(), signal.SIGKILL)
    return await choose(self, *args)


if __name__ == "__main__":
    Answering.choose = choose_or_die  # type: ignore[method-assign]
    main()
