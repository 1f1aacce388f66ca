"""Contracts that end: who is asked when, once; what is true when it is sent; the answers, the closing list, the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.closing_list import ClosingItem, Item, ItemState
from bot.domain.contract_end import EndStep, Step
from bot.domain.delivery import AuditEvent, Notice, NoticeKind
from bot.domain.ledger import Change, Devices, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.people import SECURITY, SYSTEM
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.rounds import Attestation, AttestationState, ReviewItem
from bot.domain.rounds import ItemState as Reviewed
from bot.services import ending
from bot.services.calendars import TOKYO, company_calendar
from bot.services.closing_lists import ClosingLists
from bot.services.contract_ends import ContractEnds
from bot.services.desk import Desk
from bot.services.owning import Owning
from bot.services.telling import TELL, Cancel, Hold, Ready
from storage import people
from storage.db import Database
from tests.chase_stage import change, tokyo
from tests.kit import StillClock, press, remember, seen
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH, everything

HOURS = Hours(TOKYO, company_calendar())
PAYROLL, LETTERS, FREIGHT, CLEANING = "給与計算の代行", "請求書の封入", "配送業務", "清掃業務"
Q, U = NoticeKind.END_QUESTION, NoticeKind.END_UNANSWERED


@dataclass
class Town:
    """The services and what a test looks at."""

    db: Database
    clock: StillClock
    books: Books

    def __post_init__(self) -> None:
        desk = Desk(self.db, self.clock, "")
        self.ends, self.lists = ContractEnds(desk, HOURS), ClosingLists(desk, HOURS)
        self.owning = Owning(desk, company_calendar())

    async def at(self, day: str, hour: str = "10:00") -> int:
        """A tick at a moment by the company's clock."""
        self.clock.business = tokyo(day, hour)
        return await self.ends.run_due(self.clock.now())

    async def work(self, business: str = PAYROLL) -> Engagement:
        (found,) = await everything(self.db, Engagement, business=business)
        return found

    async def term(self, business: str, **more: Any) -> Engagement:
        return await change(self.db, await self.work(business), **more)

    async def asked(self, kind: NoticeKind = Q) -> list[Notice]:
        return await everything(self.db, Notice, kind=kind)

    async def told(self, kind: NoticeKind = Q) -> Any:
        """What the newest notice of a kind becomes when it is claimed now."""
        notice = (await self.asked(kind))[-1]
        async with self.db.read() as tx:
            return await TELL[notice.kind](tx, notice, self.clock.now())

    async def steps(self, business: str) -> list[tuple[Step, str]]:
        rows = await everything(self.db, EndStep, engagement_id=(await self.work(business)).id)
        return [(row.step, row.reason) for row in rows]

    async def items(self, business: str = PAYROLL) -> dict[Item, ClosingItem]:
        rows = await everything(self.db, ClosingItem, engagement_id=(await self.work(business)).id)
        return {row.key: row for row in rows}

    async def settle(self, who: str, business: str = PAYROLL, *, state: ItemState = ItemState.DONE) -> None:
        for item in (await self.items(business)).values():
            await self.lists.settle(press(who), item.id, item.version, state, "証明書 No.12")


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    """The payroll of U0OWNER ends on 31 March 2027; nothing else ends."""
    books = await small_books(db)
    await books.write()
    return Town(db, clock, books)


async def refused(waiting: Awaitable[Any]) -> Code:
    with pytest.raises(Refusal) as found:
        await waiting
    return found.value.code


# -- who is asked when -----------------------------------------------------------------------------------------------------


async def test_each_step_is_asked_once_on_its_day_and_then_it_goes_on_to_others(town: Town) -> None:
    days: list[tuple[str, str]] = []
    day = date(2027, 1, 25)
    while day < date(2027, 5, 1):
        for hour in ("08:00", "10:00", "17:00"):
            if await town.at(day.isoformat(), hour):
                days.append((day.isoformat(), hour))
        day += timedelta(days=1)
    assert days == [
        ("2027-02-01", "10:00"),  # 30 January is a Saturday
        ("2027-03-01", "10:00"),
        ("2027-03-31", "10:00"),
        ("2027-04-07", "10:00"),
    ]
    assert [step for step, _ in await town.steps(PAYROLL)] == [*list(Step)[:2], Step.END, Step.ESCALATION]
    places = [n.place for n in await town.asked()]
    assert set(places) == {f"person:{town.books.people['U0OWNER'].id}"}
    others = {n.place for n in await town.asked(U)}
    assert others == {f"person:{town.books.people[u].id}" for u in ("U0BOSS", "U0SEC")}


