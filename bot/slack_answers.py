"""What stands in Slack's answer to a call, read once for everybody who sorts errors: its name, its status, how long to wait.

A body that cannot be read makes the SDK hand on aiohttp's response in place of its own; both are read here. What an error
*means* is decided where it is met: `channels/errors.py` for messages, `handlers/slack/persistence.py` for windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

IN_DOUBT = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack may have done it before the error was raised; they say nothing about what was asked (slack_platform §3.1, [K:common])."""


def error_name(error: SlackApiError) -> str:
    """Slack's name of the error; '' where the body could not be read."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def status(error: SlackApiError) -> int:
    """The HTTP status, 0 where there is none."""
    response: Any = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds Slack asks to wait, None where it does not say; header names have no fixed case."""
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(found) if found.isdecimal() else None
