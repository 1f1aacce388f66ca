"""Importing: all rows or none, the dry run's verdicts are the import's, the second time every row is there."""

import asyncio
import csv
import io
import signal
import subprocess
import sys
from typing import Any

import pytest

from bot.domain.base import Value
from bot.domain.columns import Choices, Unknown
from bot.domain.delivery import AuditEvent
from bot.domain.free_fields import FreeField, FreeKind
from bot.domain.import_steps import Step
from bot.domain.importing import ImportReport, Verdict
from bot.domain.ledger import Change, Department, Engagement, Owner, Supplier
from bot.domain.past import PastReview
from bot.domain.people import SYSTEM, Actor, Person, PersonKind, Who
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import JudgementValue
from bot.services.import_rows import CAUSE, ImportRows
from bot.services.registering import new_records
from storage.db import Database
from storage.mapping import columns
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import NUMBER, SEC, Ledger, entry, ledger

HEADER = "法人番号,名称,区分,言語,部門,業務内容,契約形態,開始日,終了日,個人データ\n"
ROWS = [
    f"{NUMBER},株式会社みかづき運輸,法人,ja,総務部,社内便の配送,準委任,2026/4/1,2027/3/31,なし\n",
    "7-9999-0100-0001,㈱みかづき運輸,,,総務部,倉庫の管理,準委任,2026/4/1,-,あり\n",
    ",佐藤　花子,個人事業主,,開発部,翻訳,請負,2025-10-01,,あり\n",
    ",佐藤 花子,個人事業主,,開発部,校正,請負,2025-10-01,,なし\n",
    ",Harbour Cleaning Ltd,外国法人,英語,総務部,=HYPERLINK(1),委任,2026/1/1,未定,なし\n",
]
RECORDS: tuple[type[Value], ...] = (Supplier, Engagement, Owner, Change, AuditEvent)


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department("総務部")
    await made.department("開発部", deputies=())
    return made


async def take(stage: Ledger, *rows: str, dry_run: bool = False, header: str = HEADER) -> ImportReport:
    content = (header + "".join(rows)).encode()
    return await stage.importing.import_suppliers(content, dry_run=dry_run, actor=SYSTEM)


async def counts(stage: Ledger) -> list[int]:
    async with stage.db.read() as tx:
        return [len(await tx.find(cls)) for cls in RECORDS]


def verdicts(report: ImportReport) -> list[Verdict]:
    return [row.verdict for row in report.rows]


async def test_a_file_becomes_suppliers_engagements_owners_history_and_one_audit_event(stage: Ledger) -> None:
    before = await counts(stage)
    report = await take(stage, *ROWS)
    assert (report.ok, report.suppliers, report.engagements) == (True, 3, 5)
    assert verdicts(report) == [Verdict.CREATED] * 5
    assert [row.line for row in report.rows] == [2, 3, 4, 5, 6]
    after = await counts(stage)
    assert [a - b for a, b in zip(after, before, strict=True)] == [3, 5, 8, 8, 1]
    async with stage.db.read() as tx:
        [event] = await tx.find(AuditEvent, action="ledger:imported")
        [foreign] = await tx.find(Supplier, language="en")
    assert event.detail == {"suppliers": 3, "engagements": 5, "updated": 0}
    assert foreign.name == "Harbour Cleaning Ltd"


async def test_the_dry_run_stores_nothing_and_says_what_the_import_will_say(stage: Ledger) -> None:
    before = await counts(stage)
    dry = await take(stage, *ROWS, dry_run=True)
    assert await counts(stage) == before
    assert dry.dry_run
    real = await take(stage, *ROWS)
    assert real.model_copy(update={"dry_run": True}) == dry


async def test_the_second_time_every_row_is_there(stage: Ledger) -> None:
    await take(stage, *ROWS)
    before = await counts(stage)
    again = await take(stage, *ROWS)
    assert verdicts(again) == [Verdict.SAME] * 5
    assert (again.suppliers, again.engagements) == (0, 0)
    assert await counts(stage) == before


async def test_a_row_twice_in_one_file_is_there_the_second_time(stage: Ledger) -> None:
    assert verdicts(await take(stage, ROWS[0], ROWS[0])) == [Verdict.CREATED, Verdict.SAME]


