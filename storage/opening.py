"""Opening a round inside the database: what was decided becomes reviews, items and attestations without leaving it.

An item and an attestation take the id of the decision they come from: ids are opaque, and the three live in different
tables. So opening costs the same number of statements for ten engagements and for ten thousand (but for one insert per
thousand suppliers).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, insert, literal, select

from bot.domain.rounds import AttestationState, ItemState, Review, ReviewState, Round, move
from bot.domain.scoping import IN, Asked, Reason
from storage.ids import new_id
from storage.rounds import add_many, fact, only
from storage.tables.ledger import EngagementRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow, RoundDecisionRow
from storage.tx import Tx

# SQLModel tells mypy that a column is a str or an int; here they are columns.
_E: Any = EngagementRow
_R: Any = RoundDecisionRow
_V: Any = ReviewRow
_I: Any = ReviewItemRow
_A: Any = AttestationRow


async def open_reviews(tx: Tx, round_: Round) -> int:
    """A review for each supplier in the round; how many."""
    suppliers = select(_E.supplier_id).join(RoundDecisionRow, _R.engagement_id == _E.id)
    found = await only(tx, suppliers.where(_R.round_id == round_.id, _R.verdict == IN).distinct())
    state = move(ReviewState.PREPARING, ReviewState.AWAITING_OWNER)
    same = {"version": 1, "round_id": round_.id, "state": state.value, "due_on": round_.due_on, "reason": ""}
    await add_many(tx, Review, [{"id": new_id(), "supplier_id": supplier, **same} for supplier in sorted(found)])
    return len(found)


async def open_items(tx: Tx, round_: Round) -> None:
    """An item for each engagement, in its supplier's review."""
    items = (
        select(_R.id, literal(1), _V.id, _R.engagement_id, literal(ItemState.OPEN.value), literal(""))
        .join(EngagementRow, _E.id == _R.engagement_id)
        .join(ReviewRow, and_(_V.round_id == _R.round_id, _V.supplier_id == _E.supplier_id))
        .where(_R.round_id == round_.id, _R.verdict == IN)
    )
    await tx.run(_into(tx, ReviewItemRow, items, "id version review_id engagement_id state reason"))


async def open_attestations(tx: Tx, round_: Round) -> None:
    """A question to whoever is asked about each engagement; where that is nobody, it has lapsed already."""
    nobody = fact("asked") == Asked.NOBODY.value
    state = case((nobody, AttestationState.LAPSED.value), else_=AttestationState.ASKED.value)
    asked = select(_R.id, literal(1), _R.round_id, _R.engagement_id, fact("person"), state, literal(1)).where(
        _R.round_id == round_.id, _R.verdict == IN
    )
    columns = "id version round_id engagement_id owner_id state cycle"
    await tx.run(_into(tx, AttestationRow, asked, columns))


def _into(tx: Tx, row: Any, rows: Any, columns: str) -> Any:
    """The INSERT, marked like everything that this transaction adds."""
    marked = rows.add_columns(literal(tx.practice_of))
    return insert(row.__table__).from_select([*columns.split(), "practice_of"], marked)


async def waiting_for_nobody(tx: Tx, round_id: str) -> list[str]:
    """The reviews of an open round in which there is no owner to wait for.

    Not as a correlated subquery: SQLite then walks the whole round for every review, half a minute for five thousand.
    """
    waiting = (
        select(_I.review_id)
        .join(AttestationRow, _A.engagement_id == _I.engagement_id)
        .where(_A.round_id == round_id, _A.state == AttestationState.ASKED.value)
    )
    return sorted(await only(tx, select(_V.id).where(_V.round_id == round_id, _V.id.not_in(waiting))))


async def departments_without_owner(tx: Tx, round_id: str) -> list[str]:
    """The departments with work in the round that has no owner."""
    query = (
        select(_E.department_id)
        .join(RoundDecisionRow, _R.engagement_id == _E.id)
        .where(_R.round_id == round_id, _R.verdict == IN, _R.reason == Reason.OWNER_MISSING.value)
        .distinct()
    )
    return sorted(await only(tx, query))
