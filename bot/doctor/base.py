"""What a look comes to: lines. A line is a check with one of its outcomes; the outcome decides the mark.

CHECKS is the whole list of what `doctor` can say. Words: `doctor.check.<check>` (what was looked at),
`doctor.found.<check>.<outcome>`, and for `!` and `✗` `doctor.do.<check>.<outcome>` (one concrete step). To add an outcome:
its row here, its words in both catalogs (a test compares them), and a case in tests/operating/test_doctor_cases.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from shutil import disk_usage

from bot.config import Settings


class Mark(StrEnum):
    """✓ as it should be · ! works, but think of it · ✗ must be mended."""

    GOOD = "✓"
    HINT = "!"
    BAD = "✗"


def _table(good: str = "", hint: str = "", bad: str = "") -> dict[str, Mark]:
    marks = ((good, Mark.GOOD), (hint, Mark.HINT), (bad, Mark.BAD))
    return {outcome: mark for words, mark in marks for outcome in words.split()}


CHECKS: dict[str, dict[str, Mark]] = {
    # settings
    "settings": _table("complete", bad="missing malformed no_way two_ways unreadable"),
    "mode": _table("socket http", hint="unasked"),
    "api": _table("slack", hint="local"),
    "business_clock": _table("machine", hint="followed"),
    "zone": _table("same", hint="other unasked"),
    "company": _table("named", hint="workspace"),
    # tokens and what they may
    "bot_token": _table("ok", hint="unasked", bad="refused unreachable"),
    "app_token": _table("ok", hint="unasked", bad="refused unreachable"),
    "hello": _table("ok", hint="unasked", bad="silent"),
    "signing": _table("ok", hint="odd unasked"),
    "port": _table("free", hint="taken", bad="refused"),
    "url": _table("ok", hint="plain", bad="open wrong unreachable"),
    "scopes": _table("ok", hint="unasked unreadable", bad="missing"),
    "scopes_more": _table("none", hint="more"),
    "scopes_optional": _table("added absent"),
    "slack_clock": _table("ok", hint="off unasked", bad="far"),
    # people
    "admin": _table("ok unneeded", hint="unasked", bad="empty unknown inactive guest outside"),
    "team": _table("ok", hint="none few unsettled unasked", bad="nobody plan unreadable unfit"),
    "team_members": _table("ok", hint="idle"),
    # what comes in, and what can be looked up
    "events": _table("seen", hint="none unasked"),
    "history": _table("ok none", hint="unasked", bad="refused"),
    "history_dm": _table("ok none", hint="unasked", bad="refused"),
    "terms": _table("internal unknown", hint="limited"),
    # what is kept
    "database": _table("ok", hint="new", bad="unusable"),
    "db_write": _table("ok", bad="refused"),
    "revision": _table("newest", hint="older empty", bad="strange"),
    "sync": _table("full", hint="normal"),
    "wal": _table("on", hint="off"),
    "db_space": _table("ok", hint="low", bad="full"),
    "server": _table("ok", hint="old", bad="encoding"),
    "evidence": _table("ok", hint="new", bad="refused"),
    "evidence_space": _table("ok", hint="low", bad="full"),
    "checklists": _table("ok", bad="broken none"),
    "policy": _table("ok", bad="broken"),
    "holidays": _table("ok", hint="missing"),
    # the look itself
    "doctor": _table(bad="failed"),
    # one channel
    "channel": _table("found", hint="unasked", bad="unseen outside"),
    "channel_state": _table("live", bad="archived frozen"),
    "channel_host": _table("ours", hint="theirs"),
    "channel_companies": _table("one guests", hint="none several"),
    "channel_pending": _table("none", hint="some"),
    "channel_link": _table("verified", hint="none unasked", bad="suspended"),
    "channel_changes": _table("none", bad="company_new company_left guest_new nobody_left channel_gone"),
    "channel_crowd": _table(hint="cut"),
    "person": _table(
        "may may_soon employee bot listed",
        hint="unlinked suspended inactive guest_new company_new refused",
    ),
    "post_only": _table("nobody", hint="unknown"),
}


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `params` fill the places of its sentences."""

    check: str
    outcome: str
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def mark(self) -> Mark:
        """✓, ! or ✗."""
        return CHECKS[self.check][self.outcome]


def line(check: str, outcome: str, **params: str | int) -> Line:
    """A line; KeyError for an outcome that the table does not know."""
    found = Line(check, outcome, params)
    _ = found.mark
    return found


def _machine_offset() -> timedelta:
    return datetime.now().astimezone().utcoffset() or timedelta()


@dataclass(frozen=True)
class Around:
    """The machine: its clock (aware, UTC), its distance from UTC, and the free bytes of a folder's disk."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    offset: Callable[[], timedelta] = _machine_offset
    free: Callable[[Path], int] = lambda path: disk_usage(path).free


@dataclass(frozen=True)
class Reading:
    """The settings as far as they can be used. `faults`: field → what is wrong; a stand-in took the place of each."""

    settings: Settings
    faults: dict[str, str]

    def usable(self, *fields: str) -> bool:
        """Whether none of these settings is wrong."""
        return not self.faults.keys() & set(fields)


LOW, FULL = 1024**3, 100 * 1024**2
"""Bytes of free disk below which `!` and `✗` are said."""


def space(check: str, folder: Path, around: Around) -> Line:
    """How much room a folder has."""
    free = around.free(folder)
    outcome = "full" if free < FULL else "low" if free < LOW else "ok"
    return line(check, outcome, folder=str(folder), free=free // 1024**2)
