"""Sub-contractors: the tree of a supplier's, a new one under a piece of work or another one, and our approval.

A sub-contractor is found by its corporate number or chosen among records with a like name; only where nobody is, a record is
made for it, with no engagement of its own. So one company is one record under however many suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.closing_list import require_editable
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.names import alike, name_key
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.subcontracting import (
    BELOW,
    NEW,
    TOP,
    Added,
    AddForm,
    Alike,
    DecideForm,
    Entered,
    Parent,
    SubTree,
    TreeLine,
    UsedLine,
    WorkTree,
    read_added,
    read_decision,
)
from bot.domain.subcontracts import SubcontractEdge, closes_circle, decided, in_order, state_on, told_apart
from bot.services import history
from bot.services.desk import Desk
from bot.services.finding import find
from storage import companies, ledger, people, subcontracts
from storage.ids import new_id
from storage.tx import Tx

TWINS = 8
USED = 20
OVER = (EngagementState.ENDED, EngagementState.REFUSED)


class Subcontracting:
    """Shows and keeps sub-contractors. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def named(self, press: Press, words: str) -> SubTree | Candidates:
        """A supplier's sub-contractors by its name or number, or who could be meant. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SubTree | Candidates:
            require(Action.READ_LEDGER, roles(actor))
            found = await find(tx, words)
            return found if isinstance(found, Candidates) else await self._tree(tx, found, now)

        return await self._desk.look(press, work)

    async def of(self, press: Press, supplier_id: str) -> SubTree:
        """A supplier's sub-contractors. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SubTree:
            require(Action.READ_LEDGER, roles(actor))
            return await self._tree(tx, await _supplier(tx, supplier_id), now)

        return await self._desk.look(press, work)

    async def form(self, press: Press, supplier_id: str) -> AddForm:
        """The form of a new one. Raises Refusal; NOTHING_IN_SCOPE where the supplier has no work that could be passed on."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> AddForm:
            require(Action.EDIT_SUBCONTRACTORS, roles(actor))
            return await self._form(tx, await _supplier(tx, supplier_id), now)

        return await self._desk.look(press, work)

    async def add(self, press: Press, supplier_id: str, written: dict[str, str]) -> Added:
        """Keep a new one, to be approved; or ask which company is meant. Raises Refusals on the fields, or Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Added:
            require(Action.EDIT_SUBCONTRACTORS, roles(actor))
            entered = read_added(written)
            supplier = await _supplier(tx, supplier_id)
            engagement, edges = await _parent(tx, supplier, entered)
            child = await _child(tx, entered, actor, now)
            if not isinstance(child, Supplier):
                form = await self._form(tx, supplier, now)
                return Added(ask=form.model_copy(update={"alike": child, "written": written}))
            await _keep(tx, _edge(engagement, entered, child.id, now), supplier.id, edges, actor, now)
            return Added(tree=await self._tree(tx, supplier, now))

        return await self._desk.once("subcontractors.add", press, Added, work)

    async def edge(self, press: Press, edge_id: str) -> DecideForm:
        """One sub-contractor, to decide on. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> DecideForm:
            require(Action.EDIT_SUBCONTRACTORS, roles(actor))
            return await self._decide_form(tx, await _edge_there(tx, edge_id), now)

        return await self._desk.look(press, work)

    async def decide(self, press: Press, edge_id: str, version: int, written: dict[str, str]) -> SubTree:
        """Approve, refuse, or end an approval, with a reason. Raises Refusals on the fields, or Refusal (RECORD_KEPT …)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SubTree:
            require(Action.EDIT_SUBCONTRACTORS, roles(actor))
            said = read_decision(written, now.astimezone(self._zone).date())
            before = await _edge_there(tx, edge_id)
            if before.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            engagement = await tx.need(Engagement, before.engagement_id)
            require_editable(engagement)
            after = decided(before, said.state, said.reason, said.until, actor.person_id, now)
            await tx.put(after)
            tx.add(*history.changed(before, after, actor, now, "subcontractor"))
            tx.audit(now, actor, f"subcontractor:{after.state}", "subcontract_edge", after.id)
            return await self._tree(tx, await _supplier(tx, engagement.supplier_id), now)

        return await self._desk.once("subcontractors.decide", press, SubTree, work)

    async def _tree(self, tx: Tx, supplier: Supplier, now: datetime) -> SubTree:
        return await shown_tree(tx, supplier, now.astimezone(self._zone).date())

    async def _form(self, tx: Tx, supplier: Supplier, now: datetime) -> AddForm:
        tree = await self._tree(tx, supplier, now)
        if not tree.works:
            raise Refusal(Code.NOTHING_IN_SCOPE)
        parents = []
        for work in tree.works:
            parents.append(Parent(value=f"{TOP}.{work.engagement_id}", label=work.business))
            parents += [
                Parent(value=f"{BELOW}.{line.edge.id}", label=line.child, depth=line.depth + 1) for line in work.lines
            ]
        return AddForm(supplier_id=supplier.id, supplier=supplier.name, parents=tuple(parents))

    async def _decide_form(self, tx: Tx, edge: SubcontractEdge, now: datetime) -> DecideForm:
        engagement = await tx.need(Engagement, edge.engagement_id)
        tree = await self._tree(tx, await _supplier(tx, engagement.supplier_id), now)
        lines = {line.edge.id: line for work in tree.works for line in work.lines}
        above = lines.get(edge.parent_edge_id)
        names = await people.names(tx, [edge.decided_by]) if edge.decided_by else {}
        return DecideForm(
            supplier_id=tree.supplier_id,
            supplier=tree.supplier,
            business=engagement.business,
            line=lines[edge.id],
            parent=above.child if above else "",
            decided_by=names.get(edge.decided_by, ""),
            decided_on=edge.decided_at.astimezone(self._zone).date() if edge.decided_at else None,
        )


