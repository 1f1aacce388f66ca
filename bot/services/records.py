"""Reading one supplier's record, page by page: today, or as it was at the end of a day in the past.

A page costs the same few statements however much the record holds. What other stories add: `record_parts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.as_of import as_of, end_of
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.fetching import FetchState, FileFetch
from bot.domain.ledger import Change, Department, Endpoint, EndpointState, Owner, OwnerRole, Supplier
from bot.domain.people import SYSTEM, Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import ChangeLine, EndpointLine, LedgerRow, Progress
from bot.domain.record import HISTORY_PAGE, Page, Record, Spot
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import JudgementValue, ReviewState
from bot.services.desk import Desk
from bot.services.monitoring import monitoring_part
from bot.services.reading import SILENT
from bot.services.record_parts import LOADERS, SUBJECTS
from storage import free_fields, ledger_queries, merging, people
from storage import record as queries
from storage.tx import Tx

V = TypeVar("V", Contact, Document, Endpoint)

LAST = 5
_ID = re.compile(r"[0-9a-f]{32}")


class Records:
    """Shows records. `zone` is the company's: which day something happened on."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def open(self, press: Press, spot: Spot) -> Record:
        """A page of a record. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Record:
            require(Action.READ_LEDGER, roles(actor))
            supplier = await tx.get(Supplier, spot.supplier_id)
            if supplier is None:
                raise Refusal(Code.NOT_FOUND)
            return await self._record(tx, supplier, _sensible(spot, self._day(now)), now)

        return await self._desk.look(press, work)

    async def _record(self, tx: Tx, supplier: Supplier, spot: Spot, now: datetime) -> Record:
        today = self._day(now)
        once = await merging.once_of(tx, supplier.id) if spot.on else {}
        rows = await ledger_queries.of_supplier(tx, supplier.id)
        rows += await ledger_queries.rows(tx, once.get("engagement", ()))
        engagements = [row.engagement.id for row in rows]
        endpoints = await _all(tx, Endpoint, supplier.id, once.get("endpoint"))
        contacts = await _all(tx, Contact, supplier.id, once.get("contact"))
        documents = await _all(tx, Document, supplier.id, once.get("document"))
        subjects = [supplier.id, *engagements, *(x.id for x in (*endpoints, *contacts, *documents))]
        subjects += [key for more in SUBJECTS for key in await more(tx, supplier, engagements)]
        moment = end_of(spot.on, self._zone) if spot.on else None
        called = {row.engagement.id: row.engagement.business for row in rows}
        called |= {c.id: c.name for c in contacts} | {d.id: d.title for d in documents}
        shown, total, pages, number = await self._changes(tx, subjects, called, spot, moment)
        found = Record(
            supplier=supplier,
            rows=self._dated(rows),
            deputies=await ledger_queries.deputies(tx, engagements),
            endpoints=tuple(_line(e) for e in endpoints),
            reviews=await _reviews(tx, supplier.id),
            changes=shown,
            today=today,
            spot=spot.model_copy(update={"key": str(number)}) if spot.page is Page.HISTORY else spot,
            contacts=tuple(contacts),
            documents=tuple(d for d in documents if d.removed_at is None),
            free_fields=tuple(await free_fields.every(tx)),
            names=await _names(tx, shown, documents),
            coming=await _coming(tx, supplier.id) if spot.page is Page.PAPERS else (),
            pages=pages,
            total=total,
        )
        if moment is None:
            parts = await _parts(tx, supplier, engagements, today)
            parts["monitoring"] = await monitoring_part(tx, engagements, self._day)
            return found.model_copy(update={"parts": parts})
        return await self._then(tx, found, endpoints, documents, moment, await queries.since(tx, subjects, moment))

    async def _changes(
        self, tx: Tx, subjects: list[str], called: dict[str, str], spot: Spot, moment: datetime | None
    ) -> tuple[tuple[ChangeLine, ...], int, int, int]:
        """A page of the history (of any other page of the record: the last few), how many changes, pages, which page."""
        wanted = int(spot.key) if spot.page is Page.HISTORY and spot.key.isdecimal() else 1
        size = HISTORY_PAGE if spot.page is Page.HISTORY else LAST
        found, total = await queries.changes(tx, subjects, SILENT, moment, size, (wanted - 1) * size)
        pages = max(1, -(-total // HISTORY_PAGE))
        lines = tuple(self._change(row, called.get(row.subject_id, ""), name) for row, name in found)
        return lines, total, pages, wanted

    def _change(self, change: Any, about: str, name: str) -> ChangeLine:
        return ChangeLine(
            subject=change.subject,
            about=about,
            field=change.field,
            before=change.before,
            after=change.after,
            actor="" if name == SYSTEM.who.slack_user_id else name,
            at=change.at,
            on=self._day(change.at),
        )

    # -- as of -----------------------------------------------------------------------------------------------------------

    async def _then(
        self,
        tx: Tx,
        found: Record,
        endpoints: Sequence[Endpoint],
        documents: Sequence[Document],
        moment: datetime,
        later: Sequence[Change],
    ) -> Record:
        """The same record as it was just before the moment."""
        supplier = as_of(found.supplier, later, moment)
        if supplier is None:
            return found.model_copy(
                update={"absent": True, "rows": (), "contacts": (), "documents": (), "coming": (), "reviews": ()}
            )
        ways = _then_of(endpoints, later, moment, supplier.id)
        state = _best([e.state for e in ways])
        rows, deputies = await self._rows_then(tx, found.rows, supplier, later, moment, state)
        papers = [d for d in _then_of(documents, later, moment, supplier.id) if d.removed_at is None]
        return found.model_copy(
            update={
                "supplier": supplier,
                "rows": rows,
                "deputies": deputies,
                "endpoints": tuple(_line(e) for e in ways),
                "contacts": _then_of(found.contacts, later, moment, supplier.id),
                "documents": tuple(papers),
                "coming": (),
                "reviews": (),
            }
        )

    async def _rows_then(
        self,
        tx: Tx,
        rows: Sequence[LedgerRow],
        supplier: Supplier,
        later: Sequence[Change],
        moment: datetime,
        endpoint: EndpointState | None,
    ) -> tuple[tuple[LedgerRow, ...], dict[str, tuple[str, ...]]]:
        engagements = [row.engagement.id for row in rows]
        departments = {d.id: d.name for d in await tx.find(Department)}
        judged = await queries.judged_before(tx, engagements, moment)
        owners = await _owners_then(tx, engagements, moment)
        made = []
        for row in rows:
            then = as_of(row.engagement, later, moment)
            if then is None or then.supplier_id != supplier.id:  # it came with a record that was merged later
                continue
            value, at = judged.get(then.id, (None, None))
            update: dict[str, Any] = {
                "supplier": supplier,
                "engagement": then,
                "department": departments.get(then.department_id, row.department),
                "owner": "".join(owners.get((then.id, OwnerRole.PRIMARY), ())[:1]),
                "endpoint": endpoint,
                "judgement": JudgementValue(value) if value else None,
                "judged_at": at,
                "judged_on": self._day(at) if at else None,
            }
            made.append(row.model_copy(update=update))
        deputies = {key: names for (key, role), names in owners.items() if role is OwnerRole.DEPUTY}
        return tuple(made), deputies

    def _dated(self, rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
        return tuple(r.model_copy(update={"judged_on": self._day(r.judged_at)}) if r.judged_at else r for r in rows)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


async def _all(tx: Tx, cls: type[V], supplier_id: str, once: Collection[str] | None) -> list[V]:
    """Those of this supplier, and those that once were."""
    found = await tx.find(cls, supplier_id=supplier_id)
    return found + (await tx.find(cls, id=sorted(once)) if once else [])


def _sensible(spot: Spot, today: date) -> Spot:
    """Today and the future are the present."""
    return spot.model_copy(update={"on": None}) if spot.on and spot.on >= today else spot


def _then_of(values: Iterable[V], later: Sequence[Change], moment: datetime, supplier_id: str) -> tuple[V, ...]:
    """Those that were this supplier's, as they were."""
    found = (as_of(value, later, moment) for value in values)
    return tuple(then for then in found if then is not None and then.supplier_id == supplier_id)


