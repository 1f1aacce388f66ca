"""A call to Slack after the acknowledgement, again where its answer was lost: a person is waiting for what it shows.

Only for calls whose repetition shows the same (a view, a note to one person), never for messages: those are the outbox's.
A line that was cut, a status of 500 and more, a body that cannot be read, `internal_error` and 429 pass; everything else
is Slack's last word. To call it so that Slack's own word on a second try counts as success, look at the error that is raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack_answers import IN_DOUBT, error_name, retry_after, status

T = TypeVar("T")

PASSING = IN_DOUBT | {"ratelimited"}
"""Errors that say nothing about what was asked."""

IN_A_TRIGGER = (0.1, 0.3, 0.8)
"""Seconds before each further try of what needs a trigger, which lives 3 s (§2.2)."""
IN_A_MODAL = (0.2, 0.6, 1.5, 3.0)
"""The same for a modal that is open: somebody looks at it."""


async def again(call: Callable[[], Awaitable[T]], waits: Sequence[float]) -> T:
    """The answer of the first try that has one. Raises what the last try raised, or what no repetition would mend."""
    for wait in waits:
        try:
            return await call()
        except Exception as error:
            if not passing(error):
                raise
            await asyncio.sleep(max(wait, _asked_to_wait(error, most=wait * 4)))
    return await call()


def passing(error: Exception) -> bool:
    """Whether the same call may end otherwise a moment later."""
    if not isinstance(error, SlackApiError):
        return isinstance(error, aiohttp.ClientError | TimeoutError | OSError)
    name, code = error_name(error), status(error)
    return name in PASSING or code == 429 or code >= 500 or (not name and code < 400)


def already(error: Exception) -> bool:
    """Whether Slack says that the trigger was used: on a second try it means that the first one went through."""
    return isinstance(error, SlackApiError) and error_name(error) == "exchanged_trigger_id"


def _asked_to_wait(error: Exception, most: float) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return min(retry_after(headers) or 0.0, most)
