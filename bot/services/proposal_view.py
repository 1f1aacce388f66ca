"""What is shown of a proposal, in its notice and in the list; who proposed it stands in the history of the engagement."""

from __future__ import annotations

from typing import Any

from bot.domain.ledger import Change, Department, Engagement, Supplier
from bot.domain.people import Person
from bot.domain.proposing import Proposal, filling
from bot.services import history
from storage import people
from storage.tx import Tx


async def proposal_of(tx: Tx, engagement: Engagement) -> Proposal:
    """Everything of a proposal that is shown."""
    proposer = await proposer_of(tx, engagement.id)
    names = await people.names(tx, [proposer.id]) if proposer else {}
    supplier = await tx.need(Supplier, engagement.supplier_id)
    return Proposal(
        engagement=engagement,
        supplier=supplier,
        news=filling(supplier, await said_by(tx, engagement.id)),
        department=(await tx.need(Department, engagement.department_id)).name,
        proposer=names.get(proposer.id, "") if proposer else "",
    )


async def said_by(tx: Tx, engagement_id: str) -> dict[str, Any]:
    """What a proposal says of a record that was there already, by field."""
    return {c.field: c.after for c in await tx.find(Change, subject=history.PROPOSAL, subject_id=engagement_id)}


async def proposer_of(tx: Tx, engagement_id: str) -> Person | None:
    """Whoever entered it."""
    made = await tx.one(Change, subject="engagement", subject_id=engagement_id, field=history.CREATED)
    return await tx.get(Person, made.actor_id) if made else None
