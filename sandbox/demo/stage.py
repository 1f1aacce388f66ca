"""What all acts share: the local Slack, the plan, how far we are, and everything that did not go as a person expects.

An act that fails is written down and the others go on (how one acts is in `acting.py`). When the app is gone (no answer, no
reading of the clock), acting ends at once: everybody would only be shown the same error. To say more about a failure,
raise UnmetError with the sentence.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import aiohttp

from sandbox.client import CannotDo, LocalSlack, Person
from sandbox.demo.people import Someone
from sandbox.demo.plan import Plan

COMMAND = "/vendor-review"
AT_ONCE = 3
REST = 25.0
"""Seconds of real time within which the app must come to rest."""
_GONE = ("no_connection", "connection_lost")


class UnmetError(Exception):
    """Something that a person expected did not happen."""


@dataclass
class Stage:
    """One run. `said` is told each line of progress; `troubles` end up in the verdict."""

    slack: LocalSlack
    plan: Plan
    said: Callable[[str], None]
    step: Callable[[str], None]
    troubles: list[str] = field(default_factory=list)
    gone: bool = False

    def person(self, who: Someone) -> Person:
        """Somebody at their Slack."""
        return self.slack.person(who.id)

    def dice(self, *about: object) -> random.Random:
        """Chance that depends on the seed and on what it is for, never on the order of events."""
        return random.Random("-".join(map(str, (self.plan.cast.seed, *about))))  # noqa: S311 - a story, no secret

    async def act(self, what: str, doing: Awaitable[object]) -> bool:
        """Does it, and writes down what went wrong; True where all went well."""
        try:
            await doing
        except (UnmetError, CannotDo, TimeoutError, KeyError, aiohttp.ClientError) as error:
            self.trouble(what, error)
            return False
        return True

    def trouble(self, what: str, error: object) -> None:
        """Written down once the app is known to be gone only for the first time."""
        if self.gone:
            return
        self.troubles.append(f"{what}: {str(error) or type(error).__name__}")
        self.gone = any(sign in str(error) for sign in _GONE)

    async def together(self, acts: Iterable[tuple[str, Callable[[], Awaitable[object]]]]) -> None:
        """Several people at the same time, AT_ONCE of them; nobody begins once the app is gone."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(what: str, doing: Callable[[], Awaitable[object]]) -> None:
            async with room:
                if not self.gone:
                    await self.act(what, doing())

        await asyncio.gather(*(one(what, doing) for what, doing in acts))

    async def rest(self) -> None:
        """Waits until the app has nothing to do."""
        if self.gone:
            return
        try:
            await self.slack.settle(timeout=REST)
        except (TimeoutError, aiohttp.ClientError) as error:
            self.trouble("the app does not come to rest", error)
            self.gone = True

    async def command(self, who: Someone, text: str, channel: str | None = None) -> None:
        """Types the command; UnmetError where an error is shown."""
        done = await self.person(who).command(COMMAND, text, channel)
        if not done.ok:
            raise UnmetError(f"{COMMAND} {text}: {done.error_shown or 'not acknowledged'}")
