"""A look at Slack that failed in passing is repeated: a look changes nothing, so nothing can be done twice.

Only for a client that reads. In passing are a cut line, a time-out, a status of 500 and more, a body that cannot be read and
the errors of `slack_answers.IN_DOUBT`; the rest is Slack's last word. 429 is the SDK's own handler's.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator
from slack_sdk.http_retry.jitter import Jitter
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from bot.slack_answers import IN_DOUBT

TRIES = 3
"""Further tries; with their pauses they take up to about three seconds."""
PAUSE = 0.2
"""Seconds before the first of them; each further one waits twice as long."""


class _Spread(Jitter):
    """Half to one and a half times the pause: many who failed together do not come again together."""

    def recalculate(self, duration: float) -> float:
        """Seconds."""
        return duration * (0.5 + random.random())  # noqa: S311 - a pause, no secret


class ReadAgain(AsyncRetryHandler):
    """The SDK's retry handler for looks."""

    def __init__(self) -> None:
        super().__init__(TRIES, BackoffRetryIntervalCalculator(PAUSE, _Spread()))

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the SDK's interface
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if error is not None:
            # the SDK raises its own error here only for a body that it cannot read; a refusal is a response
            return isinstance(error, aiohttp.ClientError | TimeoutError | OSError | SlackApiError)
        return response is not None and _in_passing(response)


def _in_passing(response: HttpResponse) -> bool:
    body = response.body
    if response.status_code == 429:
        return False
    unreadable = response.status_code < 400 and not isinstance(body, Mapping)
    return response.status_code >= 500 or unreadable or (body or {}).get("error") in IN_DOUBT
