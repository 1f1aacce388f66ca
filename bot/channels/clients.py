"""The two clients of Slack's Web API. Which calls may be repeated by the SDK is decided here and nowhere else.

Both share one aiohttp session where one is given: a session per call costs half the throughput (limits.md §4).
"""

from __future__ import annotations

from aiohttp import ClientSession
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.read_again import ReadAgain


def posting_client(token: str, base_url: str, session: ClientSession | None = None) -> AsyncWebClient:
    """For everything that changes something: never repeated by the SDK, whose retry can post twice (slack_platform §3.1)."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


def reading_client(token: str, base_url: str, session: ClientSession | None = None) -> AsyncWebClient:
    """For looking things up after an acknowledgement: repeated where it fails in passing, waits where Slack asks it to."""
    handlers = [ReadAgain(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=handlers)
