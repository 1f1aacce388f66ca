"""A record alike on both databases: its changes, two people at once, a judgement of a day, what the database forbids."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from bot.domain.contacts import Contact
from bot.domain.fields import Part
from bot.domain.record import Page
from bot.domain.rounds import JudgementValue, ReviewState
from storage import record as queries
from storage.db import Database
from storage.ids import new_id
from storage.tx import Taken
from tests.kit import START, StillClock
from tests.services.record_stage import Stage
from tests.services.record_stage import stage as made
from tests.services.test_reading import add_review, judge

SHOUTED = "髙橋 𠮷野 <!channel> =HYPERLINK() 👨‍👩‍👧"


@pytest.fixture
async def stage(both: Database, clock: StillClock) -> Stage:
    clock.business = START - timedelta(days=10)
    return await made(both, clock)


async def test_changes_in_pages_with_who_and_the_record_of_the_day_before(stage: Stage) -> None:
    before = await stage.engagement()
    stage.clock.business = START
    await stage.edit(Part.DATA, recipients=SHOUTED, data_count="10000000000", data_kinds="customer、my_number")
    field = await stage.field("項目")
    await stage.edit(Part.FREE, **{f"free-{field.id}": SHOUTED})
    page = await stage.record(Page.HISTORY)
    assert [c.field for c in page.changes[:1]] == ["free"]
    assert (page.total, page.pages, page.changes[1].actor) == (6, 1, "佐藤 守")
    assert (await stage.engagement()).free == {field.id: SHOUTED}
    then = await stage.record(on=date(2026, 11, 24))
    assert then.rows[0].engagement == before.model_copy(update={"version": then.rows[0].engagement.version})
    async with stage.db.read() as tx:
        assert await queries.last_author(tx, stage.engagement_id, "recipients") == "佐藤 守"
        assert await queries.last_author(tx, stage.engagement_id, "tags") == ""


async def test_two_forms_at_the_same_moment(stage: Stage) -> None:
    """On PostgreSQL two transactions really meet: the slower one loads again and loses nothing."""
    forms = [await stage.form(Part.ACCESS) for _ in range(3)]
    typed = [{"instructors": "部長"}, {"devices": "lent"}, {"instructors": "課長"}]
    done = await asyncio.gather(*(stage.save(form, **each) for form, each in zip(forms, typed, strict=True)))
    work = await stage.engagement()
    assert work.devices == "lent"
    (again,) = [saved.again for saved in done if saved.again]
    assert {work.instructors, again.texts["instructors"]} == {"部長", "課長"}


async def test_an_address_stands_once_in_a_supplier_and_no_address_as_often_as_wanted(stage: Stage) -> None:
    def contact(mail: str | None) -> Contact:
        return Contact(id=new_id(), supplier_id=stage.supplier_id, name="山田", mail=mail, created_at=START)

    async with stage.db.begin("test.contacts") as tx:
        tx.add(contact(None), contact(None), contact("hana@example.com"))
    with pytest.raises(Taken):
        async with stage.db.begin("test.contact") as tx:
            tx.add(contact("hana@example.com"))


async def test_the_judgement_of_a_day(stage: Stage) -> None:
    supplier = await stage.supplier()
    _review, item = await add_review(stage.ledger, supplier, ReviewState.CLOSED, "2026")
    days: list[datetime] = [START - timedelta(days=5), START]
    for n, (at, value) in enumerate(zip(days, (JudgementValue.IMPROVE, JudgementValue.OK), strict=True), 1):
        await judge(stage.ledger, item, n, value, at)
    stage.clock.business = START + timedelta(days=1)
    for on, value in (
        (date(2026, 11, 19), None),
        (date(2026, 11, 20), JudgementValue.IMPROVE),
        (date(2026, 11, 25), JudgementValue.OK),
    ):
        assert (await stage.record(on=on)).rows[0].judgement == value
