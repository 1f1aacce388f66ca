"""Departments: made, edited, refused."""

from typing import Any

import pytest

from bot.domain.delivery import AuditEvent
from bot.domain.departments import DepartmentEntry, DepartmentForm, DepartmentSaved
from bot.domain.ledger import Change, Department, Engagement, Owner
from bot.domain.people import Person
from bot.domain.refusal import Code, Refusal, Refusals
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import (
    BOSS,
    DEPUTY,
    GONE,
    GUEST,
    OUTSIDER,
    OWNER,
    SEC,
    STRANGER,
    Ledger,
    ledger,
)
from tests.services.ledger_stage import entry as work_entry


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


def entry(**changed: Any) -> DepartmentEntry:
    usual: dict[str, Any] = {"name": "総務部", "primary": OWNER, "deputies": (DEPUTY,), "escalation": BOSS}
    return DepartmentEntry(**(usual | changed))


async def refused(stage: Ledger, wanted: DepartmentEntry) -> dict[str, Code]:
    with pytest.raises(Refusals) as found:
        await stage.departments.save(press(SEC), "", 0, wanted)
    async with stage.db.read() as tx:
        assert await tx.find(Department) == []
    return {r.field: r.code for r in found.value.refusals}


async def test_a_new_department(stage: Ledger) -> None:
    saved = await stage.departments.save(press(SEC), "", 0, entry())
    assert saved == DepartmentSaved(
        name="総務部", created=True, primary="高橋 一郎", deputies="鈴木 花子", escalation="田中 部長"
    )
    async with stage.db.read() as tx:
        [department] = await tx.find(Department)
        people = {p.slack_user_id: p.id for p in await tx.find(Person)}
        [change] = await tx.find(Change, subject_id=department.id)
        [event] = await tx.find(AuditEvent, action="department:created")
    assert (department.primary_id, department.deputy_ids, department.escalation_id) == (
        people[OWNER],
        (people[DEPUTY],),
        people[BOSS],
    )
    assert (change.field, change.before, change.after["name"]) == ("created", None, "総務部")
    assert event.subject_id == department.id


async def test_primary_alone_is_enough(stage: Ledger) -> None:
    saved = await stage.departments.save(press(SEC), "", 0, entry(deputies=(), escalation=""))
    assert (saved.deputies, saved.escalation) == ("", "")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": " "}, {"name": Code.NAME_EMPTY}),
        ({"name": "あ" * 30_000}, {"name": Code.TOO_LONG}),
        ({"name": "総\x00務"}, {"name": Code.BAD_TEXT}),
        ({"primary": ""}, {"primary": Code.EMPTY}),
        ({"primary": GUEST}, {"primary": Code.PERSON_NOT_EMPLOYEE}),
        ({"primary": GONE}, {"primary": Code.PERSON_NOT_EMPLOYEE}),
        ({"deputies": (DEPUTY, OUTSIDER)}, {"deputies": Code.PERSON_NOT_EMPLOYEE}),
        ({"escalation": STRANGER}, {"escalation": Code.PERSON_NOT_EMPLOYEE}),
        ({"deputies": (OWNER,)}, {"deputies": Code.SAME_PERSON}),
        ({"escalation": OWNER}, {"escalation": Code.SAME_PERSON}),
        (
            {"name": "", "primary": "", "deputies": (GUEST,)},
            {"name": Code.NAME_EMPTY, "primary": Code.EMPTY, "deputies": Code.PERSON_NOT_EMPLOYEE},
        ),
    ],
)
async def test_what_is_wrong_stands_under_its_field(
    stage: Ledger, changed: dict[str, Any], wrong: dict[str, Code]
) -> None:
    assert await refused(stage, entry(**changed)) == wrong


@pytest.mark.parametrize("name", ["総務部", "総務 部", " 総務部　"])
async def test_a_name_is_there_once(stage: Ledger, name: str) -> None:
    await stage.department()
    with pytest.raises(Refusals) as found:
        await stage.departments.save(press(SEC), "", 0, entry(name=name))
    assert [(r.field, r.code) for r in found.value.refusals] == [("name", Code.DEPARTMENT_EXISTS)]


async def test_the_form_is_filled_with_the_department_of_that_name(stage: Ledger) -> None:
    department = await stage.department()
    form = await stage.departments.form(press(SEC), "総務部")
    assert form == DepartmentForm(department_id=department.id, version=1, entry=entry())
    assert await stage.departments.form(press(SEC), "開発部") == DepartmentForm(entry=DepartmentEntry(name="開発部"))
    assert await stage.departments.form(press(SEC), "") == DepartmentForm()


async def test_an_edit_keeps_what_was_before(stage: Ledger) -> None:
    department = await stage.department()
    saved = await stage.departments.save(press(SEC), department.id, 1, entry(name="総務課", deputies=()))
    assert (saved.created, saved.name) == (False, "総務課")
    async with stage.db.read() as tx:
        [after] = await tx.find(Department)
        changes = {c.field: (c.before, c.after) for c in await tx.find(Change, subject_id=department.id)}
    assert (after.id, after.version, after.deputy_ids) == (department.id, 2, ())
    assert changes["name"] == ("総務部", "総務課")
    assert changes["deputy_ids"] == (list(department.deputy_ids), [])
    assert set(changes) == {"created", "name", "deputy_ids"}


