"""The tokens and what they may: auth.test, its scopes and its clock; the app token and its hello; or the HTTP way in."""

from __future__ import annotations

import errno
import re
import socket
from datetime import timedelta

from bot.channels.slack_inspect import Identity, SlackInspect, unreachable
from bot.doctor import scopes
from bot.doctor.base import Around, Line, Reading, line
from bot.services.ports import SendFailed

OFF, FAR = timedelta(seconds=60), timedelta(seconds=300)
"""Slack's own limit for a signed request's age is five minutes."""
_SECRET = re.compile(r"[0-9a-f]{32}")


async def examine(reading: Reading, slack: SlackInspect, around: Around) -> tuple[list[Line], Identity | None]:
    """The lines about tokens, and who we are where the bot token is good."""
    bot, identity = await _bot_token(reading, slack)
    way_in = [*await _app_token(reading, slack)] if reading.settings.mode == "socket" else _http(reading)
    return [bot, *way_in, *_scopes(identity), _slack_clock(identity, around)], identity


async def _bot_token(reading: Reading, slack: SlackInspect) -> tuple[Line, Identity | None]:
    if not reading.usable("slack_bot_token"):
        return line("bot_token", "unasked"), None
    try:
        identity = await slack.identity()
    except SendFailed as failed:
        return _failed("bot_token", failed), None
    shown = {"team": identity.team, "user": identity.user, "user_id": identity.user_id, "url": identity.url}
    return line("bot_token", "ok", **shown), identity


def _failed(check: str, failed: SendFailed) -> Line:
    return line(check, "unreachable" if unreachable(failed.error) else "refused", error=failed.error)


async def _app_token(reading: Reading, slack: SlackInspect) -> list[Line]:
    if not reading.usable("slack_app_token", "slack_signing_secret"):
        return [line("app_token", "unasked"), line("hello", "unasked")]
    try:
        url = await slack.socket_url(reading.settings.slack_app_token.get_secret_value())
    except SendFailed as failed:
        return [_failed("app_token", failed), line("hello", "unasked")]
    others = await slack.hello(url)
    hello = line("hello", "silent") if others is None else line("hello", "ok", others=others)
    return [line("app_token", "ok"), hello]


def _http(reading: Reading) -> list[Line]:
    if not reading.usable("slack_signing_secret"):
        return [line("signing", "unasked"), _port(reading)]
    secret = reading.settings.slack_signing_secret.get_secret_value()
    return [line("signing", "ok" if _SECRET.fullmatch(secret) else "odd"), _port(reading)]


def _port(reading: Reading) -> Line:
    """Whether the server could listen there; a port in use is most likely the bot itself."""
    host, port = reading.settings.http_host, reading.settings.http_port
    try:
        kind = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind[0], kind[1]) as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as asyncio's servers do
            trying.bind(kind[4])
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        return line("port", "taken" if taken else "refused", host=host, port=port, why=error.strerror or "?")
    return line("port", "free", host=host, port=port)


def _scopes(identity: Identity | None) -> list[Line]:
    if identity is None:
        return [line("scopes", "unasked")]
    if identity.scopes is None:
        return [line("scopes", "unreadable")]
    missing, more = scopes.missing(identity.scopes), scopes.more(identity.scopes)
    absent = scopes.optional(identity.scopes)
    return [
        line("scopes", "missing" if missing else "ok", scopes=", ".join(missing), count=len(scopes.SCOPES)),
        line("scopes_more", "more" if more else "none", scopes=", ".join(more)),
        line("scopes_optional", "absent" if absent else "added", scopes=", ".join(absent or scopes.OPTIONAL)),
    ]


def _slack_clock(identity: Identity | None, around: Around) -> Line:
    """Our clock against the header of Slack's answer, which counts whole seconds and has travelled a moment."""
    if identity is None or identity.date is None:
        return line("slack_clock", "unasked")
    apart = abs(around.now() - identity.date)
    outcome = "far" if apart > FAR else "off" if apart > OFF else "ok"
    return line("slack_clock", outcome, seconds=int(apart.total_seconds()))
