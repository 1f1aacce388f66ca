"""What the operator does at the command line with the database at hand: take suppliers in from a file, write the ledger out.

The bot may run meanwhile. To add a task: a function here that opens `office()`, and its command in `cli.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TextIO
from zoneinfo import ZoneInfo

import httpx

from bot.assembly import checklists, policy_of
from bot.clock import FollowedClock, SystemClock
from bot.config import Settings
from bot.domain.columns import AS_IS, Choices
from bot.domain.importing import ImportReport
from bot.domain.people import SYSTEM
from bot.domain.tier_views import names_of
from bot.services.desk import Desk
from bot.services.exporting import Exporting
from bot.services.importing import Importing
from bot.services.policies import policy, work_by
from bot.services.policy_changes import PolicyChanges
from bot.services.register_file import RegisterFile
from message_templates.catalogs import text
from message_templates.import_report import report_lines
from message_templates.policy_report import policy_lines
from storage.checklist_files import ChecklistError
from storage.db import Database
from storage.migrate import Unusable, upgrade
from storage.policy_file import PolicyError


class OperatingError(Exception):
    """What is needed cannot be used; the text is one line that names the setting."""


@dataclass(frozen=True)
class Office:
    """What a task at the command line works with."""

    importing: Importing
    exporting: Exporting
    register_file: RegisterFile
    policy_changes: PolicyChanges


def unwatched(_point: str) -> None:
    """The observer of production: nobody counts commits."""


@asynccontextmanager
async def office(settings: Settings, observer: Callable[[str], None] = unwatched) -> AsyncIterator[Office]:
    """The database of the settings, brought to the newest schema, and the company's clock. Raises OperatingError."""
    try:
        work_by(policy_of(settings, checklists(settings) if settings.policy_file else {}))
    except (ChecklistError, PolicyError, OSError) as error:
        raise OperatingError(f"POLICY_FILE: {error}") from error
    try:
        await asyncio.to_thread(upgrade, settings.database_url)
    except Unusable as error:
        raise OperatingError(f"DATABASE_URL cannot be used: {error}") from error
    db = Database(settings.database_url, sqlite_sync=settings.sqlite_sync, observer=observer)
    clock = FollowedClock(settings.clock_url) if settings.clock_url else SystemClock()
    try:
        await _look_at(clock)
        desk = Desk(db, clock, settings.first_admin)
        zone = ZoneInfo(settings.time_zone)
        yield Office(Importing(desk, zone), Exporting(desk, zone), RegisterFile(desk, zone), PolicyChanges(desk))
    finally:
        await clock.close()
        await db.close()


async def _look_at(clock: SystemClock) -> None:
    try:
        await clock.follow()
    except httpx.HTTPError as error:
        raise OperatingError(f"CLOCK_URL does not answer ({type(error).__name__})") from error


async def import_suppliers(
    settings: Settings,
    content: bytes,
    *,
    dry_run: bool,
    choices: Choices = AS_IS,
    every: bool = False,
    observer: Callable[[str], None] = unwatched,
) -> tuple[ImportReport, list[str]]:
    """Import a file, all of it or nothing; the report, and its lines for people (`every`: of all rows). Raises Refusal(BUSY)."""
    async with office(settings, observer) as at:
        report = await at.importing.import_suppliers(content, dry_run=dry_run, actor=SYSTEM, choices=choices)
    return report, report_lines(text("ja"), report, every=every)


async def import_register(
    settings: Settings, file: TextIO, observer: Callable[[str], None] = unwatched
) -> tuple[bool, str]:
    """Take the agency's file as the register form's look-up; whether all of it could be read, and what is said of it."""
    async with office(settings, observer) as at:
        taken = await at.register_file.take(file)
    t = text("ja")
    if taken.wrong_line:
        return False, t("register.file_wrong", line=taken.wrong_line, stored=taken.stored)
    return True, t("register.file_taken", stored=taken.stored, gone=taken.gone, older=taken.older)


async def export_ledger(settings: Settings, kind: str) -> bytes:
    """The ledger as `csv` (UTF-8 with a BOM) or `xlsx`."""
    async with office(settings) as at:
        return await at.exporting.ledger(kind)


async def change_policy(settings: Settings, *, apply: bool, observer: Callable[[str], None] = unwatched) -> list[str]:
    """What the policy in force changes, in lines for people; with `apply`, it is written down."""
    async with office(settings, observer) as at:
        moves = await (at.policy_changes.apply() if apply else at.policy_changes.look())
    return policy_lines(text("ja"), moves, names_of(policy()), applied=apply)
