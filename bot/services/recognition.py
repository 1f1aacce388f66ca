"""After a start, the cache of people and memberships is believed only where Slack was asked since.

While the process was away, people left the security team or a supplier's channel, and nobody told it. So until the first sweep
has ended a press waits a moment for it; where that takes long (hundreds of people), whoever presses is asked about alone, and
until Slack has answered they are refused as unknown: they are told to press again in a few seconds. A press never fails on
Slack's silence here, and never does more than Slack would grant it now.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextvars import Context

from bot.domain.people import Who
from bot.services.people import People

log = logging.getLogger(__name__)

SWEEP_WAIT = 0.5
"""Seconds a press waits for the first sweep, and again for its own person: an acknowledgement has 3 s."""


class Recognition:
    """One per process; `Desk` asks it before each press."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._confirmed: set[str] = set()
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def of(self, who: Who) -> bool:
        """Whether what the cache says of this person may be believed."""
        if self._people.swept.is_set() or who.slack_user_id in self._confirmed:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._people.swept.wait(), SWEEP_WAIT)
            return True
        await asyncio.wait({self._ask(who.slack_user_id)}, timeout=SWEEP_WAIT)
        return who.slack_user_id in self._confirmed

    async def finish(self) -> None:
        """Wait for what is being asked."""
        if self._asking:
            await asyncio.wait(self._asking.values())

    def _ask(self, user: str) -> asyncio.Task[None]:
        """One question at a time for each person, however often they press; it goes on when the press has been refused."""
        if user not in self._asking:
            task = asyncio.create_task(self._confirm(user), context=Context())  # without the press's own deadline
            self._asking[user] = task
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        return self._asking[user]

    async def _confirm(self, user: str) -> None:
        try:
            if await self._people.confirm(user):
                self._confirmed.add(user)
        except Exception as error:  # noqa: BLE001 - Slack or the database; the person is refused, and presses again
            log.warning("somebody could not be looked up (%s)", type(error).__name__)