async def test_one_message_a_day_over_everything(town: Town) -> None:
    for business, end in ((LETTERS, date(2026, 12, 20)), (CLEANING, date(2027, 1, 15))):
        await town.term(business, ends_on=end)
    assert await town.at("2026-11-25") == 1
    (notice,) = await town.asked()
    assert [line["step"] for line in notice.params["lines"]] == ["before_30", "before_60"]
    await town.term(FREIGHT, ends_on=date(2026, 12, 1))  # U0GONE's: nobody answers for it, so the team is asked
    assert await town.at("2026-11-25", "11:00") == 1
    assert (await town.asked())[-1].place == f"person:{town.books.people['U0SEC'].id}"
    await town.owning.change(press("U0SEC"), [(await town.work(FREIGHT)).id], "U0OTHER")
    assert await town.at("2026-11-25", "15:00") == 0  # they had their message today
    assert await town.at("2026-11-26") == 1
    ready = await town.told()
    assert isinstance(ready, Ready)
    assert FREIGHT in str(ready.message.blocks)


async def test_registered_late_only_the_nearest_step(town: Town) -> None:
    await town.term(LETTERS, ends_on=date(2025, 3, 31))
    assert await town.at("2026-11-25") == 1
    assert sorted(await town.steps(LETTERS)) == [
        (Step.BEFORE_30, "merged"),
        (Step.BEFORE_60, "merged"),
        (Step.END, ""),
    ]
    assert [await town.at(d) for d in ("2026-11-26", "2026-12-01", "2026-12-02")] == [0, 0, 1]  # five business days


async def test_before_it_renews_by_itself(town: Town) -> None:
    await town.term(LETTERS, ends_on=date(2027, 3, 31), auto_renews=True, notice_days=90)  # notice by 31 December
    assert [await town.at(d) for d in ("2026-12-16", "2026-12-17", "2026-12-18")] == [0, 1, 0]
    ready = await town.told()
    assert "申し出の期限: 2026年12月31日(木)" in str(ready.message.blocks)


@pytest.mark.parametrize(("day", "hour"), [("2026-11-28", "10:00"), ("2026-11-25", "08:59"), ("2026-11-25", "18:00")])
async def test_not_on_days_off_nor_in_quiet_hours(town: Town, day: str, hour: str) -> None:
    await town.term(LETTERS, ends_on=date(2026, 12, 1))
    assert await town.at(day, hour) == 0


async def test_two_processes_ask_once(town: Town) -> None:
    await town.term(LETTERS, ends_on=date(2026, 12, 1))
    assert await town.at("2026-11-25") == 1
    assert await Town(town.db, town.clock, town.books).at("2026-11-25") == 0
    assert len(await town.asked()) == 1


async def test_who_is_late_later_the_same_day_is_told_of_to_everybody_the_next_day(town: Town) -> None:
    """The team has had its message today: the other department's contact is not told alone, and nobody is left out."""
    for business in (FREIGHT, PAYROLL):
        await town.term(business, ends_on=date(2026, 11, 24))
    (supplier,) = await everything(town.db, Supplier, id=(await town.work(PAYROLL)).supplier_id)
    await town.at("2026-11-25")
    supplier = await change(town.db, supplier, paused=True)
    assert await town.at("2026-12-02") == 1  # the team, of the freight: nobody answers for it, and it has no contact
    await change(town.db, supplier, paused=False)
    assert await town.at("2026-12-02", "15:00") == 0
    assert await town.at("2026-12-03") == 2
    told = {n.place for n in await town.asked(U) if (await town.work()).id in str(n.params)}
    assert told == {f"person:{town.books.people[u].id}" for u in ("U0BOSS", "U0SEC")}


async def test_a_paused_supplier_is_not_asked_about(town: Town) -> None:
    one = await town.term(LETTERS, ends_on=date(2026, 12, 1))
    async with town.db.read() as tx:
        supplier = await tx.need(Supplier, one.supplier_id)
    await change(town.db, supplier, paused=True)
    assert await town.at("2026-11-25") == 0


async def test_the_stand_in_of_whoever_left_is_asked(town: Town) -> None:
    await town.at("2027-02-01")
    await remember(town.db, seen("U0OWNER").model_copy(update={"active": False}))
    assert await town.told() == Cancel("person_inactive")
    assert await town.at("2027-02-02") == 1
    assert (await town.asked())[-1].place == f"person:{town.books.people['U0DEPUTY'].id}"


