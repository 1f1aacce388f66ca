"""The security team's private channel, watched: what is told there names suppliers, so no outsider may ever read it.

Looked at when it is chosen (`team.py`), with every sweep, and when a company comes into it. While it is unfit, the team is
told in DMs instead: new notices go there at once, waiting ones are told anew (`telling/base.py`).
"""

from __future__ import annotations

from bot.domain.people import SYSTEM
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services.again import again
from bot.services.ports import ChannelFacts, Clock, Directory
from storage.db import Database


def unfit(facts: ChannelFacts | None) -> str:
    """Why a channel cannot be the team's: gone, public, shared; '' where it can."""
    if facts is None or facts.archived:
        return "gone"
    if not facts.private:
        return "public"
    return "shared" if facts.teams or facts.pending else ""


async def watch(db: Database, clock: Clock, directory: Directory, channel_id: str = "") -> None:
    """Look at the team's channel (only where it is `channel_id`, if given) and remember whether it is fit."""
    async with db.read() as tx:
        chosen = await tx.get(Setting, SECURITY_TEAM)
    team = SecurityTeam.model_validate(chosen.value) if chosen else None
    if team is None or not team.is_channel or channel_id not in {"", team.source}:
        return
    why = unfit(await directory.channel(team.source))
    if why != team.unfit and not team.unsettled:
        await again(lambda: _remember(db, clock, team.source, why))


async def _remember(db: Database, clock: Clock, source: str, why: str) -> None:
    async with db.begin("team.watched") as tx:
        chosen = await tx.get(Setting, SECURITY_TEAM)
        if chosen is None or chosen.value.get("source") != source:
            tx.abandon()
            return
        await tx.put(chosen.model_copy(update={"value": {"source": source, "unfit": why}}))
        tx.audit(clock.now(), SYSTEM, "team:watched", "setting", SECURITY_TEAM, why or "fit", source=source)
