"""What the company's own files and settings say: checklists, policy, hours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Settings
from bot.domain.checklist import Checklist
from bot.domain.policy import Policy
from bot.domain.reminders import Hours, Quiet
from bot.services.calendars import company_calendar
from storage.checklist_files import FOLDER, load_all
from storage.policy_file import load_policy, shipped


def checklists(settings: Settings) -> dict[str, Checklist]:
    """The checklists of the folder in the settings, or the ones that ship. Raises ChecklistError with line and column."""
    return load_all(Path(settings.checklist_dir) if settings.checklist_dir else FOLDER)


def policy_of(settings: Settings, known: Mapping[str, Checklist] | None) -> Policy:
    """The company's policy, or the one that ships. Raises PolicyError with line and column.

    What ships names the checklists that ship; a company with others of its own has a policy of its own, which is held against
    them (`known` None: they cannot be read).
    """
    return load_policy(Path(settings.policy_file), known) if settings.policy_file else shipped()


def hours_of(settings: Settings) -> Hours:
    """When the company works."""
    start, _, end = settings.quiet_hours.partition("-")
    zone = ZoneInfo(settings.time_zone)
    return Hours(zone, company_calendar(zone), Quiet(int(start), int(end)))