async def test_one_bad_row_and_nothing_is_stored(stage: Ledger) -> None:
    before = await counts(stage)
    bad = [
        ROWS[0].replace("総務部", "営業部"),
        ROWS[1].replace("0001,", "0002,"),
        ROWS[2].replace("翻訳,請負", "通訳,"),
    ]
    report = await take(stage, *ROWS, *bad, "一つだけ\n")
    assert await counts(stage) == before
    assert [(c.line, c.column, c.code) for c in report.complaints] == [
        (7, "部門", Code.UNKNOWN_DEPARTMENT),
        (8, "法人番号", Code.BAD_CHECK_DIGIT),
        (9, "契約形態", Code.EMPTY),
        (10, "", Code.CELL_COUNT),
    ]
    assert report.unknown_departments == ("営業部",)
    assert verdicts(report) == [Verdict.CREATED] * 5 + [Verdict.REFUSED] * 4


@pytest.mark.parametrize(
    ("old", "new", "field", "subject"),
    [
        ("株式会社みかづき運輸", "こはく印刷", "name", "supplier"),
        ("2026/4/1", "2025/4/1", "starts_on", "engagement"),
        ("2027/3/31", "2028/3/31", "ends_on", "engagement"),
        ("2027/3/31", "-", "ends_on", "engagement"),
        ("なし", "あり", "personal_data", "engagement"),
        ("法人", "公的機関", "kind", "supplier"),
        (",ja,", ",en,", "language", "supplier"),
        ("準委任", "請負", "contract_type", "engagement"),
    ],
)
async def test_what_the_file_says_and_the_ledger_does_not_is_an_update(
    stage: Ledger, old: str, new: str, field: str, subject: str
) -> None:
    await take(stage, ROWS[0])
    newer = ROWS[0].replace(old, new)
    dry, done, again = await take(stage, newer, dry_run=True), await take(stage, newer), await take(stage, newer)
    assert [row.fields for row in dry.rows] == [(field,)]
    assert dry.rows == done.rows
    assert [verdicts(r) for r in (dry, done, again)] == [[Verdict.UPDATED], [Verdict.UPDATED], [Verdict.SAME]]
    async with stage.db.read() as tx:
        changes = await tx.find(Change, field=field, subject=subject)
    assert [change.cause for change in changes] == ["import"]


async def test_a_similar_name_is_a_warning(stage: Ledger) -> None:
    await take(stage, ROWS[0])
    report = await take(stage, ROWS[0].replace(NUMBER, "").replace("株式会社みかづき", "ミカヅキ"))
    assert report.ok
    assert [(row.verdict, row.twin) for row in report.rows] == [(Verdict.CREATED, "株式会社みかづき運輸")]


async def test_the_form_and_the_file_share_one_ledger(stage: Ledger) -> None:
    department = await stage.department("企画部")
    await stage.registering.submit(press(SEC), entry(department.id, personal_data="no"))
    row = ROWS[0].replace("総務部", "企画部").replace("2027/3/31", "")
    assert verdicts(await take(stage, row)) == [Verdict.SAME]


async def test_a_department_is_found_however_it_is_spaced(stage: Ledger) -> None:
    assert (await take(stage, ROWS[0].replace("総務部", " 総務　部"))).ok


async def test_export_goes_in_again_and_every_row_is_there(stage: Ledger) -> None:
    await take(stage, *ROWS)
    content = await stage.exporting.ledger()
    assert "'=HYPERLINK(1)" in content.decode()
    report = await stage.importing.import_suppliers(content, dry_run=False, actor=SYSTEM)
    assert report.complaints == ()
    assert verdicts(report) == [Verdict.SAME] * 5


async def test_three_names_that_shift_jis_cannot_hold(stage: Ledger) -> None:
    names = ["ふつう商会", "Café☕商会", "𠮷田運送", "みかづき—運輸", "あとの商会"]
    await take(stage, *(ROWS[2].replace("佐藤　花子", name) for name in names))
    content = await stage.exporting.ledger()
    assert all(name in content.decode("utf-8-sig") for name in names)
    assert verdicts(await stage.importing.import_suppliers(content, dry_run=True, actor=SYSTEM)) == [Verdict.SAME] * 5


async def test_who_may_import(stage: Ledger) -> None:
    person = Person(id="p", slack_user_id="U1", team_id="T0HOME", kind=PersonKind.EMPLOYEE, seen_at=START)
    employee = Actor(who=Who(slack_user_id="U1"), person=person)
    with pytest.raises(Refusal) as refused:
        await stage.importing.import_suppliers(b"", dry_run=True, actor=employee)
    assert refused.value.code is Code.NOT_YOURS
    security = employee.model_copy(update={"security": True})
    assert (await stage.importing.import_suppliers(b"", dry_run=True, actor=security)).complaints


