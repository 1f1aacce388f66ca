"""What is known of a supplier, asked before anything is registered. Nothing changes here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.checklist_schema import Checklist
from bot.domain.fields import BY_NAME
from bot.domain.knowing import (
    NEEDS,
    WORKS,
    KnownSupplier,
    KnownWork,
    Meaning,
    Need,
    Nobody,
    SameWork,
    Words,
    meaning,
    order,
)
from bot.domain.ledger import Engagement, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, allows, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidates, LedgerRow
from bot.domain.refusal import Code, Refusal
from bot.domain.registration import read
from bot.domain.rounds import Judgement
from bot.services.desk import Desk
from bot.services.finding import find, standing
from bot.services.policies import policy
from storage import knowing, ledger_queries
from storage.tx import Tx


class Knowing:
    """For everybody of ours. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo, checklists: Mapping[str, Checklist]) -> None:
        self._desk = desk
        self._zone = zone
        self._checklists = checklists

    def titles(self, language: str) -> dict[str, str]:
        """Checklist key → title in a language."""
        return {key: found.title.en if language == "en" else found.title.ja for key, found in self._checklists.items()}

    async def about(self, press: Press, words: str) -> KnownSupplier | Candidates | Nobody:
        """What is known of the supplier that these words mean. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> KnownSupplier | Candidates | Nobody:
            require(Action.ASK, roles(actor))
            try:
                found = await find(tx, words)
            except Refusal as refusal:
                if refusal.code is not Code.NOT_FOUND:
                    raise
                return Nobody(words=words)
            return found if isinstance(found, Candidates) else await self._known(tx, actor, found, now)

        return await self._desk.look(press, work)

    async def record(self, press: Press, supplier_id: str) -> KnownSupplier:
        """The same for a record that was chosen. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> KnownSupplier:
            require(Action.ASK, roles(actor))
            return await self._known(tx, actor, await _supplier(tx, supplier_id), now)

        return await self._desk.look(press, work)

    async def same(self, press: Press, engagement_id: str) -> SameWork:
        """It is that work: nothing is registered. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SameWork:
            require(Action.ASK, roles(actor))
            engagement = await tx.get(Engagement, engagement_id)
            if engagement is None:
                raise Refusal(Code.NOT_FOUND)
            supplier = await _supplier(tx, engagement.supplier_id)
            known = await self._works(
                tx, actor, [r for r in await _rows(tx, supplier) if r.engagement.id == engagement_id]
            )
            return SameWork(supplier=supplier.name, work=known[0], today=self._day(now))

        return await self._desk.look(press, work)

    async def words_for(self, press: Press, supplier_id: str) -> Words:
        """What to put into the register form: the record, else its number or name. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Words:
            require(Action.ASK, roles(actor))
            supplier = await _supplier(tx, supplier_id) if supplier_id else None
            if supplier is None:
                return Words(text="")
            return Words(text=supplier.corporate_number or supplier.name, supplier_id=supplier.id)

        return await self._desk.look(press, work)

    async def means(self, press: Press, supplier_id: str, written: dict[str, str]) -> Meaning:
        """What such new work would mean. Raises Refusal(NOT_YOURS, NOT_FOUND) or Refusals on the questions."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Meaning:
            require(Action.ASK, roles(actor))
            supplier = await _supplier(tx, supplier_id)
            need = Need(**read(written, [BY_NAME[name] for name in NEEDS]))
            return meaning(await self._known(tx, actor, supplier, now), supplier, need, policy())

        return await self._desk.look(press, work)

    async def _known(self, tx: Tx, actor: Actor, supplier: Supplier, now: datetime) -> KnownSupplier:
        rows = sorted(await _rows(tx, supplier), key=lambda row: order(row.engagement))
        return KnownSupplier(
            supplier_id=supplier.id,
            name=supplier.name,
            corporate_number=supplier.corporate_number,
            state=supplier.state,
            works=await self._works(tx, actor, rows[:WORKS]),
            more=max(0, len(rows) - WORKS),
            today=self._day(now),
        )

    async def _works(self, tx: Tx, actor: Actor, rows: list[LedgerRow]) -> tuple[KnownWork, ...]:
        judged = await knowing.last_judgements(tx, [row.engagement.id for row in rows])
        may_read = allows(Action.READ_LEDGER, roles(actor))
        return tuple(self._work(row, judged.get(row.engagement.id), may_read=may_read) for row in rows)

    def _work(self, row: LedgerRow, judged: Judgement | None, *, may_read: bool) -> KnownWork:
        ours = judged if judged and judged.at == row.judged_at else None  # an imported one may be newer
        return KnownWork(
            engagement_id=row.engagement.id,
            business=row.engagement.business,
            department=row.department,
            owner=row.owner,
            state=row.engagement.state,
            ends_on=row.engagement.ends_on,
            judgement=row.judgement,
            judged_on=row.judged_on or (self._day(row.judged_at) if row.judged_at else None),
            valid_until=ours.valid_until if ours else None,
            reason=ours.reason if ours and may_read else "",
        )

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


async def _rows(tx: Tx, supplier: Supplier) -> list[LedgerRow]:
    return list(await ledger_queries.of_supplier(tx, supplier.id))


async def _supplier(tx: Tx, supplier_id: str) -> Supplier:
    """The record, or the one that it was merged into: an old button still leads there."""
    found = await tx.get(Supplier, supplier_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return await standing(tx, found)
