"""What a call to Slack came to, in the words of `services/ports.py`: it failed, or nobody knows.

Every call of this package goes through `writing` (something may have been stored) or `reading` (nothing can have been).
The difference is what a cut line means: after a write it is doubt, after a read only "try again". To sort one more of
Slack's error names, add it to a set below; a name that stands in none is final (slack_platform §3.1, §3.2).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.services.ports import SendFailed, SendInDoubt
from bot.slack_answers import IN_DOUBT, error_name, retry_after, status

log = logging.getLogger(__name__)

T = TypeVar("T")

TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

OURS = frozenset(
    {
        *("not_authed", "invalid_auth", "token_expired", "token_revoked", "account_inactive", "missing_scope"),
        *("no_permission", "org_login_required", "ekm_access_denied", "team_added_to_org", "two_factor_setup_required"),
    }
)
"""About the installation, not about the message: it is tried again, so that mending the installation loses nothing."""

GONE = frozenset({"message_not_found", "thread_not_found"})
"""The message was deleted, by retention or by a person. That a reply to it is refused is not documented: it may be taken."""

WAIT = 5.0
"""Seconds before a call is tried again where Slack does not say."""
WAIT_FOR_PEOPLE = 60.0
"""The same where somebody has to mend the installation first."""


async def writing(call: Awaitable[T]) -> T:
    """The answer of a call that stores something. Raises SendFailed or SendInDoubt, never anything else."""
    try:
        return await call
    except Exception as error:
        raise sort(error) from error


async def reading(call: Awaitable[T]) -> T:
    """The answer of a call that changes nothing, or whose repetition changes nothing. Raises SendFailed only."""
    try:
        return await writing(call)
    except SendInDoubt as doubt:
        raise SendFailed(str(doubt), permanent=False, after=WAIT) from doubt


def sort(error: Exception) -> SendFailed | SendInDoubt:
    """What an exception of the SDK or of aiohttp means for the message that was to be sent."""
    if isinstance(error, SlackApiError):
        return _refused(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendFailed("not_connected", permanent=False, after=WAIT)  # no request has left
    if isinstance(error, TimeoutError):
        return SendInDoubt("timeout")
    if not isinstance(error, aiohttp.ClientError | OSError):
        log.error("a call to Slack failed in an unknown way", exc_info=error)
    return SendInDoubt(type(error).__name__)


def _refused(error: SlackApiError) -> SendFailed | SendInDoubt:
    """By Slack's error name, else by the HTTP status."""
    name, code = error_name(error), status(error)
    if code == 429 or name in TOO_MANY:
        asked = retry_after(getattr(error.response, "headers", {}))
        return SendFailed(name or "ratelimited", permanent=False, after=WAIT if asked is None else asked)
    if code >= 500 or name in IN_DOUBT or (not name and code < 400):
        return SendInDoubt(name or f"http_{code}")
    if not name or name in OURS:
        return SendFailed(name or f"http_{code}", permanent=False, after=WAIT_FOR_PEOPLE)
    return SendFailed(name, permanent=True, gone=name in GONE)