async def test_the_slower_of_two_editors_is_told(stage: Ledger) -> None:
    department = await stage.department()
    await stage.departments.save(press(SEC), department.id, 1, entry(deputies=()))
    with pytest.raises(Refusal) as found:
        await stage.departments.save(press(SEC), department.id, 1, entry(escalation=""))
    assert found.value.code is Code.CHANGED_MEANWHILE


async def test_a_department_that_is_not_there(stage: Ledger) -> None:
    with pytest.raises(Refusal) as found:
        await stage.departments.save(press(SEC), "nowhere", 1, entry())
    assert found.value.code is Code.NOT_FOUND


async def test_pressed_twice_counts_once(stage: Ledger) -> None:
    one = await stage.departments.save(press(SEC, key="submit/1"), "", 0, entry())
    assert await stage.departments.save(press(SEC, key="submit/1"), "", 0, entry()) == one
    async with stage.db.read() as tx:
        assert len(await tx.find(Department)) == 1


async def test_a_corrected_form_passes_after_a_refusal(stage: Ledger) -> None:
    await refused(stage, entry(primary=GUEST))
    assert (await stage.departments.save(press(SEC), "", 0, entry())).created


@pytest.mark.parametrize("who", [OWNER, GUEST, OUTSIDER, GONE])
async def test_only_the_security_team(stage: Ledger, who: str) -> None:
    with pytest.raises(Refusal) as found:
        await stage.departments.form(press(who), "総務部")
    assert found.value.code is Code.NOT_YOURS
    with pytest.raises(Refusal) as found:
        await stage.departments.save(press(who), "", 0, entry())
    assert found.value.code is Code.NOT_YOURS


# -- the list ------------------------------------------------------------------------------------------------------------


async def with_work(stage: Ledger) -> Department:
    department = await stage.department()
    await stage.registering.submit(press(SEC), work_entry(department.id))
    return department


async def test_the_list_with_its_counts(stage: Ledger) -> None:
    await with_work(stage)
    await stage.department("開発部", deputies=(), escalation="")
    page = await stage.departments.page(press(SEC), 9)
    assert [(line.name, line.primary, line.deputies, line.escalation, line.engagements) for line in page.lines] == [
        ("総務部", "高橋 一郎", 1, "田中 部長", 1),
        ("開発部", "高橋 一郎", 0, "", 0),
    ]
    assert (page.total, page.page, page.pages) == (2, 1, 1)
    form = await stage.departments.form_of(press(SEC), page.lines[0].id)
    assert form.entry == entry()


async def test_a_department_with_work_is_not_archived_but_emptied_first(stage: Ledger) -> None:
    full, empty = await with_work(stage), await stage.department("開発部")
    with pytest.raises(Refusal) as found:
        await stage.departments.archive(press(SEC), full.id)
    assert (found.value.code, found.value.params["count"]) == (Code.DEPARTMENT_BUSY, 1)
    assert "社内便の配送" in str(found.value.params["list"])
    assert (await stage.departments.moving(press(SEC), full.id)).others == ((empty.id, "開発部"),)
    moved = await stage.departments.move(press(SEC), full.id, empty.id)
    assert (moved.what, moved.to, moved.count) == ("moved", "開発部", 1)
    assert (await stage.departments.archive(press(SEC), full.id)).what == "archived"
    async with stage.db.read() as tx:
        [work] = await tx.find(Engagement)
        owners = await tx.find(Owner, until=None)
        [change] = await tx.find(Change, field="department_id")
        [closed] = await tx.find(Change, field="archived_at")
    assert (work.department_id, len(owners)) == (empty.id, 2)
    assert (change.before, change.after, closed.before) == (full.id, empty.id, None)


async def test_an_archived_department_takes_no_work_and_can_come_back(stage: Ledger) -> None:
    idle, other = await stage.department(), await with_work_in(stage, "開発部")
    await stage.departments.archive(press(SEC), idle.id)
    with pytest.raises(Refusal) as found:
        await stage.departments.move(press(SEC), other.id, idle.id)
    assert (found.value.code, found.value.field) == (Code.DEPARTMENT_ARCHIVED, "to")
    with pytest.raises(Refusal) as found:
        await stage.registering.submit(press(SEC), work_entry(idle.id))
    assert found.value.code is Code.NO_DEPARTMENT
    page = await stage.departments.page(press(SEC), 1)
    assert [(line.name, line.archived) for line in page.lines] == [("開発部", False), ("総務部", True)]
    assert (await stage.departments.archive(press(SEC), idle.id)).what == "restored"
    await stage.registering.submit(press(SEC), work_entry(idle.id))


async def with_work_in(stage: Ledger, name: str) -> Department:
    department = await stage.department(name)
    await stage.registering.submit(press(SEC), work_entry(department.id, business="清掃"))
    return department


@pytest.mark.parametrize("who", [OWNER, GUEST, OUTSIDER, GONE])
async def test_the_list_is_the_security_teams(stage: Ledger, who: str) -> None:
    one = await stage.department()
    for pressed in (
        stage.departments.page(press(who), 1),
        stage.departments.form_of(press(who), one.id),
        stage.departments.moving(press(who), one.id),
        stage.departments.move(press(who), one.id, one.id),
        stage.departments.archive(press(who), one.id),
    ):
        with pytest.raises(Refusal) as found:
            await pressed
        assert found.value.code is Code.NOT_YOURS
