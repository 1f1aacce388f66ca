"""Where the work of two records is asked about today, and where once they are one: a merging can move it to another channel."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ledger import Endpoint, Engagement, Supplier
from bot.domain.merging import AskedAt
from bot.services.recipients import asked_at
from storage.departments import LIVING
from storage.tx import Tx


async def ways(tx: Tx, kept: Supplier, gone: Supplier) -> tuple[AskedAt, ...]:
    """Every piece of work that goes on, those that change channel first. Two statements."""
    pair = [kept.id, gone.id]
    works = await tx.find(Engagement, supplier_id=pair, state=list(LIVING))
    endpoints = await tx.find(Endpoint, supplier_id=pair, order="id")
    found = [_way(one, endpoints) for one in works]
    return tuple(sorted(found, key=lambda way: (way.before == way.after, way.after)))


def _way(one: Engagement, endpoints: Sequence[Endpoint]) -> AskedAt:
    now = asked_at(one, [e for e in endpoints if e.supplier_id == one.supplier_id])
    then = asked_at(one, endpoints)
    channels = ("" if e is None else e.channel_id for e in (now, then))
    return AskedAt(business=one.business, before=next(channels), after=next(channels))
