"""A call to Slack after the acknowledgement, again where its answer was lost: a person is waiting for what it shows.

Only for calls whose repetition shows the same (a view, a note to one person), never for messages: those are the outbox's.
A line that was cut, a status of 500 and more, a body that cannot be read, `internal_error` and 429 pass; everything else
is Slack's last word. To call it so that Slack's own word on a second try counts as success, look at the error that is raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

T = TypeVar("T")

PASSING = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "ratelimited"})
"""Errors that say nothing about what was asked (slack_platform §3.1, [K:common])."""

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
    name, status = error_name(error), _status(error)
    return name in PASSING or status == 429 or status >= 500 or (not name and status < 400)


def already(error: Exception) -> bool:
    """Whether Slack says that the trigger was used: on a second try it means that the first one went through."""
    return isinstance(error, SlackApiError) and error_name(error) == "exchanged_trigger_id"


def error_name(error: SlackApiError) -> str:
    """Slack's name of the error; '' where the body could not be read (the SDK then hands on aiohttp's response)."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _status(error: SlackApiError) -> int:
    response: Any = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def _asked_to_wait(error: Exception, most: float) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(float(found), most) if str(found).isdecimal() else 0.0
