"""The form and a file agree about records that have ended, are blocked, or were merged; each says so in a sentence of its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.importing import ImportReport, Verdict
from bot.domain.ledger import Change, Department, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.people import SYSTEM
from bot.domain.refusal import Code, Refusal
from bot.services.merging import Merging
from message_templates.catalogs import text
from message_templates.import_report import report_lines
from storage.db import Database
from tests.kit import StillClock, press
from tests.register_imitation import number
from tests.services.ledger_stage import NUMBER, OWNER, SEC, TOKYO, Ledger, entry, ledger

HEADER = "法人番号,名称,区分,言語,部門,業務内容,契約形態,開始日,個人データ\n"
NAME, OTHER_NAME, OTHER_NUMBER = "株式会社みかづき運輸", "みかづきロジ株式会社", number(2)


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department()
    await register(made, "社内便の配送")
    return made


async def register(stage: Ledger, business: str, **changed: str) -> Any:
    async with stage.db.read() as tx:
        department = await tx.one(Department, name="総務部")
    assert department
    return await stage.registering.submit(press(SEC), entry(department.id, business=business, **changed))


async def take(stage: Ledger, *works: str, name: str = NAME, number: str = NUMBER, **changed: str) -> ImportReport:
    said = {"kind": "法人", "language": "ja", "starts": "2026/4/1", "personal": "あり"} | changed
    lines = [
        f"{number},{name},{said['kind']},{said['language']},総務部,{work},準委任,{said['starts']},{said['personal']}\n"
        for work in works
    ]
    content = (HEADER + "".join(lines)).encode()
    dry = await stage.importing.import_suppliers(content, dry_run=True, actor=SYSTEM)
    real = await stage.importing.import_suppliers(content, dry_run=False, actor=SYSTEM)
    assert real.model_copy(update={"dry_run": True}) == dry
    return real


async def turn(stage: Ledger, state: SupplierState) -> None:
    async with stage.db.begin("test.turn") as tx:
        supplier = await tx.one(Supplier, corporate_number=NUMBER)
        assert supplier
        await tx.put(supplier.model_copy(update={"state": state}))


async def kept(stage: Ledger) -> Supplier:
    async with stage.db.read() as tx:
        supplier = await tx.one(Supplier, corporate_number=NUMBER)
    assert supplier
    return supplier


async def works_of(stage: Ledger, supplier: Supplier) -> set[str]:
    async with stage.db.read() as tx:
        return {e.business for e in await tx.find(Engagement, supplier_id=supplier.id)}


def said(report: ImportReport) -> str:
    return "\n".join(report_lines(text("ja"), report))


async def merged(stage: Ledger, **changed: str) -> Supplier:
    """Another record that was merged into the one with the number; returned as it was before."""
    await register(stage, "倉庫の管理", **({"name": OTHER_NAME, "corporate_number": OTHER_NUMBER} | changed))
    one = await kept(stage)
    async with stage.db.read() as tx:
        [gone] = [s for s in await tx.find(Supplier) if s.id != one.id]
    await Merging(stage.desk, TOKYO).merge(press(SEC), one.id, gone.id)
    return gone


# -- all its work was over -----------------------------------------------------------------------------------------------


async def test_new_work_takes_back_a_supplier_that_was_over(stage: Ledger) -> None:
    await turn(stage, SupplierState.ENDED)
    assert (await register(stage, "警備")).added
    assert (await kept(stage)).state is SupplierState.ACTIVE
    await turn(stage, SupplierState.ENDED)
    report = await take(stage, "植栽", "清掃")
    assert [(r.verdict, r.revived) for r in report.rows] == [(Verdict.CREATED, True), (Verdict.CREATED, False)]
    assert f"2行目: 委託先「{NAME}」は業務がすべて終了していましたが、新しい業務があるため「取引中」に戻します" in said(
        report
    )
    assert (await kept(stage)).state is SupplierState.ACTIVE
    async with stage.db.read() as tx:
        told = await tx.find(Change, subject="supplier", field="state", cause="import")
    assert [(c.before, c.after) for c in told] == [("ended", "active")]
    assert [r.verdict for r in (await take(stage, "植栽", "清掃")).rows] == [Verdict.SAME] * 2


async def test_a_file_that_says_nothing_new_of_a_supplier_that_is_over_leaves_it_so(stage: Ledger) -> None:
    await turn(stage, SupplierState.ENDED)
    assert [r.verdict for r in (await take(stage, "社内便の配送")).rows] == [Verdict.SAME]
    assert (await kept(stage)).state is SupplierState.ENDED


# -- blocked -------------------------------------------------------------------------------------------------------------


async def test_a_blocked_supplier_gets_no_new_work_whichever_way(stage: Ledger) -> None:
    await turn(stage, SupplierState.BLOCKED)
    with pytest.raises(Refusal) as refused:
        await register(stage, "警備")
    assert (refused.value.code, refused.value.field) == (Code.SUPPLIER_BLOCKED, "corporate_number")
    with pytest.raises(Refusal) as refused:
        await stage.companies.form(press(SEC), supplier_id=(await kept(stage)).id)
    assert refused.value.code is Code.SUPPLIER_BLOCKED
    report = await take(stage, "警備")
    assert [(c.line, c.column, c.code) for c in report.complaints] == [(2, "法人番号", Code.SUPPLIER_BLOCKED)]
    assert f"「{NAME}」は取引を停止しているため、新しい委託業務を登録できません" in said(report)
    assert await works_of(stage, await kept(stage)) == {"社内便の配送"}


async def test_what_a_file_says_of_its_present_work_is_taken_all_the_same(stage: Ledger) -> None:
    await turn(stage, SupplierState.BLOCKED)
    assert [r.verdict for r in (await take(stage, "社内便の配送", personal="なし")).rows] == [Verdict.UPDATED]


async def test_a_proposal_is_not_confirmed_for_a_supplier_that_was_blocked_meanwhile(stage: Ledger) -> None:
    async with stage.db.read() as tx:
        department = await tx.one(Department, name="総務部")
    assert department
    await stage.registering.submit(press(OWNER), entry(department.id, business="警備"))
    await turn(stage, SupplierState.BLOCKED)
    async with stage.db.read() as tx:
        [proposal] = await tx.find(Engagement, state=EngagementState.PROPOSED.value)
    with pytest.raises(Refusal) as refused:
        await stage.proposing.confirm(press(SEC), proposal.id)
    assert refused.value.code is Code.SUPPLIER_BLOCKED


# -- merged --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [OTHER_NAME, NAME])
async def test_a_merged_number_is_work_of_the_record_that_was_kept(stage: Ledger, name: str) -> None:
    await merged(stage)
    before = await kept(stage)
    assert (await register(stage, "警備", corporate_number=OTHER_NUMBER, name=name)).supplier == NAME
    report = await take(
        stage, "植栽", name=name, number=OTHER_NUMBER, kind="公的機関"
    )  # facts of a record that is gone
    assert [(r.verdict, r.name, r.merged) for r in report.rows] == [(Verdict.CREATED, NAME, name)]
    assert f"2行目: 「{name}」の記録は「{NAME}」に統合されているため" in said(report)
    assert await works_of(stage, before) == {"社内便の配送", "倉庫の管理", "警備", "植栽"}
    assert await kept(stage) == before
    again = await take(stage, "植栽", "倉庫の管理", name=name, number=OTHER_NUMBER)
    assert [r.verdict for r in again.rows] == [Verdict.SAME] * 2


async def test_a_merged_number_with_a_third_name_is_refused(stage: Ledger) -> None:
    await merged(stage)
    with pytest.raises(Refusal) as refused:
        await register(stage, "警備", corporate_number=OTHER_NUMBER, name="こはく印刷")
    report = await take(stage, "警備", name="こはく印刷", number=OTHER_NUMBER)
    assert refused.value.code is report.complaints[0].code is Code.NUMBER_TAKEN


async def test_a_merged_record_without_a_number_is_found_by_its_name(stage: Ledger) -> None:
    await merged(stage, corporate_number="")
    report = await take(stage, "植栽", name=OTHER_NAME, number="", language="en")
    assert [(r.verdict, r.name) for r in report.rows] == [(Verdict.CREATED, NAME)]
    assert (await kept(stage)).language == "ja"


async def test_a_number_that_moved_with_the_old_name_changes_no_name(stage: Ledger) -> None:
    """The record without a number was kept and has it now; older files name the company as the other record did."""
    await register(stage, "倉庫の管理", name=OTHER_NAME, corporate_number="")
    async with stage.db.read() as tx:
        one, other = sorted(await tx.find(Supplier), key=lambda s: s.corporate_number or "")
    await Merging(stage.desk, TOKYO).merge(press(SEC), one.id, other.id)
    assert (await kept(stage)).name == OTHER_NAME
    assert (await register(stage, "警備", name=NAME)).supplier == OTHER_NAME
    report = await take(stage, "社内便の配送", "植栽", name=NAME)
    assert [(r.verdict, r.was) for r in report.rows] == [(Verdict.SAME, ""), (Verdict.CREATED, "")]
    assert (await kept(stage)).name == OTHER_NAME


@pytest.mark.parametrize("number", ["", OTHER_NUMBER])
@pytest.mark.parametrize("name", [OTHER_NAME, "みかづき運輸(株)"])  # the second is read like the kept one
async def test_an_export_from_before_the_merging_comes_back_as_the_same(stage: Ledger, name: str, number: str) -> None:
    await register(stage, "倉庫の管理", name=name, corporate_number=number, kind="public")
    content = await stage.exporting.ledger()
    one = await kept(stage)
    async with stage.db.read() as tx:
        [gone] = [s for s in await tx.find(Supplier) if s.id != one.id]
    await Merging(stage.desk, TOKYO).merge(press(SEC), one.id, gone.id, {"kind": "kept"})
    report = await stage.importing.import_suppliers(content, dry_run=False, actor=SYSTEM)
    assert report.ok, said(report)
    assert [r.verdict for r in report.rows] == [Verdict.SAME] * 2
    assert (await kept(stage)).name == NAME
