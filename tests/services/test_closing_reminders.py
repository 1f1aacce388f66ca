"""Open items of closing lists: reminded a week and a month after the end, once each, together, and not once they are settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.closing_list import reminder_due
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Supplier
from bot.domain.settings import PAUSED, Setting
from bot.services.telling import TELL
from bot.services.telling.base import Cancel, Hold, Ready
from storage.db import Database
from tests.chase_stage import change, tokyo
from tests.kit import StillClock, press
from tests.ledger_scene import small_books
from tests.services.test_contract_ends import CLEANING, FREIGHT, PAYROLL, Town
from tests.services.test_rounds import everything

REMINDER = NoticeKind.CLOSING_REMINDER
END = date(2027, 3, 31)
D = date(2027, 4, 1)


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    """The payroll of U0OWNER ends on 31 March 2027, and its closing list is open."""
    books = await small_books(db)
    await books.write()
    made = Town(db, clock, books)
    await ended(made, PAYROLL)
    return made


async def ended(town: Town, business: str, on: date = END, answered: str = "2027-03-31") -> None:
    """The owner says that it ends."""
    work = await town.term(business, ends_on=on)
    await town.at(answered)
    await town.ends.end(press("U0SEC"), work.id, on)


async def reminded(town: Town, until: date, start: date = D) -> list[str]:
    """The days on which somebody is reminded, at any hour of any day."""
    days: list[str] = []
    day = start
    while day < until:
        for hour in ("08:00", "10:00", "17:00"):
            before = len(await town.asked(REMINDER))
            await town.at(day.isoformat(), hour)
            if len(await town.asked(REMINDER)) > before:
                days.append(f"{day} {hour}")
        day += timedelta(days=1)
    return days


async def test_a_week_and_a_month_after_the_end_and_never_again(town: Town) -> None:
    assert await reminded(town, date(2027, 7, 1)) == ["2027-04-07 10:00", "2027-04-30 10:00"]
    assert {n.place for n in await town.asked(REMINDER)} == {f"person:{town.books.people['U0OWNER'].id}"}
    page = await town.ends.page(press("U0SEC"), 1)
    assert [line.business for line in page.lines if line.overdue] == [PAYROLL]


async def test_one_message_over_all_lists_of_a_person_and_one_a_week_at_most(town: Town) -> None:
    owner = town.books.people["U0OWNER"].id
    await town.owning.change(press("U0SEC"), [(await town.work(CLEANING)).id], "U0OWNER")
    await ended(town, CLEANING, date(2027, 4, 2), answered="2027-04-02")
    assert await reminded(town, date(2027, 4, 20), start=date(2027, 4, 3)) == ["2027-04-07 10:00", "2027-04-14 10:00"]
    ready = await town.told(REMINDER)
    assert isinstance(ready, Ready)
    assert PAYROLL in str(ready.message.blocks)
    assert CLEANING in str(ready.message.blocks)
    assert "2件の確認リスト" in ready.message.text
    assert {n.place for n in await town.asked(REMINDER)} == {f"person:{owner}"}


async def test_settled_before_it_leaves_it_is_not_sent(town: Town) -> None:
    await town.at("2027-04-07")
    assert isinstance(await town.told(REMINDER), Ready)
    town.clock.business = tokyo("2027-04-07", "23:00")
    assert await town.told(REMINDER) == Hold("quiet_hours")
    await town.settle("U0OWNER")
    town.clock.business = tokyo("2027-04-08")
    assert await town.told(REMINDER) == Cancel("done")
    assert await reminded(town, date(2027, 5, 10), start=date(2027, 4, 8)) == []


async def test_a_pause_of_everything_or_of_the_supplier_waits(town: Town) -> None:
    supplier = (await everything(town.db, Supplier, id=(await town.work()).supplier_id))[0]
    supplier = await change(town.db, supplier, paused=True)
    assert await reminded(town, date(2027, 4, 9)) == []
    await change(town.db, supplier, paused=False)
    async with town.db.begin("test.pause") as tx:
        tx.add(Setting(id=PAUSED, value={"on": True}))
    assert await reminded(town, date(2027, 4, 14), start=date(2027, 4, 9)) == []
    async with town.db.begin("test.pause") as tx:
        await tx.put((await tx.need(Setting, PAUSED)).model_copy(update={"value": {"on": False}}))
    assert await reminded(town, date(2027, 4, 16), start=date(2027, 4, 14)) == ["2027-04-14 10:00"]


async def test_who_takes_over_is_reminded_a_week_after_they_got_the_list(town: Town) -> None:
    town.clock.business = tokyo("2027-04-05")
    await town.owning.change(press("U0SEC"), [(await town.work()).id], "U0OTHER")
    assert await reminded(town, date(2027, 4, 16)) == ["2027-04-12 10:00"]
    assert {n.place for n in await town.asked(REMINDER)} == {f"person:{town.books.people['U0OTHER'].id}"}


async def test_where_nobody_answers_for_it_the_team_is_reminded(town: Town) -> None:
    await ended(town, FREIGHT)  # U0GONE's
    await town.at("2027-04-07")
    told = {n.place: n.subject_id for n in await town.asked(REMINDER)}
    owner, team = (town.books.people[u].id for u in ("U0OWNER", "U0SEC"))
    assert told == {f"person:{owner}": owner, f"person:{team}": "team"}


async def test_a_reminder_that_was_held_gives_way_to_the_next(town: Town) -> None:
    await town.at("2027-04-07")
    await town.at("2027-04-30")
    first, second = sorted(await town.asked(REMINDER), key=lambda n: n.cycle)
    assert await claimed(town, first) == Cancel("superseded")
    assert isinstance(await claimed(town, second), Ready)


async def claimed(town: Town, notice: Notice) -> object:
    async with town.db.read() as tx:
        return await TELL[notice.kind](tx, notice, town.clock.now())


@pytest.mark.parametrize(
    ("begun", "last", "today", "due"),
    [
        ([D], None, D + timedelta(6), False),
        ([D], None, D + timedelta(7), True),
        ([D], None, D + timedelta(400), True),  # the first tick after a long time: one message for both
        ([D], D + timedelta(400), D + timedelta(800), False),
        ([D], D + timedelta(7), D + timedelta(29), False),
        ([D], D + timedelta(7), D + timedelta(30), True),
        ([D, D + timedelta(3)], D + timedelta(7), D + timedelta(10), False),
        ([D, D + timedelta(3)], D + timedelta(7), D + timedelta(14), True),
        ([date.min], None, D, True),
        ([], None, D, False),
    ],
)
def test_when(begun: list[date], last: date | None, today: date, due: bool) -> None:
    assert reminder_due(begun, last, today) is due
