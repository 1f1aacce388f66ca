"""A round for which nobody chose a list: each piece of work is asked what the policy says when its request leaves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.answering import ReviewQuestion
from bot.domain.attesting import Answered
from bot.domain.ledger import Engagement, Supplier
from bot.domain.policy import Policy
from bot.domain.rounds import Attestation, AttestationKind, ChecklistVersion, Review, Round
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.company import remember_company
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.lists import title_of
from bot.services.policies import working_by
from bot.services.rounds import Rounds
from bot.services.sending import preview_hub
from storage.db import Database
from storage.policy_file import shipped
from tests.kit import StillClock, press
from tests.ledger_scene import Books, checklists, small_books
from tests.services.test_rounds import WISH, everything

AS_THE_POLICY_SAYS = WISH.model_copy(update={"checklists": ()})


@pytest.fixture
async def books(db: Database) -> Books:
    await remember_company(db, "あおば商事株式会社")
    made = await small_books(db)
    await made.write()
    return made


@pytest.fixture
def service(db: Database, clock: StillClock) -> Rounds:
    return Rounds(Desk(db, clock, ""), company_calendar(), Library(checklists()), preview_hub)


async def opened(service: Rounds) -> str:
    drafted = await service.draft(press("U0SEC"), AS_THE_POLICY_SAYS)
    await service.page(press("U0SEC"), drafted.round_id, 0)
    assert (await service.open(press("U0SEC"), drafted.round_id)).opened
    return drafted.round_id


async def same(db: Database, clock: StillClock, books: Books) -> None:
    """Every owner says that nothing has changed."""
    users = {p.id: user for user, p in books.people.items()}
    attesting = Attesting(Desk(db, clock, ""), company_calendar())
    for asked in await everything(db, Attestation, state="asked"):
        answered = Answered(kind=AttestationKind.UNCHANGED)
        await attesting.answer(press(users[asked.owner_id]), asked.id, answered)


async def asked(db: Database) -> dict[str, set[str]]:
    """Supplier id → the lists of which it is asked something; those whose request has left."""
    versions = {v.id: v.key for v in await everything(db, ChecklistVersion)}
    questions = [q for q in await everything(db, ReviewQuestion) if q.included]
    found: dict[str, set[str]] = {}
    for review in await everything(db, Review):
        for one in (q for q in questions if q.review_id == review.id):
            found.setdefault(review.supplier_id, set()).add(versions[one.version_id])
    return found


async def test_each_supplier_is_asked_what_its_work_calls_for(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    await opened(service)
    await same(db, clock, books)
    found = await asked(db)
    personal = {w.supplier_id for w in await everything(db, Engagement) if w.personal_data}
    assert found.keys() & personal
    assert found.keys() - personal
    for supplier, keys in found.items():
        assert keys == ({"basic", "personal_data"} if supplier in personal else {"basic"}), supplier


async def test_every_version_it_may_ask_is_pinned_when_it_is_drafted(
    service: Rounds, db: Database, books: Books
) -> None:
    drafted = await service.draft(press("U0SEC"), AS_THE_POLICY_SAYS)
    async with db.read() as tx:
        round_ = await tx.need(Round, drafted.round_id)
        pinned = [(await tx.need(ChecklistVersion, key)).key for key in round_.checklist_version_ids]
    assert round_.by_policy
    assert pinned == list(shipped().may_ask)


async def test_a_list_published_meanwhile_is_not_asked(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    await opened(service)
    changed = checklists()["basic"].model_copy(update={"minutes": 99})
    service._library = Library(checklists() | {"basic": changed})
    async with db.begin("test.publish") as tx:
        newer = await service._library.publish(tx, changed, clock.now())
    await same(db, clock, books)
    assert newer not in {q.version_id for q in await everything(db, ReviewQuestion)}


async def test_no_question_stands_twice_in_a_review(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    """`basic` and `personal_data` share three; the database forbids the same key twice."""
    await opened(service)
    await same(db, clock, books)
    shared = {q.key for q in checklists()["basic"].questions} & {q.key for q in checklists()["personal_data"].questions}
    both = [q for q in await everything(db, ReviewQuestion) if q.key in shared and len(q.body["wanted_by"]) == 2]
    assert {q.key for q in both} == shared


async def test_the_request_names_every_list_it_asks(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    await opened(service)
    await same(db, clock, books)
    titles = set()
    async with db.read() as tx:
        for review in await tx.find(Review):
            supplier: Any = await tx.need(Supplier, review.supplier_id)
            titles.add(await title_of(tx, review, supplier.language))
    basic, personal = checklists()["basic"].title, checklists()["personal_data"].title
    assert f"{basic.ja}・{personal.ja}" in titles
    assert {basic.ja, basic.en} & titles


async def test_a_policy_that_names_none_of_what_was_pinned_asks_the_first_of_it(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    await opened(service)
    body = shipped().model_dump(mode="json")
    body["additional"] = []
    for tier in body["tiers"]:
        tier |= {"checklists": ["another"], "too_much": []}
    with working_by(Policy.model_validate(body)):
        await same(db, clock, books)
    assert set().union(*(await asked(db)).values()) == {"basic"}
