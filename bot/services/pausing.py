"""Pausing and resuming: everything, or one supplier. While paused, notices wait; answering and judging go on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.base import Value
from bot.domain.ledger import Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidates
from bot.domain.settings import PAUSED, Setting
from bot.services import history
from bot.services.desk import Desk
from bot.services.finding import find
from storage import settings
from storage.tx import Tx


class Paused(Value):
    """What stands now. `supplier` '' means everything; `candidates` means that nothing changed, several were meant."""

    on: bool
    changed: bool
    supplier: str = ""
    candidates: Candidates | None = None


class Pausing:
    """Switches sending off and on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def switch(self, press: Press, words: str, *, on: bool) -> Paused:
        """Pause (`on`) or resume; `words` name a supplier, '' means everything. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Paused:
            require(Action.PAUSE, roles(actor))
            if not words:
                return await _everything(tx, actor, now, on=on)
            found = await find(tx, words)
            if isinstance(found, Candidates):
                return Paused(on=on, changed=False, candidates=found)
            return await _supplier(tx, found, actor, now, on=on)

        return await self._desk.once("pause.switch", press, Paused, work)


async def _everything(tx: Tx, actor: Actor, now: datetime, *, on: bool) -> Paused:
    stored = await tx.get(Setting, PAUSED)
    before = stored or Setting(id=PAUSED, value={"on": False})
    after = Setting(id=PAUSED, value={"on": on})
    if before == after:
        return Paused(on=on, changed=False)
    await settings.save(tx, after)
    tx.add(*history.changed(before, after, actor, now, "pause"))
    tx.audit(now, actor, "pause:on" if on else "pause:off", "setting", PAUSED)
    return Paused(on=on, changed=True)


async def _supplier(tx: Tx, supplier: Supplier, actor: Actor, now: datetime, *, on: bool) -> Paused:
    if supplier.paused == on:
        return Paused(on=on, changed=False, supplier=supplier.name)
    after = supplier.model_copy(update={"paused": on})
    await tx.put(after)
    tx.add(*history.changed(supplier, after, actor, now, "pause"))
    tx.audit(now, actor, "pause:on" if on else "pause:off", "supplier", supplier.id)
    return Paused(on=on, changed=True, supplier=supplier.name)
