"""HTTP mode from outside (`--url`): our own url_verification, signed as Slack signs it, and one with a wrong signature.

Nothing of it reaches the product's services: Bolt answers both by itself. Facts: slack_platform §4, §5.
"""

from __future__ import annotations

import json
import secrets
import time
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.doctor.base import Line, Reading, line

PATH = "/slack/events"
SECONDS = 3.0
"""Slack waits no longer."""


async def examine(url: str, reading: Reading, session: aiohttp.ClientSession) -> list[Line]:
    """One line about the public address. Without a path, Slack's is meant."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return [line("url", "wrong", url=url, status="-")]
    target = url if parts.path.strip("/") else f"{url.rstrip('/')}{PATH}"
    secret = reading.settings.slack_signing_secret.get_secret_value()
    challenge = secrets.token_hex(16)
    try:
        status, answer = await _verify(session, target, secret, challenge)
        _, strange = await _verify(session, target, secrets.token_hex(16), challenge)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [line("url", "unreachable", url=target, why=type(error).__name__)]
    if challenge in strange:
        return [line("url", "open", url=target)]
    if status != 200 or challenge not in answer:
        return [line("url", "wrong", url=target, status=status)]
    return [line("url", outcome(parts.scheme), url=target)]


def outcome(scheme: str) -> str:
    """Of an address that answered as it should: Slack sends to https only."""
    return "ok" if scheme == "https" else "plain"


async def _verify(session: aiohttp.ClientSession, url: str, secret: str, challenge: str) -> tuple[int, str]:
    """Status and beginning of the answer to a url_verification with this signature. Redirects are not followed."""
    body = json.dumps({"type": "url_verification", "token": "", "challenge": challenge})
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or "",
    }
    waiting = aiohttp.ClientTimeout(total=SECONDS)
    async with session.post(url, data=body, headers=headers, timeout=waiting, allow_redirects=False) as answer:
        return answer.status, (await answer.content.read(10_000)).decode(errors="replace")
