"""Load → decide → save → enqueue: the only place that opens a transaction.

`Services` is what handlers, the scheduler and the command line receive. To add a story: its module here, a field below,
and its construction in `bot/app.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.answering import Answering
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.submitting import Submitting


@dataclass(frozen=True)
class Services:
    """Every service of one process."""

    desk: Desk
    people: People
    answering: Answering
    submitting: Submitting
