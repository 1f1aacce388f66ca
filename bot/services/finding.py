"""Which supplier somebody means by a name, a part of one, or a corporate number."""

from __future__ import annotations

from bot.domain import corporate_number
from bot.domain.entered import NAME, one_line
from bot.domain.ledger import Supplier, SupplierState
from bot.domain.names import name_key
from bot.domain.reading import Candidate, Candidates
from bot.domain.refusal import Code, Refusal
from storage import ledger
from storage.tx import Tx

LISTED = 10


async def find(tx: Tx, words: str) -> Supplier | Candidates:
    """The supplier, or the candidates where several could be meant. Raises Refusal(NOT_FOUND).

    A name that is exactly one supplier's is that one, though others contain it; of several that are read alike (㈱ and
    株式会社) it is the one that is written so.
    """
    line = one_line(words, "", NAME, Code.BAD_COMMAND)
    key = name_key(line)
    found, total = await ledger.matching(tx, key, _number(line), LISTED)
    found, total = await _kept(tx, found, total)
    exact = [s for s in found if s.name_key == key]
    exact = [s for s in exact if s.name == line] or exact
    if total == 1 or len(exact) == 1:
        return (exact or found)[0]
    if not found:
        raise Refusal(Code.NOT_FOUND)
    listed = tuple(Candidate(id=s.id, name=s.name, corporate_number=s.corporate_number) for s in found)
    return Candidates(words=line, found=listed, total=total)


async def _kept(tx: Tx, found: list[Supplier], total: int) -> tuple[list[Supplier], int]:
    """Each record that was merged as the one it was merged into, once: who knows the old name is led to the new record."""
    kept: dict[str, Supplier] = {}
    for supplier in found:
        target = await standing(tx, supplier)
        kept.setdefault(target.id, target)
    return list(kept.values()), total - len(found) + len(kept)


async def standing(tx: Tx, supplier: Supplier) -> Supplier:
    """The record itself, or the one that it was merged into, directly or through others."""
    while supplier.state is SupplierState.MERGED and supplier.merged_into:
        supplier = await tx.need(Supplier, supplier.merged_into)
    return supplier


def _number(line: str) -> str | None:
    """The corporate number, where it is one; anything else is a part of a name."""
    try:
        return corporate_number.parse(line)
    except Refusal:
        return None
