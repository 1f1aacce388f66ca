"""Who the security team is: a user group, or the members of a private channel. Chosen before the ack, checked after it.

The choice is in the database before it is acknowledged; who is in it can only be asked of Slack afterwards. A choice that
proves unfit (the bot cannot see it, nobody of ours is in it, outsiders would read along) is withdrawn and the one before
stands again, so that nobody is locked out and no notice to the team reaches a shared channel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.base import Value
from bot.domain.people import SECURITY, SYSTEM, Actor, PersonKind
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services import history
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.ports import Directory, SendFailed
from storage import people as cache
from storage import settings
from storage.tx import Tx

_GROUP = re.compile(r"!subteam\^(S[A-Z0-9]+)")
_CHANNEL = re.compile(r"#([CG][A-Z0-9]+)")


class Unfit(StrEnum):
    """Why a choice was withdrawn; its sentence is `team.<value>`."""

    UNREADABLE = "unreadable"
    PUBLIC = "public"
    SHARED = "shared"
    NOBODY = "nobody"


class TeamChosen(Value):
    """The choice as it was stored; `before` '' means that there was none."""

    source: str
    before: str = ""


class TeamSettled(Value):
    """What Slack told of it. `unfit` None: the team has `members` people; it could not be asked yet where that is None."""

    members: int | None = None
    unfit: Unfit | None = None


class Team:
    """Chooses the security team."""

    def __init__(self, desk: Desk, people: People, directory: Directory) -> None:
        self._desk = desk
        self._people = people
        self._directory = directory

    async def choose(self, press: Press, words: Sequence[str]) -> TeamChosen:
        """Store the choice. Raises Refusal(NOT_YOURS, BAD_TEAM)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> TeamChosen:
            require(Action.SET_TEAM, roles(actor))
            source = source_of(words)
            stored = await tx.get(Setting, SECURITY_TEAM)
            before = str(stored.value["source"]) if stored else ""
            await _store(tx, actor, now, before, source)
            chosen = TeamChosen(source=source, before="" if before == source else before)
            await _unsettled(tx, chosen)
            return chosen

        return await self._desk.once("team.choose", press, TeamChosen, work)

    async def settle(self, chosen: TeamChosen) -> TeamSettled:
        """After the ack: ask Slack who that is. An unfit choice is withdrawn; without an answer the sweep asks again."""
        try:
            members = await self._look(chosen.source)
        except SendFailed as failed:
            if not failed.permanent:
                return TeamSettled()
            members = Unfit.UNREADABLE
        if isinstance(members, Unfit):
            await self._withdraw(chosen, members)
            return TeamSettled(unfit=members)
        await self._accept(chosen)
        return TeamSettled(members=members)

    async def finish(self) -> None:
        """Settle a choice that nobody has looked at yet: the process ended in between, or Slack did not answer."""
        async with self._desk.db.read() as tx:
            stored = await tx.get(Setting, SECURITY_TEAM)
        team = SecurityTeam.model_validate(stored.value) if stored else None
        if team and team.unsettled:
            await self.settle(TeamChosen(source=team.source, before=team.before))

    async def _accept(self, chosen: TeamChosen) -> None:
        async with self._desk.db.begin("team.settle") as tx:
            stored = await tx.get(Setting, SECURITY_TEAM)
            if stored is None or stored.value != _waiting(chosen):
                tx.abandon()  # settled already, or chosen anew
                return
            await tx.put(stored.model_copy(update={"value": {"source": chosen.source}}))

    async def _look(self, source: str) -> int | Unfit:
        """How many of our people are in it, or why it cannot be the team. Raises SendFailed."""
        if SecurityTeam(source=source).is_channel:
            facts = await self._directory.channel(source)
            if facts is None or facts.archived:
                return Unfit.UNREADABLE
            if not facts.private:
                return Unfit.PUBLIC
            if facts.teams or facts.pending:
                return Unfit.SHARED
        await self._people.sweep_security(unsettled=True)
        return await self._count() or Unfit.NOBODY

    async def _withdraw(self, chosen: TeamChosen, unfit: Unfit) -> None:
        async with self._desk.db.begin("team.withdraw") as tx:
            stored = await tx.get(Setting, SECURITY_TEAM)
            if stored is None or stored.value["source"] != chosen.source:
                tx.abandon()  # chosen anew meanwhile
                return
            await _store(tx, SYSTEM, self._desk.clock.now(), chosen.source, chosen.before, unfit)
        if unfit is Unfit.NOBODY:
            await self._people.sweep_security()  # those who were the team before are it again

    async def _count(self) -> int:
        async with self._desk.db.read() as tx:
            return sum(p.kind is PersonKind.EMPLOYEE for p in await cache.members(tx, SECURITY))


def _waiting(chosen: TeamChosen) -> dict[str, object]:
    return {"source": chosen.source, "unsettled": True, "before": chosen.before}


async def _unsettled(tx: Tx, chosen: TeamChosen) -> None:
    await settings.save(tx, Setting(id=SECURITY_TEAM, value=_waiting(chosen)))


def source_of(words: Sequence[str]) -> str:
    """The group's or channel's id in what was typed. Raises Refusal(BAD_TEAM) for anything that Slack did not resolve."""
    match = len(words) == 1 and (_GROUP.fullmatch(words[0]) or _CHANNEL.fullmatch(words[0]))
    if not match:
        raise Refusal(Code.BAD_TEAM)
    return match[1]


async def _store(tx: Tx, actor: Actor, now: datetime, before: str, source: str, reason: str = "") -> None:
    old = Setting(id=SECURITY_TEAM, value={"source": before} if before else {})
    new = Setting(id=SECURITY_TEAM, value={"source": source} if source else {})
    if source:
        await settings.save(tx, new)
    else:
        await settings.forget(tx, SECURITY_TEAM)
    tx.add(*history.changed(old, new, actor, now, "security"))
    action = "team:withdrawn" if reason else "team:chosen"
    tx.audit(now, actor, action, "setting", SECURITY_TEAM, reason, source=source, before=before)