# -- true when it is sent --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ends_on": date(2027, 6, 30)}, "end_moved"),
        ({"ends_on": None}, "end_moved"),
        ({"state": EngagementState.CLOSING}, "ended"),
        ({"state": EngagementState.ENDED}, "ended"),
    ],
)
async def test_what_is_not_so_any_more_is_not_sent(town: Town, changed: dict[str, Any], reason: str) -> None:
    await town.at("2027-02-01")
    await town.term(PAYROLL, **changed)
    assert await town.told() == Cancel(reason)


async def test_it_waits_for_the_morning_and_follows_the_owner(town: Town) -> None:
    await town.at("2027-02-01")
    town.clock.business = tokyo("2027-02-01", "20:00")
    assert await town.told() == Hold("quiet_hours")
    await town.owning.change(press("U0SEC"), [(await town.work()).id], "U0OTHER")
    town.clock.business = tokyo("2027-02-02")
    assert await town.told() == Cancel("asked_of_somebody_else")
    assert await town.at("2027-02-02") == 1  # the new owner is asked


# -- the answers -----------------------------------------------------------------------------------------------------------


async def test_renewed(town: Town) -> None:
    await town.at("2027-02-01")
    one = await town.work()
    form = await town.ends.renew_form(press("U0OWNER"), one.id)
    assert (form.ends_on, form.proposed) == (date(2027, 3, 31), date(2028, 3, 31))
    await town.ends.renew(press("U0OWNER"), one.id, date(2028, 3, 31))
    assert (await town.work()).ends_on == date(2028, 3, 31)
    (entry,) = await everything(town.db, Change, subject_id=one.id)
    assert (entry.field, entry.before, entry.after) == ("ends_on", "2027-03-31", "2028-03-31")
    assert [await town.at(d) for d in ("2027-03-01", "2027-04-07", "2028-01-31")] == [0, 0, 1]


async def test_renewed_for_a_short_time_is_not_asked_about_the_next_day(town: Town) -> None:
    town.clock.business = tokyo("2027-03-30")
    await town.ends.renew(press("U0OWNER"), (await town.work()).id, date(2027, 5, 14))
    assert await town.at("2027-03-31") == 0
    assert (Step.BEFORE_60, "just_renewed") in await town.steps(PAYROLL)
    assert await town.at("2027-04-14") == 1


async def test_renewed_without_an_end(town: Town) -> None:
    await town.ends.renew(press("U0DEPUTY"), (await town.work()).id, None)
    assert (await town.work()).ends_on is None
    assert await town.at("2027-03-31") == 0


@pytest.mark.parametrize("ends_on", [date(2027, 3, 31), date(2026, 12, 1), date(2020, 1, 1)])
async def test_a_new_end_is_later_than_the_old_one_and_not_over(town: Town, ends_on: date) -> None:
    renewed = town.ends.renew(press("U0OWNER"), (await town.work()).id, ends_on)
    assert await refused(renewed) is Code.END_NOT_LATER


Press = Callable[[Town, str, str], Awaitable[Any]]
PRESSES: list[Press] = [
    lambda t, who, e: t.ends.renew_form(press(who), e),
    lambda t, who, e: t.ends.ends_form(press(who), e),
    lambda t, who, e: t.ends.renew(press(who), e, date(2028, 3, 31)),
    lambda t, who, e: t.ends.end(press(who), e, date(2027, 3, 31)),
    lambda t, who, e: t.lists.view(press(who), e),
    lambda t, who, e: t.lists.confirm(press(who), e),
    lambda t, who, e: t.lists.undo(press(who), e),
]


@pytest.mark.parametrize("pressed", PRESSES)
@pytest.mark.parametrize("who", ["U0OTHER", "U0GONE", "U0GUEST", "U0OUT"])
async def test_nobody_elses_business(town: Town, pressed: Press, who: str) -> None:
    assert await refused(pressed(town, who, (await town.work()).id)) is Code.NOT_YOURS
    assert await refused(pressed(town, who, "nowhere")) is Code.NOT_YOURS


# -- the closing list ------------------------------------------------------------------------------------------------------


async def closing(town: Town) -> None:
    """The payroll ends on the last of November."""
    town.clock.business = tokyo("2026-11-30")
    await town.ends.end(press("U0OWNER"), (await town.work()).id, date(2026, 11, 30))


