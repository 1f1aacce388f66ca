"""Two records of one company become one and can be two again: everything moves, nothing is lost, both histories stay."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

import storage.merging
from bot.domain.base import Value
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.ledger import Change, Endpoint, EndpointState, Engagement, Supplier, SupplierState
from bot.domain.merging import Merge, MergeDone, MergeForm
from bot.domain.reading import Candidates
from bot.domain.record import Page, Spot
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ItemState, Review, ReviewItem, ReviewState
from bot.domain.subcontracts import SubcontractEdge
from bot.services.merging import Merging
from bot.services.records import Records
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.register_imitation import number
from tests.services.ledger_stage import ADMIN, DEPUTY, GUEST, NUMBER, OUTSIDER, OWNER, SEC, TOKYO, Ledger, entry, ledger
from tests.services.test_reading import add_endpoint, add_review

OTHER_NUMBER = number(2)


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


@pytest.fixture
async def pair(stage: Ledger) -> tuple[Supplier, Supplier]:
    """The same company twice: once with its number and one engagement, once without and with two."""
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    for business in ("倉庫の管理", "荷物の仕分け"):
        twin = entry(department.id, corporate_number="", name="みかづき運輸(株)", business=business)
        chosen = "" if business == "倉庫の管理" else (await suppliers(stage))["みかづき運輸(株)"].id
        await stage.registering.submit(press(SEC), twin, chosen)
    found = await suppliers(stage)
    return found["株式会社みかづき運輸"], found["みかづき運輸(株)"]


async def suppliers(stage: Ledger) -> dict[str, Supplier]:
    async with stage.db.read() as tx:
        return {s.name: s for s in await tx.find(Supplier)}


async def everything(stage: Ledger, cls: type[Value]) -> list[Any]:
    async with stage.db.read() as tx:
        return list(await tx.find(cls))


async def contact(stage: Ledger, supplier: Supplier, mail: str) -> Contact:
    made = Contact(id=new_id(), supplier_id=supplier.id, name="安藤", mail=mail, created_at=START)
    async with stage.db.begin("test.contact") as tx:
        tx.add(made)
    return made


async def test_the_form_shows_what_looks_alike(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    kept, twin = pair
    form = await Merging(stage.desk, TOKYO).form(press(SEC), NUMBER)
    assert isinstance(form, MergeForm)
    assert (form.one.id, form.one.engagements) == (kept.id, 1)
    assert [(side.id, side.engagements) for side in form.others] == [(twin.id, 2)]
    assert isinstance(await Merging(stage.desk, TOKYO).form(press(SEC), "みかづき"), Candidates)


async def test_everything_of_the_company_moves_and_the_histories_stay(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, twin = pair
    endpoint = await add_endpoint(stage, twin, "C1", EndpointState.VERIFIED)
    same, other = "a@example.invalid", "b@example.invalid"
    stays, moves = await contact(stage, twin, same), await contact(stage, twin, other)
    await contact(stage, kept, same)
    await add_review(stage, twin, ReviewState.CLOSED, "2025")
    merging = Merging(stage.desk, TOKYO)
    preview = await merging.preview(press(SEC), kept.id, twin.id, "", "one")
    assert (preview.counts, preview.left, preview.number_moves) == (
        {"engagement": 2, "endpoint": 1, "contact": 1},
        1,
        False,
    )
    done = await merging.merge(press(SEC), kept.id, twin.id)
    assert done == MergeDone(kept=kept.name, gone=twin.name, moved=4, left=1)
    after = (await suppliers(stage))[twin.name]
    assert (after.state, after.merged_into) == (SupplierState.MERGED, kept.id)
    assert {e.supplier_id for e in await everything(stage, Engagement)} == {kept.id}
    assert {e.supplier_id for e in await everything(stage, Endpoint)} == {kept.id}
    contacts = {c.id: c.supplier_id for c in await everything(stage, Contact)}
    assert (contacts[stays.id], contacts[moves.id]) == (twin.id, kept.id)
    moved = [c for c in await everything(stage, Change) if c.cause == "merge"]
    assert {(c.subject, c.field) for c in moved} == {
        ("supplier", "state"),
        ("supplier", "merged_into"),
        ("engagement", "supplier_id"),
        ("endpoint", "supplier_id"),
        ("contact", "supplier_id"),
    }
    assert (endpoint.id, twin.id, kept.id) in {(c.subject_id, c.before, c.after) for c in moved}


async def test_undone_it_is_as_before_and_what_came_later_stays(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    kept, twin = pair
    before = {e.id: e.supplier_id for e in await everything(stage, Engagement)}
    merging = Merging(stage.desk, TOKYO)
    stage.clock.advance(hours=23 - stage.clock.now().hour)  # in Tokyo the next day has begun
    await merging.merge(press(SEC), kept.id, twin.id)
    later = entry((await stage.department("営業部")).id, business="展示会の搬入")
    await stage.registering.submit(press(SEC), later)
    [line] = (await merging.lines(press(SEC))).lines
    assert (line.kept.name, line.gone.name, line.by) == (kept.name, twin.name, "佐藤 守")
    assert line.on == stage.clock.now().astimezone(TOKYO).date()
    done = await merging.undo(press(SEC), line.id)
    assert (done.moved, done.left) == (2, 0)
    now = {e.id: e.supplier_id for e in await everything(stage, Engagement)}
    assert {key: now[key] for key in before} == before
    assert {now[key] for key in now.keys() - before.keys()} == {kept.id}
    records = await suppliers(stage)
    assert (records[twin.name].state, records[twin.name].merged_into) == (SupplierState.ACTIVE, None)
    assert (await merging.lines(press(SEC))).lines == ()
    with pytest.raises(Refusal) as refused:
        await merging.undo(press(SEC), line.id)
    assert refused.value.code is Code.CHANGED_MEANWHILE


async def test_a_number_goes_over_and_comes_back(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    numbered, bare = pair
    merging = Merging(stage.desk, TOKYO)
    assert (await merging.preview(press(SEC), numbered.id, bare.id, "", "other")).number_moves
    await merging.merge(press(SEC), bare.id, numbered.id)
    records = await suppliers(stage)
    assert (records[bare.name].corporate_number, records[numbered.name].corporate_number) == (NUMBER, None)
    [merge] = await everything(stage, Merge)
    await merging.undo(press(SEC), merge.id)
    records = await suppliers(stage)
    assert (records[bare.name].corporate_number, records[numbered.name].corporate_number) == (None, NUMBER)


async def test_an_open_review_of_the_one_that_goes_is_finished_first(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, twin = pair
    await add_review(stage, twin, ReviewState.ANSWERING, "2026")
    merging = Merging(stage.desk, TOKYO)
    with pytest.raises(Refusal) as refused:
        await merging.merge(press(SEC), kept.id, twin.id)
    assert (refused.value.code, refused.value.params) == (Code.REVIEW_UNDER_WAY, {"name": twin.name})
    await merging.merge(press(SEC), twin.id, kept.id)  # the other way round it stays what people are answering


@pytest.mark.parametrize("other", ["", "存在しない会社"])
async def test_typed_words_must_mean_one_record(stage: Ledger, pair: tuple[Supplier, Supplier], other: str) -> None:
    with pytest.raises(Refusal) as refused:
        await Merging(stage.desk, TOKYO).preview(press(SEC), pair[0].id, "", other, "one")
    assert refused.value.field in {"other", "words"}


async def test_a_record_is_not_merged_with_itself_nor_twice(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    kept, twin = pair
    merging = Merging(stage.desk, TOKYO)
    with pytest.raises(Refusal) as refused:
        await merging.preview(press(SEC), kept.id, "", NUMBER, "one")
    assert refused.value.code is Code.SAME_RECORD
    once = press(SEC)
    first = await merging.merge(once, kept.id, twin.id)
    assert await merging.merge(once, kept.id, twin.id) == first
    assert len(await everything(stage, Merge)) == 1
    with pytest.raises(Refusal):
        await merging.merge(press(SEC), kept.id, twin.id)


@pytest.mark.parametrize("who", [ADMIN, OWNER, DEPUTY, GUEST, OUTSIDER])
async def test_only_the_security_team_merges(stage: Ledger, pair: tuple[Supplier, Supplier], who: str) -> None:
    kept, twin = pair
    merging = Merging(stage.desk, TOKYO)
    tries: list[Callable[[], Awaitable[Any]]] = [
        lambda: merging.form(press(who), NUMBER),
        lambda: merging.preview(press(who), kept.id, twin.id, "", "one"),
        lambda: merging.merge(press(who), kept.id, twin.id),
        lambda: merging.lines(press(who)),
        lambda: merging.undo(press(who), "x"),
    ]
    for go in tries:
        with pytest.raises(Refusal) as refused:
            await go()
        assert refused.value.code in {Code.NOT_YOURS, Code.UNKNOWN_PERSON}


def test_every_table_that_refers_to_a_supplier_says_what_becomes_of_it() -> None:
    """A new table: its column in MOVES, or in STAYS with the reason, in `storage/merging.py`."""
    known = storage.merging.MOVES.keys() | storage.merging.STAYS.keys()
    assert storage.merging.referring() == known


async def test_a_supplier_and_its_own_sub_contractor_are_two(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    kept, twin = pair
    async with stage.db.begin("test.edge") as tx:
        work = (await tx.find(Engagement, supplier_id=kept.id))[0]
        made = SubcontractEdge(id=new_id(), engagement_id=work.id, child_id=twin.id, work="仕分け", created_at=START)
        tx.add(made)
    for one, other in ((kept, twin), (twin, kept)):
        with pytest.raises(Refusal) as refused:
            await Merging(stage.desk, TOKYO).merge(press(SEC), one.id, other.id)
        assert refused.value.code is Code.OWN_SUBCONTRACTOR


async def test_the_record_shows_both_histories_and_on_a_day_before_only_its_own(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, twin = pair
    stage.clock.advance(days=2)
    await Merging(stage.desk, TOKYO).merge(press(SEC), kept.id, twin.id)
    records = Records(stage.desk, TOKYO)
    history = await records.open(press(SEC), Spot(supplier_id=kept.id, page=Page.HISTORY, key="1"))
    told = {(c.field, (c.after or {}).get("name")) for c in history.changes if c.field == "created"}
    assert {("created", kept.name), ("created", twin.name)} <= told
    businesses = {"倉庫の管理", "荷物の仕分け"}
    now = await records.open(press(SEC), Spot(supplier_id=kept.id))
    assert {r.engagement.business for r in now.rows} == businesses | {"社内便の配送"}
    yesterday = stage.clock.now().astimezone(TOKYO).date() - timedelta(days=1)
    before = await records.open(press(SEC), Spot(supplier_id=kept.id, on=yesterday))
    assert {r.engagement.business for r in before.rows} == {"社内便の配送"}


async def third(stage: Ledger) -> Supplier:
    """A record of its own."""
    await stage.registering.submit(
        press(SEC), entry((await stage.department("経理部")).id, corporate_number="", name="別の商店", business="清掃")
    )
    return (await suppliers(stage))["別の商店"]


async def test_of_two_mergings_the_later_one_is_taken_back_first(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, twin = pair
    before = {e.id: e.supplier_id for e in await everything(stage, Engagement)}
    merging, last = Merging(stage.desk, TOKYO), await third(stage)
    await merging.merge(press(SEC), kept.id, twin.id)
    await merging.merge(press(SEC), last.id, kept.id)
    second, first = (await merging.lines(press(SEC))).lines
    with pytest.raises(Refusal) as refused:
        await merging.undo(press(SEC), first.id)
    assert refused.value.code is Code.MERGED_SINCE
    for line in (second, first):
        await merging.undo(press(SEC), line.id)
    now = {e.id: e.supplier_id for e in await everything(stage, Engagement)}
    assert {key: now[key] for key in before} == before
    assert (await suppliers(stage))[kept.name].corporate_number == NUMBER


async def test_a_number_written_since_stays_and_the_old_one_goes_back(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    numbered, bare = pair
    merging = Merging(stage.desk, TOKYO)
    await merging.merge(press(SEC), bare.id, numbered.id)
    async with stage.db.begin("test.number") as tx:
        held = await tx.need(Supplier, bare.id)
        await tx.put(held.model_copy(update={"corporate_number": OTHER_NUMBER}))
    [merge] = await everything(stage, Merge)
    await merging.undo(press(SEC), merge.id)
    records = await suppliers(stage)
    assert (records[bare.name].corporate_number, records[numbered.name].corporate_number) == (OTHER_NUMBER, NUMBER)


async def test_an_old_number_that_somebody_else_has_now_is_said(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    numbered, bare = pair
    merging, other = Merging(stage.desk, TOKYO), await third(stage)
    await merging.merge(press(SEC), bare.id, numbered.id)
    async with stage.db.begin("test.number") as tx:
        await tx.put((await tx.need(Supplier, bare.id)).model_copy(update={"corporate_number": None}))
        await tx.flush()
        await tx.put((await tx.need(Supplier, other.id)).model_copy(update={"corporate_number": NUMBER}))
    [merge] = await everything(stage, Merge)
    with pytest.raises(Refusal) as refused:
        await merging.undo(press(SEC), merge.id)
    assert (refused.value.code, refused.value.params) == (Code.NUMBER_TAKEN, {"name": other.name})


async def test_not_undone_while_people_answer_for_both_in_one_review(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    kept, twin = pair
    merging = Merging(stage.desk, TOKYO)
    await add_review(stage, kept, ReviewState.ANSWERING, "2026")  # about its own work: stands in nobody's way
    await merging.merge(press(SEC), kept.id, twin.id)
    [merge] = await everything(stage, Merge)
    async with stage.db.begin("test.item") as tx:
        [review] = await tx.find(Review)
        came = next(row.id for row in merge.moved if row.table == "engagement")
        item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=came, state=ItemState.JUDGED)
        tx.add(item)
    with pytest.raises(Refusal) as refused:
        await merging.undo(press(SEC), merge.id)
    assert (refused.value.code, refused.value.params) == (Code.REVIEW_UNDER_WAY, {"name": twin.name})
    async with stage.db.begin("test.item") as tx:
        await tx.put((await tx.need(Review, review.id)).model_copy(update={"state": ReviewState.CLOSED}))
    await merging.undo(press(SEC), merge.id)


async def test_undone_nothing_of_the_one_is_left_with_the_other(stage: Ledger, pair: tuple[Supplier, Supplier]) -> None:
    """Work is never asked about at the other company's endpoint, and papers follow the work that they are about."""
    kept, twin = pair
    theirs = await add_endpoint(stage, twin, "C1", EndpointState.VERIFIED)
    merging = Merging(stage.desk, TOKYO)
    await merging.merge(press(SEC), kept.id, twin.id)
    async with stage.db.begin("test.mixed") as tx:
        own = next(e for e in await tx.find(Engagement) if e.business == "社内便の配送")
        came = next(e for e in await tx.find(Engagement) if e.business == "倉庫の管理")
        await tx.put(own.model_copy(update={"endpoint_id": theirs.id}))
        about = {"engagement_id": came.id, "added_by": "x", "added_at": START}
        tx.add(Document(id=new_id(), supplier_id=kept.id, title="覚書", link="https://a.example.invalid/", **about))
    [merge] = await everything(stage, Merge)
    await merging.undo(press(SEC), merge.id)
    work = {e.business: (e.supplier_id, e.endpoint_id) for e in await everything(stage, Engagement)}
    assert work["社内便の配送"] == (kept.id, None)
    assert [d.supplier_id for d in await everything(stage, Document)] == [twin.id]
    cleared = [c for c in await everything(stage, Change) if c.field == "endpoint_id"]
    assert [(c.before, c.after, c.cause) for c in cleared] == [(theirs.id, None, "merge_undone")]


