"""The ledger's queries alike on both databases: twins, search, pages, import and the race for one corporate number."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.importing import Verdict
from bot.domain.ledger import Department, Owner, OwnerRole, Supplier
from bot.domain.people import SYSTEM
from bot.domain.reading import Candidates, SupplierRecord
from bot.domain.registering import Registered
from storage import ledger as queries
from storage.db import Database
from storage.tx import Taken
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import NUMBER, SEC, Ledger, entry, ledger, listed
from tests.services.test_importing import HEADER, ROWS


@pytest.fixture
async def stage(both: Database, clock: StillClock) -> Ledger:
    made = await ledger(both, clock)
    await made.department("総務部")
    await made.department("開発部", deputies=())
    return made


async def take(stage: Ledger, *rows: str) -> list[Verdict]:
    content = (HEADER + "".join(rows)).encode()
    report = await stage.importing.import_suppliers(content, dry_run=False, actor=SYSTEM)
    assert report.complaints == ()
    return [row.verdict for row in report.rows]


async def test_import_twice_and_export_in_again(stage: Ledger) -> None:
    assert await take(stage, *ROWS) == [Verdict.CREATED] * 5
    assert await take(stage, *ROWS) == [Verdict.SAME] * 5
    content = await stage.exporting.ledger()
    report = await stage.importing.import_suppliers(content, dry_run=True, actor=SYSTEM)
    assert [row.verdict for row in report.rows] == [Verdict.SAME] * 5


@pytest.mark.parametrize("words", ["高橋", "髙橋", "㈱ﾀｶﾊｼ", "たか", NUMBER])
async def test_search_by_part_reading_old_character_or_number(stage: Ledger, words: str) -> None:
    await take(stage, ROWS[0].replace("株式会社みかづき運輸", "髙橋タカハシ商店"))
    found = await stage.reading.show(press(SEC), words)
    assert isinstance(found, SupplierRecord)
    assert found.supplier.corporate_number == NUMBER


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%"])
async def test_wildcards_are_letters(stage: Ledger, words: str) -> None:
    await take(stage, *(ROWS[2].replace("佐藤　花子", name) for name in ("100%果汁", "☕☕", "ab_c", "abxc")))
    async with stage.db.read() as tx:
        found, total = await queries.matching(tx, words, None, 10)
    assert (found, total) == ([], 0)


async def test_candidates_put_the_exact_name_first(stage: Ledger) -> None:
    names = ["みかづき運輸西日本", "みかづき運輸", "株式会社みかづき運輸"]
    await take(stage, *(ROWS[2].replace("佐藤　花子", name) for name in names))
    found = await stage.reading.show(press(SEC), "ミカヅキ運輸")
    assert isinstance(found, Candidates)
    assert [c.name for c in found.found] == ["みかづき運輸", "株式会社みかづき運輸", "みかづき運輸西日本"]


async def test_twins_are_equal_contained_or_containing(stage: Ledger) -> None:
    names = ["みかづき運輸", "㈱みかづき運輸", "みかづき", "みか", "株式会社みかづき運輸西日本", "こはく印刷"]
    await take(stage, *(ROWS[2].replace("佐藤　花子", name) for name in names))
    async with stage.db.read() as tx:
        found = await queries.alike(tx, "みかづき運輸", 10)
    assert [s.name for s in found] == ["みかづき運輸", "㈱みかづき運輸", "みかづき", "株式会社みかづき運輸西日本"]


async def test_pages_are_in_the_order_of_names(stage: Ledger) -> None:
    await take(stage, *(ROWS[2].replace("佐藤　花子", f"委託先{n:02}") for n in reversed(range(40))))
    pages = [await listed(stage, page=n) for n in (1, 2, 3)]
    assert [row.supplier.name for page in pages for row in page.rows] == [f"委託先{n:02}" for n in range(40)]


async def test_two_register_one_number_at_once(stage: Ledger) -> None:
    async with stage.db.read() as tx:
        department = (await tx.find(Department))[0]
        assert await tx.find(Supplier) == []
    wanted = [entry(department.id, business=f"業務{n}") for n in range(6)]
    done = await asyncio.gather(*(stage.registering.submit(press(SEC), w) for w in wanted))
    assert all(isinstance(d, Registered) for d in done)
    assert sorted(d.added for d in done) == [False, True, True, True, True, True]
    async with stage.db.read() as tx:
        assert len(await tx.find(Supplier)) == 1


async def test_a_number_that_is_there_is_taken(stage: Ledger) -> None:
    await take(stage, ROWS[0])
    twin = Supplier(id="other", name="x", name_key="x", corporate_number=NUMBER, created_at=START)
    with pytest.raises(Taken):
        async with stage.db.begin("test.twin") as tx:
            await queries.insert_all(tx, [twin])


async def test_a_broken_reference_is_not_taken_for_a_twin(stage: Ledger) -> None:
    owner = Owner(id="o", engagement_id="nowhere", person_id="nobody", role=OwnerRole.PRIMARY, since=START)
    with pytest.raises(IntegrityError):
        async with stage.db.begin("test.broken") as tx:
            await queries.insert_all(tx, [owner])