async def test_an_end_begins_the_closing_list(town: Town) -> None:
    await town.term(PAYROLL, devices=Devices.LENT)
    await closing(town)
    one = await town.work()
    assert (one.state, one.ends_on) == (EngagementState.CLOSING, date(2026, 11, 30))
    assert list(await town.items()) == [Item.DATA, Item.ACCOUNTS, Item.DEVICES, Item.NDA]  # the letters go on there
    ready = await town.told(NoticeKind.CLOSING_OPENED)
    assert isinstance(ready, Ready)
    (notice,) = await town.asked(NoticeKind.CLOSING_OPENED)
    assert notice.place == f"person:{town.books.people['U0OWNER'].id}"
    assert await refused(town.ends.end(press("U0OWNER"), one.id, date(2026, 11, 30))) is Code.ALREADY_ANSWERED


async def test_the_channel_is_on_the_list_of_the_last_work_there(town: Town) -> None:
    await town.ends.end(press("U0OTHER"), (await town.work(LETTERS)).id, date(2026, 11, 30))
    assert Item.CHANNEL not in await town.items(LETTERS)
    await closing(town)
    assert Item.CHANNEL in await town.items()


async def test_settled_confirmed_ended_kept(town: Town) -> None:
    await closing(town)
    one = await town.work()
    await town.settle("U0OWNER")
    (ready,) = await town.asked(NoticeKind.CLOSING_READY)
    assert ready.place == f"person:{town.books.people['U0SEC'].id}"
    assert isinstance(await town.told(NoticeKind.CLOSING_READY), Ready)
    assert await refused(town.lists.confirm(press("U0OWNER"), one.id)) is Code.NOT_YOURS
    view = await town.lists.confirm(press("U0SEC"), one.id)
    assert (view.over, view.may_confirm) == (True, False)
    assert (await town.work()).state is EngagementState.ENDED
    entries = [(c.field, c.after) for c in await everything(town.db, Change, subject_id=one.id)]
    assert ("state", "ended") in entries
    for pressed in PRESSES[:4]:
        assert await refused(pressed(town, "U0OWNER", one.id)) is Code.RECORD_KEPT
    item = (await town.items())[Item.DATA]
    again = town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.OPEN, "")
    assert await refused(again) is Code.CLOSED
    assert (await town.lists.view(press("U0OWNER"), one.id)).over


async def test_nobody_confirms_their_own_items_or_what_is_open_or_too_early(town: Town) -> None:
    one = await town.work()
    await town.ends.end(press("U0OWNER"), one.id, date(2026, 12, 31))
    assert await refused(town.lists.confirm(press("U0SEC"), one.id)) is Code.CLOSING_EARLY
    town.clock.business = tokyo("2027-01-04")
    assert await refused(town.lists.confirm(press("U0SEC"), one.id)) is Code.CLOSING_OPEN
    await town.settle("U0SEC")
    async with town.db.begin("test.team") as tx:
        await people.add_member(tx, SECURITY, town.books.people["U0OTHER"].id, town.clock.real())
    assert await refused(town.lists.confirm(press("U0SEC"), one.id, "急いでいます")) is Code.OWN_ITEMS
    assert not (await town.lists.view(press("U0SEC"), one.id)).alone
    assert (await town.lists.confirm(press("U0OTHER"), one.id)).over


async def test_whoever_is_alone_on_the_team_confirms_with_a_reason_that_stays(town: Town) -> None:
    await closing(town)
    one = await town.work()
    await town.settle("U0SEC")
    assert (await town.lists.view(press("U0SEC"), one.id)).alone
    assert await refused(town.lists.confirm(press("U0SEC"), one.id)) is Code.NO_REASON
    view = await town.lists.confirm(press("U0SEC"), one.id, "担当は一人です")
    assert view.over
    assert (view.items[-1].item.key, view.items[-1].item.note) == (Item.ALONE, "担当は一人です")
    (said,) = await everything(town.db, AuditEvent, action="engagement:ended")
    assert said.reason == "alone"
    assert await everything(town.db, Change, subject_id=view.items[-1].item.id, field="created")


async def test_the_team_is_asked_to_confirm_when_it_has_ended(town: Town) -> None:
    await town.ends.end(press("U0OWNER"), (await town.work()).id, date(2026, 12, 31))
    await town.settle("U0OWNER", state=ItemState.NOT_APPLICABLE)
    (ready,) = await town.asked(NoticeKind.CLOSING_READY)
    assert ready.not_before == datetime(2026, 12, 30, 15, 0, tzinfo=UTC)
    item = (await town.items())[Item.DATA]
    await town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.OPEN, "")
    assert await town.told(NoticeKind.CLOSING_READY) == Cancel("closing_open")


