"""The column of documents in a ledger file: what is exported comes back as it was; links come in once; nothing is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.documents import Document
from bot.domain.fields import Part
from bot.domain.import_papers import ROOM, cell_of
from bot.domain.importing import ImportReport, Remark, Verdict
from bot.domain.ledger import Change, Engagement, EngagementState
from bot.domain.people import SYSTEM
from bot.domain.refusal import Code
from bot.services.exporting import CSV, XLSX
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import SEC
from tests.services.paper_stage import PDF, Desk, paper_desk

HEADER = ["名称", "部門", "業務内容", "契約形態", "開始日", "個人データ", "関連資料"]
URL = "https://docs.example.com/1"


@pytest.fixture
async def desk(db: Database, clock: StillClock, tmp_path: Path) -> Desk:
    return await paper_desk(db, clock, tmp_path / "vault")


def file(*rows: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


def work(papers: str, business: str = "梱包", name: str = "髙橋商店") -> list[str]:
    return [name, "総務部", business, "請負", "2026-04-01", "なし", papers]


async def taken(desk: Desk, content: bytes, *, dry_run: bool = False) -> ImportReport:
    return await desk.at.ledger.importing.import_suppliers(content, dry_run=dry_run, actor=SYSTEM)


def verdicts(report: ImportReport) -> list[Verdict]:
    return [row.verdict for row in report.rows]


async def documents(desk: Desk) -> list[tuple[str, str, bool]]:
    return sorted((d.title, d.link, d.engagement_id is None) for d in await desk.documents())


async def test_links_come_in_with_their_history_and_a_second_time_all_is_the_same(desk: Desk) -> None:
    content = file(
        work(f"業務委託契約書 {URL}\n{URL}/2、https://other.example.com/x"),
        work("【会社】取引基本契約書 https://docs.example.com/base", "保管"),
        work("【会社】取引基本契約書 https://docs.example.com/base", "配送"),
    )
    before = verdicts(await taken(desk, content, dry_run=True))
    assert await documents(desk) == []
    report = await taken(desk, content)
    assert (verdicts(report), before) == ([Verdict.CREATED] * 3, [Verdict.CREATED] * 3)
    assert await documents(desk) == [
        ("docs.example.com", f"{URL}/2", False),
        ("other.example.com", "https://other.example.com/x", False),
        ("取引基本契約書", "https://docs.example.com/base", True),
        ("業務委託契約書", URL, False),
    ]
    created = [c for c in await desk.all(Change) if c.subject == "document"]
    assert [(c.field, c.cause) for c in created] == [("created", "import")] * 4
    again = await taken(desk, content)
    assert (verdicts(again), again.notes) == ([Verdict.SAME] * 3, ())
    assert len(await desk.documents()) == 4


async def test_a_new_link_is_an_update_of_the_documents(desk: Desk) -> None:
    await taken(desk, file(work(f"契約書 {URL}")))
    report = await taken(desk, file(work(f"契約書 {URL}\n覚書 {URL}/memo")))
    (row,) = report.rows
    assert (row.verdict, row.fields) == (Verdict.UPDATED, ("papers",))
    assert [title for title, _, _ in await documents(desk)] == ["契約書", "覚書"]


@pytest.mark.parametrize("kind", [CSV, XLSX])
async def test_what_is_exported_comes_back_as_the_same(desk: Desk, kind: str) -> None:
    await desk.hand_in("F1", "nda [最終].pdf", PDF, title="秘密保持契約")
    await desk.hand_in("F2", "手順.pdf", PDF, title="=HYPERLINK(1)", work=True)
    await desk.tick()
    await desk.at.edit(Part.DOCUMENT, title=f"見積書、{URL}/inside 写し", link=URL)
    before = await desk.documents()
    content = await desk.at.ledger.exporting.ledger(kind)
    report = await taken(desk, content)
    assert (verdicts(report), report.notes, report.unknown_columns) == ([Verdict.SAME], report.notes, ())
    assert Remark.NAMED_PAPERS not in {n.remark for n in report.notes}
    assert await desk.documents() == before


async def test_the_column_shows_links_and_files_by_name_and_nothing_that_was_taken_out(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF, title="秘密保持契約", work=True)
    await desk.tick()
    await desk.at.edit(Part.DOCUMENT, title="契約書", link=URL)
    await desk.at.edit(Part.DOCUMENT, title="旧契約書", link=f"{URL}/old")
    gone = next(d for d in await desk.documents() if d.title == "旧契約書")
    await desk.at.editing.remove(press(SEC), gone.id)
    content = await desk.at.ledger.exporting.ledger(CSV)
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["関連資料"] == f"秘密保持契約［nda.pdf］\n【会社】契約書 {URL}"


async def test_what_was_taken_out_does_not_come_back_with_an_old_file(desk: Desk) -> None:
    await desk.at.edit(Part.DOCUMENT, title="契約書", link=URL)
    old = await desk.at.ledger.exporting.ledger(CSV)
    (made,) = await desk.documents()
    await desk.at.editing.remove(press(SEC), made.id)
    assert verdicts(await taken(desk, old)) == [Verdict.SAME]
    assert len(await desk.documents()) == 1


async def test_a_renamed_document_is_known_by_its_link_and_its_file(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF, title="秘密保持契約")
    await desk.tick()
    await desk.at.edit(Part.DOCUMENT, title="契約書", link=URL)
    old = await desk.at.ledger.exporting.ledger(CSV)
    for one in await desk.documents():
        await desk.at.edit(Part.DOCUMENT, one.id, title=f"{one.title}(改)")
    report = await taken(desk, old)
    assert verdicts(report) == [Verdict.SAME]
    assert Remark.NAMED_PAPERS not in {n.remark for n in report.notes}
    assert len(await desk.documents()) == 2


@pytest.mark.parametrize("cell", ["契約書.pdf", "契約書［よその.pdf］", "3件"])
async def test_a_name_without_a_link_makes_nothing_and_is_said(desk: Desk, cell: str) -> None:
    report = await taken(desk, file(work(cell)))
    assert verdicts(report) == [Verdict.CREATED]
    assert [n.what for n in report.notes if n.remark is Remark.NAMED_PAPERS] == [("2",)]
    assert await desk.documents() == []


@pytest.mark.parametrize("cell", ["-", "", "ほか3件"])
async def test_nothing_is_said_of_nothing(desk: Desk, cell: str) -> None:
    report = await taken(desk, file(work(cell)))
    assert not [n for n in report.notes if n.remark is Remark.NAMED_PAPERS]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("契約書 http://docs.example.com/1", Code.BAD_LINK),
        ("契約書 https://user:pw@docs.example.com", Code.BAD_LINK),
        ("題" * 151 + " " + URL, Code.TOO_LONG),
    ],
)
async def test_a_bad_link_is_refused_on_its_line_and_column(desk: Desk, cell: str, code: Code) -> None:
    report = await taken(desk, file(work(cell)))
    assert [(c.line, c.column, c.letter, c.code) for c in report.complaints] == [(2, "関連資料", "G", code)]
    assert await desk.documents() == []


async def test_work_that_is_over_gets_no_documents(desk: Desk) -> None:
    await taken(desk, file(work("")))
    async with desk.db.begin("test.over") as tx:
        for one in await tx.find(Engagement):
            await tx.put(one.model_copy(update={"state": EngagementState.ENDED}))
    report = await taken(desk, file(work(f"契約書 {URL}")))
    assert [c.code for c in report.complaints] == [Code.RECORD_KEPT]


def test_a_cell_has_room_for_what_a_spreadsheet_takes() -> None:
    common = {"supplier_id": "s", "added_by": "p", "added_at": START}
    every = [Document(id=new_id(), title="題" * 150, link=URL + "x" * 900, **common) for _ in range(60)]
    cell = cell_of(every)
    assert len(cell) <= ROOM + 10
    assert cell.endswith("件")
