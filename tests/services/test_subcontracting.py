"""Sub-contractors through their service: one record each, no circles, decisions with their history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.ledger import Change, Engagement, Supplier
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.subcontracting import SubTree
from bot.domain.subcontracts import EdgeState, Mismatch, SubcontractEdge
from storage import candidates
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import GUEST, NUMBER, OWNER, SEC
from tests.services.third_stage import Third, third

CHILD = "7999902000000"


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Third:
    return await third(db, clock)


async def add(stage: Third, name: str = "", parent: str = "", supplier: str = "", **more: str) -> Any:
    """One more, through the form."""
    written = {"name": name, "parent": parent or f"e.{stage.engagement.id}", "work": "倉庫の作業", "data": "customer"}
    return await stage.subcontracting.add(press(SEC), supplier or stage.supplier.id, written | more)


async def added(stage: Third, *args: str, **more: str) -> SubTree:
    found = await add(stage, *args, **more)
    assert found.tree
    return found.tree  # type: ignore[no-any-return]


def lines(tree: SubTree) -> list[tuple[int, str, EdgeState]]:
    return [(line.depth, line.child, line.state) for work in tree.works for line in work.lines]


async def test_a_new_one_waits_for_approval_and_is_no_supplier_of_ours(stage: Third) -> None:
    tree = await added(stage, "さざなみ合同会社")
    assert lines(tree) == [(0, "さざなみ合同会社", EdgeState.REQUESTED)]
    async with stage.db.read() as tx:
        (child,) = await tx.find(Supplier, name="さざなみ合同会社")
        assert await tx.find(Engagement, supplier_id=child.id) == []
        subjects = [c.subject for c in await tx.find(Change) if c.cause == "subcontractor"]
        asked = await candidates.candidates(tx, date(2026, 11, 25))
    assert sorted(subjects) == ["subcontractedge", "supplier"]
    assert {c.supplier_id for c in asked} == {stage.supplier.id}


async def test_any_depth_and_no_circle(stage: Third) -> None:
    parent = ""
    for n in range(4):
        tree = await added(stage, f"第{n}段階物産", parent)
        parent = f"s.{tree.works[0].lines[-1].edge.id}"
    assert [depth for depth, _, _ in lines(tree)] == [0, 1, 2, 3]
    with pytest.raises(Refusals) as refused:
        await add(stage, parent=parent, corporate_number=NUMBER)  # back to our own supplier
    assert [(r.field, r.code) for r in refused.value.refusals] == [("parent", Code.SUBCONTRACT_CYCLE)]
    first = tree.works[0].lines[0].edge.child_id
    with pytest.raises(Refusals) as refused:
        await add(stage, "第0段階物産", parent, which=first)
    assert [r.code for r in refused.value.refusals] == [Code.SUBCONTRACT_CYCLE]


async def test_a_like_name_is_asked_about_once_and_the_answer_counts(stage: Third) -> None:
    await added(stage, "株式会社さざなみ")
    asked = await add(stage, "さざなみ(株)", work="別の作業")
    assert asked.tree is None
    assert [a.name for a in asked.ask.alike] == ["株式会社さざなみ"]
    same = await added(stage, "さざなみ(株)", work="別の作業", which=asked.ask.alike[0].id)
    assert [child for _, child, _ in lines(same)] == ["株式会社さざなみ"] * 2
    other = await added(stage, "さざなみ(株)", work="別の作業", which="new")
    assert [child for _, child, _ in lines(other)] == ["株式会社さざなみ", "株式会社さざなみ", "さざなみ(株)"]


async def test_the_same_company_under_several_suppliers_is_one_record_and_the_concentration_shows(stage: Third) -> None:
    other, work = await stage.another("株式会社なぎさ", "")
    third_, more = await stage.another("株式会社うみべ", "")
    await added(stage, "さざなみ合同会社", corporate_number=CHILD)
    await added(stage, "", f"e.{work.id}", other.id, corporate_number=CHILD)
    await added(stage, "", f"e.{more.id}", third_.id, corporate_number=CHILD, work="別の作業")  # one supplier, twice
    tree = await added(stage, "", f"e.{more.id}", third_.id, corporate_number=CHILD)
    assert tree.works[0].lines[0].used_by == 3
    async with stage.db.read() as tx:
        (child,) = await tx.find(Supplier, corporate_number=CHILD)
    shown = await stage.subcontracting.of(press(SEC), child.id)
    assert (shown.used_by, len(shown.used), shown.works) == (3, 4, ())
    for edge in [line.edge for line in tree.works[0].lines]:
        await stage.subcontracting.decide(press(SEC), edge.id, edge.version, {"state": "refused", "reason": "海外拠点"})
    assert (await stage.subcontracting.of(press(SEC), child.id)).used_by == 2


async def test_a_decision_is_kept_with_who_when_and_why_and_runs_out(stage: Third, clock: StillClock) -> None:
    edge = (await added(stage, "さざなみ合同会社")).works[0].lines[0].edge
    written = {"state": "approved", "until": "2026-11-30", "reason": "契約書を確認"}
    tree = await stage.subcontracting.decide(press(SEC), edge.id, edge.version, written)
    assert lines(tree)[0][2] is EdgeState.APPROVED
    with pytest.raises(Refusal) as stale:
        await stage.subcontracting.decide(press(SEC), edge.id, edge.version, written)
    assert stale.value.code is Code.CHANGED_MEANWHILE
    form = await stage.subcontracting.edge(press(SEC), edge.id)
    assert (form.decided_by, str(form.decided_on), form.line.edge.reason) == ("佐藤 守", "2026-11-25", "契約書を確認")
    clock.advance(days=6)
    assert lines(await stage.subcontracting.of(press(SEC), stage.supplier.id))[0][2] is EdgeState.EXPIRED
    async with stage.db.read() as tx:
        moves = [(c.before, c.after) for c in await tx.find(Change, subject_id=edge.id) if c.field == "state"]
        stored = await tx.need(SubcontractEdge, edge.id)
    assert moves == [("requested", "approved")]
    assert stored.state is EdgeState.APPROVED  # that it ran out is never stored


async def test_a_suppliers_yes_without_any_report_is_a_warning(stage: Third) -> None:
    async with stage.db.begin("test.says") as tx:
        supplier = await tx.need(Supplier, stage.supplier.id)
        await tx.put(supplier.model_copy(update={"subcontracts": True}))
    assert (await stage.subcontracting.of(press(SEC), supplier.id)).mismatch is Mismatch.NONE_REPORTED
    assert (await added(stage, "さざなみ合同会社")).mismatch is None


async def test_the_same_work_twice_and_somebody_elses_work_are_refused(stage: Third) -> None:
    await added(stage, "さざなみ合同会社", corporate_number=CHILD)
    with pytest.raises(Refusals) as refused:
        await add(stage, corporate_number=CHILD)
    assert [(r.field, r.code) for r in refused.value.refusals] == [("work", Code.SUBCONTRACT_EXISTS)]
    _other, work = await stage.another("株式会社なぎさ", "")
    with pytest.raises(Refusals) as refused:
        await add(stage, "うみべ商会", f"e.{work.id}")
    assert [(r.field, r.code) for r in refused.value.refusals] == [("parent", Code.NOT_FOUND)]
    async with stage.db.read() as tx:
        assert await tx.find(Supplier, name="うみべ商会") == []  # nothing half-kept


@pytest.mark.parametrize("user", [OWNER, GUEST])
async def test_nobody_else_reads_or_writes(stage: Third, user: str) -> None:
    edge = (await added(stage, "さざなみ合同会社")).works[0].lines[0].edge
    written = {"name": "x", "parent": f"e.{stage.engagement.id}", "work": "y"}
    for ask in (
        lambda: stage.subcontracting.of(press(user), stage.supplier.id),
        lambda: stage.subcontracting.named(press(user), "みかづき"),
        lambda: stage.subcontracting.form(press(user), stage.supplier.id),
        lambda: stage.subcontracting.add(press(user), stage.supplier.id, written),
        lambda: stage.subcontracting.edge(press(user), edge.id),
        lambda: stage.subcontracting.decide(press(user), edge.id, edge.version, {"state": "approved"}),
    ):
        with pytest.raises(Refusal) as refused:
            await ask()
        assert refused.value.code is Code.NOT_YOURS
