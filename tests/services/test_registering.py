"""Registering through the form: one commit or nothing, one record a number, a warning for twins."""

from datetime import date

import pytest

from bot.domain.base import Value
from bot.domain.delivery import AuditEvent
from bot.domain.ledger import Change, Engagement, Owner, OwnerRole, Supplier, SupplierKind, SupplierState
from bot.domain.people import Person
from bot.domain.reading import Candidate
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registering import Choice, Registered, RegisterForm
from bot.domain.registration import Entry
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import DEPUTY, GONE, GUEST, NUMBER, OUTSIDER, OWNER, SEC, Ledger, entry, ledger

RECORDS: tuple[type[Value], ...] = (Supplier, Engagement, Owner, Change, AuditEvent)


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


async def counts(stage: Ledger) -> list[int]:
    async with stage.db.read() as tx:
        return [len(await tx.find(cls)) for cls in RECORDS]


async def test_a_new_supplier_with_its_engagement_owners_history_and_audit(stage: Ledger) -> None:
    department = await stage.department()
    done = await stage.registering.submit(press(SEC), entry(department.id))
    assert done == Registered(
        supplier="株式会社みかづき運輸", business="社内便の配送", department="総務部", owner="高橋 一郎", added=False
    )
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
        [engagement] = await tx.find(Engagement)
        owners = {o.role: o.person_id for o in await tx.find(Owner, engagement_id=engagement.id)}
        people = {p.slack_user_id: p.id for p in await tx.find(Person)}
        changes = await tx.find(Change, subject_id=[supplier.id, engagement.id])
        events = await tx.find(AuditEvent, subject_id=[supplier.id, engagement.id])
    assert (supplier.corporate_number, supplier.name_key, supplier.kind) == (
        NUMBER,
        "みかづき運輸",
        SupplierKind.COMPANY,
    )
    assert (engagement.supplier_id, engagement.starts_on, engagement.ends_on) == (supplier.id, date(2026, 4, 1), None)
    assert owners == {OwnerRole.PRIMARY: people[OWNER], OwnerRole.DEPUTY: people[DEPUTY]}
    assert {(c.subject, c.field, c.actor_id) for c in changes} == {
        ("supplier", "created", people[SEC]),
        ("engagement", "created", people[SEC]),
    }
    assert {e.action for e in events} == {"supplier:registered", "engagement:registered"}
    assert "みかづき" not in str(events)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"corporate_number": "7999901000002"}, {"corporate_number": Code.BAD_CHECK_DIGIT}),
        ({"starts_on": "2026-04-01", "ends_on": "2026-03-31"}, {"ends_on": Code.END_BEFORE_START}),
        ({"name": "あ" * 30_000}, {"name": Code.TOO_LONG}),
        ({"business": "あ" * 30_000, "name": ""}, {"business": Code.TOO_LONG, "name": Code.NAME_EMPTY}),
        ({"name": "テスト\u0000です"}, {"name": Code.BAD_TEXT}),
        ({"personal_data": ""}, {"personal_data": Code.EMPTY}),
    ],
)
async def test_bad_input_is_refused_on_its_field_and_nothing_is_half_saved(
    stage: Ledger, changed: dict[str, str], wrong: dict[str, Code]
) -> None:
    department = await stage.department()
    before = await counts(stage)
    with pytest.raises(Refusals) as refused:
        await stage.registering.submit(press(SEC), entry(department.id, **changed))
    assert {r.field: r.code for r in refused.value.refusals} == wrong
    assert await counts(stage) == before


@pytest.mark.parametrize("department", ["nowhere", "1", "'; DROP TABLE supplier; --"])
async def test_a_department_that_is_not_there(stage: Ledger, department: str) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), entry(department))
    assert (refused.value.code, refused.value.field) == (Code.NO_DEPARTMENT, "department")
    assert (await counts(stage))[:2] == [0, 0]


@pytest.mark.parametrize("text", ["<!channel>", '=HYPERLINK("https://evil.invalid","社内ポータル")', "&lt;!here&gt;"])
async def test_hostile_text_is_stored_letter_for_letter(stage: Ledger, text: str) -> None:
    department = await stage.department()
    done = await stage.registering.submit(press(SEC), entry(department.id, name=text, business=text))
    assert (done.supplier, done.business) == (text, text)


