"""Two records become one while somebody adds to the one that goes, at the same moment, on either database: nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.fields import Part
from bot.domain.ledger import Endpoint, Engagement, Supplier
from bot.domain.people import SYSTEM
from bot.services.desk import Desk as Services
from bot.services.merging import Merging
from storage import companies, endpoints, ledger, merging
from storage.db import Database
from storage.tables.ledger import EngagementRow
from storage.tx import Stale, Tx
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC, TOKYO, entry
from tests.services.link_stage import ANNA, CHANNEL, MIKA, lane
from tests.services.paper_stage import PDF, Desk, paper_desk

Act = Callable[[Desk, Supplier], Awaitable[object]]


@pytest.fixture
async def desk(both: Database, clock: StillClock, tmp_path: Path) -> Desk:
    made = await paper_desk(both, clock, tmp_path / "vault")
    await made.hand_in("F1", "nda.pdf", PDF)
    return made


async def kept_and_gone(desk: Desk) -> tuple[Supplier, Supplier]:
    (gone,) = await desk.all(Supplier)
    await registered(desk, name="同じ会社", corporate_number="", business="清掃")
    (kept,) = [s for s in await desk.all(Supplier) if s.id != gone.id]
    return kept, gone


async def registered(desk: Desk, supplier_id: str = "", **more: Any) -> None:
    department = (await desk.at.engagement()).department_id
    await desk.at.ledger.registering.submit(press(SEC), entry(department, **more), supplier_id)


async def new_work(desk: Desk, gone: Supplier) -> None:
    await registered(desk, gone.id, business="倉庫の警備")


async def stored(desk: Desk, _gone: Supplier) -> None:
    await desk.tick()


async def new_contact(desk: Desk, _gone: Supplier) -> None:
    await desk.at.edit(Part.CONTACT, name="山田 花", mail="hana@example.com", slack_user="")


ACTS = pytest.mark.parametrize("act", [new_work, stored, new_contact])


async def merged(desk: Desk, kept: Supplier, gone: Supplier) -> None:
    shown = await Merging(desk.at.ledger.desk, TOKYO).preview(press(SEC), kept.id, gone.id, "", "one")
    chosen = {one.field: one.suggested for one in shown.differing}
    await Merging(desk.at.ledger.desk, TOKYO).merge(press(SEC), kept.id, gone.id, chosen)


async def nothing_stayed(desk: Desk, kept: Supplier) -> None:
    await desk.tick()  # whoever was slower with a file comes again
    for cls in (Engagement, Document, Contact):
        assert {one.supplier_id for one in await desk.all(cls)} <= {kept.id}, cls


@ACTS
async def test_what_is_added_while_the_rows_are_handed_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    kept, gone = await kept_and_gone(desk)
    begun: list[asyncio.Future[Any]] = []
    honest = merging.moving

    async def slowly(*given: Any) -> Any:
        found = await honest(*given)
        if not begun:
            begun.append(asyncio.ensure_future(act(desk, gone)))
            await asyncio.sleep(0.5)
        return found

    shown = await Merging(desk.at.ledger.desk, TOKYO).preview(press(SEC), kept.id, gone.id, "", "one")
    chosen = {one.field: one.suggested for one in shown.differing}
    monkeypatch.setattr(merging, "moving", slowly)
    await Merging(desk.at.ledger.desk, TOKYO).merge(press(SEC), kept.id, gone.id, chosen)
    await asyncio.gather(*begun, return_exceptions=True)
    await nothing_stayed(desk, kept)


@ACTS
async def test_what_was_looked_at_before_and_is_written_after(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    kept, gone = await kept_and_gone(desk)
    begun: list[asyncio.Future[Any]] = []
    honest = companies.hold

    async def late(*given: Any) -> None:
        if not begun:
            begun.append(asyncio.ensure_future(merged(desk, kept, gone)))
            await asyncio.sleep(0.5)
        await honest(*given)

    monkeypatch.setattr(companies, "hold", late)
    await asyncio.gather(act(desk, gone), return_exceptions=True)
    assert begun, "it asks for the record before it writes"
    await asyncio.gather(*begun)
    await nothing_stayed(desk, kept)


async def test_an_import_that_looked_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = await kept_and_gone(desk)
    begun: list[asyncio.Future[Any]] = []
    looks = 0
    honest = ledger.mark

    async def late(tx: Tx) -> Any:
        nonlocal looks
        looks += 1
        found = await honest(tx)
        if looks == 2:  # the first one was before the rows were judged
            begun.append(asyncio.ensure_future(merged(desk, kept, gone)))
            await asyncio.sleep(0.5)
        return found

    monkeypatch.setattr(ledger, "mark", late)
    header = "法人番号,名称,部門,業務内容,契約形態,開始日,個人データ\n"
    row = f"{gone.corporate_number},{gone.name},総務部,倉庫の警備,準委任,2026/4/1,あり\n"
    report = await desk.at.ledger.importing.import_suppliers((header + row).encode(), dry_run=False, actor=SYSTEM)
    await asyncio.gather(*begun)
    assert report.ok, report.complaints
    assert "倉庫の警備" in {one.business for one in await desk.all(Engagement)}
    await nothing_stayed(desk, kept)


async def test_a_channel_that_is_linked(both: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await lane(both, clock)
    gone, kept = await here.supplier(), await here.supplier("同じ会社")
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    begun: list[asyncio.Future[Any]] = []
    honest = endpoints.at

    async def late(*given: Any) -> Any:
        found = await honest(*given)
        if not begun:
            begun.append(
                asyncio.ensure_future(Merging(Services(both, clock, ""), TOKYO).merge(press(SEC), kept.id, gone.id))
            )
            await asyncio.sleep(0.5)
        return found

    shown = await here.look(CHANNEL)
    monkeypatch.setattr(endpoints, "at", late)
    done = await asyncio.gather(here.linking.confirm(press(SEC), shown.look_id, gone.id), return_exceptions=True)
    await asyncio.gather(*begun)
    assert {e.supplier_id for e in await here.all(Endpoint)} <= {kept.id}, done


async def test_who_loses_a_deadlock_over_a_record_begins_again(desk: Desk) -> None:
    """The one has changed work and asks for its record, the other holds the record and hands the work over."""
    if desk.db.sqlite:
        return  # one writer: there is nothing to wait for
    (supplier,), (work,) = await desk.all(Supplier), await desk.all(Engagement)
    changed, held = asyncio.Event(), asyncio.Event()

    async def ends() -> None:
        async with desk.db.begin("test.ends") as tx:
            await tx.run(update(EngagementRow).where(col(EngagementRow.id) == work.id).values(business="一"))
            changed.set()
            await held.wait()
            await companies.hold(tx, [supplier.id])

    async def merges() -> None:
        await changed.wait()
        async with desk.db.begin("test.merges") as tx:
            await companies.hold(tx, [supplier.id])
            held.set()
            await asyncio.sleep(0.4)  # the other waits first, so the other is the one that loses
            await tx.run(update(EngagementRow).where(col(EngagementRow.id) == work.id).values(business="二"))

    lost, won = await asyncio.gather(ends(), merges(), return_exceptions=True)
    assert (type(lost), won) == (Stale, None)
