"""The rows under the tests of every route, written as the services write them: people, suppliers, one open round.

What each supplier is for stands in `stage.py`. To put one more thing on the stage, write it here and return its id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.domain import checklist as cl
from bot.domain.answering import Answer, ReviewQuestion, Submission
from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Assessment, Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.names import name_key
from bot.domain.people import Person, PersonKind, Seen
from bot.domain.rounds import (
    Attestation,
    AttestationState,
    ChecklistVersion,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.services import sending
from bot.services.recipients import channel_place
from bot.services.telling.base import new_notice
from storage import ledger, people
from storage.checklist_files import load_all
from storage.db import Database
from storage.ids import new_id
from tests.handlers import cast
from tests.handlers.cast import (
    ANNA,
    CH1,
    CH2,
    CH3,
    CHIE,
    FRIEND,
    GONE,
    HOME,
    HOSHI,
    MIKA,
    OTHER,
    OWNER,
    RIVAL,
    STRANGER,
    mark,
)

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # Wednesday, 10:00 in Tokyo
FILLERS = 31  # pieces of work beside the others: three pages of the ledger
HUB_TS = "1700000000.000100"


@dataclass
class Asked:
    """One supplier in the open round."""

    supplier: Supplier
    endpoint: Endpoint
    engagement: Engagement
    review: Review
    item: ReviewItem


async def books(db: Database) -> dict[str, str]:
    """People, suppliers, the open round, what waits; ids of what tests need to name."""
    people_ids = await _people(db)
    owner, other, gone = (people_ids[u] for u in (OWNER, OTHER, GONE))
    first = Department(id=new_id(), name="物流部", primary_id=owner, deputy_ids=(gone,))
    second = Department(id=new_id(), name="総務部", primary_id=other)
    body = load_all()["basic"]
    version = ChecklistVersion(
        id=new_id(),
        key="basic",
        n=1,
        content_hash=cl.content_hash(body),
        body=body.model_dump(mode="json"),
        created_at=START,
    )
    round_ = Round(
        id=new_id(),
        title="2026年度",
        checklist_version_ids=(version.id,),
        period="2026",
        due_on=date(2026, 12, 18),
        attest_by=date(2026, 12, 2),
        state=RoundState.OPEN,
    )
    async with db.begin("test.books") as tx:
        await ledger.insert_all(tx, [first, second, version, round_])
    one = await _asked(db, 1, round_, first, owner, CH1, (MIKA,), deputy=gone)
    two = await _asked(db, 2, round_, second, other, CH2, (HOSHI,))
    three = await _asked(db, 3, round_, second, other, CH3, (), guests=(FRIEND,))
    await _answered(db, one, people_ids[ANNA], "1")
    await _answered(db, three, people_ids[FRIEND], "3", submitted=True)
    four = await _ledger_only(db, second, other)
    note, hub_note = await _stuck(db, one)
    return {
        "review": one.review.id,
        "endpoint": one.endpoint.id,
        "second review": two.review.id,
        "second endpoint": two.endpoint.id,
        "four": four,
        "round": round_.id,
        "note": note,
        "hub note": hub_note,
    }


async def _people(db: Database) -> dict[str, str]:
    """Outsiders whom the sweep of our own workspace does not find; the ids of everybody."""
    outsiders = {RIVAL: HOSHI, ANNA: MIKA, CHIE: MIKA, STRANGER: cast.KURO}
    async with db.begin("test.outsiders") as tx:
        for user, team in outsiders.items():
            await people.see(tx, _outsider(user, team), START)
    async with db.read() as tx:
        return {p.slack_user_id: p.id for p in await tx.find(Person)}


def _outsider(user: str, team: str) -> Seen:
    """What the directory tells of an outsider."""
    name = next(u["real_name"] for u in cast.world()["users"] if u["id"] == user)
    return Seen(slack_user_id=user, team_id=team, kind=PersonKind.EXTERNAL, name=name)


async def _asked(
    db: Database,
    n: int,
    round_: Round,
    department: Department,
    owner: str,
    channel: str,
    teams: tuple[str, ...],
    *,
    deputy: str = "",
    guests: tuple[str, ...] = (),
) -> Asked:
    """A supplier with one piece of work whose review was sent although its owner has not answered."""
    name = mark(n, "株式会社")
    supplier = Supplier(id=new_id(), name=name, name_key=name_key(name), created_at=START)
    endpoint = Endpoint(
        id=new_id(),
        supplier_id=supplier.id,
        channel_id=channel,
        state=EndpointState.VERIFIED,
        teams=teams,
        guests=guests,
        verified_at=START,
        checked_at=START,
    )
    engagement = _work(n, supplier.id, department.id)
    review = Review(
        id=new_id(), round_id=round_.id, supplier_id=supplier.id, state=ReviewState.AWAITING_OWNER, due_on=round_.due_on
    )
    item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement.id)
    owners = [Owner(id=new_id(), engagement_id=engagement.id, person_id=owner, role=OwnerRole.PRIMARY, since=START)]
    if deputy:
        owners.append(
            Owner(id=new_id(), engagement_id=engagement.id, person_id=deputy, role=OwnerRole.DEPUTY, since=START)
        )
    attestation = Attestation(
        id=new_id(),
        round_id=round_.id,
        engagement_id=engagement.id,
        owner_id=owner,
        state=AttestationState.LAPSED,
    )
    async with db.begin("test.asked") as tx:
        await ledger.insert_all(tx, [supplier, endpoint, engagement, *owners, review, item, attestation])
        await sending.advance(tx, review, START, START)
        hub = await tx.one(LiveCard, kind=CardKind.HUB.value, subject_id=review.id)
        assert hub
        await tx.put(hub.model_copy(update={"channel": channel, "ts": HUB_TS}))
        review = await tx.need(Review, review.id)
    return Asked(supplier, endpoint, engagement, review, item)


def _work(n: int, supplier_id: str, department_id: str) -> Engagement:
    return Engagement(
        id=new_id(),
        supplier_id=supplier_id,
        department_id=department_id,
        business=mark(n, "の業務"),
        starts_on=date(2025, 4, 1),
        personal_data=True,
        created_at=START,
    )


async def _answered(db: Database, asked: Asked, person: str, n: str, *, submitted: bool = False) -> None:
    """Every question has an answer, and is submitted where that is wanted."""
    async with db.begin("test.answered") as tx:
        questions = await tx.find(ReviewQuestion, review_id=asked.review.id, included=True, order="position")
        answers = [
            Answer(
                id=new_id(),
                question_id=q.id,
                rev=1,
                value="yes",
                comment=mark(int(n), "の回答" + "と補足" * (450 if submitted else 1)),  # a judge reads several pages
                person_id=person,
                team_id=HOME,
                via="slack",
                at=START,
            )
            for q in questions
        ]
        tx.add(*answers)
        if submitted:
            submission = Submission(
                id=new_id(),
                review_id=asked.review.id,
                endpoint_id=asked.endpoint.id,
                n=1,
                answers=[(a.question_id, 1) for a in answers],
                by=person,
                name=mark(int(n), "客野"),
                role="代表",
                at=START,
            )
            tx.add(submission)
        state = ReviewState.SUBMITTED if submitted else ReviewState.ANSWERING
        review = await tx.need(Review, asked.review.id)
        await tx.put(review.model_copy(update={"state": state}))


async def _ledger_only(db: Database, department: Department, owner: str) -> str:
    """Suppliers that are not being asked: the fourth, and enough of them for three pages of the ledger."""
    rows: list[Any] = []
    key = ""
    for n in range(FILLERS + 1):
        name = mark(4, "株式会社") if n == 0 else mark(9, f"商店{n:02}")
        supplier = Supplier(id=new_id(), name=name, name_key=name_key(name), created_at=START)
        work = _work(4 if n == 0 else 9, supplier.id, department.id)
        if n == FILLERS:  # a round proposes to leave it out
            work = work.model_copy(update={"assessment": Assessment.NDA})
        held = Owner(id=new_id(), engagement_id=work.id, person_id=owner, role=OwnerRole.PRIMARY, since=START)
        rows += [supplier, work, held]
        key = key or supplier.id
    async with db.begin("test.ledger") as tx:
        await ledger.insert_all(tx, rows)
    return key


async def _stuck(db: Database, asked: Asked) -> tuple[str, str]:
    """A message and a card of which nobody knows whether they arrived."""
    where = channel_place(asked.endpoint.channel_id)
    more: dict[str, Any] = {"supplier_id": asked.supplier.id, "endpoint_id": asked.endpoint.id}
    note = new_notice(NoticeKind.EVIDENCE_STORED, where, asked.review.id, START, params={"name": "a.pdf"}, **more)
    async with db.begin("test.stuck") as tx:
        hub = await tx.one(Notice, kind=NoticeKind.HUB.value, subject_id=asked.review.id)
        assert hub
        lost = {"state": NoticeState.UNRESOLVED, "reason": "cannot_look", "attempts": 1, "tried_at": START}
        tx.add(note.model_copy(update=lost))
        await tx.put(hub.model_copy(update=lost))
    return note.id, hub.id
