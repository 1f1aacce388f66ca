"""User groups that stand in for a department: read by sweeps, events and after a form; offered in the form; gone when gone."""

from __future__ import annotations

import pytest

from bot.domain.departments import DepartmentEntry
from bot.domain.ledger import Department
from bot.domain.people import Membership, Person, PersonKind, user_group
from bot.domain.press import Event
from bot.domain.refusal import Code, Refusals
from bot.services.event_work import Around, team_changed
from bot.services.people import People
from storage.db import Database
from tests.kit import StillClock, press, seen
from tests.services.ledger_stage import DEPUTY, GUEST, OWNER, SEC, Ledger, ledger

GROUP = "S0HR"


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    """A group of a deputy and a guest, which the last sweep has found."""
    made = await ledger(db, clock)
    made.directory.groups[GROUP] = [DEPUTY, GUEST]
    made.directory.groups_listed = [GROUP, "S0OTHER"]
    made.directory.people |= {DEPUTY: seen(DEPUTY), GUEST: seen(GUEST, PersonKind.GUEST), OWNER: seen(OWNER)}
    await People(db, clock, made.directory).sweep()
    return made


async def members(stage: Ledger) -> int:
    async with stage.db.read() as tx:
        return len(await tx.find(Membership, group=user_group(GROUP)))


async def with_group(stage: Ledger) -> None:
    entry = DepartmentEntry(name="人事部", primary=OWNER, group=GROUP)
    saved = await stage.departments.save(press(SEC), "", 0, entry)
    assert (saved.group, saved.group_id) == (GROUP, GROUP)


async def test_the_form_offers_the_groups_of_the_last_sweep(stage: Ledger) -> None:
    form = await stage.departments.form(press(SEC), "人事部")
    assert [key for key, _name in form.groups] == [GROUP, "S0OTHER"]
    with pytest.raises(Refusals) as refused:
        entry = DepartmentEntry(name="人事部", primary=OWNER, group="S0STRANGE")
        await stage.departments.save(press(SEC), "", 0, entry)
    assert [(r.field, r.code) for r in refused.value.refusals] == [("group", Code.BAD_VALUE)]


async def test_only_employees_of_it_and_only_where_it_is_wanted(stage: Ledger, clock: StillClock) -> None:
    people = People(stage.db, clock, stage.directory)
    await people.sweep()
    assert await members(stage) == 0
    await with_group(stage)
    await people.sweep_group(GROUP)
    assert await members(stage) == 1


async def test_it_follows_the_event_and_is_empty_once_it_is_gone(stage: Ledger, clock: StillClock) -> None:
    await with_group(stage)
    around = Around(stage.db, clock, stage.directory)
    stage.directory.groups[GROUP] = [DEPUTY, OWNER]
    for known, expected in ((True, 2), (False, 0)):
        if not known:
            del stage.directory.groups[GROUP]
        event = Event(key="E1", kind="subteam_members_changed", group_id=GROUP, who=press(SEC).who)
        change = await team_changed(around, event, clock.real())
        async with stage.db.begin("test.event") as tx:
            await change(tx, clock.now())
        assert await members(stage) == expected


async def test_who_left_the_group_while_nobody_looked_is_not_believed(stage: Ledger, clock: StillClock) -> None:
    """Before the first sweep of a process, whoever presses is asked about alone; with the groups in which they stand in."""
    await with_group(stage)
    people = People(stage.db, clock, stage.directory)
    await people.sweep_group(GROUP)
    assert await members(stage) == 1
    stage.directory.groups[GROUP] = [OWNER, GUEST]
    assert await people.confirm(DEPUTY)
    async with stage.db.read() as tx:
        (one,) = await tx.find(Membership, group=user_group(GROUP))
        owner = await tx.one(Person, slack_user_id=OWNER)
    assert owner
    assert one.person_id == owner.id


async def test_the_group_of_an_archived_department_is_kept_up_to_date(stage: Ledger, clock: StillClock) -> None:
    await with_group(stage)
    async with stage.db.begin("test.archived") as tx:
        department = await tx.one(Department, name="人事部")
        assert department
        await tx.put(department.model_copy(update={"archived_at": clock.now()}))
    await People(stage.db, clock, stage.directory).sweep()
    assert await members(stage) == 1


async def test_an_edit_keeps_a_group_that_is_not_offered_any_more(stage: Ledger, clock: StillClock) -> None:
    await with_group(stage)
    stage.directory.groups_listed = []
    await People(stage.db, clock, stage.directory).sweep()
    form = await stage.departments.form(press(SEC), "人事部")
    assert form.groups == ((GROUP, GROUP),)
    await stage.departments.save(press(SEC), form.department_id, form.version, form.entry)
    async with stage.db.read() as tx:
        [department] = await tx.find(Department)
    assert department.deputy_group == GROUP
