"""Reading the ledger: one record, and help. Nothing changes here."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.ledger import Endpoint, Supplier
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, Role, require, roles
from bot.domain.press import Press
from bot.domain.reading import (
    Candidates,
    ChangeLine,
    EndpointLine,
    Help,
    LedgerRow,
    Progress,
    SupplierRecord,
)
from bot.domain.rounds import ReviewState
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services.desk import Desk
from bot.services.finding import find
from storage import ledger_queries
from storage.tx import Tx

CHANGES = 10
SILENT = (
    "name_key",
    "verified_by",
    "verified_at",
    "checked_at",
    "decided_at",
)  # they follow from another change or say nothing


class Reading:
    """Looks things up for people. `zone` is the company's: which day something happened on."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def show(self, press: Press, words: str) -> SupplierRecord | Candidates:
        """One whole record, or who could be meant. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SupplierRecord | Candidates:
            require(Action.READ_LEDGER, roles(actor))
            found = await find(tx, words)
            return found if isinstance(found, Candidates) else await self._record(tx, found, self._day(now))

        return await self._desk.look(press, work)

    async def help(self, press: Press) -> Help:
        """Which help to show. Raises Refusal(NOT_YOURS) for people who are none of ours."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Help:
            held = roles(actor)
            require(Action.HELP, held)
            chosen = await tx.get(Setting, SECURITY_TEAM)
            return Help(full=bool(held & {Role.SECURITY, Role.FIRST_ADMIN}), team_chosen=chosen is not None)

        return await self._desk.look(press, work)

    async def _record(self, tx: Tx, supplier: Supplier, today: date) -> SupplierRecord:
        rows = self._dated(await ledger_queries.of_supplier(tx, supplier.id))
        engagements = [r.engagement.id for r in rows]
        endpoints = await tx.find(Endpoint, supplier_id=supplier.id)
        subjects = [supplier.id, *engagements, *(e.id for e in endpoints)]
        reviews = await ledger_queries.open_reviews(tx, supplier.id)
        return SupplierRecord(
            supplier=supplier,
            rows=rows,
            deputies=await ledger_queries.deputies(tx, engagements),
            endpoints=tuple(EndpointLine(channel_id=e.channel_id, state=e.state, reason=e.reason) for e in endpoints),
            reviews=tuple(
                Progress(state=ReviewState(state), due_on=due, answered=answered, asked=asked)
                for state, due, answered, asked in reviews
            ),
            changes=await self._changes(tx, subjects, {r.engagement.id: r.engagement.business for r in rows}),
            today=today,
        )

    async def _changes(self, tx: Tx, subjects: list[str], called: dict[str, str]) -> tuple[ChangeLine, ...]:
        return tuple(
            ChangeLine(
                subject=change.subject,
                about=called.get(change.subject_id, ""),
                field=change.field,
                before=change.before,
                after=change.after,
                actor="" if name == SYSTEM.who.slack_user_id else name,
                at=change.at,
                on=self._day(change.at),
            )
            for change, name in await ledger_queries.last_changes(tx, subjects, SILENT, CHANGES)
        )

    def _dated(self, rows: list[LedgerRow]) -> tuple[LedgerRow, ...]:
        return tuple(r.model_copy(update={"judged_on": self._day(r.judged_at)}) if r.judged_at else r for r in rows)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
