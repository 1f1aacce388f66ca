"""Who may begin and who the security team is: FIRST_ADMIN, and the group or channel that was chosen in the product."""

from __future__ import annotations

from bot.channels.slack_directory import SlackDirectory
from bot.doctor.base import Line, Reading, line
from bot.domain.people import PersonKind, Seen
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services.ports import SendFailed
from bot.services.team_channel import unfit
from storage.db import Database

PAID = frozenset({"plan_upgrade_required", "paid_teams_only"})
"""User groups are for paid plans (slack_platform §5)."""


async def examine(reading: Reading, directory: SlackDirectory | None, db: Database | None) -> list[Line]:
    """The lines about our own people. `directory` None: Slack cannot be asked; `db` None: nothing chosen can be read."""
    team = await _chosen(db) if db else None
    lines = await _team(team, directory) if db else [line("team", "unasked")]
    settled = any(each.check == "team" and each.outcome in {"ok", "few"} for each in lines)
    return [await _admin(reading, directory, settled=settled), *lines]


async def _chosen(db: Database) -> SecurityTeam | None:
    async with db.read() as tx:
        stored = await tx.get(Setting, SECURITY_TEAM)
    return SecurityTeam.model_validate(stored.value) if stored else None


async def _admin(reading: Reading, directory: SlackDirectory | None, *, settled: bool) -> Line:
    admin = reading.settings.first_admin
    if not reading.usable("first_admin"):
        return line("admin", "unasked")
    if not admin:
        return line("admin", "unneeded" if settled else "empty")
    if directory is None:
        return line("admin", "unasked")
    try:
        seen = await directory.person(admin)
    except SendFailed:
        return line("admin", "unasked")
    return line("admin", _fit(seen), id=admin, name=seen.name if seen else "")


def _fit(seen: Seen | None) -> str:
    """As the product asks it of an actor: an active employee."""
    if seen is None:
        return "unknown"
    if not seen.active:
        return "inactive"
    return {PersonKind.GUEST: "guest", PersonKind.EXTERNAL: "outside"}.get(seen.kind, "ok")


async def _team(team: SecurityTeam | None, directory: SlackDirectory | None) -> list[Line]:
    if team is None:
        return [line("team", "none")]
    if directory is None:
        return [line("team", "unasked")]
    if team.unsettled:
        return [line("team", "unsettled", source=team.source)]
    try:
        if team.is_channel and (why := unfit(await directory.channel(team.source))):
            return [line("team", "unfit", source=team.source, why=why)]
        ids = await directory.group(team.source)
        seen = [await directory.person(user) for user in ids]
    except SendFailed as failed:
        outcome = "plan" if failed.error in PAID else "unreadable"
        return [line("team", outcome, source=team.source, error=failed.error)]
    return _counted(team, [person for person in seen if person])


def _counted(team: SecurityTeam, people: list[Seen]) -> list[Line]:
    working = [p for p in people if _fit(p) == "ok"]
    outcome = "nobody" if not working else "few" if len(working) == 1 else "ok"
    idle = [p.name or p.slack_user_id for p in people if p not in working]
    return [
        line("team", outcome, source=team.source, count=len(working)),
        line("team_members", "idle" if idle else "ok", names=", ".join(idle)),
    ]
