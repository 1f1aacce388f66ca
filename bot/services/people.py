"""The person and membership cache: filled by looking people up, by events and by sweeps; never before an ack."""

from __future__ import annotations

import asyncio
import logging

from bot.domain.people import GROUP, SECURITY, Membership, Person, PersonKind, Seen, Who, channel_group, channel_of
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services import team_channel, user_groups
from bot.services.again import again
from bot.services.ports import Clock, Directory, SendFailed
from storage import ledger, people
from storage.db import Database
from storage.tx import Tx

log = logging.getLogger(__name__)

PORTION = 100


class People:
    """Keeps the cache. What it does not know, it does not allow."""

    def __init__(self, db: Database, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._halted = False
        self.swept = asyncio.Event()
        """Set when everybody has been read once since the start; until then `recognition.py` stands in."""

    async def language(self, who: Who) -> str:
        """The language to answer a person in: their own, else their supplier's, else ''. One read."""
        async with self._db.read() as tx:
            actor = await people.actor(tx, who, "")
            if actor.person is None:
                return ""
            return actor.person.language or await ledger.language_of_team(tx, actor.person.team_id)

    async def known(self, who: Who) -> bool:
        """Whether the cache knows this person."""
        async with self._db.read() as tx:
            return (await people.actor(tx, who, "")).person is not None

    async def learn(self, who: Who, channel_id: str = "") -> None:
        """Look one person up and, where a linked channel is named, who is in it: the next press will know them."""
        seen = await self._directory.person(who.slack_user_id)
        if seen is None:
            return

        async def store() -> None:
            async with self._db.begin("people.learn") as tx:
                await people.see(tx, seen, self._clock.real())

        await again(store)
        if channel_id:
            await self.sweep_channel(channel_id)

    async def confirm(self, slack_user_id: str) -> bool:
        """Look one person up, and the groups from which the cache draws what they may do. False where there is nobody."""
        seen = await self._directory.person(slack_user_id)
        if seen is None:
            return False
        await self._store([seen])
        async with self._db.read() as tx:
            known = await tx.one(Person, slack_user_id=slack_user_id)
            groups = {m.group for m in await tx.find(Membership, person_id=known.id)} if known else set()
        if seen.kind is PersonKind.EMPLOYEE:
            # an employee who sits in a supplier's channel has no say in it; in a department's user group they have
            groups = {group for group in groups if group == SECURITY or group.startswith(GROUP)}
        for group in sorted(groups):
            await self._look_again(group)
        return True

    async def _look_again(self, group: str) -> None:
        """Who is in a group now."""
        if group == SECURITY:
            await self.sweep_security()
        elif group.startswith(GROUP):
            await self.sweep_group(group.removeprefix(GROUP))
        else:
            await self.sweep_channel(channel_of(group))

    def halt(self) -> None:
        """The process stops: a sweep under way ends early."""
        self._halted = True

    async def sweep(self) -> None:
        """Everybody in our workspace, the security team, and the people in every linked channel, as they are now."""
        everybody = await self._directory.everybody()
        for start in range(0, len(everybody), PORTION):
            if self._halted:
                return
            await self._store(everybody[start : start + PORTION])
        await self.sweep_security()
        await user_groups.sweep(self._db, self._clock, self._directory)
        async with self._db.read() as tx:
            channels = await ledger.linked_channels(tx)
        for channel_id in channels:
            if self._halted:
                return
            await self.sweep_channel(channel_id)
        self.swept.set()

    async def sweep_security(self, *, unsettled: bool = False) -> None:
        """The members of the chosen group or channel: our employees in it. Without a choice nobody (the first admin acts).

        A choice that nobody has looked at yet (`unsettled`) changes nothing, unless this is that look.
        """
        async with self._db.read() as tx:
            chosen = await tx.get(Setting, SECURITY_TEAM)
        if not chosen:
            return
        team = SecurityTeam.model_validate(chosen.value)
        if team.unsettled and not unsettled:
            return
        await team_channel.watch(self._db, self._clock, self._directory)
        try:
            ids = await self._directory.group(team.source)
        except SendFailed as failed:
            if unsettled or not failed.permanent:
                raise
            # Slack's last word (deleted, or we were put out): the team stays who it was, else nobody could choose another
            log.warning("the security team cannot be read any more (%s)", failed.error)
            return
        await self._set_security(ids, team.source)

    async def sweep_group(self, group_id: str) -> None:
        """The people of a user group that stands in for a department."""
        await user_groups.sweep_one(self._db, self._clock, self._directory, group_id)

    async def sweep_channel(self, channel_id: str) -> None:
        """The members of a linked channel; other channels are none of our business."""
        async with self._db.read() as tx:
            linked = channel_id in await ledger.linked_channels(tx)
        if linked:
            facts = await self._directory.channel(channel_id)
            if facts:
                await self.store_channel(channel_id, list(facts.members))

    async def store_channel(self, channel_id: str, members: list[Seen]) -> None:
        """Remember who is in a channel."""

        async def store() -> None:
            async with self._db.begin("people.channel") as tx:
                await remember_members(tx, channel_group(channel_id), members, self._clock)

        await again(store)

    async def _store(self, everybody: list[Seen]) -> None:
        """One portion in one short transaction: presses must not wait for a large company."""

        async def store() -> None:
            async with self._db.begin("people.sweep") as tx:
                for seen in everybody:
                    await people.see(tx, seen, self._clock.real())

        await again(store)

    async def _set_security(self, user_ids: list[str], source: str) -> None:
        """Nothing where another team was chosen while Slack was asked: whoever settles that one looks for itself."""
        seen = [await self._directory.person(user_id) for user_id in user_ids]
        found = [s for s in seen if s and s.kind is PersonKind.EMPLOYEE]

        async def store() -> None:
            async with self._db.begin("people.group") as tx:
                chosen = await tx.get(Setting, SECURITY_TEAM)
                if chosen is None or chosen.value.get("source") != source:
                    tx.abandon()
                    return
                await remember_members(tx, SECURITY, found, self._clock)

        await again(store)


async def remember_members(tx: Tx, group: str, members: list[Seen], clock: Clock) -> None:
    """Store the people and make the group exactly them."""
    persons = [await people.see(tx, seen, clock.real()) for seen in members]
    await people.set_members(tx, group, [p.id for p in persons], clock.real())
