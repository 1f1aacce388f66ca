"""The fields that the security team defines: listed, made, renamed, archived and taken up again. Never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.columns import KNOWN, plain
from bot.domain.free_fields import (
    ARCHIVED,
    KIND,
    LABEL_EN,
    LABEL_JA,
    MOST,
    OPTIONS,
    FreeField,
    FreeFieldForm,
    FreeFieldList,
    FreeKind,
)
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services import history
from bot.services.desk import Desk
from storage import free_fields
from storage.ids import new_id
from storage.tx import Tx


class FreeFields:
    """Shows the fields and saves one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, press: Press) -> FreeFieldList:
        """All of them. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> FreeFieldList:
            require(Action.EDIT_RECORD, roles(actor))
            return FreeFieldList(fields=tuple(await free_fields.every(tx)))

        return await self._desk.look(press, work)

    async def form(self, press: Press, field_id: str) -> FreeFieldForm:
        """The form of one, or of a new one (''). Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> FreeFieldForm:
            require(Action.EDIT_RECORD, roles(actor))
            found = await tx.get(FreeField, field_id) if field_id else None
            if field_id and found is None:
                raise Refusal(Code.NOT_FOUND)
            return FreeFieldForm(field=found)

        return await self._desk.look(press, work)

    async def save(self, press: Press, field_id: str, version: int, held: dict[str, str]) -> FreeFieldForm:
        """Store it. What a field asks (its kind) stays what it is. Raises Refusals on the fields, or Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> FreeFieldForm:
            require(Action.EDIT_RECORD, roles(actor))
            every = await free_fields.every(tx)
            before = next((f for f in every if f.id == field_id), None)
            if field_id and before is None:
                raise Refusal(Code.NOT_FOUND)
            if before and before.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            wanted = _checked(every, before, held, now)
            if before is None:
                tx.add(wanted, history.created(wanted, actor, now, "free_field"))
            else:
                await tx.put(wanted)
                tx.add(*history.changed(before, wanted, actor, now, "free_field"))
            tx.audit(now, actor, "free_field:saved", "free_field", wanted.id)
            return FreeFieldForm(field=wanted)

        return await self._desk.once("free_fields.save", press, FreeFieldForm, work)


def _checked(every: list[FreeField], before: FreeField | None, held: dict[str, str], now: datetime) -> FreeField:
    """The field as it shall be, everything judged at once."""
    asked = [LABEL_JA, LABEL_EN, *([ARCHIVED] if before else [KIND])]
    kind = before.kind.value if before else held.get(KIND.name, "")
    asked += [OPTIONS] if kind == FreeKind.CHOICE else []
    found: dict[str, Any] = {}
    refused: list[Refusal] = []
    for field in asked:
        try:
            found[field.name] = field.read(held.get(field.name, ""), field.name)
        except Refusal as refusal:
            refused.append(refusal)
    refused += _beside_others(every, before, found)
    if kind == FreeKind.CHOICE and found.get("choices") == ():
        refused.append(Refusal(Code.EMPTY, OPTIONS.name))
    if refused:
        raise Refusals(refused)
    archived = found.pop(ARCHIVED.name, None)
    if before is None:
        return FreeField(id=new_id(), created_at=now, **found)
    gone = (before.archived_at or now) if archived else None
    return before.model_copy(update=found | {"archived_at": gone})


def _beside_others(every: list[FreeField], before: FreeField | None, found: dict[str, Any]) -> list[Refusal]:
    """Two living fields of one name could not be told apart (nor from a field of ours, in a file), and a form has an end."""
    own = before.id if before else ""
    living = [] if found.get(ARCHIVED.name) else [f for f in every if f.archived_at is None and f.id != own]
    refused = []
    label = str(found.get("label_ja", ""))
    if plain(label) in KNOWN or any(plain(f.label_ja) == plain(label) for f in living):
        refused.append(Refusal(Code.LABEL_EXISTS, LABEL_JA.name))
    if len(living) >= MOST:
        refused.append(Refusal(Code.TOO_MANY, LABEL_JA.name, most=MOST))
    return refused
