"""Queries of owners, departments and contracts that end, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.closing_list import ClosingItem, Item, ItemState
from bot.domain.contract_end import EndStep, Step
from bot.domain.delivery import CardKind, LiveCard, NoticeKind
from bot.domain.ledger import Change, Department, Engagement, EngagementState
from bot.domain.people import user_group
from bot.domain.scoping import Asked
from bot.services.telling.base import new_notice
from storage import contract_ends, departments, owning, people, responsible
from storage.db import Database
from storage.ids import new_id
from storage.tx import Taken
from tests.chase_stage import change
from tests.kit import START, remember, seen
from tests.ledger_scene import Books, small_books

TODAY = date(2026, 11, 25)
PAYROLL, FREIGHT = "給与計算の代行", "配送業務"


@pytest.fixture
async def books(both: Database) -> Books:
    made = await small_books(both)
    await made.write()
    return made


async def work(db: Database, business: str = PAYROLL) -> Engagement:
    async with db.read() as tx:
        found = await tx.one(Engagement, business=business)
    assert found
    return found


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    seen_: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen_.append(statement)

    engine = db.reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen_
    event.remove(engine, "before_cursor_execute", note)


async def test_who_answers_for_what(books: Books, both: Database) -> None:
    one, gone = await work(both), await work(both, FREIGHT)
    p = books.people
    async with both.begin("test.group") as tx:
        department = await tx.need(Department, one.department_id)
        await tx.put(department.model_copy(update={"deputy_group": "S0HR"}))
        await people.set_members(tx, user_group("S0HR"), [p["U0OTHER"].id, p["U0GUEST"].id], START)
    async with both.read() as tx:
        found = await responsible.line(tx, [one.id, gone.id])
        assert [(s.role, s.person_id) for s in found[one.id]] == [
            (Asked.PRIMARY, p["U0OWNER"].id),
            (Asked.DEPUTY, p["U0DEPUTY"].id),
            (Asked.DEPUTY, p["U0OTHER"].id),
            (Asked.ESCALATION, p["U0BOSS"].id),
        ]
        assert await responsible.first(tx, [gone.id]) == {gone.id: (Asked.NOBODY, "")}
        assert await responsible.answers(tx, one.id, p["U0OTHER"].id)
        assert not await responsible.answers(tx, one.id, p["U0GUEST"].id)
        assert not await responsible.answers(tx, "nowhere", p["U0OWNER"].id)


async def test_who_has_left_and_what_is_without_an_owner(books: Books, both: Database) -> None:
    async with both.read() as tx:
        assert [one.person_id for one in await owning.left(tx)] == [books.people["U0GONE"].id]
        lines, total = await owning.unowned(tx, 10)
        assert ([line.business for line in lines], total) == ([FREIGHT], 1)
        assert await owning.count_unowned(tx) == 1
        assert await owning.unowned(tx, 10, person_id=books.people["U0OWNER"].id) == ([], 0)
    await change(both, await work(both, FREIGHT), state=EngagementState.ENDED)
    async with both.read() as tx:
        assert await owning.left(tx) == []
        assert await owning.count_unowned(tx) == 0


async def test_since_when_somebody_is_what_they_are(both: Database) -> None:
    (person,) = await remember(both, seen("U0X"))
    later = START + timedelta(days=1)
    async with both.begin("test.same") as tx:
        same = await people.see(tx, seen("U0X"), later)
    async with both.begin("test.left") as tx:
        left = await people.see(tx, seen("U0X").model_copy(update={"active": False}), later)
    assert (person.since, same.since, left.since) == (START, START, later)


async def test_departments_with_their_counts(books: Books, both: Database) -> None:
    async with both.read() as tx:
        (goods, staff) = sorted(await departments.page(tx, 10, 0), key=lambda line: line.engagements, reverse=True)
        assert (goods.name, goods.engagements, goods.unowned) == ("物流部", 3, 1)
        assert (staff.name, staff.engagements, staff.unowned, staff.deputies) == ("人事部", 1, 0, 1)
        names, total = await departments.businesses(tx, goods.id, 2)
        assert (len(names), total) == (2, 3)
        assert await departments.groups_in_use(tx) == set()


async def test_what_could_be_asked_about_and_what_was_told(books: Books, both: Database) -> None:
    soon = await change(both, await work(both, FREIGHT), ends_on=date(2026, 12, 25))
    renews = await change(both, await work(both), auto_renews=True, notice_days=90)  # its end is 31 March
    step = EndStep(
        id=new_id(),
        engagement_id=soon.id,
        ends_on=date(2026, 12, 25),
        step=Step.BEFORE_30,
        asked_of="p",
        asked_on=TODAY,
    )
    async with both.begin("test.step") as tx:
        tx.add(step, step.model_copy(update={"id": new_id(), "ends_on": date(2025, 1, 1)}))
    async with both.read() as tx:
        assert [one.engagement_id for one in await contract_ends.ending(tx, TODAY)] == [soon.id, renews.id]
        assert await contract_ends.steps(tx, TODAY) == {soon.id: [step]}
        assert await contract_ends.counts(tx, date(2026, 12, 26), TODAY) == (1, 0)
    with pytest.raises(Taken):
        async with both.begin("test.twice") as tx:
            tx.add(step.model_copy(update={"id": new_id()}))


async def test_the_list_of_ends(books: Books, both: Database) -> None:
    closing = await change(both, await work(both), state=EngagementState.CLOSING, ends_on=date(2026, 11, 1))
    async with both.begin("test.items") as tx:
        for key, state in ((Item.DATA, ItemState.OPEN), (Item.NDA, ItemState.DONE)):
            tx.add(ClosingItem(id=new_id(), engagement_id=closing.id, key=key, state=state))
    await change(both, await work(both, FREIGHT), ends_on=date(2026, 12, 25))
    async with both.read() as tx:
        lines, total = await contract_ends.lines(tx, TODAY, date(2026, 11, 11), 10, 0)
        assert [(line.business, line.closing, line.open_items, line.overdue) for line in lines] == [
            (PAYROLL, True, 1, True),
            (FREIGHT, False, 0, False),
        ]
        assert total == 2
        for user, expected in (("U0DEPUTY", 1), ("U0BOSS", 1), ("U0OTHER", 0), ("U0GONE", 1)):
            person = books.people[user].id
            assert (await contract_ends.lines(tx, TODAY, TODAY, 10, 0, person_id=person))[1] == expected
        assert await contract_ends.counts(tx, TODAY, date(2026, 11, 11)) == (0, 1)


async def test_as_many_statements_for_four_as_for_forty(books: Books, both: Database) -> None:
    async def count() -> int:
        async with both.read() as tx:
            with statements(both) as found:
                ids = [one.engagement_id for one in await contract_ends.ending(tx, TODAY)]
                await contract_ends.steps(tx, TODAY)
                await responsible.first(tx, ids)
                await owning.unowned(tx, 10)
                await departments.page(tx, 10, 0)
        return len(found)

    await change(both, await work(both, FREIGHT), ends_on=date(2026, 12, 1))
    few = await count()
    async with both.read() as tx:
        (department,) = await tx.find(Department, name="物流部")
    supplier = books.supplier("株式会社こだま製作所")
    for n in range(40):
        books.work(supplier, department, f"業務{n}", "U0OTHER", ends_on=date(2026, 12, 1))
    await books.write()
    assert await count() == few


async def test_the_cards_that_have_asked_about_an_end_are_drawn_again(books: Books, both: Database) -> None:
    """Of one work: the owner's and the team's; not another's, not one of years ago, not one that goes on to others."""
    one, other = await work(both), await work(both, FREIGHT)
    owner, asked = books.people["U0OWNER"].id, NoticeKind.END_QUESTION
    days = [TODAY - timedelta(days=n) for n in (0, 30, 800)]
    cards: dict[str, tuple[str, str, date]] = {
        "now": (one.id, owner, days[0]),
        "team": (one.id, "", days[1]),
        "old": (one.id, owner, days[2]),
        "else": (other.id, owner, days[1]),
    }
    async with both.begin("test.cards") as tx:
        for n, (name, (engagement, person, day)) in enumerate(cards.items()):
            told = new_notice(asked, f"person:{name}", person or "team", START, cycle=day.toordinal())
            tx.add(told, LiveCard(id=name, kind=CardKind.ENDS, subject_id=told.id, place=name))
            ends_on, step = TODAY + timedelta(days=n), Step.BEFORE_60
            tx.add(
                EndStep(
                    id=new_id(), engagement_id=engagement, ends_on=ends_on, step=step, asked_of=person, asked_on=day
                )
            )
    async with both.begin("test.refresh") as tx:
        await contract_ends.refresh_cards(tx, one.id)
    async with both.read() as tx:
        assert {card.id: card.wanted for card in await tx.find(LiveCard)} == {"now": 1, "team": 1, "old": 0, "else": 0}


async def test_who_changed_an_end_last(books: Books, both: Database) -> None:
    one, who = await work(both), books.people["U0DEPUTY"].id
    common = {"subject": "engagement", "subject_id": one.id, "field": "ends_on", "cause": "contract_end"}
    async with both.begin("test.changes") as tx:
        for n, (before, after) in enumerate((("2026-12-31", "2027-12-31"), ("2027-12-31", None))):
            at = START + timedelta(hours=n)
            tx.add(Change(id=new_id(), before=before, after=after, actor_id=who, at=at, **common))
    async with both.read() as tx:
        newest = await contract_ends.last_change(tx, one.id, "ends_on")
        first = await contract_ends.last_change(tx, one.id, "ends_on", "2026-12-31")
        assert await contract_ends.last_change(tx, one.id, "state") is None
    assert newest
    assert first
    assert (newest[0].after, first[0].after, first[1]) == (None, "2027-12-31", (await name(both, who)))


async def name(db: Database, person_id: str) -> str:
    async with db.read() as tx:
        return (await people.names(tx, [person_id])).get(person_id, "")