async def subcontractors_part(tx: Tx, supplier: Supplier, _engagements: Sequence[str], today: date) -> SubTree:
    """The tree for the record (`record_parts.py`)."""
    return await shown_tree(tx, supplier, today)


async def edge_ids(tx: Tx, _supplier: Supplier, engagements: Sequence[str]) -> list[str]:
    """What belongs to the history of the record (`record_parts.py`)."""
    return [edge.id for edge in (await subcontracts.names_and_edges(tx, engagements))[1]]


async def shown_tree(tx: Tx, supplier: Supplier, today: date) -> SubTree:
    """A supplier's sub-contractors as they stand today. A fixed number of statements."""
    engagements = await tx.find(Engagement, supplier_id=supplier.id)
    names, edges = await subcontracts.names_and_edges(tx, [e.id for e in engagements])
    counts = await subcontracts.used_by(tx, {*names, supplier.id})
    works = []
    for engagement in engagements:
        mine = in_order([edge for edge in edges if edge.engagement_id == engagement.id])
        if engagement.state in OVER and not mine:
            continue
        lines = tuple(
            TreeLine(
                edge=edge,
                depth=depth,
                child=names[edge.child_id],
                state=state_on(edge, today),
                used_by=counts.get(edge.child_id, 0),
            )
            for depth, edge in mine
        )
        works.append(WorkTree(engagement_id=engagement.id, business=engagement.business, lines=lines))
    return SubTree(
        supplier_id=supplier.id,
        supplier=supplier.name,
        works=tuple(works),
        mismatch=told_apart(supplier.subcontracts, edges),
        used=tuple(
            UsedLine(supplier=name, business=business, work=edge.work, state=state_on(edge, today))
            for edge, business, name in await subcontracts.uses_of(tx, supplier.id, USED)
        ),
        used_by=counts.get(supplier.id, 0),
        today=today,
    )


async def _supplier(tx: Tx, supplier_id: str) -> Supplier:
    found = await tx.get(Supplier, supplier_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


async def _edge_there(tx: Tx, edge_id: str) -> SubcontractEdge:
    found = await tx.get(SubcontractEdge, edge_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


async def _parent(tx: Tx, supplier: Supplier, entered: Entered) -> tuple[Engagement, dict[str, SubcontractEdge]]:
    """The work that is passed on and its edges. Only work of this supplier, that goes on."""
    kind, key = entered.parent
    above = await tx.get(SubcontractEdge, key) if kind == BELOW else None
    engagement = await tx.get(Engagement, above.engagement_id if above else key)
    if engagement is None or engagement.supplier_id != supplier.id or engagement.state in OVER:
        raise Refusals([Refusal(Code.NOT_FOUND, "parent")])
    return engagement, {e.id: e for e in await tx.find(SubcontractEdge, engagement_id=engagement.id)}


async def _child(tx: Tx, entered: Entered, actor: Actor, now: datetime) -> Supplier | tuple[Alike, ...]:
    """The company that is meant: by its number, by choice, or a new record; the records alike where nobody chose yet."""
    if entered.which and entered.which != NEW:
        return await _chosen(tx, entered.which)
    if entered.corporate_number:
        known = await ledger.numbered(tx, [entered.corporate_number])
        if known:
            return await _chosen(tx, known[0].id)
    if not entered.name:
        raise Refusals([Refusal(Code.NAME_EMPTY, "name")])
    key = name_key(entered.name)
    found = [s for s in await ledger.alike(tx, key, TWINS) if s.state is not SupplierState.MERGED]
    twins = [s for s in found if alike(key, s.name_key)]
    if twins and entered.which != NEW:
        return tuple(Alike(id=s.id, name=s.name, corporate_number=s.corporate_number) for s in twins)
    child = Supplier(
        id=new_id(), name=entered.name, name_key=key, corporate_number=entered.corporate_number, created_at=now
    )
    tx.add(child, history.created(child, actor, now, "subcontractor"))
    tx.audit(now, actor, "supplier:registered", "supplier", child.id, "subcontractor")
    return child


async def _chosen(tx: Tx, supplier_id: str) -> Supplier:
    """The record, or the one that it was merged into."""
    found = await tx.get(Supplier, supplier_id)
    while found is not None and found.merged_into:
        found = await tx.get(Supplier, found.merged_into)
    if found is None:
        raise Refusals([Refusal(Code.NOT_FOUND, "which")])
    await companies.hold(tx, [found.id])
    return found


def _edge(engagement: Engagement, entered: Entered, child_id: str, now: datetime) -> SubcontractEdge:
    kind, key = entered.parent
    return SubcontractEdge(
        id=new_id(),
        engagement_id=engagement.id,
        parent_edge_id=key if kind == BELOW else "",
        child_id=child_id,
        work=entered.work,
        data=entered.data,
        secret_data=entered.secret_data,
        created_at=now,
    )


async def _keep(
    tx: Tx, edge: SubcontractEdge, supplier_id: str, edges: dict[str, SubcontractEdge], actor: Actor, now: datetime
) -> None:
    if closes_circle(supplier_id, edge.parent_edge_id, edge.child_id, edges):
        raise Refusals([Refusal(Code.SUBCONTRACT_CYCLE, "parent")])
    place = (edge.parent_edge_id, edge.child_id, edge.work)
    if place in {(e.parent_edge_id, e.child_id, e.work) for e in edges.values()}:
        raise Refusals([Refusal(Code.SUBCONTRACT_EXISTS, "work")])
    tx.add(edge, history.created(edge, actor, now, "subcontractor"))
    tx.audit(now, actor, "subcontractor:entered", "subcontract_edge", edge.id)
    await tx.flush()
