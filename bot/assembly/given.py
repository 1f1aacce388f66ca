"""What services are made of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.business_days import Calendar
from bot.domain.reminders import Hours
from bot.services.desk import Desk
from bot.services.ports import Directory, Inviter


@dataclass(frozen=True)
class Given:
    """What services are made of."""

    desk: Desk
    directory: Directory
    inviter: Inviter
    hours: Hours
    calendar: Calendar
