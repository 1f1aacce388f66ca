"""Ledger files through Slack, the presses: import what was shown, stop, decide about columns, ask for an export.

The slow part (fetching, judging, importing, uploading) is the tick's: `transferring.py`. A press only says what is wanted.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.base import Value
from bot.domain.columns import Choices
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.transfers import FORMATS, Transfer, TransferState, Way, require_shown
from bot.services.desk import Desk
from storage.ids import new_id
from storage.tx import Tx


class Asked(Value):
    """What was asked for, and is under way now."""

    name: str = ""
    format: str = ""


class Columns(Value):
    """The columns of a file about which somebody has to decide."""

    id: str
    cycle: int
    name: str
    unknown: tuple[str, ...]


class Transfers:
    """For the security team, each person with their own files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def order(self, press: Press, transfer_id: str, cycle: int) -> Asked:
        """Import what was shown. Raises Refusal(NOT_YOURS, NOT_THIS_FILE)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Asked:
            shown = await _shown(tx, actor, transfer_id, cycle)
            if not shown.report.get("ok"):
                raise Refusal(Code.NOT_THIS_FILE)
            return await _to(tx, shown, TransferState.ORDERED, actor, now)

        return await self._desk.once("transfers.order", press, Asked, work)

    async def stop(self, press: Press, transfer_id: str, cycle: int) -> Asked:
        """Do not import it. Raises as `order`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Asked:
            return await _to(tx, await _shown(tx, actor, transfer_id, cycle), TransferState.STOPPED, actor, now)

        return await self._desk.once("transfers.stop", press, Asked, work)

    async def columns(self, press: Press, transfer_id: str, cycle: int) -> Columns:
        """What has to be decided. Raises as `order`."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Columns:
            shown = await _shown(tx, actor, transfer_id, cycle)
            return Columns(id=shown.id, cycle=cycle, name=shown.name, unknown=shown.report.get("unknown_columns", ()))

        return await self._desk.look(press, work)

    async def decide(self, press: Press, transfer_id: str, cycle: int, targets: list[str]) -> Asked:
        """Check it again with what each unknown column is, in the order in which they were asked. Raises as `order`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Asked:
            shown = await _shown(tx, actor, transfer_id, cycle)
            told = dict(zip(shown.report.get("unknown_columns", ()), targets, strict=False))
            before = Choices.model_validate(shown.choices)
            choices = before.model_copy(update={"columns": before.columns | told})
            decided = shown.model_copy(update={"choices": choices.model_dump(mode="json")})
            return await _to(tx, decided, TransferState.WANTED, actor, now)

        return await self._desk.once("transfers.columns", press, Asked, work)

    async def export(self, press: Press, word: str) -> Asked:
        """Have the ledger sent to one's own DM. Raises Refusal(NOT_YOURS, BAD_COMMAND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Asked:
            require(Action.READ_LEDGER, roles(actor))
            kind = word.casefold() or FORMATS[0]
            if kind not in FORMATS:
                raise Refusal(Code.BAD_COMMAND)
            wanted = Transfer(id=new_id(), way=Way.OUT, person_id=actor.person_id, format=kind, at=now)
            tx.add(wanted)
            tx.audit(now, actor, "ledger:export_asked", "transfer", wanted.id, format=kind)
            return Asked(format=kind)

        return await self._desk.once("transfers.export", press, Asked, work)


async def _shown(tx: Tx, actor: Actor, transfer_id: str, cycle: int) -> Transfer:
    require(Action.REGISTER, roles(actor))
    return require_shown(await tx.get(Transfer, transfer_id), actor.person_id, cycle)


async def _to(tx: Tx, transfer: Transfer, state: TransferState, actor: Actor, now: datetime) -> Asked:
    await tx.put(transfer.model_copy(update={"state": state, "tries": 0}))
    tx.audit(now, actor, f"ledger:file_{state.value}", "transfer", transfer.id, sha256=transfer.sha256)
    return Asked(name=transfer.name)
