"""Files as documents of a record: put into the form, fetched, checked by content, told, given back, dropped in the DM."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.answering import Evidence
from bot.domain.delivery import AuditEvent
from bot.domain.editing import EditForm, Entered
from bot.domain.evidence import LIMIT
from bot.domain.fetching import FetchState, FileFetch
from bot.domain.fields import Part
from bot.domain.ledger import Supplier
from bot.domain.merging import Merge
from bot.domain.papers import COMPANY, WORK
from bot.domain.people import SECURITY, Person
from bot.domain.record import Page
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.transfers import Transfer, TransferState, Way
from bot.services.merging import Merging
from bot.services.ports import SendFailed
from bot.services.transfers import Transfers
from message_templates.catalogs import text
from message_templates.transfer import transfer_text
from storage import people
from storage.db import Database
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import ADMIN, DEPUTY, OUTSIDER, OWNER, SEC, STRANGER, TOKYO, entry
from tests.services.paper_stage import PDF, PNG, Desk, paper_desk, zipped


@pytest.fixture
async def desk(db: Database, clock: StillClock, tmp_path: Path) -> Desk:
    return await paper_desk(db, clock, tmp_path / "vault")


# -- in the record's form ------------------------------------------------------------------------------------------------


async def test_handed_in_fetched_stored_told_and_in_the_record_with_who_and_when(desk: Desk) -> None:
    saved = await desk.hand_in("F1", "nda\u202e.pdf", PDF, title="秘密保持契約")
    assert saved.fetching
    assert await desk.documents() == []
    assert (await desk.at.record(Page.PAPERS)).coming == ("秘密保持契約",)
    desk.at.clock.advance(seconds=30)
    await desk.tick()
    (made,) = await desk.documents()
    assert (made.title, made.link, made.file_name, made.engagement_id) == ("秘密保持契約", "", "nda.pdf", None)
    assert desk.vault.get(made.sha256 or "") == PDF
    record = await desk.at.record(Page.PAPERS)
    assert (record.documents, record.coming) == ((made,), ())
    assert record.names[made.added_by] == "佐藤 守"
    (created,) = [c for c in record.changes if c.subject == "document"]
    assert (created.field, created.actor, created.after["file_name"]) == ("created", "佐藤 守", "nda.pdf")
    assert await desk.told() == ["書類「秘密保持契約」を記録に保管しました: nda.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("契約書.pdf", b"MZ a program", "active"),
        ("契約書.docx", zipped("word/document.xml", "word/vbaProject.bin"), "active"),
        ("写し.zip", zipped("run/setup.EXE"), "active"),
        ("写し.zip", zipped("契約書.pdf", flag=1), "sealed"),
        ("写し.pdf", b"7z\xbc\xaf\x27\x1c...", "sealed"),
        ("写し.pdf", b"Rar!\x1a\x07\x01\x00", "sealed"),
        ("写し.zip", b"PK\x03\x04 cut off", "sealed"),
        ("図.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "active"),
        ("頁.pdf", b"\n<!DOCTYPE html><html>", "active"),
        ("古い.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "active"),
        ("錠.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sealed"),
        ("空.pdf", b"", "empty"),
        ("大.pdf", PDF + b"0" * LIMIT, "too_big"),
    ],
)
async def test_what_may_not_be_kept_is_refused_by_its_content_with_a_reason(
    desk: Desk, name: str, content: bytes, why: str
) -> None:
    await desk.hand_in("F1", name, content)
    await desk.tick()
    assert await desk.documents() == []
    assert await desk.all(Evidence) == []
    (fetch,) = await desk.all(FileFetch)
    assert (fetch.state, fetch.reason) == (FetchState.REFUSED, why)
    assert await desk.told() == [f"書類「契約書」は保管できませんでした: {name}\n{text('ja')(f'document.why_{why}')}"]


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("契約書.exe", PDF, "契約書.exe.pdf"),
        ("写し.jpeg", b"\xff\xd8\xff\xe0", "写し.jpeg"),
        ("写し", PNG, "写し.png"),
        ("契約書.docx", zipped("word/document.xml"), "契約書.docx"),
        ("まとめ.zip", zipped("a.pdf", "b.png"), "まとめ.zip"),
        ("../../etc/覚書.txt", "覚書".encode(), "覚書.txt"),
    ],
)
async def test_the_name_ends_as_the_content_is(desk: Desk, name: str, content: bytes, kept: str) -> None:
    await desk.hand_in("F1", name, content)
    await desk.tick()
    assert [d.file_name for d in await desk.documents()] == [kept]


async def test_a_login_page_in_its_place_is_tried_again_until_the_file_comes(desk: Desk) -> None:
    desk.slack.held["F1"] = SendFailed("not_a_file", permanent=False)
    await desk.hand_in("F1", "", b"")
    await desk.tick()
    (fetch,) = await desk.all(FileFetch)
    assert (fetch.state, fetch.tries, await desk.told()) == (FetchState.WANTED, 1, [])
    desk.slack.held["F1"] = ("nda.pdf", PDF)
    desk.at.clock.machine += timedelta(minutes=1)
    await desk.tick()
    assert [d.file_name for d in await desk.documents()] == ["nda.pdf"]


async def test_one_that_was_deleted_in_slack_is_told_by_its_title(desk: Desk) -> None:
    desk.slack.held["F1"] = SendFailed("gone", permanent=True)
    await desk.hand_in("F1", "", b"")
    await desk.tick()
    (told,) = await desk.told()
    assert "書類「契約書」は保管できませんでした" in told
    assert (await desk.at.record(Page.PAPERS)).coming == ()


async def test_either_a_link_or_a_file_and_always_a_name(desk: Desk) -> None:
    for typed, files, wanted in (
        ({"title": "契約書", "link": "https://docs.example.com/1"}, ["F1"], {(Code.LINK_AND_FILE, "file")}),
        ({"title": "契約書"}, [], {(Code.NO_LINK_NO_FILE, "file")}),
        ({"title": "契約書"}, ["F1", "F2"], {(Code.LINK_AND_FILE, "file")}),
        ({}, ["F1"], {(Code.EMPTY, "title")}),
    ):
        form = await desk.at.form(Part.DOCUMENT)
        held = _entered(form, typed)
        with pytest.raises(Refusals) as refused:
            await desk.at.editing.save(press(SEC), form.target, held, files)
        assert {(r.code, r.field) for r in refused.value.refusals} == wanted
    assert await desk.all(FileFetch) == []


def _entered(form: EditForm, typed: dict[str, str]) -> dict[str, Entered]:
    return {n: Entered(text=typed.get(n, text), shown=form.shown[n]) for n, text in form.texts.items()}


async def test_the_form_of_a_file_has_no_link_and_renames_it(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    (made,) = await desk.documents()
    form = await desk.at.form(Part.DOCUMENT, made.id)
    assert ([f.name for f in form.fields], form.file) == (["title"], "nda.pdf")
    await desk.at.edit(Part.DOCUMENT, made.id, title="秘密保持契約(締結版)")
    (after,) = await desk.documents()
    assert (after.title, after.sha256) == ("秘密保持契約(締結版)", made.sha256)


async def test_the_same_content_twice_is_one_blob_and_stays_while_anything_refers_to_it(desk: Desk) -> None:
    for n in (1, 2):
        await desk.hand_in(f"F{n}", f"{n}.pdf", PDF, title=f"書類{n}")
        await desk.tick()
    one, two = await desk.documents()
    assert one.sha256 == two.sha256
    assert [e.size for e in await desk.all(Evidence)] == [len(PDF)]
    await desk.at.editing.remove(press(SEC), one.id)
    assert desk.vault.get(two.sha256 or "") == PDF
    assert [d.title for d in (await desk.at.record()).documents] == ["書類2"]


async def test_as_of_a_day_and_the_history_show_files_like_links(
    db: Database, clock: StillClock, tmp_path: Path
) -> None:
    clock.business = START - timedelta(days=9)  # the record is older than its document
    desk = await paper_desk(db, clock, tmp_path)
    desk.at.clock.business = START - timedelta(days=5)
    await desk.hand_in("F1", "nda.pdf", PDF)
    desk.at.clock.business = START - timedelta(days=3)
    await desk.tick()
    (made,) = await desk.documents()
    desk.at.clock.business = START
    await desk.at.editing.remove(press(SEC), made.id)
    assert (await desk.at.record(Page.PAPERS)).documents == ()
    assert (await desk.at.record(Page.PAPERS, on=date(2026, 11, 20))).documents == ()
    (then,) = (await desk.at.record(Page.PAPERS, on=date(2026, 11, 23))).documents
    assert (then.file_name, then.sha256) == ("nda.pdf", made.sha256)
    fields = [c.field for c in (await desk.at.record(Page.HISTORY)).changes if c.subject == "document"]
    assert fields == ["removed_at", "created"]
    await desk.papers.give(press(SEC), made.id)  # the record of that day shows it, so it is given
    await desk.given()
    assert desk.slack.uploaded == [("nda.pdf", PDF)]


async def test_of_a_record_that_was_merged_meanwhile_it_goes_to_the_one_that_is_kept(desk: Desk) -> None:
    department = await desk.at.ledger.department("開発部")
    await desk.at.ledger.registering.submit(press(SEC), entry(department.id, corporate_number="", name="みかづき運輸"))
    kept = next(s for s in await desk.all(Supplier) if s.id != desk.at.supplier_id)
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.hand_in("F2", "of work.pdf", PDF + b"2", title="作業手順書", work=True)
    merging = Merging(desk.at.ledger.desk, TOKYO)
    await merging.merge(press(SEC), kept.id, desk.at.supplier_id)
    await desk.tick()
    assert {d.supplier_id for d in await desk.documents()} == {kept.id}
    assert {d.engagement_id for d in await desk.documents()} == {None, desk.at.engagement_id}


async def test_documents_with_files_move_with_the_record_and_back(desk: Desk) -> None:
    department = await desk.at.ledger.department("開発部")
    await desk.at.ledger.registering.submit(press(SEC), entry(department.id, corporate_number="", name="みかづき運輸"))
    kept = next(s for s in await desk.all(Supplier) if s.id != desk.at.supplier_id)
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    merging = Merging(desk.at.ledger.desk, TOKYO)
    await merging.merge(press(SEC), kept.id, desk.at.supplier_id)
    assert [(d.supplier_id, d.file_name) for d in await desk.documents()] == [(kept.id, "nda.pdf")]
    (merge,) = await desk.all(Merge)
    await merging.undo(press(SEC), merge.id)
    assert [(d.supplier_id, d.file_name) for d in await desk.documents()] == [(desk.at.supplier_id, "nda.pdf")]


# -- who may -------------------------------------------------------------------------------------------------------------


async def test_an_owner_adds_to_their_own_work_and_to_nothing_else(desk: Desk) -> None:
    await desk.hand_in("F1", "消去証明書.pdf", PDF, title="消去証明書", user=OWNER, work=True)
    await desk.tick()
    (made,) = await desk.documents()
    assert made.engagement_id == desk.at.engagement_id
    for user, work in ((OWNER, False), (DEPUTY, False), (ADMIN, True), (OUTSIDER, True), (STRANGER, True)):
        with pytest.raises(Refusal) as refused:
            await desk.hand_in("F2", "x.pdf", PDF, user=user, work=work)
        assert refused.value.code in (Code.NOT_YOURS, Code.UNKNOWN_PERSON)
    with pytest.raises(Refusal):
        await desk.papers.give(press(OWNER), made.id)  # who may see it is who may see the record
    with pytest.raises(Refusal):
        await desk.at.editing.form(press(OWNER), desk.at.target(Part.DOCUMENT, made.id))
    assert len(await desk.all(FileFetch)) == 1
    assert not [t for t in await desk.all(Transfer) if t.way is Way.GIVE]


# -- given back ----------------------------------------------------------------------------------------------------------


async def test_it_is_given_to_whoever_asked_once_and_nobody_else(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    (made,) = await desk.documents()
    given = await desk.papers.give(press(SEC, key="get"), made.id)
    await desk.papers.give(press(SEC, key="get"), made.id)
    assert given.file_name == "nda.pdf"
    await desk.given()
    assert (desk.slack.uploaded, desk.slack.shared) == ([("nda.pdf", PDF)], [("FUP1", f"user:{SEC}")])
    for user in (OUTSIDER, STRANGER, OWNER):
        with pytest.raises(Refusal):
            await desk.papers.give(press(user), made.id)
    with pytest.raises(Refusal) as refused:
        await desk.papers.give(press(SEC), "0" * 32)
    assert refused.value.code is Code.NOT_FOUND


async def test_who_left_the_team_before_it_is_sent_gets_nothing(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    (made,) = await desk.documents()
    await desk.papers.give(press(SEC), made.id)
    async with desk.db.begin("test.leave") as tx:
        person = await tx.one(Person, slack_user_id=SEC)
        assert person
        await people.remove_member(tx, SECURITY, person.id)
    await desk.given()
    assert (desk.slack.uploaded, desk.slack.shared) == ([], [])
    (transfer,) = await desk.all(Transfer)
    assert (transfer.state, transfer.reason) == (TransferState.REFUSED, "not_yours")


async def test_a_file_that_is_not_in_the_store_any_more_is_said(desk: Desk) -> None:
    await desk.hand_in("F1", "nda.pdf", PDF)
    await desk.tick()
    (made,) = await desk.documents()
    desk.vault.path(made.sha256 or "").unlink()
    await desk.papers.give(press(SEC), made.id)
    await desk.given()
    (transfer,) = await desk.all(Transfer)
    assert (transfer.state, transfer.reason) == (TransferState.REFUSED, "lost")
    assert "見つかりません" in transfer_text(text("ja"), transfer)


# -- dropped in the DM ---------------------------------------------------------------------------------------------------


async def test_a_dropped_pdf_is_asked_about_and_put_where_it_belongs(desk: Desk) -> None:
    shown = await desk.drop("F1", "覚書", PDF)
    assert (shown.state, shown.is_document, shown.name) == (TransferState.SHOWN, True, "覚書.pdf")
    assert "どの委託先の書類" in transfer_text(text("ja"), shown)
    places = (await desk.papers.suggest(press(SEC), "みかづき")).places
    assert [(p.kind, p.id) for p in places] == [(COMPANY, desk.at.supplier_id), (WORK, desk.at.engagement_id)]
    desk.slack.held.clear()  # what was asked about is what is kept, whatever becomes of it in Slack
    filed = await desk.papers.file(press(SEC), shown.id, 1, WORK, desk.at.engagement_id, "覚書")
    assert filed.business
    (made,) = await desk.documents()
    assert (made.title, made.file_name, made.engagement_id) == ("覚書", "覚書.pdf", desk.at.engagement_id)
    assert desk.vault.get(made.sha256 or "") == PDF
    assert [e.action for e in await desk.all(AuditEvent) if e.action == "document:created"]
    with pytest.raises(Refusal) as refused:
        await desk.papers.file(press(SEC), shown.id, 1, COMPANY, desk.at.supplier_id, "もう一度")
    assert refused.value.code is Code.NOT_THIS_FILE


async def test_where_it_cannot_go_is_said_under_its_field(desk: Desk) -> None:
    shown = await desk.drop("F1", "覚書.pdf", PDF)
    for kind, key, title, code, field in (
        (COMPANY, "0" * 32, "覚書", Code.NOT_FOUND, "where"),
        (WORK, desk.at.supplier_id, "覚書", Code.NOT_FOUND, "where"),
        (COMPANY, desk.at.supplier_id, " ", Code.EMPTY, "title"),
    ):
        with pytest.raises(Refusal) as refused:
            await desk.papers.file(press(SEC), shown.id, 1, kind, key, title)
        assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(Refusal) as refused:
        await desk.papers.file(press(OWNER), shown.id, 1, COMPANY, desk.at.supplier_id, "覚書")
    assert refused.value.code is Code.NOT_YOURS
    assert await desk.documents() == []


@pytest.mark.parametrize(
    ("content", "what"), [(PNG, "png"), (zipped("word/document.xml"), "docx"), (b"RIFF0000WEBPVP8", "webp")]
)
async def test_pictures_and_letters_are_asked_about_too(desk: Desk, content: bytes, what: str) -> None:
    shown = await desk.drop("F1", "x", content)
    assert (shown.format, shown.name) == (what, f"x.{what}")


async def test_a_dropped_ledger_is_still_an_import_and_a_letter_with_macros_is_refused(desk: Desk) -> None:
    ledger = await desk.drop("F1", "台帳.csv", "名称,部門,業務内容\n".encode())
    assert (ledger.is_document, ledger.state) == (False, TransferState.SHOWN)
    refused = await desk.drop("F2", "契約書.docm", zipped("word/document.xml", "word/vbaProject.bin"))
    assert (refused.state, refused.reason) == (TransferState.REFUSED, "active")


async def test_a_dropped_document_cannot_be_imported(desk: Desk) -> None:
    shown = await desk.drop("F1", "覚書.pdf", PDF)
    presses = Transfers(desk.at.ledger.desk)
    with pytest.raises(Refusal):
        await presses.order(press(SEC), shown.id, 1)
    await presses.stop(press(SEC), shown.id, 1)
    with pytest.raises(Refusal):
        await desk.papers.file(press(SEC), shown.id, 1, COMPANY, desk.at.supplier_id, "覚書")
    assert await desk.documents() == []
