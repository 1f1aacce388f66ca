"""Two people at one closing list, or at one supplier's last two ends, at the same moment, on either database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import pytest

from bot.domain.closing_list import ClosingItem, Item, ItemState
from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.people import SYSTEM
from bot.domain.reminders import Hours
from bot.services import ending
from bot.services.calendars import TOKYO, company_calendar
from bot.services.closing_lists import ClosingLists
from bot.services.closing_reminders import ClosingReminders
from bot.services.desk import Desk
from storage import contract_ends
from storage.db import Database
from storage.ids import new_id
from tests.chase_stage import change, tokyo
from tests.kit import START, StillClock, press
from tests.ledger_scene import Books, small_books

PAYROLL, LETTERS = "給与計算の代行", "請求書の封入"


@dataclass
class Closing:
    """Work that is being closed, with two items."""

    db: Database
    books: Books
    lists: ClosingLists
    one: Engagement
    items: list[ClosingItem]


async def work(db: Database, business: str) -> Engagement:
    async with db.read() as tx:
        found = await tx.one(Engagement, business=business)
    assert found
    return found


@pytest.fixture
async def closing(both: Database) -> Closing:
    books = await small_books(both)
    await books.write()
    over = {"state": EngagementState.CLOSING, "ends_on": date(2026, 11, 20)}
    one = await change(both, await work(both, PAYROLL), **over)
    items = [ClosingItem(id=new_id(), engagement_id=one.id, key=key) for key in (Item.DATA, Item.ACCOUNTS)]
    async with both.begin("test.items") as tx:
        tx.add(*items)
    async with both.read() as tx:
        items = await tx.find(ClosingItem)
    lists = ClosingLists(Desk(both, StillClock(), ""), Hours(TOKYO, company_calendar()))
    return Closing(both, books, lists, one, items)


async def test_two_who_settle_the_last_two_items_have_the_team_asked_once(
    closing: Closing, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = ending.items_of

    async def slowly(*given: object) -> list[ClosingItem]:
        """Both have written what they settled, where they can, before either looks whether that was all."""
        await asyncio.sleep(0.2)
        return await honest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.services.closing_lists.items_of", slowly)
    first, second = closing.items
    await asyncio.gather(
        closing.lists.settle(press("U0OWNER", key="1"), first.id, first.version, ItemState.DONE, "証明書 No.12"),
        closing.lists.settle(press("U0DEPUTY", key="2"), second.id, second.version, ItemState.DONE, "証明書 No.13"),
    )
    async with closing.db.read() as tx:
        assert {i.state for i in await tx.find(ClosingItem)} == {ItemState.DONE}
        assert len(await tx.find(Notice, kind=NoticeKind.CLOSING_READY)) == 1


async def test_a_supplier_whose_last_two_ends_meet_is_over(closing: Closing, monkeypatch: pytest.MonkeyPatch) -> None:
    db, now = closing.db, START
    honest = contract_ends.states_of

    async def slowly(*given: object) -> list[EngagementState]:
        """Both have looked, where they can, before either has committed."""
        found = await honest(*given)  # type: ignore[arg-type]
        await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(contract_ends, "states_of", slowly)
    async with db.read() as tx:
        every = await tx.find(Engagement, supplier_id=closing.one.supplier_id)
    for other in every:
        await change(db, other, state=EngagementState.CLOSING)
    last = [await work(db, each.business) for each in every]
    assert len(last) > 1

    both_wrote = asyncio.Barrier(len(last))

    async def end(one: Engagement) -> None:
        async with db.begin("test.end") as tx:
            ended = one.model_copy(update={"state": EngagementState.ENDED})
            await tx.put(ended)
            await tx.flush()
            with suppress(TimeoutError, asyncio.BrokenBarrierError):
                await asyncio.wait_for(both_wrote.wait(), 0.5)
            await ending.end_supplier(tx, ended, SYSTEM, now)

    await asyncio.gather(*(end(one) for one in last))
    async with db.read() as tx:
        assert (await tx.need(Supplier, closing.one.supplier_id)).state is SupplierState.ENDED


async def test_two_processes_remind_of_a_list_once_and_read_from_the_outbox_that_they_did(closing: Closing) -> None:
    """20 November and a week: the list's owner; then not again until a month after the end."""
    hours = Hours(TOKYO, company_calendar())
    one, two = (ClosingReminders(Desk(closing.db, StillClock(), ""), hours) for _ in range(2))
    for day, new in (("2026-11-26", 0), ("2026-11-27", 1), ("2026-11-30", 0), ("2026-12-21", 1), ("2027-02-01", 0)):
        now = tokyo(day)
        counts = await asyncio.gather(*(reminders.run_due(now) for reminders in (one, two)))
        assert sum(counts) == new, day
    async with closing.db.read() as tx:
        told = await tx.find(Notice, kind=NoticeKind.CLOSING_REMINDER)
    owner = closing.books.people["U0OWNER"].id
    assert {(n.place, n.subject_id) for n in told} == {(f"person:{owner}", owner)}
    assert len(told) == 2
