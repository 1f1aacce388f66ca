"""response_url: what an interaction lets the app say back, at most 5 times within 30 min of real time.

Facts: slack_platform.md §2.2. An ephemeral can be edited or deleted only through it. To allow one more field, add it
to `FIELDS`; unknown fields are refused.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox import messages
from sandbox.blocks import filled
from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments, invalid_blocks
from sandbox.limits import check_message, second_opinion
from sandbox.web_api import chat
from sandbox.world import Json, Message

MAX_USES = 5
LIFETIME = 30 * 60.0
FIELDS = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
}


@dataclass
class _Url:
    user: str
    channel: str
    origin: Message | None
    issued: float
    uses: int = 0


class ResponseUrls:
    """All response_urls given out, by their last path segment; `now` is in seconds of real time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._urls: dict[str, _Url] = {}

    def issue(self, base_url: str, user: str, channel: str, origin: Message | None = None) -> str:
        """For something `user` did in `channel`; `origin` is the message whose button was pressed."""
        key = secrets.token_urlsafe(12)
        self._urls[key] = _Url(user, channel, origin, self.now())
        return f"{base_url}/response/{key}"

    def move(self, old: str, new: str) -> None:
        """A channel has another id; what was given out for it goes on."""
        for url in self._urls.values():
            url.channel = new if url.channel == old else url.channel

    def use(self, sandbox: Sandbox, key: str, body: Json) -> None:
        """Does what the app says; SlackError used_url, expired_url, invalid_arguments, invalid_blocks …"""
        url = self._urls.get(key)
        if url is None or url.uses >= MAX_USES:
            raise SlackError("used_url")
        if self.now() - url.issued > LIFETIME:
            raise SlackError("expired_url")
        _check(body)
        _still_there(sandbox, url, body)
        url.uses += 1
        if body.get("delete_original"):
            _delete(sandbox, url)
        elif body.get("replace_original") and url.origin is not None:
            _replace(sandbox, url.origin, body)
        else:
            say(sandbox, body, user=url.user, channel=url.channel, thread_ts=str(body.get("thread_ts", "")))


def say(sandbox: Sandbox, body: Json, *, user: str, channel: str, thread_ts: str = "") -> None:
    """Shows `user` an ephemeral, or posts to all with response_type in_channel; body is checked already."""
    where = sandbox.world.channels[channel]
    text, blocks = str(body.get("text", "")), filled(body.get("blocks") or [])
    message = chat.from_app(sandbox, where, text, blocks, thread_ts)
    if body.get("response_type", "ephemeral") == "in_channel":
        messages.store(sandbox, message)
        chat.tell(sandbox, where, messages.as_json(sandbox, message))
    else:
        message.only_for = user
        messages.show_only(sandbox, message)


def check_content(body: Json) -> None:
    """Text or blocks, and blocks within the limits; SlackError no_text or invalid_blocks."""
    blocks = body.get("blocks") or []
    errors = (check_message(blocks) or second_opinion.check_message(blocks)) if blocks else []
    if errors:
        raise invalid_blocks(errors)
    if not blocks and not body.get("text"):
        raise SlackError("no_text")
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise invalid_arguments(f"response_type {body['response_type']!r}")


def _check(body: Any) -> None:
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    unknown = sorted(body.keys() - FIELDS)
    if unknown:
        raise invalid_arguments(f"unknown field {', '.join(unknown)}")
    if not body.get("delete_original"):
        check_content(body)


def _still_there(sandbox: Sandbox, url: _Url, body: Json) -> None:
    """The channel, and the message that is to be replaced or deleted, may be gone by now (error names: mem)."""
    channel = sandbox.world.channels.get(url.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    touched = body.get("delete_original") or body.get("replace_original")
    if touched and url.origin and not url.origin.only_for and url.origin not in channel.messages:
        raise SlackError("message_not_found")


def _delete(sandbox: Sandbox, url: _Url) -> None:
    if url.origin is None:
        raise invalid_arguments("a command has no original message to delete")
    if url.origin.only_for:
        world = sandbox.world
        world.ephemerals[:] = [m for m in world.ephemerals if m is not url.origin]
        sandbox.record.write("deleted", channel=url.channel, ts=url.origin.ts)
    else:
        messages.remove(sandbox, url.origin)


def _replace(sandbox: Sandbox, origin: Message, body: Json) -> None:
    origin.text, origin.blocks = str(body.get("text", "")), filled(body.get("blocks") or [])
    if origin.only_for:
        messages.show_only(sandbox, origin, replaces=origin.ts)
        return
    origin.edited = origin.edited or not origin.blocks  # as chat.update
    messages.changed(sandbox, origin)
