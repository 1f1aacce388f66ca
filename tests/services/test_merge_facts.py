"""Merging and what the records say: the preview tells it, the choice counts, undoing restores it; work may change channel."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.ledger import Change, EndpointState, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.merging import AskedAt, Merge
from bot.domain.refusal import Code, Refusal
from bot.services.merging import Merging
from bot.services.recipients import endpoint_of
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC, TOKYO, Ledger, entry, ledger
from tests.services.test_reading import add_endpoint

GONE_FACTS = {"subcontracts": True, "reading": "ミカヅキウンユ", "language": "en", "paused": True}


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


@pytest.fixture
async def pair(stage: Ledger) -> tuple[Supplier, Supplier]:
    """The same company twice; the second record says more of it."""
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    twin = entry(department.id, corporate_number="", name="みかづき運輸(株)", business="倉庫の管理")
    await stage.registering.submit(press(SEC), twin)
    async with stage.db.begin("test.facts") as tx:
        kept, gone = await tx.find(Supplier, order="created_at")
        if kept.name == "みかづき運輸(株)":
            kept, gone = gone, kept
        await tx.put(gone.model_copy(update=GONE_FACTS))
    return await one(stage, kept.id), await one(stage, gone.id)


async def one(stage: Ledger, supplier_id: str) -> Supplier:
    async with stage.db.read() as tx:
        return await tx.need(Supplier, supplier_id)


def facts(supplier: Supplier) -> dict[str, Any]:
    return {name: getattr(supplier, name) for name in GONE_FACTS}


async def test_facts_go_over_are_chosen_and_come_back(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    kept, gone = pair
    merging = Merging(stage.desk, TOKYO)
    preview = await merging.preview(press(SEC), kept.id, gone.id, "", "one")
    assert {t.field for t in preview.taken} == {"subcontracts", "reading", "paused"}
    assert [(d.field, d.kept, d.gone) for d in preview.differing] == [("language", "ja", "en")]
    with pytest.raises(Refusal) as refused:  # a form that did not show the difference
        await merging.merge(press(SEC, key="1"), kept.id, gone.id)
    assert refused.value.code is Code.CHANGED_MEANWHILE
    await merging.merge(press(SEC, key="2"), kept.id, gone.id, {"language": "gone"})
    assert facts(await one(stage, kept.id)) == GONE_FACTS
    async with stage.db.read() as tx:
        told = await tx.find(Change, subject="supplier", subject_id=kept.id, cause="merge")
        [merge] = await tx.find(Merge)
    assert {c.field for c in told} == set(GONE_FACTS)
    await merging.undo(press(SEC), merge.id)
    assert facts(await one(stage, kept.id)) == facts(kept)
    assert facts(await one(stage, gone.id)) == GONE_FACTS


async def test_a_kept_record_that_was_over_lives_with_what_came_and_is_over_again_without(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, gone = pair
    async with stage.db.begin("test.over") as tx:
        await tx.put((await tx.need(Supplier, kept.id)).model_copy(update={"state": SupplierState.ENDED}))
        [work] = await tx.find(Engagement, supplier_id=kept.id)
        await tx.put(work.model_copy(update={"state": EngagementState.ENDED}))
    merging = Merging(stage.desk, TOKYO)
    await merging.merge(press(SEC), kept.id, gone.id, {"language": "kept"})
    assert (await one(stage, kept.id)).state is SupplierState.ACTIVE
    async with stage.db.read() as tx:
        [merge] = await tx.find(Merge)
    await merging.undo(press(SEC), merge.id)
    assert (await one(stage, kept.id)).state is SupplierState.ENDED


async def test_it_says_which_work_is_asked_about_elsewhere_from_then_on(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    """What the preview says is what the sending of a round then does."""
    kept, gone = pair
    await add_endpoint(stage, kept, "C1", EndpointState.VERIFIED)
    await add_endpoint(stage, gone, "C2", EndpointState.VERIFIED)
    merging = Merging(stage.desk, TOKYO)
    preview = await merging.preview(press(SEC), kept.id, gone.id, "", "one")
    assert preview.ways == (
        AskedAt(business="倉庫の管理", before="C2", after="C1"),
        AskedAt(business="社内便の配送", before="C1", after="C1"),
    )
    await merging.merge(press(SEC), kept.id, gone.id, {"language": "kept"})
    async with stage.db.read() as tx:
        for work in await tx.find(Engagement):
            endpoint = await endpoint_of(tx, work)
            assert endpoint
            assert endpoint.channel_id == next(w.after for w in preview.ways if w.business == work.business)