async def test_opened_again_and_settled_again_the_same_day_the_team_is_asked_again_and_once(town: Town) -> None:
    await closing(town)
    await town.settle("U0OWNER")
    item = (await town.items())[Item.DATA]
    await town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.OPEN, "")
    item = (await town.items())[Item.DATA]
    await town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.DONE, "証明書 No.13")
    asked = await town.asked(NoticeKind.CLOSING_READY)
    async with town.db.read() as tx:
        told = [await TELL[n.kind](tx, n, town.clock.now()) for n in sorted(asked, key=lambda n: n.cycle)]
    assert told[:-1] == [Cancel("superseded")]
    assert isinstance(told[-1], Ready)


async def test_a_note_that_is_corrected_asks_nobody_again(town: Town) -> None:
    await closing(town)
    await town.settle("U0OWNER")
    item = (await town.items())[Item.DATA]
    await town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.DONE, "証明書 No.14")
    assert len(await town.asked(NoticeKind.CLOSING_READY)) == 1


async def test_two_people_on_one_item(town: Town) -> None:
    await closing(town)
    item = (await town.items())[Item.DATA]
    await town.lists.settle(press("U0OWNER"), item.id, item.version, ItemState.DONE, "証明書")
    slower = town.lists.settle(press("U0DEPUTY"), item.id, item.version, ItemState.NOT_APPLICABLE, "データなし")
    assert await refused(slower) is Code.CHANGED_MEANWHILE


async def test_taken_back_and_ended_again_begins_anew(town: Town) -> None:
    await closing(town)
    await town.settle("U0OWNER")
    await town.lists.undo(press("U0OWNER"), (await town.work()).id)
    assert (await town.work()).state is EngagementState.ACTIVE
    assert await town.told(NoticeKind.CLOSING_OPENED) == Cancel("not_closing")
    await closing(town)
    assert {i.state for i in (await town.items()).values()} == {ItemState.OPEN}
    assert {c.after for c in await everything(town.db, Change, field="note")} == {"証明書 No.12", ""}


async def test_a_supplier_is_over_with_its_last_work_and_back_with_new_work(town: Town) -> None:
    town.clock.business = tokyo("2026-11-30")
    one = await town.work(CLEANING)
    await town.ends.end(press("U0OTHER"), one.id, date(2026, 11, 30))
    await town.settle("U0OTHER", CLEANING)
    await town.lists.confirm(press("U0SEC"), one.id)
    (supplier,) = await everything(town.db, Supplier, id=one.supplier_id)
    assert supplier.state is SupplierState.ENDED
    assert [c.cause for c in await everything(town.db, Change, subject="supplier")] == ["all_engagements_ended"]
    async with town.db.begin("test.revive") as tx:
        back = await ending.revive(tx, supplier, SYSTEM, town.clock.now())
    assert back.state is SupplierState.ACTIVE


async def test_what_ends_while_it_is_reviewed_is_withdrawn(town: Town) -> None:
    service = make_rounds(town.db, town.clock)
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    await closing(town)
    one = await town.work()
    (item,) = await everything(town.db, ReviewItem, engagement_id=one.id)
    assert item.state is Reviewed.OPEN  # it is still being closed
    await town.settle("U0OWNER")
    await town.lists.confirm(press("U0SEC"), one.id)
    (item,) = await everything(town.db, ReviewItem, engagement_id=one.id)
    (asked,) = await everything(town.db, Attestation, engagement_id=one.id)
    assert (item.state, asked.state) == (Reviewed.WITHDRAWN, AttestationState.VOID)
    assert len(await everything(town.db, AuditEvent, action="item:withdrawn")) == 1


# -- the list --------------------------------------------------------------------------------------------------------------


async def test_the_list_of_the_team_and_of_an_owner(town: Town) -> None:
    await closing(town)
    await town.term(LETTERS, ends_on=date(2026, 12, 20))
    town.clock.business = tokyo("2026-12-15")
    all_of_it = await town.ends.page(press("U0SEC"), 1)
    assert [(line.business, line.closing, line.overdue) for line in all_of_it.lines] == [
        (PAYROLL, True, True),
        (LETTERS, False, False),
    ]
    assert (all_of_it.everything, all_of_it.total) == (True, 2)
    mine = await town.ends.page(press("U0OWNER"), 1)
    assert [line.business for line in mine.lines] == [PAYROLL]
    assert [line.business for line in (await town.ends.page(press("U0OTHER"), 9)).lines] == [LETTERS]
    assert await refused(town.ends.page(press("U0GUEST"), 1)) is Code.NOT_YOURS