async def test_the_number_of_a_merged_record_leads_to_the_one_that_was_kept(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    numbered, twin = pair
    async with stage.db.begin("test.number") as tx:
        await tx.put((await tx.need(Supplier, twin.id)).model_copy(update={"corporate_number": OTHER_NUMBER}))
    await Merging(stage.desk, TOKYO).merge(press(SEC), numbered.id, twin.id)
    department = (await stage.department("経理部")).id
    more = entry(department, corporate_number=OTHER_NUMBER, name=twin.name, business="清掃")
    done = await stage.registering.submit(press(SEC), more)
    assert (done.supplier, done.added) == (numbered.name, True)
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), entry(department, corporate_number=OTHER_NUMBER, name="別の商店"))
    assert (refused.value.code, refused.value.params) == (Code.NUMBER_TAKEN, {"name": numbered.name})
    later = entry(department, business="受付", name="")  # the form stood open with the record that went
    assert (await stage.registering.submit(press(SEC), later, twin.id)).supplier == numbered.name
    assert len(await everything(stage, Supplier)) == 2


async def test_on_a_day_before_each_record_shows_what_was_its_own_then(
    stage: Ledger, pair: tuple[Supplier, Supplier]
) -> None:
    """Also the record that went, and the one that was kept until it was taken apart again."""
    kept, twin = pair
    await contact(stage, twin, "b@example.invalid")
    records, merging = Records(stage.desk, TOKYO), Merging(stage.desk, TOKYO)

    async def then(supplier: Supplier, days_ago: int) -> tuple[set[str], int]:
        on = stage.clock.now().astimezone(TOKYO).date() - timedelta(days=days_ago)
        shown = await records.open(press(SEC), Spot(supplier_id=supplier.id, on=on))
        return {r.engagement.business for r in shown.rows}, len(shown.contacts)

    theirs, own = {"倉庫の管理", "荷物の仕分け"}, {"社内便の配送"}
    stage.clock.advance(days=2)
    await merging.merge(press(SEC), kept.id, twin.id)
    assert await then(twin, 1) == (theirs, 1)
    assert await then(kept, 1) == (own, 0)
    stage.clock.advance(days=2)
    [line] = (await merging.lines(press(SEC))).lines
    await merging.undo(press(SEC), line.id)
    assert (await then(kept, 1), await then(twin, 1)) == ((theirs | own, 1), (set(), 0))
    assert (await then(kept, 3), await then(twin, 3)) == ((own, 0), (theirs, 1))
