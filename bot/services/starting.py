"""The guide's own use cases: choosing the team and the channel from what Slack has, putting a step off, closing the guide.

Everything else in the guide opens a form that is there already. What asks Slack runs after the acknowledgement.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.base import Value
from bot.domain.first_run import FIRST_RUN, SKIPPABLE, Choices, skip
from bot.domain.homes import Group, SharedChannel
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.settings import Setting
from bot.services.desk import Desk
from bot.services.homes import choices_of
from bot.services.ports import Directory, SendFailed
from storage import ledger, settings
from storage.tx import Tx


class Allowed(Value):
    """Whoever asks may; the language to answer in."""

    language: str


class Starting:
    """What only the guide needs."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory

    async def may(self, press: Press, action: Action) -> Allowed:
        """Whether this person may, before anything is looked up. Raises Refusal(NOT_YOURS)."""

        async def work(_tx: Tx, actor: Actor, _now: datetime) -> Allowed:
            require(action, roles(actor))
            return Allowed(language=actor.person.language if actor.person else "")

        return await self._desk.look(press, work)

    async def groups(self) -> tuple[Group, ...]:
        """The user groups of our workspace; none where the plan has none. Raises Refusal(BUSY) where Slack does not answer."""
        try:
            found = await self._directory.user_groups()
        except SendFailed as failed:
            if failed.permanent:
                return ()  # a plan without groups: a private channel it is
            raise Refusal(Code.BUSY) from failed
        return tuple(sorted((Group(id=key, name=name) for key, name in found), key=lambda group: group.name))

    async def channels(self) -> tuple[SharedChannel, ...]:
        """The shared channels in which the app sits and that are nobody's endpoint yet. Raises Refusal(BUSY)."""
        try:
            found = await self._directory.shared_channels()
        except SendFailed as failed:
            raise Refusal(Code.BUSY) from failed
        async with self._desk.db.read() as tx:
            linked = set(await ledger.linked_channels(tx))
        free = [SharedChannel(id=key, name=name) for key, name in found if key not in linked]
        return tuple(sorted(free, key=lambda channel: channel.name))

    async def put_off(self, press: Press, step: str) -> Choices:
        """Not now. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Choices:
            require(Action.SET_UP, roles(actor))
            wanted = next((one for one in SKIPPABLE if one.value == step), None)
            if wanted is None:
                raise Refusal(Code.NOT_FOUND)
            return await _keep(tx, actor, now, skip(await choices_of(tx), wanted), f"skipped_{wanted.value}")

        return await self._desk.once("starting.put_off", press, Choices, work)

    async def turn_guide(self, press: Press, *, closed: bool) -> Choices:
        """Close the guide for the team, or open it again. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Choices:
            require(Action.SET_UP, roles(actor))
            choices = (await choices_of(tx)).model_copy(update={"closed": closed})
            return await _keep(tx, actor, now, choices, "closed" if closed else "opened")

        return await self._desk.once("starting.turn_guide", press, Choices, work)


async def _keep(tx: Tx, actor: Actor, now: datetime, choices: Choices, what: str) -> Choices:
    await settings.save(tx, Setting(id=FIRST_RUN, value=choices.model_dump(mode="json")))
    tx.audit(now, actor, f"guide:{what}", "setting", FIRST_RUN)
    return choices
