"""The settings: every fault at once, and choices that are allowed but dangerous. Reads nothing but environment and `.env`.

The rest of the look goes on with stand-ins for what is wrong, so that one missing token does not hide all other faults.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.config import Settings
from bot.doctor.base import Around, Line, Reading, line

STAND_INS: dict[str, Any] = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-", "slack_signing_secret": ""}
ROUNDS = 5
"""Passes over the settings; each finds what the faults of the one before hid."""


def read() -> Reading:
    """The settings, with what is wrong in them. Never raises for anything a person may write there."""
    try:
        return _read({})
    except (OSError, UnicodeDecodeError) as error:
        found = _read({"_env_file": None})
        return Reading(found.settings, {**found.faults, ".env": type(error).__name__})


def _read(overrides: dict[str, Any]) -> Reading:
    faults: dict[str, str] = {}
    for _ in range(ROUNDS):
        try:
            return Reading(Settings(**overrides), faults)
        except ValidationError as error:
            for found in error.errors():
                _stand_in(dict(found), overrides, faults)
    raise AssertionError(f"no stand-in helps: {sorted(faults)}")


def _stand_in(error: dict[str, Any], overrides: dict[str, Any], faults: dict[str, str]) -> None:
    """Note a fault and put something usable in its place. A fault of no field is the clock's, the only such rule."""
    name = str(error["loc"][0]) if error["loc"] else "clock_url"
    missing = error["type"] == "missing"
    what = "missing" if missing else str(error["msg"]).removeprefix("Value error, ")
    if name in overrides:  # a signing secret's stand-in is none at all: then the app token's has to do
        overrides["slack_app_token"] = STAND_INS["slack_app_token"]
        faults.setdefault("slack_app_token", what)
        return
    faults[name] = what
    overrides[name] = STAND_INS.get(name, Settings.model_fields[name].default)


def examine(reading: Reading, around: Around) -> list[Line]:
    """The lines about settings."""
    return [
        *_faults(reading),
        _mode(reading),
        _api(reading),
        _clock(reading),
        _zone(reading, around),
        _company(reading),
    ]


def _faults(reading: Reading) -> list[Line]:
    lines = []
    for name, what in reading.faults.items():
        both = name == "slack_signing_secret" and "SLACK_APP_TOKEN" in what
        if both:
            lines.append(line("settings", "two_ways" if "both" in what else "no_way"))
        elif name == "slack_app_token" and "slack_signing_secret" in reading.faults:
            continue  # the other half of the same fault
        elif name == ".env":
            lines.append(line("settings", "unreadable", what=what))
        elif what == "missing":
            lines.append(line("settings", "missing", name=name.upper()))
        else:
            lines.append(line("settings", "malformed", name=name.upper(), what=what))
    return lines or [line("settings", "complete")]


def _mode(reading: Reading) -> Line:
    if not reading.usable("slack_app_token", "slack_signing_secret"):
        return line("mode", "unasked")
    settings = reading.settings
    if settings.mode == "socket":
        return line("mode", "socket", connections=settings.socket_connections)
    return line("mode", "http", host=settings.http_host, port=settings.http_port)


def _api(reading: Reading) -> Line:
    host = urlsplit(reading.settings.slack_api_url).hostname or ""
    real = any(host == name or host.endswith("." + name) for name in ("slack.com", "slack-gov.com"))
    return line("api", "slack" if real else "local", host=host)


def _clock(reading: Reading) -> Line:
    return line("business_clock", "followed" if reading.settings.clock_url else "machine")


def _zone(reading: Reading, around: Around) -> Line:
    """TIME_ZONE against the machine's zone: not the names, but how far each is from UTC now."""
    name = reading.settings.time_zone
    if not reading.usable("time_zone"):
        return line("zone", "unasked")
    ours = around.now().astimezone(ZoneInfo(name)).utcoffset() or timedelta()
    outcome = "same" if ours == around.offset() else "other"
    return line("zone", outcome, zone=name, ours=_hours(ours), machine=_hours(around.offset()))


def _hours(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _company(reading: Reading) -> Line:
    name = reading.settings.company_name
    return line("company", "named" if name.strip() else "workspace", name=name)
