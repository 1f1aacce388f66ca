"""User groups that stand in for a department: who is in them, kept in the membership cache by sweeps and events.

The names of all groups are kept too, so that a form can offer them without asking Slack before its acknowledgement.
"""

from __future__ import annotations

import logging

from bot.domain.departments import USER_GROUPS
from bot.domain.people import PersonKind, Seen, user_group
from bot.domain.settings import Setting
from bot.services.again import again
from bot.services.ports import Clock, Directory, SendFailed
from storage import departments, people, settings
from storage.db import Database
from storage.tx import Tx

log = logging.getLogger(__name__)


async def sweep(db: Database, clock: Clock, directory: Directory) -> None:
    """Every group's name, and the people of those that stand in for a department."""
    await _list(db, directory)
    async with db.read() as tx:
        in_use = await departments.groups_in_use(tx)
    for group_id in sorted(in_use):
        await sweep_one(db, clock, directory, group_id)


async def sweep_one(db: Database, clock: Clock, directory: Directory, group_id: str) -> None:
    """The people of one group."""
    found = await members(directory, group_id)

    async def store() -> None:
        async with db.begin("people.user_group") as tx:
            await remember(tx, clock, group_id, found)

    await again(store)


async def members(directory: Directory, group_id: str) -> list[Seen]:
    """Our employees in a group; nobody where Slack says that there is no such group any more."""
    try:
        ids = await directory.group(group_id)
    except SendFailed as failed:
        if not failed.permanent:
            raise
        log.warning("user group %s cannot be read any more (%s)", group_id, failed.error)
        return []
    found = [await directory.person(user_id) for user_id in ids]
    return [one for one in found if one and one.kind is PersonKind.EMPLOYEE]


async def remember(tx: Tx, clock: Clock, group_id: str, found: list[Seen]) -> None:
    """The group has exactly these people from now on."""
    persons = [await people.see(tx, seen, clock.real()) for seen in found]
    await people.set_members(tx, user_group(group_id), [p.id for p in persons], clock.real())


async def _list(db: Database, directory: Directory) -> None:
    try:
        found = sorted(await directory.user_groups(), key=lambda group: group[1])
    except SendFailed as failed:
        if not failed.permanent:
            raise
        found = []  # a plan without groups
    value = {"groups": [list(group) for group in found]}
    async with db.read() as tx:
        kept = await tx.get(Setting, USER_GROUPS)
    if (kept and kept.value == value) or not (kept or found):
        return

    async def store() -> None:
        async with db.begin("people.group_names") as tx:
            await settings.save(tx, Setting(id=USER_GROUPS, value=value))

    await again(store)
