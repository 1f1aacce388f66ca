"""Working copies of checklists: one a checklist, and nobody's work is replaced by somebody else's."""

from __future__ import annotations

import pytest

from bot.domain.checklist_versions import Draft
from bot.domain.people import Actor, Person, PersonKind, Who
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ChecklistVersion
from bot.services.drafting import Drafting
from bot.services.library import Library
from storage.db import Database
from tests.kit import START, StillClock
from tests.ledger_scene import Books, checklists, small_books


@pytest.fixture
async def books(db: Database) -> Books:
    made = await small_books(db)
    await made.write()
    return made


@pytest.fixture
def drafting() -> Drafting:
    return Drafting(Library(checklists()))


def acting(person: Person) -> Actor:
    assert person.kind is PersonKind.EMPLOYEE
    return Actor(who=Who(slack_user_id=person.slack_user_id), person=person, security=True)


async def test_it_begins_from_what_is_asked_now(
    drafting: Drafting, db: Database, clock: StillClock, books: Books
) -> None:
    basic = checklists()["basic"].model_copy(update={"minutes": 42})
    async with db.begin("test.put") as tx:
        draft = await drafting.put(tx, acting(books.people["U0SEC"]), basic, clock.now())
    async with db.read() as tx:
        stored = await tx.need(Draft, draft.id)
        base = await tx.need(ChecklistVersion, stored.base_id or "")
    assert (stored.body["minutes"], base.body["minutes"]) == (42, checklists()["basic"].minutes)


async def test_ones_own_is_replaced_and_somebody_elses_is_not(
    drafting: Drafting, db: Database, clock: StillClock, books: Books
) -> None:
    basic = checklists()["basic"]
    other = next(p for user, p in books.people.items() if user != "U0SEC" and p.kind is PersonKind.EMPLOYEE)
    for n in (1, 2):
        async with db.begin("test.put") as tx:
            changed = basic.model_copy(update={"minutes": n})
            draft = await drafting.put(tx, acting(books.people["U0SEC"]), changed, START)
        assert (draft.version, draft.body["minutes"]) == (n, n)
    with pytest.raises(Refusal) as refused:
        async with db.begin("test.put") as tx:
            await drafting.put(tx, acting(other), basic, START)
    assert refused.value.code is Code.DRAFT_OF_OTHER
    async with db.read() as tx:
        (kept,) = await tx.find(Draft)
    assert (kept.version, kept.body["minutes"]) == (2, 2)
