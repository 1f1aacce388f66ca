"""What Slack's HTTP requests look like: bodies, and the headers that prove where they come from. Pure.

Commands are forms of flat fields, interactions a form with one field `payload`, events JSON. The signature is v0:
HMAC-SHA256 of "v0:<timestamp>:<body>" with the signing secret, in hex. Facts: slack_platform.md §4; the documentation's
page "Verifying requests from Slack". `tests/sandbox/test_http_delivery.py` holds it against slack_sdk's SignatureVerifier.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from sandbox.delivery import Kind, Retry
from sandbox.world import Json

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


def body_of(kind: Kind, payload: Json) -> tuple[str, bytes]:
    """(Content-Type, body)."""
    if kind == "slash_commands":
        return FORM, urlencode(payload).encode()
    text = json.dumps(payload, ensure_ascii=False)
    return (JSON, text.encode()) if kind == "events_api" else (FORM, urlencode({"payload": text}).encode())


def signature(secret: str, timestamp: int, body: bytes) -> str:
    base = b"v0:%d:%b" % (timestamp, body)
    return f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"


def headers(secret: str, timestamp: int, content_type: str, body: bytes, retry: Retry | None) -> dict[str, str]:
    """All that one request carries; the retry headers only from the first retry on."""
    plain = {
        "Content-Type": content_type,
        "Accept": "application/json,*/*",
        "User-Agent": _AGENT,
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature(secret, timestamp, body),
    }
    if retry and retry.attempt:
        plain |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
    return plain


def acknowledgement(kind: Kind, content_type: str, text: str) -> Any:
    """What the body of a 200 says: None for nothing. ValueError for JSON that is none.

    A command may be answered in plain text, which is a message. Elsewhere a text is no answer and stays a string, of
    which `live.py` makes a `bad_ack`. The body after an event says nothing.
    """
    if kind == "events_api" or not text.strip():
        return None
    if content_type == JSON:
        return json.loads(text)
    return {"text": text} if kind == "slash_commands" else text
