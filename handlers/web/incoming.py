"""Reads one HTTP request that says it is from Slack, strictly: what is not beyond doubt is `RefusedError`.

The order matters: what costs nothing first, then the body with a limit and in time, then the signature over its bytes, and
only then is anything in it looked at. Reasons are words of ours; nothing of a request is ever in them. To refuse one more
thing: a check here or in `payload_text.py`, and a request in `tests/handlers/test_http_refused.py`.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from aiohttp import hdrs, web
from slack_sdk.signature import SignatureVerifier

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Limits:
    """What a request may cost. Slack's views are 250 kB at most (facts §2.1), percent-encoded about three times that."""

    body: int = 1024 * 1024
    body_seconds: float = 5.0
    idle_seconds: float = 30.0
    """Real time for a connection to send a request's head, from its opening or from its last answer."""


class RefusedError(Exception):
    """A request that is not taken: the status to answer with, and why, in a few words without anything of its content."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class Body:
    """A body whose signature is right: its text, and whether it is a form (otherwise JSON)."""

    text: str
    form: bool


async def read(request: web.Request, verifier: SignatureVerifier, limits: Limits) -> Body:
    """The signed body of a request. Raises RefusedError."""
    if request.method != hdrs.METH_POST:
        raise RefusedError(405, "not a POST")
    if request.content_type not in {JSON, FORM} or (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        raise RefusedError(415, "a type of body that Slack does not send")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise RefusedError(415, "a compressed body")
    if (request.content_length or 0) > limits.body:
        raise RefusedError(413, "a body over the limit")
    signature, timestamp = _signed(request)
    raw = await _whole(request, limits)
    return Body(_verified(raw, signature, timestamp, verifier), request.content_type == FORM)


def _signed(request: web.Request) -> tuple[str, str]:
    signatures, timestamps = request.headers.getall(SIGNATURE, []), request.headers.getall(TIMESTAMP, [])
    if len(signatures) != 1 or len(timestamps) != 1:
        raise RefusedError(401, "no signature, or more than one")
    if not _SIGNATURE.fullmatch(signatures[0]) or not _TIMESTAMP.fullmatch(timestamps[0]):
        raise RefusedError(401, "a signature or time in no known form")
    return signatures[0], timestamps[0]


async def _whole(request: web.Request, limits: Limits) -> bytes:
    """The body, read up to the limit and no longer than the time for it."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.content.iter_any():
                size += len(part)
                if size > limits.body:
                    raise RefusedError(413, "a body over the limit")
                parts.append(part)
    except TimeoutError:
        raise RefusedError(408, "a body that came too slowly") from None
    except web.RequestPayloadError:
        raise RefusedError(400, "a body that is not whole") from None
    return b"".join(parts)


def _verified(raw: bytes, signature: str, timestamp: str, verifier: SignatureVerifier) -> str:
    """The text. The SDK compares in constant time, and takes timestamps within five minutes of real time."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "not UTF-8") from None
    if not verifier.is_valid(raw, timestamp, signature):
        raise RefusedError(401, "a wrong signature or an old one")
    return text