async def test_a_wrong_check_digit_corrected_passes(stage: Ledger) -> None:
    department = await stage.department()
    with pytest.raises(Refusals):
        await stage.registering.submit(press(SEC, key="submit/V1/1"), entry(department.id, corporate_number="1" * 13))
    assert not (await stage.registering.submit(press(SEC, key="submit/V1/2"), entry(department.id))).added


async def test_the_same_number_adds_an_engagement_to_the_record(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    again = entry(department.id, name="㈱ミカヅキ運輸", business="倉庫の管理", corporate_number="T7-9999-0100-0001")
    done = await stage.registering.submit(press(SEC), again)
    assert (done.added, done.supplier, done.business) == (True, "株式会社みかづき運輸", "倉庫の管理")
    assert (await counts(stage))[:3] == [1, 2, 4]


async def test_the_same_number_with_another_name_names_the_record(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), entry(department.id, name="こはく印刷株式会社"))
    assert (refused.value.code, refused.value.field) == (Code.NUMBER_TAKEN, "corporate_number")
    assert refused.value.params["name"] == "株式会社みかづき運輸"


async def test_the_same_work_is_registered_once(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), entry(department.id))
    assert (refused.value.code, refused.value.field) == (Code.ENGAGEMENT_EXISTS, "business")
    assert (await counts(stage))[:2] == [1, 1]


async def test_twins_are_a_warning_never_a_block(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(
        press(SEC), entry(department.id, name="髙橋商店", corporate_number="", kind="sole_trader")
    )
    await stage.registering.submit(press(SEC), entry(department.id))
    one = await stage.registering.submit(
        press(SEC), entry(department.id, name="高橋商店 株式会社", corporate_number="")
    )
    assert one.twins == (Candidate(name="髙橋商店"),)
    part = await stage.registering.submit(
        press(SEC), entry(department.id, name="みかづき運輸西日本", corporate_number="")
    )
    assert part.twins == (Candidate(name="株式会社みかづき運輸", corporate_number=NUMBER),)
    other = await stage.registering.submit(press(SEC), entry(department.id, name="こはく印刷", corporate_number=""))
    assert other.twins == ()
    assert (await counts(stage))[0] == 5


async def test_pressed_twice_counts_once(stage: Ledger) -> None:
    department = await stage.department()
    wanted = entry(department.id)
    one = await stage.registering.submit(press(SEC, key="submit/1"), wanted)
    assert await stage.registering.submit(press(SEC, key="submit/1"), wanted) == one
    assert (await counts(stage))[:2] == [1, 1]


async def test_the_form_offers_the_departments_and_today_in_tokyo(stage: Ledger) -> None:
    department = await stage.department()
    form = await stage.companies.form(press(SEC))
    assert form == RegisterForm(departments=(Choice(id=department.id, name="総務部"),), today=date(2026, 11, 25))
    stage.clock.advance(hours=14)  # 15:00 UTC: the next day in Tokyo
    assert (await stage.companies.form(press(SEC))).today == date(2026, 11, 26)


async def test_without_a_department_the_form_says_what_to_do_first(stage: Ledger) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.companies.form(press(SEC))
    assert refused.value.code is Code.NO_DEPARTMENT


@pytest.mark.parametrize("who", [GUEST, OUTSIDER, GONE])
async def test_only_our_own_active_employees(stage: Ledger, who: str) -> None:
    department = await stage.department()
    for attempt in (stage.companies.form(press(who)), stage.registering.submit(press(who), entry(department.id))):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.NOT_YOURS
    with pytest.raises(Refusal) as refused:  # a bad form tells a stranger nothing about the ledger
        await stage.registering.submit(press(who), Entry())
    assert refused.value.code is Code.NOT_YOURS


async def test_new_work_takes_a_supplier_back_whose_work_was_all_over(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    async with stage.db.begin("test.over") as tx:
        [supplier] = await tx.find(Supplier)
        await tx.put(supplier.model_copy(update={"state": SupplierState.ENDED}))
    await stage.registering.submit(press(SEC), entry(department.id, business="倉庫の清掃"))
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
        [change] = await tx.find(Change, subject="supplier", field="state")
    assert (supplier.state, change.cause) == (SupplierState.ACTIVE, "new_engagement")
