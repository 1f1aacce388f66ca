"""Reading a record: its pages, its history, and every field as of the day before it was changed, through the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.as_of import CREATED
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.editing import PARTS, form_fields
from bot.domain.fields import ENGAGEMENT, SUPPLIER, Field, Part
from bot.domain.free_fields import FreeField
from bot.domain.ledger import Change, Department, Endpoint, EndpointState, Engagement, Owner, Supplier
from bot.domain.people import Person
from bot.domain.record import HISTORY_PAGE, Page, Spot
from bot.domain.refusal import Code, Refusal
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import DEPUTY, NUMBER, SEC, entry
from tests.services.record_stage import Stage
from tests.services.record_stage import stage as made
from tests.services.test_editing import typed

TODAY = date(2026, 11, 25)
YESTERDAY = TODAY - timedelta(days=1)
LATE = datetime(2026, 11, 24, 14, 59, tzinfo=UTC)  # 23:59 in Tokyo
EARLY = datetime(2026, 11, 24, 15, 1, tzinfo=UTC)  # 00:01 of the next day


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Stage:
    """Registered ten days ago."""
    clock.business = START - timedelta(days=10)
    return await made(db, clock)


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    event.listen(db.reader.sync_engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(db.reader.sync_engine, "before_cursor_execute", note)


# -- as of ---------------------------------------------------------------------------------------------------------------

FORMS = [(subject, part) for subject in (SUPPLIER, ENGAGEMENT) for part in PARTS[subject] if part is not Part.FREE]


@pytest.mark.parametrize(("subject", "part"), FORMS)
async def test_every_field_the_day_before_it_was_changed(stage: Stage, subject: str, part: Part) -> None:
    fields = [f for f in form_fields(stage.target(part)) if f.name != "department"]
    before = await _own(stage, subject, None)
    stage.clock.business = EARLY
    await stage.edit(part, **{f.name: typed(f) for f in fields})
    stage.clock.business = START
    after = await _own(stage, subject, None)
    assert [f.name for f in fields if getattr(before, f.name) == getattr(after, f.name)] == []
    assert _values(await _own(stage, subject, YESTERDAY), fields) == _values(before, fields)
    stage.clock.business = START + timedelta(days=3)
    assert _values(await _own(stage, subject, TODAY), fields) == _values(after, fields)


async def _own(stage: Stage, subject: str, on: date | None) -> Any:
    record = await stage.record(on=on)
    return record.supplier if subject == SUPPLIER else record.rows[0].engagement


def _values(value: Any, fields: list[Field]) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields}


@pytest.mark.parametrize(("at", "name"), [(LATE, "新しい名前"), (EARLY, "株式会社みかづき運輸")])
async def test_the_day_ends_at_midnight_in_the_companys_zone(stage: Stage, at: datetime, name: str) -> None:
    stage.clock.business = at
    await stage.edit(Part.COMPANY, name="新しい名前")
    stage.clock.business = START
    assert (await stage.record(on=YESTERDAY)).supplier.name == name


async def test_department_owner_endpoint_contacts_and_documents_of_that_day(stage: Stage) -> None:
    old = await stage.edit(Part.CONTACT, name="山田 花", mail="hana@example.com")
    assert old.created
    await stage.edit(Part.DOCUMENT, title="契約書", link="https://docs.example.com/1")
    first = await stage.record()
    (contact,), (paper,) = first.contacts, first.documents
    stage.clock.business = START
    other = await stage.ledger.department("物流部")
    await stage.edit(Part.WORK, department=other.id)
    await stage.edit(Part.CONTACT, contact.id, name="佐々木 葉", mail="")
    await stage.edit(Part.CONTACT, name="新しい人")
    await stage.editing.remove(press(SEC), paper.id)
    await _another_owner(stage)
    endpoint = Endpoint(id=new_id(), supplier_id=stage.supplier_id, channel_id="C1", state=EndpointState.VERIFIED)
    async with stage.db.begin("test.endpoint") as tx:
        tx.add(endpoint, _made(endpoint, stage.clock.now()))
    now, then = await stage.record(), await stage.record(on=YESTERDAY)
    assert (now.rows[0].department, now.rows[0].owner, now.rows[0].endpoint) == (
        "物流部", "鈴木 花子", EndpointState.VERIFIED,
    )  # fmt: skip
    assert (then.rows[0].department, then.rows[0].owner, then.rows[0].endpoint) == ("総務部", "高橋 一郎", None)
    assert [c.name for c in now.contacts] == ["佐々木 葉", "新しい人"]
    assert [(c.name, c.mail) for c in then.contacts] == [("山田 花", "hana@example.com")]
    assert ([d.title for d in now.documents], [d.title for d in then.documents]) == ([], ["契約書"])
    assert (len(now.endpoints), len(then.endpoints)) == (1, 0)
    assert then.deputies == {stage.engagement_id: ("鈴木 花子",)}


def _made(endpoint: Endpoint, at: datetime) -> Change:
    return Change(
        id=new_id(), subject="endpoint", subject_id=endpoint.id, field=CREATED, after={}, actor_id="x", at=at, cause="t"
    )


async def _another_owner(stage: Stage) -> None:
    async with stage.db.begin("test.owner") as tx:
        (owner,) = await tx.find(Owner, role="primary", engagement_id=stage.engagement_id)
        deputy = await tx.one(Person, slack_user_id=DEPUTY)
        assert deputy
        await tx.put(owner.model_copy(update={"until": stage.clock.now()}))
        await tx.flush()
        new = {"id": new_id(), "person_id": deputy.id, "since": stage.clock.now()}
        tx.add(owner.model_copy(update=new))


async def test_before_it_was_registered_and_in_the_future(stage: Stage) -> None:
    long_ago = await stage.record(on=date(2026, 11, 14))
    assert (long_ago.absent, long_ago.rows, long_ago.contacts) == (True, (), ())
    assert not (await stage.record(on=date(2026, 11, 15))).absent
    stage.clock.business = START
    for day in (TODAY, TODAY + timedelta(days=400)):
        assert (await stage.record(on=day)).spot.on is None


async def test_an_engagement_that_was_added_later_is_not_there_yet(stage: Stage) -> None:
    stage.clock.business = START
    await stage.ledger.registering.submit(press(SEC), await _second(stage))
    assert len((await stage.record()).rows) == 2
    assert [r.engagement.business for r in (await stage.record(on=YESTERDAY)).rows] == ["社内便の配送"]


async def _second(stage: Stage) -> Any:
    return entry((await stage.engagement()).department_id, business="倉庫の管理")


# -- history -------------------------------------------------------------------------------------------------------------


async def test_the_history_page_by_page_with_who_when_before_and_after(stage: Stage) -> None:
    for n in range(HISTORY_PAGE + 4):
        await stage.edit(Part.WORK, business=f"業務{n}")
    pages = [await stage.record(Page.HISTORY, str(number)) for number in (1, 2, 3)]
    assert [(p.total, p.pages, len(p.changes)) for p in pages] == [(26, 2, 20), (26, 2, 6), (26, 2, 0)]
    newest = pages[0].changes[0]
    assert (newest.field, newest.before, newest.after, newest.actor) == ("business", "業務22", "業務23", "佐藤 守")
    assert {c.field for c in pages[1].changes[-2:]} == {CREATED}
    assert len((await stage.record()).changes) == 5


async def test_the_history_of_a_day_ends_with_it_and_ids_have_names(stage: Stage) -> None:
    other = await stage.ledger.department("物流部")
    await stage.edit(Part.WORK, department=other.id)
    stage.clock.business = START
    await stage.edit(Part.WORK, business="別の業務")
    then = await stage.record(Page.HISTORY, on=YESTERDAY)
    assert next(c.field for c in then.changes) == "department_id"
    assert then.names[str(then.changes[0].after)] == "物流部"


async def test_the_whole_history_leads_from_nothing_to_what_is_stored(stage: Stage) -> None:
    """Whatever this stage can do to a ledger: the entries, one after the other, make the present record, field for field."""
    field = await stage.field("項目")
    await stage.edit(Part.COMPANY, name="みかづき運輸株式会社", subcontracts="yes")
    await stage.edit(Part.FREE, **{f"free-{field.id}": "値"})
    await stage.edit(Part.DATA, data_kinds="customer、my_number", data_count="3")
    await stage.edit(Part.CONTACT, name="山田 花", mail="hana@example.com")
    await stage.edit(Part.DOCUMENT, title="契約書", link="https://docs.example.com/1")
    await stage.editing.remove(press(SEC), (await stage.record()).documents[0].id)
    await stage.ledger.pausing.switch(press(SEC), NUMBER, on=True)
    await stage.free.save(press(SEC), field.id, field.version, {"label_ja": "別名", "archived": "yes"})
    async with stage.db.read() as tx:
        changes = await tx.find(Change)
        for cls in (Supplier, Engagement, Contact, Document, FreeField, Department):
            values = await tx.find(cls)
            assert values, cls
            for value in values:
                assert _replayed(value.id, changes) == value.model_dump(mode="json", exclude={"version"})


def _replayed(subject_id: str, changes: list[Change]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for change in (c for c in changes if c.subject_id == subject_id):
        found.update(change.after if change.field == CREATED else {change.field: change.after})
    found.pop("version")
    return found


# -- the rest ------------------------------------------------------------------------------------------------------------


async def test_a_page_costs_the_same_however_much_the_record_holds(stage: Stage) -> None:
    counts = []
    for n in (12, 20):
        for i in range(n):
            await stage.edit(Part.CONTACT, name=f"連絡先{n}-{i}")
            await stage.edit(Part.DOCUMENT, title=f"書類{n}-{i}", link="https://docs.example.com/1")
        stage.clock.advance(days=1)
        with statements(stage.db) as ran:
            await stage.record()
            await stage.record(Page.HISTORY, "2")
            await stage.record(on=date(2026, 11, 15))
        counts.append(len(ran))
    assert counts[0] == counts[1]


async def test_a_record_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.records.open(press(SEC), Spot(supplier_id="0" * 32))
    assert refused.value.code is Code.NOT_FOUND
