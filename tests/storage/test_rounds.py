"""The queries of rounds and attestation on both databases, also with several people at once."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from bot.domain.attesting import Answered
from bot.domain.ledger import Endpoint, EndpointState, Engagement, Owner, OwnerRole
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation, AttestationAnswer, AttestationKind, AttestationState, Review, Round
from bot.domain.scoping import Asked
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.company import remember_company
from bot.services.desk import Desk
from bot.services.digests import digest_view, preview_view
from storage import attestations, candidates, reviews, rounds
from storage.db import Database
from tests.kit import StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH

SAME = Answered(kind=AttestationKind.UNCHANGED)


@pytest.fixture
async def books(both: Database) -> Books:
    made = await small_books(both)
    await remember_company(both, "あおば商事株式会社")
    await made.write()
    return made


async def draft(db: Database, clock: StillClock) -> str:
    return (await make_rounds(db, clock).draft(press("U0SEC"), WISH)).round_id


async def opened(db: Database, clock: StillClock) -> Round:
    round_id = await draft(db, clock)
    assert (await make_rounds(db, clock).open(press("U0SEC"), round_id)).opened
    async with db.read() as tx:
        return await tx.need(Round, round_id)


async def test_candidates_know_who_is_fit_to_be_asked(both: Database, books: Books) -> None:
    async with both.read() as tx:
        found = {c.engagement_id: c for c in await candidates.candidates(tx, date(2026, 11, 25))}
        works = {e.business: e.id for e in await tx.find(Engagement)}
    people = {user: person.id for user, person in books.people.items()}
    payroll, delivery = found[works["給与計算の代行"]], found[works["配送業務"]]
    assert (payroll.primary, payroll.deputy, payroll.escalation) == (
        people["U0OWNER"],
        people["U0DEPUTY"],
        people["U0BOSS"],
    )
    assert payroll.ends_on == date(2027, 3, 31)
    assert (delivery.primary, delivery.named) == (None, people["U0GONE"])
    assert delivery.asked() == (Asked.NOBODY, people["U0GONE"])
    assert [c.supplier_id for c in found.values()] == sorted(c.supplier_id for c in found.values())


async def test_recipients_are_read_from_what_was_decided(both: Database, books: Books, clock: StillClock) -> None:
    round_id = await draft(both, clock)
    async with both.read() as tx:
        assert await rounds.counts(tx, round_id) == {("in", "active"): 3, ("in", "owner_missing"): 1}
        assert [name for _, name in await rounds.persons_asked(tx, round_id)] == ["U0OTHERの氏名", "U0OWNERの氏名"]
        suppliers = {name: key for key, name in await rounds.suppliers_asked(tx, round_id)}
        assert len(suppliers) == 3
        assert await rounds.unreachable(tx, round_id) == {suppliers["Sample Cleaning Ltd"]}
        assert await rounds.channels_of(tx, round_id, suppliers["株式会社みほんデータ"]) == ["C0ONE"]
        found = await rounds.engagements_of(tx, round_id, suppliers["株式会社みほんデータ"])
        assert [e.business for e in found] == ["給与計算の代行", "請求書の封入"]
        assert not await rounds.counts(tx, "another")


async def test_an_engagements_own_endpoint_decides_whether_it_can_be_reached(
    both: Database, books: Books, clock: StillClock
) -> None:
    async with both.begin("test.endpoint") as tx:
        (payroll,) = await tx.find(Engagement, business="給与計算の代行")
        (delivery,) = await tx.find(Engagement, business="配送業務")
        endpoints = {e.supplier_id: e for e in await tx.find(Endpoint)}
        suspended = endpoints[delivery.supplier_id].model_copy(update={"state": EndpointState.SUSPENDED})
        await tx.put(suspended)
        await tx.put(payroll.model_copy(update={"endpoint_id": endpoints[payroll.supplier_id].id}))
    round_id = await draft(both, clock)
    async with both.read() as tx:
        names = dict(await rounds.suppliers_asked(tx, round_id))
        assert {names[key] for key in await rounds.unreachable(tx, round_id)} == {
            "Sample Cleaning Ltd",
            "みかづき運輸株式会社",
        }


async def test_a_digest_previews_as_it_is_drawn(both: Database, books: Books, clock: StillClock) -> None:
    round_id = await draft(both, clock)
    other = books.people["U0OTHER"].id
    async with both.read() as tx:
        before = await preview_view(tx, await tx.need(Round, round_id), other)
    await make_rounds(both, clock).open(press("U0SEC"), round_id)
    async with both.read() as tx:
        after = await digest_view(tx, await tx.need(Round, round_id), other)
        first, total = await attestations.open_cards(tx, round_id, other, 1)
    assert [c.work for c in before.cards] == [c.work for c in after.cards]
    assert (before.waiting, after.waiting, total, len(first)) == (2, 2, 2, 1)


async def test_answers_and_handing_on_read_back(both: Database, books: Books, clock: StillClock) -> None:
    round_ = await opened(both, clock)
    attesting = Attesting(Desk(both, clock, ""), company_calendar())
    async with both.read() as tx:
        (payroll,) = await tx.find(Attestation, owner_id=books.people["U0OWNER"].id)
    await attesting.hand_on(press("U0OWNER"), payroll.id, "", "")
    await attesting.hand_on(press("U0DEPUTY"), payroll.id, "U0OTHER", "")
    await attesting.answer(press("U0OTHER"), payroll.id, SAME)
    async with both.read() as tx:
        lines, done = await attestations.given(tx, round_.id, books.people["U0OTHER"].id, 10)
        assert [(line.kind, line.business) for line in lines] == [(AttestationKind.UNCHANGED, "給与計算の代行")]
        assert done == 1
        lines, _ = await attestations.given(tx, round_.id, books.people["U0DEPUTY"].id, 10)
        assert [line.detail for line in lines] == [{"to": books.people["U0OTHER"].id}]
        owners = await tx.find(Owner, engagement_id=payroll.engagement_id, until=None)
        assert [(o.person_id, o.role) for o in owners] == [(books.people["U0OTHER"].id, OwnerRole.PRIMARY)]
        missing, total = await attestations.orphans(tx, round_.id, payroll.engagement_id, 10)
        assert (missing, total) == ([], 0)
        (delivery,) = await tx.find(Engagement, business="配送業務")
        missing, total = await attestations.orphans(tx, round_.id, delivery.department_id, 10)
        assert [(m.business, m.department, m.instead) for m in missing] == [("配送業務", "物流部", "")]


async def test_owner_and_deputy_at_once_one_answer_counts(both: Database, books: Books, clock: StillClock) -> None:
    await opened(both, clock)
    attesting = Attesting(Desk(both, clock, ""), company_calendar())
    async with both.read() as tx:
        (payroll,) = await tx.find(Attestation, owner_id=books.people["U0OWNER"].id)
    uses = [attesting.answer(press(user), payroll.id, SAME) for user in ("U0OWNER", "U0DEPUTY") * 3]
    found = await asyncio.gather(*uses, return_exceptions=True)
    refused = [f for f in found if isinstance(f, Refusal)]
    assert len(refused) == 5
    assert {r.code for r in refused} <= {Code.ALREADY_ANSWERED}
    async with both.read() as tx:
        assert len(await tx.find(AttestationAnswer)) == 1


async def test_two_owners_of_one_review_at_once_do_not_both_wait_for_the_other(
    both: Database, books: Books, clock: StillClock
) -> None:
    await opened(both, clock)
    attesting = Attesting(Desk(both, clock, ""), company_calendar())
    async with both.read() as tx:
        (payroll,) = await tx.find(Engagement, business="給与計算の代行")
        (review,) = await tx.find(Review, supplier_id=payroll.supplier_id)
        found = await tx.find(Engagement, supplier_id=payroll.supplier_id)
        asked = await tx.find(Attestation, engagement_id=[e.id for e in found])
    users = {p.id: user for user, p in books.people.items()}
    await asyncio.gather(*(attesting.answer(press(users[a.owner_id]), a.id, SAME) for a in asked))
    async with both.read() as tx:
        assert await reviews.owners_pending(tx, review) == 0
        again = await tx.need(Review, review.id)
    assert again.state == "sent"  # whoever came second let it go on


async def test_two_rounds_opened_at_once_ask_a_supplier_once(both: Database, books: Books, clock: StillClock) -> None:
    service = make_rounds(both, clock)
    ids = [await draft(both, clock), await draft(both, clock)]
    found = await asyncio.gather(*(service.open(press("U0SEC"), i) for i in ids), return_exceptions=True)
    results: list[Any] = [getattr(f, "opened", f) for f in found]
    assert results.count(True) == 1
    async with both.read() as tx:
        suppliers = [r.supplier_id for r in await tx.find(Review)]
    assert len(suppliers) == len(set(suppliers)) == 3


async def test_a_void_question_waits_for_nobody(both: Database, books: Books, clock: StillClock) -> None:
    await opened(both, clock)
    attesting = Attesting(Desk(both, clock, ""), company_calendar())
    async with both.read() as tx:
        (payroll,) = await tx.find(Attestation, owner_id=books.people["U0OWNER"].id)
    for user in ("U0OWNER", "U0DEPUTY", "U0BOSS"):
        await attesting.hand_on(press(user), payroll.id, "", "")
    async with both.read() as tx:
        assert (await tx.need(Attestation, payroll.id)).state is AttestationState.VOID