async def test_a_few_thousand_rows(stage: Ledger) -> None:
    rows = [ROWS[2].replace("佐藤　花子", f"委託先{n}") for n in range(2500)]
    report = await take(stage, *rows)
    assert (report.ok, report.suppliers) == (True, 2500)
    assert verdicts(await take(stage, *rows)) == [Verdict.SAME] * 2500


async def test_what_somebody_registers_meanwhile_is_judged_again(
    stage: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between judging and writing, the same work is registered by hand: it is there once, and the file says so."""
    async with stage.db.read() as tx:
        department = await tx.one(Department, name="総務部")
    assert department
    by_hand = entry(department.id, ends_on="2027-03-31", personal_data="no")
    store = stage.importing._store

    async def slower(*plan: Any) -> bool:
        monkeypatch.undo()
        await stage.registering.submit(press(SEC), by_hand)
        return await store(*plan)

    monkeypatch.setattr(stage.importing, "_store", slower)
    report = await take(stage, *ROWS)
    assert verdicts(report) == [Verdict.SAME, *[Verdict.CREATED] * 4]
    assert (await counts(stage))[:2] == [3, 5]


async def test_a_ledger_that_never_rests_is_busy(stage: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def beaten(*_plan: Any) -> bool:
        return False

    monkeypatch.setattr(stage.importing, "_store", beaten)
    with pytest.raises(Refusal) as refused:
        await take(stage, *ROWS)
    assert refused.value.code is Code.BUSY


async def test_work_for_a_supplier_that_is_there_before_a_new_supplier(stage: Ledger) -> None:
    """The first new record is then an engagement, and the supplier of the next one must still be written first."""
    await take(stage, ROWS[0])
    assert verdicts(await take(stage, *ROWS[1:])) == [Verdict.CREATED] * 4


# -- updates, history, what came before ----------------------------------------------------------------------------------


async def test_only_what_the_file_says_is_changed_and_everything_new_is_in_the_history(stage: Ledger) -> None:
    await take(stage, ROWS[0])
    header = "法人番号,名称,部門,業務内容,終了日,タグ,再委託\n"
    report = await take(stage, f"{NUMBER},みかづきロジスティクス,総務部,社内便の配送,,配送,あり\n", header=header)
    [row] = report.rows
    assert (row.fields, row.was) == (("name", "subcontracts", "tags"), "株式会社みかづき運輸")
    async with stage.db.read() as tx:
        [supplier], [engagement] = await tx.find(Supplier), await tx.find(Engagement)
        changes = {c.field: (c.before, c.after) for c in await tx.find(Change) if c.field != "created"}
    assert (supplier.name, supplier.subcontracts, supplier.version) == ("みかづきロジスティクス", True, 2)
    assert (str(engagement.ends_on), engagement.tags) == ("2027-03-31", ("配送",))
    assert changes.keys() == {"name", "name_key", "subcontracts", "tags"}
    assert changes["name"] == ("株式会社みかづき運輸", "みかづきロジスティクス")


async def test_a_supplier_that_the_file_makes_may_be_said_more_of_below(stage: Ledger) -> None:
    header = "名称,部門,業務内容,契約形態,開始日,個人データ,所在地\n"
    rows = [
        "ほうき星測量,総務部,測量,請負,2026-04-01,なし,\n",
        "ほうき星測量,総務部,製図,請負,2026-04-01,なし,千葉市\n",
    ]
    assert verdicts(await take(stage, *rows, header=header)) == [Verdict.CREATED] * 2
    assert verdicts(await take(stage, *rows, header=header)) == [Verdict.SAME] * 2
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    assert supplier.address == "千葉市"


async def test_rows_that_contradict_each_other_are_refused_with_the_other_line(stage: Ledger) -> None:
    other = ROWS[1].replace(",,,総務部", ",公的機関,,総務部")
    report = await take(stage, ROWS[0], other, ROWS[2], ROWS[2].replace("2025-10-01", "2025-11-01"))
    found = [(c.line, c.column, c.code, c.params) for c in report.complaints]
    assert found == [
        (3, "区分", Code.CONTRADICTS, {"line": 2}),
        (5, "業務内容", Code.CONTRADICTS, {"line": 4}),
    ]


async def test_past_reviews_come_in_once_and_say_where_from(stage: Ledger) -> None:
    header = HEADER.replace("\n", ",最終モニタリング日,判断\n")
    rows = [ROWS[0].replace("\n", ",2026/3/5 19:00:27,経過観察\n"), ROWS[2].replace("\n", ",-,\n")]
    assert verdicts(await take(stage, *rows, header=header)) == [Verdict.CREATED] * 2
    assert verdicts(await take(stage, *rows, header=header)) == [Verdict.SAME] * 2
    newer = await take(stage, rows[0].replace("2026/3/5", "2026/9/1"), header=header)
    assert [row.fields for row in newer.rows] == [("past",)]
    async with stage.db.read() as tx:
        pasts = await tx.find(PastReview, order="reviewed_on")
    assert [(str(p.reviewed_on), p.value, p.source) for p in pasts] == [
        ("2026-03-05", JudgementValue.WATCH, "import"),
        ("2026-09-01", JudgementValue.WATCH, "import"),
    ]
    for row, code in (("2027/1/1 0:00,問題なし", Code.PAST_IN_FUTURE), ("2026/3/5,問題なし", Code.DIFFERS)):
        [complaint] = (await take(stage, ROWS[0].replace("\n", f",{row}\n"), header=header)).complaints
        assert complaint.code is code
    exported = await stage.exporting.ledger()
    assert "2026-09-01" in exported.decode()


NAMES = [
    "Café☕商会",
    "𠮷田運送",
    "みかづき—運輸",
    "=HYPERLINK(1)",
    "+81",
    "'=1",
    "@SUM(A1)",
    "<!channel>",
    "_x000B_",
    "חברת ניקיון",
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_round_trip_with_every_field_and_hostile_names(stage: Ledger, kind: str) -> None:
    header = HEADER.replace(
        "\n", ",タグ,使用端末,個人データの種類,再委託,自動更新,解約予告日数,稟議番号,最終モニタリング日,判断\n"
    )
    more = ",配送、=tag,貸与,顧客情報、その他,あり,なし,30,R-{n},2026/3/1,要改善\n"
    rows = [ROWS[2].replace("佐藤　花子", name).replace("\n", more.format(n=n)) for n, name in enumerate(NAMES)]
    rows += [ROWS[1].replace("\n", more.format(n=99))]
    content = (header + "".join(rows)).encode()
    keep = Choices(unknown=Unknown.KEEP)
    done = await stage.importing.import_suppliers(content, dry_run=False, actor=SYSTEM, choices=keep)
    assert (done.complaints, verdicts(done)) == ((), [Verdict.CREATED] * 11)
    before = await counts(stage)
    again = await stage.importing.import_suppliers(await stage.exporting.ledger(kind), dry_run=False, actor=SYSTEM)
    assert (again.complaints, verdicts(again)) == ((), [Verdict.SAME] * 11)
    assert await counts(stage) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_value_that_is_no_choice_any_more_comes_back_as_the_same_and_nowhere_else(
    stage: Ledger, kind: str
) -> None:
    level = FreeField(id="f" * 32, label_ja="重要度", kind=FreeKind.CHOICE, choices=("高", "低"), created_at=START)
    async with stage.db.begin("test.field") as tx:
        tx.add(level)
    header = HEADER.replace("\n", ",重要度\n")
    rows = [row.replace("\n", f",{value}\n") for row, value in zip(ROWS[:2], ("高", "低"), strict=True)]
    assert (await take(stage, *rows, header=header)).ok
    async with stage.db.begin("test.removed") as tx:
        await tx.put((await tx.need(FreeField, level.id)).model_copy(update={"choices": ("中", "低")}))
    again = await stage.importing.import_suppliers(await stage.exporting.ledger(kind), dry_run=False, actor=SYSTEM)
    assert (again.complaints, verdicts(again)) == ((), [Verdict.SAME] * 2)
    other = await take(
        stage, rows[1].replace(",低", ",高"), header=header
    )  # it stands in the other row, not in this one
    assert [(c.line, c.column, c.code) for c in other.complaints] == [(2, "重要度", Code.BAD_VALUE)]
    new = await take(stage, rows[0].replace("社内便の配送", "警備"), header=header)
    assert [(c.line, c.column, c.code) for c in new.complaints] == [(2, "重要度", Code.BAD_VALUE)]
    mended = await take(stage, rows[0].replace(",高", ",中"), header=header)
    assert [(r.verdict, r.fields) for r in mended.rows] == [(Verdict.UPDATED, ("free",))]


async def test_the_id_of_the_export_finds_work_that_was_renamed(stage: Ledger) -> None:
    await take(stage, ROWS[2])
    content = (await stage.exporting.ledger()).decode("utf-8-sig").replace("翻訳", "技術翻訳")
    report = await stage.importing.import_suppliers(content.encode(), dry_run=False, actor=SYSTEM)
    assert [(r.verdict, r.fields) for r in report.rows] == [(Verdict.UPDATED, ("business",))]


async def test_bulk_rows_are_those_of_the_form(stage: Ledger) -> None:
    """`ImportRows` writes what `new_records` would: the same tables, the same columns, the same values but for ids."""
    await take(stage, ROWS[0])
    async with stage.db.read() as tx:
        [supplier], [engagement] = await tx.find(Supplier), await tx.find(Engagement)
        department = await tx.one(Department, name="総務部")
    assert department
    step = Step(supplier, department, new_supplier=True, new_engagement=engagement)
    rows = ImportRows(SYSTEM, START)
    rows.add(step)
    wanted = [
        (type(v), columns(v)) for v in new_records(supplier, engagement, department, SYSTEM, START, CAUSE, new=True)
    ]
    made = [(cls, row) for cls, every in rows.batch().new.items() for row in every]

    def without_ids(found: list[Any]) -> list[str]:
        return sorted(f"{cls} {sorted((k, repr(v)) for k, v in row.items() if k != 'id')}" for cls, row in found)

    assert without_ids(made) == without_ids(wanted)


KILLED = """
import asyncio, os, signal, sys
from storage import bulk
from bot.services import importing
store = importing.insert_rows
calls = []
async def dies(tx, rows):
    await store(tx, rows)
    calls.append(1)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
importing.insert_rows = dies
importing.AT_ONCE = 2
from zoneinfo import ZoneInfo
from bot.clock import SystemClock
from bot.domain.people import SYSTEM
from bot.services.desk import Desk
from storage.db import Database
async def main():
    db = Database(sys.argv[1])
    at = importing.Importing(Desk(db, SystemClock(), ""), ZoneInfo("Asia/Tokyo"))
    await at.import_suppliers(sys.stdin.buffer.read(), dry_run=False, actor=SYSTEM)
asyncio.run(main())
"""


async def test_killed_in_the_middle_leaves_no_row(stage: Ledger) -> None:
    """SIGKILL after the second batch of three was written, and the same file comes in whole afterwards."""
    before = await counts(stage)
    content = (HEADER + "".join(ROWS)).encode()
    run = [sys.executable, "-c", KILLED, stage.db.url]
    killed = await asyncio.to_thread(subprocess.run, run, input=content, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert await counts(stage) == before
    assert verdicts(await take(stage, *ROWS)) == [Verdict.CREATED] * 5


@pytest.mark.parametrize("first", ["by id", "new"])
async def test_one_number_for_two_records_is_refused_on_its_line_before_anything_is_written(
    stage: Ledger, first: str
) -> None:
    """The dry run knows it too: what it promises must not break while it is written."""
    number = "7999901000001"
    await take(stage, ",うさぎ商店,法人,ja,総務部,清掃,請負,2026/4/1,,なし\n")
    heading, row = csv.reader(io.StringIO((await stage.exporting.ledger()).decode("utf-8-sig")))
    at = {name: heading.index(name) for name in ("法人番号", "名称", "委託業務ID")}
    other = list(row)
    for line, told in ((row, (number, "うさぎ商店", row[-1])), (other, (number, "かめ商店", ""))):
        for place, value in zip(at.values(), told, strict=True):
            line[place] = value
    out = io.StringIO()
    csv.writer(out).writerows([heading, row, other] if first == "by id" else [heading, other, row])
    before = await counts(stage)
    for dry_run in (True, False):
        report = await stage.importing.import_suppliers(out.getvalue().encode(), dry_run=dry_run, actor=SYSTEM)
        [complaint] = report.complaints
        assert (complaint.line, complaint.column, complaint.code) == (3, "法人番号", Code.CONTRADICTS)
        assert complaint.params == {"line": 2}
    assert await counts(stage) == before
