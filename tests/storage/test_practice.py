"""The books and rehearsals in the same tables, on both databases: each transaction sees one side, and ending deletes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.people import Person, Who
from bot.domain.rounds import ChecklistVersion, Review, ReviewState, Round, RoundState
from storage import inbox, ledger_queries, opening, people, practice, rounds
from storage.db import Database
from storage.ids import new_id
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tables.rounds import ReviewRow
from storage.tx import EVERYWHERE, Tx
from tests.kit import seen

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


async def _written(tx: Tx, me: str, name: str) -> Review:
    """A department, a supplier with work, a round with a review, on the side where the transaction is."""
    department = Department(id=new_id(), name="物流部", primary_id=me)
    supplier = Supplier(id=new_id(), name=name, name_key=name, created_at=NOW)
    work = Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department.id,
        business="配送",
        starts_on=date(2026, 4, 1),
        created_at=NOW,
    )
    version = ChecklistVersion(id=new_id(), key=name, n=1, content_hash=name, body={}, created_at=NOW)
    round_ = Round(
        id=new_id(),
        title=name,
        checklist_version_ids=(version.id,),
        period=new_id(),
        due_on=date(2026, 12, 18),
        attest_by=date(2026, 12, 2),
        state=RoundState.OPEN,
    )
    review = Review(
        id=new_id(), round_id=round_.id, supplier_id=supplier.id, state=ReviewState.SENT, due_on=round_.due_on
    )
    tx.add(department, supplier, work, version, round_, review)
    await tx.flush()
    return review


async def _both_sides(both: Database) -> tuple[Person, Review, Review]:
    async with both.begin("t") as tx:
        me = await people.see(tx, seen("U1"), NOW)
        await tx.flush()
        real = await _written(tx, me.id, "実")
        tx.enter(me.id)
        played = await _written(tx, me.id, "練習")
    return me, real, played


async def test_each_side_sees_itself_alone_and_names_may_repeat(both: Database) -> None:
    me, real, played = await _both_sides(both)
    for side, review in (("", real), (me.id, played)):
        async with both.read(side) as tx:
            assert [r.id for r in await tx.find(Review)] == [review.id]
            assert await ledger_queries.count(tx) == 1
            assert [name for _key, name in await rounds.departments(tx)] == ["物流部"]
            [(row,)] = [some async for some in ledger_queries.everything(tx)]
            assert row.supplier.name == ("練習" if side else "実")
    async with both.read("somebody else") as tx:
        assert await tx.find(Review) == []
    async with both.read(EVERYWHERE) as tx:
        assert len(await tx.find(Review)) == 2


async def test_aliases_and_subqueries_are_narrowed_too(both: Database) -> None:
    me, *_ = await _both_sides(both)
    other = aliased(SupplierRow)
    inside = select(ReviewRow.supplier_id).where(col(ReviewRow.supplier_id) == col(other.id)).exists()
    query = (
        select(func.count())
        .select_from(EngagementRow)
        .join(other, col(other.id) == col(EngagementRow.supplier_id), isouter=True)
        .where(inside)
    )
    for side, count in (("", 1), (me.id, 1), ("nobody", 0)):
        async with both.read(side) as tx:
            assert (await tx.rows(query))[0] == count


async def test_what_is_copied_inside_the_database_is_marked(both: Database) -> None:
    me, _real, played = await _both_sides(both)
    async with both.begin("t", me.id) as tx:
        round_ = await tx.need(Round, played.round_id)
        (work,) = await tx.find(Engagement)
        decision = {
            "id": new_id(),
            "round_id": round_.id,
            "engagement_id": work.id,
            "verdict": "in",
            "reason": "active",
        }
        from bot.domain.rounds import RoundDecision

        await rounds.add_many(tx, RoundDecision, [{**decision, "facts": {"asked": "primary", "person": me.id}}])
        await opening.open_items(tx, round_)
        await opening.open_attestations(tx, round_)
    from bot.domain.rounds import Attestation, ReviewItem

    async with both.read() as tx:
        assert (await tx.find(Attestation), await tx.find(ReviewItem)) == ([], [])
    async with both.read(me.id) as tx:
        assert (len(await tx.find(Attestation)), len(await tx.find(ReviewItem))) == (1, 1)


async def test_whose_a_thing_is_comes_with_whoever_presses(both: Database) -> None:
    me, real, played = await _both_sides(both)
    who = Who(slack_user_id="U1")
    async with both.begin("t") as tx:
        for subject, whose in ((real.id, ""), (played.id, me.id), ("nothing", ""), ("", "")):
            assert (await inbox.arrival(tx, "k", who, "", subject))[2] == whose
            assert (await people.actor_at(tx, who, "", subject))[1] == whose
        tx.abandon()


async def test_ending_deletes_one_side(both: Database) -> None:
    me, real, _played = await _both_sides(both)
    async with both.begin("t") as tx:
        assert await practice.erase(tx, me.id) == 5
    async with both.read(EVERYWHERE) as tx:
        assert [r.id for r in await tx.find(Review)] == [real.id]
    async with both.begin("t") as tx:
        with pytest.raises(ValueError, match="not a rehearsal"):
            await practice.erase(tx, "")
        tx.abandon()