def _best(states: Sequence[EndpointState]) -> EndpointState | None:
    """The state that an engagement's row shows of its supplier's endpoints."""
    order = (EndpointState.VERIFIED, EndpointState.SUSPENDED, EndpointState.PROPOSED)
    return next((state for state in order if state in states), None)


def _line(endpoint: Endpoint) -> EndpointLine:
    return EndpointLine(channel_id=endpoint.channel_id, state=endpoint.state, reason=endpoint.reason)


async def _reviews(tx: Tx, supplier_id: str) -> tuple[Progress, ...]:
    found = await ledger_queries.open_reviews(tx, supplier_id)
    return tuple(Progress(state=ReviewState(s), due_on=due, answered=a, asked=asked) for s, due, a, asked in found)


async def _coming(tx: Tx, supplier_id: str) -> tuple[str, ...]:
    """What is on its way into this record."""
    found = await tx.find(FileFetch, supplier_id=supplier_id, state=FetchState.WANTED.value)
    return tuple(fetch.title for fetch in found)


async def _parts(tx: Tx, supplier: Supplier, engagements: Sequence[str], today: date) -> dict[str, Any]:
    found = {name: await load(tx, supplier, engagements, today) for name, load in LOADERS.items()}
    return {name: value for name, value in found.items() if value is not None}


async def _owners_then(tx: Tx, engagements: Sequence[str], moment: datetime) -> dict[Any, tuple[str, ...]]:
    """(engagement, role) → the names of those who had the role just before the moment."""
    rows = await tx.find(Owner, engagement_id=list(engagements))
    held = [o for o in rows if o.since < moment and (o.until is None or o.until >= moment)]
    names = await people.names(tx, [o.person_id for o in held])
    found: dict[Any, tuple[str, ...]] = {}
    for owner in held:
        key = (owner.engagement_id, owner.role)
        found[key] = (*found.get(key, ()), names.get(owner.person_id, owner.person_id))
    return found


async def _names(tx: Tx, changes: Sequence[ChangeLine], documents: Sequence[Document]) -> dict[str, str]:
    """Names of the people, departments and companies whose ids stand in what is shown."""
    said = [v for c in changes for v in (c.before, c.after) if isinstance(v, str) and _ID.fullmatch(v)]
    wanted = {*said, *(d.added_by for d in documents)}
    if not wanted:
        return {}
    found = {d.id: d.name for d in await tx.find(Department, id=list(wanted))} if said else {}
    found |= {s.id: s.name for s in await tx.find(Supplier, id=list(wanted))} if said else {}
    return found | await people.names(tx, wanted)
