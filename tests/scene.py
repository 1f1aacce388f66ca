"""A small stage for service tests: one department, suppliers with verified endpoints, an open round, a review that is sent.

Rows are written as the services write them, so a test starts where its story starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.domain import checklist as cl
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.people import Person, PersonKind, channel_group
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
from bot.services.company import remember_company
from storage import people
from storage.checklist_files import load_all
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, remember, seen


@dataclass
class Stage:
    """What was put on the stage."""

    supplier: Supplier
    endpoint: Endpoint
    engagement: Engagement
    review: Review
    item: ReviewItem
    owner: Person
    security: Person
    answerers: list[Person]


@lru_cache(maxsize=1)
def _checklists() -> dict[str, cl.Checklist]:
    return load_all()


async def stage(
    db: Database,
    clock: StillClock,
    *,
    channel: str = "C0SUP1",
    team: str = "T0SUP1",
    users: tuple[str, ...] = ("U0ANNA", "U0BERT"),
    checklist: str = "basic",
    state: AttestationState = AttestationState.ANSWERED,
    name: str = "みかづき運輸株式会社",
    send: bool = True,
) -> Stage:
    """A supplier in a Connect channel whose review has just been sent (or waits for its owner with send=False)."""
    await remember_company(db, "あおば商事株式会社")
    (owner,) = await remember(db, seen("U0OWNER"))
    (security,) = await remember(db, seen("U0SEC"), group="security")
    answerers = await remember(
        db, *(seen(u, PersonKind.EXTERNAL, team, name=f"{u}さん") for u in users), group=channel_group(channel)
    )
    supplier = Supplier(id=new_id(), name=name, name_key=name, created_at=START)
    endpoint = Endpoint(
        id=new_id(),
        supplier_id=supplier.id,
        channel_id=channel,
        state=EndpointState.VERIFIED,
        teams=(team,),
        verified_by=security.id,
        verified_at=START,
        checked_at=START,
    )
    department = Department(id=new_id(), name=f"物流部{channel}", primary_id=owner.id)
    engagement = Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department.id,
        business="配送業務",
        starts_on=date(2025, 4, 1),
        personal_data=True,
        created_at=START,
    )
    body = _checklists()[checklist]
    version = ChecklistVersion(
        id=new_id(),
        key=f"{checklist}-{channel}",
        n=1,
        content_hash=cl.content_hash(body),
        body=body.model_dump(mode="json"),
        created_at=START,
    )
    round_ = Round(
        id=new_id(),
        title="2026年度",
        checklist_version_ids=(version.id,),
        period=new_id(),
        due_on=date(2026, 12, 18),
        attest_by=date(2026, 12, 2),
        state=RoundState.OPEN,
    )
    review = Review(
        id=new_id(), round_id=round_.id, supplier_id=supplier.id, state=ReviewState.AWAITING_OWNER, due_on=round_.due_on
    )
    item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement.id)
    attestation = Attestation(
        id=new_id(), round_id=round_.id, engagement_id=engagement.id, owner_id=owner.id, state=state
    )
    held = Owner(id=new_id(), engagement_id=engagement.id, person_id=owner.id, role=OwnerRole.PRIMARY, since=START)
    async with db.begin("test.stage") as tx:
        for value in (supplier, endpoint, department, engagement, held, version, round_, review, item, attestation):
            tx.add(value)
            await tx.flush()
        if send:
            await sending.advance(tx, review, clock.now(), clock.real())
            review = await tx.need(Review, review.id)
    return Stage(supplier, endpoint, engagement, review, item, owner, security, answerers)


async def put_in_channel(db: Database, channel: str, *user_ids: str) -> None:
    """More people in a channel, as the cache knows it."""
    async with db.begin("test.join") as tx:
        for user in user_ids:
            person = await tx.one(Person, slack_user_id=user)
            assert person
            await people.add_member(tx, channel_group(channel), person.id, START)
