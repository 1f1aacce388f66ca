"""What is told of contracts that end, looked at when it leaves: at which hour, to whom, and whether it still is so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.delivery import NoticeKind
from bot.domain.ledger import Department, EngagementState, Supplier
from bot.domain.refusal import Code
from bot.services.telling import TELL, Cancel, Hold, Ready
from message_templates import ids
from message_templates.catalogs import text
from message_templates.closing import closing_view
from storage.db import Database
from tests.chase_stage import change, tokyo
from tests.kit import StillClock, press, remember, seen
from tests.ledger_scene import small_books
from tests.services.test_contract_ends import CLEANING, FREIGHT, LETTERS, PAYROLL, Q, Town, U, closing, refused
from tests.services.test_rounds import everything

OPENED, READY = NoticeKind.CLOSING_OPENED, NoticeKind.CLOSING_READY


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    """The payroll of U0OWNER ends on 31 March 2027; nothing else ends."""
    books = await small_books(db)
    await books.write()
    return Town(db, clock, books)


async def supplier_of(town: Town, business: str) -> Supplier:
    (found,) = await everything(town.db, Supplier, id=(await town.work(business)).supplier_id)
    return found


@pytest.mark.parametrize("kind", [OPENED, READY])
async def test_a_closing_list_rings_at_nobodys_bedside(town: Town, kind: NoticeKind) -> None:
    await closing(town)
    await town.settle("U0OWNER")
    town.clock.business = tokyo("2026-11-30", "23:30")
    assert await town.told(kind) == Hold("quiet_hours")
    town.clock.business = tokyo("2026-12-01")
    assert isinstance(await town.told(kind), Ready)


async def test_a_closing_list_goes_to_nobody_who_was_replaced_while_it_waited(town: Town) -> None:
    await closing(town)
    await town.owning.change(press("U0SEC"), [(await town.work()).id], "U0OTHER")
    told = {n.place: n for n in await town.asked(OPENED)}
    old, new = (told[f"person:{town.books.people[u].id}"] for u in ("U0OWNER", "U0OTHER"))
    async with town.db.read() as tx:
        assert await TELL[OPENED](tx, old, town.clock.now()) == Cancel("asked_of_somebody_else")
        assert isinstance(await TELL[OPENED](tx, new, town.clock.now()), Ready)


async def test_after_a_long_pause_only_the_latest_step_is_told(town: Town) -> None:
    await town.at("2027-02-01")
    await town.at("2027-03-01")  # the first message was held all the time
    first, second = sorted(await town.asked(Q), key=lambda n: n.cycle)
    async with town.db.read() as tx:
        assert await TELL[Q](tx, first, town.clock.now()) == Cancel("superseded")
        assert isinstance(await TELL[Q](tx, second, town.clock.now()), Ready)


async def test_work_of_a_paused_supplier_that_fell_out_of_a_message_is_asked_about_after_the_pause(town: Town) -> None:
    await town.term(CLEANING, ends_on=date(2027, 3, 31))
    await town.owning.change(press("U0SEC"), [(await town.work(PAYROLL)).id], "U0OTHER")
    assert await town.at("2027-02-01") == 1  # both are U0OTHER's now, and in one message
    supplier = await supplier_of(town, CLEANING)
    supplier = await change(town.db, supplier, paused=True)
    async with town.db.begin("test.claim") as tx:
        (notice,) = await town.asked(Q)
        ready = await TELL[Q](tx, notice, town.clock.now())
    assert isinstance(ready, Ready)
    assert CLEANING not in str(ready.message.blocks)
    await change(town.db, supplier, paused=False)
    assert await town.at("2027-02-02") == 1
    assert CLEANING in str((await town.told()).message.blocks)


async def test_what_goes_on_to_a_contact_is_about_their_departments_work_alone(town: Town) -> None:
    for day in ("2027-03-31", "2027-04-07"):
        await town.at(day)
    boss = f"person:{town.books.people['U0BOSS'].id}"
    (notice,) = [n for n in await town.asked(U) if n.place == boss]
    (department,) = await everything(town.db, Department, id=(await town.work()).department_id)
    await change(town.db, department, escalation_id=None)
    async with town.db.read() as tx:
        assert await TELL[U](tx, notice, town.clock.now()) == Cancel("done")
    assert (await town.work()).state is EngagementState.ACTIVE


async def test_many_contracts_are_one_message_a_week(town: Town) -> None:
    """Three ends in one week are one question; the day of the end itself is never gathered."""
    for business, day in ((CLEANING, date(2027, 4, 2)), (LETTERS, date(2027, 4, 5)), (FREIGHT, date(2027, 4, 9))):
        await town.term(business, ends_on=day)
        await town.owning.change(press("U0SEC"), [(await town.work(business)).id], "U0OWNER")
    days = [date(2027, 1, 28) + timedelta(days=n) for n in range(14)]
    asked = [day.isoformat() for day in days if await town.at(day.isoformat())]
    assert asked == ["2027-02-01", "2027-02-08"]
    first, second = sorted(await town.asked(), key=lambda n: n.cycle)
    assert [line["ends_on"] for line in first.params["lines"]] == ["2027-03-31", "2027-04-02", "2027-04-05"]
    assert [line["ends_on"] for line in second.params["lines"]] == ["2027-04-09"]
    for day in ("2027-03-01", "2027-03-10"):
        await town.at(day)
    assert await town.at("2027-03-31") == 1
    last = max(await town.asked(), key=lambda n: n.cycle)
    assert [(line["step"], line["ends_on"]) for line in last.params["lines"]] == [("end", "2027-03-31")]


async def test_the_slower_of_two_answers_does_not_overwrite_the_other(town: Town) -> None:
    one = await town.work()
    await town.ends.renew(press("U0OWNER"), one.id, date(2028, 3, 31), "2027-03-31")
    for late in (
        town.ends.end(press("U0DEPUTY"), one.id, date(2027, 3, 31), "2027-03-31"),
        town.ends.renew(press("U0DEPUTY"), one.id, None, "2027-03-31"),
    ):
        assert await refused(late) is Code.CHANGED_MEANWHILE
    assert (await town.work()).ends_on == date(2028, 3, 31)


async def test_that_an_owner_has_left_is_told_in_the_morning(town: Town) -> None:
    await remember(town.db, seen("U0OWNER").model_copy(update={"active": False}))
    await town.owning.run_due()
    town.clock.business = tokyo("2026-11-28", "11:00")  # a Saturday
    assert await town.told(NoticeKind.OWNER_LEFT) == Hold("quiet_hours")
    town.clock.business = tokyo("2026-11-30")
    assert isinstance(await town.told(NoticeKind.OWNER_LEFT), Ready)


async def test_whoever_is_alone_is_asked_why_in_the_list(town: Town) -> None:
    await closing(town)
    await town.settle("U0SEC")
    view = await town.lists.view(press("U0SEC"), (await town.work()).id)
    asked = [b.get("block_id") for b in closing_view(text("ja"), view)["blocks"]]
    assert ids.field_block("alone") in asked
    other = closing_view(text("ja"), view.model_copy(update={"alone": False}))
    assert ids.field_block("alone") not in [b.get("block_id") for b in other["blocks"]]
