"""Editing a record: every field through its form, two people at once, bad input on its field, nothing half-saved."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.contacts import Contact
from bot.domain.delivery import AuditEvent
from bot.domain.documents import Document
from bot.domain.editing import PARTS, Entered, form_fields
from bot.domain.fields import ENGAGEMENT, SUPPLIER, Field, Input, Part
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.refusal import Code, Refusal, Refusals
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import ADMIN, BOSS, OUTSIDER, OWNER, SEC, entry
from tests.services.record_stage import SECOND, Stage
from tests.services.record_stage import stage as made

OTHER_NUMBER = "7999902000000"


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Stage:
    return await made(db, clock)


TYPED = {
    Input.LINE: "べつの値",
    Input.TEXT: "べつの文",
    Input.DAY: "2027-03-31",
    Input.YES_NO: "yes",
    Input.NUMBER: "１２０",
    Input.TAGS: "重要、要確認",
}
OWN_TEXT = {"corporate_number": "", "personal_data": "no", "profession": "lawyer", "kind": "public", "language": "en"}
OWN_TEXT |= {"contract_type": "contract", "starts_on": "2026-05-01", "trade_law": "neither", "assessment": "nda"}


def typed(field: Field) -> str:
    if field.name in OWN_TEXT:
        return OWN_TEXT[field.name]
    return TYPED.get(field.input) or field.values[-1]


async def test_every_field_of_every_form_is_written_with_its_history(stage: Stage) -> None:
    """Also: what the forms have and what the models have is the same, but for what a form cannot say."""
    other = await stage.ledger.department("物流部")
    reached: dict[str, set[str]] = {SUPPLIER: set(), ENGAGEMENT: set()}
    for subject, part in [(s, p) for s in reached for p in PARTS[s] if p is not Part.FREE]:
        for field in form_fields(stage.target(part)):
            text = other.id if field.input is Input.DEPARTMENT else typed(field)
            saved = await stage.edit(part, **{field.name: text})
            assert saved.written == (field.name,), field.name
            again = await stage.form(part)
            assert field.read(again.texts[field.name], "") == field.read(text, "")
            reached[subject].add("department_id" if field.input is Input.DEPARTMENT else field.name)
    supplier, engagement = await stage.supplier(), await stage.engagement()
    elsewhere = {"id", "version", "created_at", "state"}
    follows = {"name_key", "merged_into", "paused", "closed_on", "successor_number", "register_checked_on"}
    assert set(Supplier.model_fields) - reached[SUPPLIER] - elsewhere == follows
    assert set(Engagement.model_fields) - reached[ENGAGEMENT] - elsewhere == {"supplier_id", "endpoint_id", "free"}
    assert supplier.name_key == "べつの値"
    assert (engagement.data_count, engagement.tags) == (120, ("重要", "要確認"))


async def test_emptying_a_field_and_saying_nobody_knows(stage: Stage) -> None:
    await stage.edit(Part.TERMS, auto_renews="yes", notice_days="90", tags="重要")
    saved = await stage.edit(Part.TERMS, auto_renews="", notice_days="", tags="")
    assert set(saved.written) == {"auto_renews", "notice_days", "tags"}
    engagement = await stage.engagement()
    assert (engagement.auto_renews, engagement.notice_days, engagement.tags) == (None, None, ())
    unsaid = await stage.edit(Part.COMPANY, language="", kind="")  # a record always has these
    assert unsaid.written == ()


async def test_nothing_changed_writes_nothing(stage: Stage) -> None:
    before = await stage.supplier()
    saved = await stage.edit(Part.COMPANY)
    assert (saved.written, saved.again, await stage.supplier()) == ((), None, before)


# -- two people ----------------------------------------------------------------------------------------------------------


async def test_two_people_edit_different_fields_of_one_form(stage: Stage) -> None:
    mine, theirs = await stage.form(Part.DATA), await stage.form(Part.DATA)
    await stage.save(theirs, recipients="情報システム部のML")
    saved = await stage.save(mine, data_count="500")
    assert saved.again is None
    engagement = await stage.engagement()
    assert (engagement.recipients, engagement.data_count) == ("情報システム部のML", 500)


async def test_two_people_edit_the_same_field(stage: Stage) -> None:
    mine, theirs = await stage.form(Part.DATA), await stage.form(Part.DATA)
    await stage.save(theirs, SECOND, recipients="彼らの値", data_count="7")
    saved = await stage.save(mine, recipients="私の値", secret_data="yes")
    assert saved.written == ("secret_data",)
    again = saved.again
    assert again
    assert [(c.field, c.theirs, c.who) for c in again.clashes] == [("recipients", "彼らの値", "伊藤 葵")]
    assert (again.texts["recipients"], again.texts["data_count"]) == ("私の値", "7")
    engagement = await stage.engagement()
    assert (engagement.recipients, engagement.secret_data) == ("彼らの値", True)
    decided = await stage.save(again)
    assert (decided.written, decided.again) == (("recipients",), None)
    assert (await stage.engagement()).recipients == "私の値"


async def test_giving_way_after_a_clash_writes_nothing(stage: Stage) -> None:
    mine, theirs = await stage.form(Part.WORK), await stage.form(Part.WORK)
    await stage.save(theirs, business="倉庫の管理")
    again = (await stage.save(mine, business="倉庫の清掃")).again
    assert again
    saved = await stage.save(again, business="倉庫の管理")
    assert (saved.written, saved.again) == ((), None)


async def test_many_people_at_the_same_moment(stage: Stage) -> None:
    """Each of them changes another field, all at once: all are there."""
    forms = [await stage.form(Part.ACCESS) for _ in range(4)]
    typed = [{"instructors": "部長"}, {"devices": "lent"}, {"workplace": "home"}, {"system_access": "yes"}]
    await asyncio.gather(*(stage.save(form, **each) for form, each in zip(forms, typed, strict=True)))
    done = await stage.engagement()
    assert (done.instructors, done.devices, done.workplace, done.system_access) == ("部長", "lent", "home", True)


async def test_the_same_press_again_changes_nothing(stage: Stage) -> None:
    form = await stage.form(Part.WORK)
    once = press(SEC)
    held = {n: Entered(text=text, shown=form.shown[n]) for n, text in form.texts.items()}
    held["business"] = Entered(text="別の業務", shown=form.shown["business"])
    first = await stage.editing.save(once, form.target, held)
    await stage.edit(Part.WORK, business="さらに別の業務")
    assert await stage.editing.save(once, form.target, held) == first
    assert (await stage.engagement()).business == "さらに別の業務"


# -- refused -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "field", "text", "code"),
    [
        (Part.COMPANY, "name", "", Code.NAME_EMPTY),
        (Part.COMPANY, "name", "あ" * 30_000, Code.TOO_LONG),
        (Part.COMPANY, "name", "みかづき\x00運輸", Code.BAD_TEXT),
        (Part.COMPANY, "corporate_number", "7999901000002", Code.BAD_CHECK_DIGIT),
        (Part.WORK, "business", "&" * 30_000, Code.TOO_LONG),
        (Part.WORK, "starts_on", "", Code.EMPTY),
        (Part.WORK, "ends_on", "2026-03-31", Code.END_BEFORE_START),
        (Part.WORK, "department", "0" * 32, Code.NO_DEPARTMENT),
        (Part.DATA, "data_count", "たくさん", Code.BAD_COUNT),
        (Part.DATA, "recipients", "テスト\x0bです", Code.BAD_TEXT),
        (Part.ACCESS, "devices", "spaceship", Code.BAD_VALUE),
        (Part.TERMS, "tags", "、".join(map(str, range(30))), Code.TOO_LONG),
    ],
)
async def test_refused_on_its_field_and_nothing_is_saved(
    stage: Stage, part: Part, field: str, text: str, code: Code
) -> None:
    before = (await stage.supplier(), await stage.engagement())
    beside = {Part.COMPANY: {"address": "東京都"}, Part.DATA: {"secret_data": "yes"}}.get(part, {})
    with pytest.raises(Refusals) as refused:
        await stage.edit(part, **{field: text}, **beside)
    assert [(r.code, r.field) for r in refused.value.refusals] == [(code, field)]
    assert (await stage.supplier(), await stage.engagement()) == before


HOSTILE = '<!channel> <@U0ADMIN> =HYPERLINK("https://evil.invalid") 👨‍👩‍👧 שלום &lt;!here&gt;'


async def test_hostile_text_is_kept_letter_for_letter_but_for_direction_marks(stage: Stage) -> None:
    await stage.edit(Part.COMPANY, name=f"\u202e{HOSTILE}\u2066")
    await stage.edit(Part.DATA, recipients=HOSTILE)
    assert (await stage.supplier()).name == HOSTILE
    assert (await stage.engagement()).recipients == HOSTILE


async def test_a_number_that_is_taken_stands_under_its_field(stage: Stage) -> None:
    department = (await stage.engagement()).department_id
    second = entry(department, name="こはく印刷", corporate_number=OTHER_NUMBER)
    await stage.ledger.registering.submit(press(SEC), second)
    with pytest.raises(Refusals) as refused:
        await stage.edit(Part.COMPANY, corporate_number=OTHER_NUMBER)
    (one,) = refused.value.refusals
    assert (one.code, one.field, one.params) == (Code.NUMBER_TAKEN, "corporate_number", {"name": "こはく印刷"})


@pytest.mark.parametrize("who", [ADMIN, OWNER, BOSS, OUTSIDER])
async def test_only_the_security_team(stage: Stage, who: str) -> None:
    form = await stage.form(Part.WORK)
    for attempt in (
        stage.form(Part.WORK, who=who),
        stage.save(form, who, business="乗っ取り"),
        stage.editing.remove(press(who), "0" * 32),
        stage.editing.cloud(press(who), stage.engagement_id),
        stage.record(who=who),
        stage.free.list(press(who)),
        stage.free.form(press(who), ""),
        stage.free.save(press(who), "", 0, {"label_ja": "x", "kind": "line"}),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.NOT_YOURS


@pytest.mark.parametrize("state", [EngagementState.ENDED, EngagementState.REFUSED])
async def test_what_has_ended_is_only_to_be_read(stage: Stage, state: EngagementState) -> None:
    form = await stage.form(Part.TERMS)
    async with stage.db.begin("test.end") as tx:
        work = await tx.need(Engagement, stage.engagement_id)
        await tx.put(work.model_copy(update={"state": state}))
    about = stage.target(Part.DOCUMENT).model_copy(update={"engagement_id": stage.engagement_id})
    for attempt in (
        stage.form(Part.TERMS),
        stage.save(form, tags="重要"),
        stage.editing.cloud(press(SEC), stage.engagement_id),
        stage.editing.form(press(SEC), about),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.READ_ONLY
    assert await stage.form(Part.COMPANY)


async def test_a_merged_record_is_only_to_be_read_and_forged_targets_are_nothing(stage: Stage) -> None:
    for bad in (
        stage.target(Part.WORK).model_copy(update={"id": "0" * 32}),
        stage.target(Part.WORK).model_copy(update={"id": ""}),
        stage.target(Part.COMPANY).model_copy(update={"id": "0" * 32}),
        stage.target(Part.COMPANY).model_copy(update={"supplier_id": "0" * 32}),
        stage.target(Part.COMPANY).model_copy(update={"subject": "person"}),
        stage.target(Part.DOCUMENT).model_copy(update={"engagement_id": "0" * 32}),
    ):
        with pytest.raises(Refusal) as refused:
            await stage.editing.form(press(SEC), bad)
        assert refused.value.code is Code.NOT_FOUND
    async with stage.db.begin("test.merge") as tx:
        supplier = await tx.need(Supplier, stage.supplier_id)
        await tx.put(supplier.model_copy(update={"state": SupplierState.MERGED}))
    with pytest.raises(Refusal) as refused:
        await stage.form(Part.CONTACT)
    assert refused.value.code is Code.READ_ONLY


# -- contacts and documents ----------------------------------------------------------------------------------------------


async def contacts(stage: Stage) -> list[Contact]:
    async with stage.db.read() as tx:
        return await tx.find(Contact, supplier_id=stage.supplier_id)


async def test_a_contact_is_added_changed_and_ended(stage: Stage) -> None:
    saved = await stage.edit(
        Part.CONTACT, name="山田 花", mail="hana@example.com", slack_user="U0HANA", may_submit="yes"
    )
    assert saved.created
    (contact,) = await contacts(stage)
    assert (contact.name, contact.mail, contact.slack_user, contact.may_submit) == (
        "山田 花", "hana@example.com", "U0HANA", True,
    )  # fmt: skip
    await stage.edit(Part.CONTACT, contact.id, mail="", until="2026-11-30")
    (contact,) = await contacts(stage)
    assert (contact.mail, str(contact.until), contact.slack_user) == (None, "2026-11-30", "U0HANA")
    async with stage.db.read() as tx:
        trail = await tx.find(AuditEvent)
    assert "山田" not in str(trail)
    assert "hana@" not in str(trail)


async def test_an_address_and_an_account_stand_once_in_a_supplier(stage: Stage) -> None:
    await stage.edit(Part.CONTACT, name="山田 花", mail="hana@example.com", slack_user="U0HANA")
    with pytest.raises(Refusals) as refused:
        await stage.edit(Part.CONTACT, name="別の人", mail="hana@EXAMPLE.com", slack_user="U0HANA")
    assert {(r.code, r.field) for r in refused.value.refusals} == {
        (Code.CONTACT_EXISTS, "mail"),
        (Code.CONTACT_EXISTS, "slack_user"),
    }
    for name in ("名前だけ", "もう一人"):
        await stage.edit(Part.CONTACT, name=name)
    assert len(await contacts(stage)) == 3


async def test_two_people_add_the_same_contact_at_once(stage: Stage) -> None:
    forms = [await stage.form(Part.CONTACT) for _ in range(2)]
    done = await asyncio.gather(
        *(stage.save(form, name="山田 花", mail="hana@example.com") for form in forms), return_exceptions=True
    )
    assert sorted(type(d).__name__ for d in done) == ["Refusals", "Saved"]
    assert len(await contacts(stage)) == 1


async def test_a_new_contact_needs_a_name_and_a_document_its_link(stage: Stage) -> None:
    for part, given, wanted in (
        (Part.CONTACT, {"mail": "x@example.com"}, {(Code.NAME_EMPTY, "name")}),
        (Part.CONTACT, {}, {(Code.NAME_EMPTY, "name")}),
        (Part.DOCUMENT, {"title": "契約書"}, {(Code.NO_LINK_NO_FILE, "file")}),
        (Part.DOCUMENT, {"title": "契約書", "link": "http://x.example.com"}, {(Code.BAD_LINK, "link")}),
    ):
        with pytest.raises(Refusals) as refused:
            await stage.edit(part, **given)
        assert {(r.code, r.field) for r in refused.value.refusals} == wanted


async def test_a_document_is_added_renamed_and_removed(stage: Stage) -> None:
    await stage.edit(Part.DOCUMENT, title="契約書", link="https://docs.example.com/1")
    (paper,) = (await stage.record()).documents
    await stage.edit(Part.DOCUMENT, paper.id, title="業務委託契約書")
    for _ in range(2):
        await stage.editing.remove(press(SEC), paper.id)
    record = await stage.record()
    assert record.documents == ()
    assert [c.field for c in record.changes if c.subject == "document"] == ["removed_at", "title", "created"]
    async with stage.db.read() as tx:
        assert (await tx.need(Document, paper.id)).title == "業務委託契約書"
    with pytest.raises(Refusal):
        await stage.editing.remove(press(SEC), "0" * 32)


# -- free fields ---------------------------------------------------------------------------------------------------------


async def test_free_fields_are_asked_shown_and_archived_without_losing_anything(stage: Stage) -> None:
    place, due = await stage.field("契約書の保管場所"), await stage.field("次回の訪問", "day")
    flag, often = await stage.field("海外拠点", "yes_no"), await stage.field("頻度", "choice", choices="月次\n年次")
    values = {place.id: "A棟", due.id: "2027-01-15", flag.id: "no", often.id: "年次"}
    await stage.edit(Part.FREE, **{f"free-{key}": value for key, value in values.items()})
    assert (await stage.engagement()).free == values
    held = {"label_ja": "頻度", "choices": "週次", "archived": "no"}
    await stage.free.save(press(SEC), often.id, often.version, held)
    await stage.free.save(press(SEC), place.id, place.version, {"label_ja": "保管場所", "archived": "yes"})
    form = await stage.form(Part.FREE)
    assert [f.label_ja for f in form.free_fields] == ["次回の訪問", "海外拠点", "頻度"]
    await stage.save(form, **{f"free-{due.id}": ""})  # the choice that is none any more is left as it stands
    assert (await stage.engagement()).free == {place.id: "A棟", flag.id: "no", often.id: "年次"}


async def test_two_people_fill_different_free_fields(stage: Stage) -> None:
    one, two = await stage.field("甲"), await stage.field("乙")
    mine, theirs = await stage.form(Part.FREE), await stage.form(Part.FREE)
    await stage.save(theirs, SECOND, **{f"free-{one.id}": "1"})
    assert (await stage.save(mine, **{f"free-{two.id}": "2"})).again is None
    assert (await stage.engagement()).free == {one.id: "1", two.id: "2"}
    clash = (await stage.save(mine, **{f"free-{one.id}": "3"})).again
    assert clash
    assert [(c.theirs, c.who) for c in clash.clashes] == [("1", "佐藤 守")]


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ({"kind": "line"}, {(Code.NAME_EMPTY, "label_ja")}),
        ({"label_ja": "項目"}, {(Code.EMPTY, "kind")}),
        ({"label_ja": "項目", "kind": "choice"}, {(Code.EMPTY, "choices")}),
        ({"label_ja": "既存　の 項目", "kind": "line"}, {(Code.LABEL_EXISTS, "label_ja")}),
        ({"label_ja": "契約 開始日", "kind": "day"}, {(Code.LABEL_EXISTS, "label_ja")}),  # a file has such a column
        ({"label_ja": "あ" * 30_000, "kind": "x"}, {(Code.TOO_LONG, "label_ja"), (Code.BAD_VALUE, "kind")}),
    ],
)
async def test_a_field_that_cannot_be_made(stage: Stage, held: dict[str, str], wanted: Any) -> None:
    await stage.field("既存の項目")
    with pytest.raises(Refusals) as refused:
        await stage.free.save(press(SEC), "", 0, held)
    assert {(r.code, r.field) for r in refused.value.refusals} == wanted


async def test_a_field_that_somebody_changed_meanwhile(stage: Stage) -> None:
    field = await stage.field("項目")
    await stage.free.save(press(SEC), field.id, field.version, {"label_ja": "別の項目", "archived": "no"})
    with pytest.raises(Refusal) as refused:
        await stage.free.save(press(SEC), field.id, field.version, {"label_ja": "別名", "archived": "no"})
    assert refused.value.code is Code.CHANGED_MEANWHILE
