"""The url_verification handshake: Slack posts a challenge to a Request URL and wants it back. Pure.

It may come back as plain text, in a form or in JSON, with status 200 [EV, "Request URL verification"].
"""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import parse_qs

from sandbox.payloads import VERIFICATION_TOKEN
from sandbox.world import Json


def challenge(text: str) -> Json:
    """What is posted; `text` must be nothing that can be guessed."""
    return {"token": VERIFICATION_TOKEN, "challenge": text, "type": "url_verification"}


def answers_challenge(wanted: str, status: int, content_type: str, text: str) -> str:
    """ "" when the response passes, else why not."""
    if status != HTTPStatus.OK:
        return f"HTTP {status} instead of 200"
    if _returned(content_type, text) != wanted:
        return "the response does not carry the challenge"
    return ""


def _returned(content_type: str, text: str) -> object:
    if content_type == "application/json":
        try:
            answer = json.loads(text)
        except ValueError:
            return None
        return answer.get("challenge") if isinstance(answer, dict) else None
    if content_type == "application/x-www-form-urlencoded":
        return parse_qs(text).get("challenge", [""])[0]
    return text.strip()
