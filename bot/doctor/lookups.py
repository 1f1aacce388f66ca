"""What comes in (events), and whether a send in doubt can be looked up afterwards (history), where it would be looked for."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.slack_inspect import SAMPLE, SlackInspect
from bot.doctor.base import Line, Reading, line
from bot.doctor.scopes import SCOPES
from bot.services.ports import SendFailed
from storage import inspecting, ledger
from storage.db import Database

MOST = 30
"""Channels that are tried: Slack lets about fifty a minute be asked for."""


async def examine(reading: Reading, slack: SlackInspect | None, db: Database | None, only: str) -> list[Line]:
    """The lines about events and history; `only`: of the linked channels look into this one alone ('' all)."""
    if db is None:
        return [line(check, "unasked") for check in ("events", "history", "history_dm")]
    async with db.read() as tx:
        events = await inspecting.last_events(tx, _kinds())
        channels = await ledger.linked_channels(tx)
        dm = await inspecting.some_dm(tx)
    shown = _events(events, ZoneInfo(reading.settings.time_zone))
    if slack is None:
        return [shown, line("history", "unasked"), line("history_dm", "unasked")]
    wanted = sorted(channel for channel in channels if only in {"", channel})
    return [shown, *await _history(slack, wanted, dm)]


def _kinds() -> set[str]:
    """The kinds of the subscriptions, as the inbox names them: `message` for `message.channels`."""
    return {event.partition(".")[0] for need in SCOPES.values() for event in need.events}


def _events(found: dict[str, datetime], zone: ZoneInfo) -> Line:
    """Only what came in is known: a bot token cannot read the subscriptions."""
    newest = sorted(found.items(), key=lambda item: item[1], reverse=True)
    kinds = ", ".join(f"{kind} {at.astimezone(zone):%Y-%m-%d %H:%M}" for kind, at in newest)
    return line("events", "seen" if found else "none", kinds=kinds)


async def _history(slack: SlackInspect, channels: list[str], dm: str) -> list[Line]:
    refused, sizes = [], []
    for channel in channels[:MOST]:
        try:
            sizes.append(await slack.history(channel))
        except SendFailed as failed:
            refused.append(f"{channel} ({failed.error})")
    rooms = line("history", "none")
    if channels:
        tried, all_ = len(channels[:MOST]), len(channels)
        rooms = line("history", "refused" if refused else "ok", channels=", ".join(refused), tried=tried, all=all_)
    direct = line("history_dm", "none")
    if dm:
        try:
            sizes.append(await slack.history(dm))
            direct = line("history_dm", "ok")
        except SendFailed as failed:
            direct = line("history_dm", "refused", error=failed.error)
    return [rooms, direct, _terms(sizes)]


def _terms(sizes: list[tuple[int, bool]]) -> Line:
    """Apps that are distributed commercially outside the Marketplace get 15 messages a call (slack_platform §3)."""
    if any(came < SAMPLE and more for came, more in sizes):
        return line("terms", "limited")
    return line("terms", "internal" if any(came >= SAMPLE for came, _ in sizes) else "unknown")
