"""What opening a round writes, in one commit: reviews, items, attestations, one digest per owner, and who has no owner.

The number of statements does not grow with the number of engagements (but for chunks of a thousand rows): everything is
made in memory and written at once. Reviews that nobody can be asked about go on at once, one by one; there are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.base import Language, Value
from bot.domain.delivery import CardKind, LiveCard, NoticeKind
from bot.domain.people import Actor
from bot.domain.rounds import Attestation, AttestationState, Review, ReviewItem, ReviewState, Round, RoundState, move
from bot.domain.scoping import Asked, Decided, Reason
from bot.services import sending
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from bot.services.telling.owner import owner_missing
from storage import notices, rounds
from storage.ids import new_id
from storage.tx import Tx


class Opened(Value):
    """The round is open, with how many are asked; or it was not opened, because what was previewed has changed."""

    language: Language
    opened: bool
    owners: int = 0
    suppliers: int = 0


@dataclass
class _Plan:
    """The rows of an open round."""

    reviews: dict[str, Review] = field(default_factory=dict)  # by supplier
    items: list[ReviewItem] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    owners: dict[str, None] = field(default_factory=dict)  # in the order they are met, each once
    waited_for: set[str] = field(default_factory=set)  # suppliers with somebody to ask


async def open_round(
    tx: Tx, round_: Round, inside: Sequence[Decided], actor: Actor, now: datetime, real: datetime, language: Language
) -> Opened:
    """Write it all. `inside` is what was previewed."""
    opened = round_.model_copy(
        update={"state": move(round_.state, RoundState.OPEN), "opened_by": actor.person_id, "opened_at": now}
    )
    await tx.put(opened)
    plan = _plan(round_, inside)
    for rows in (list(plan.reviews.values()), plan.items, plan.attestations):
        await rounds.add_many(tx, rows)
    await _tell_owners(tx, round_, plan.owners, real)
    await _tell_security(tx, round_, inside, real)
    tx.audit(now, actor, "round:opened", "round", round_.id, reviews=len(plan.reviews), engagements=len(inside))
    for supplier_id, review in plan.reviews.items():
        if supplier_id not in plan.waited_for:
            await sending.advance(tx, await tx.need(Review, review.id), now, real)
    return Opened(language=language, opened=True, owners=len(plan.owners), suppliers=len(plan.reviews))


def _plan(round_: Round, inside: Sequence[Decided]) -> _Plan:
    plan = _Plan()
    for one in (d.candidate for d in inside):
        review = plan.reviews.get(one.supplier_id)
        if review is None:
            review = plan.reviews[one.supplier_id] = _review(round_, one.supplier_id)
        plan.items.append(ReviewItem(id=new_id(), review_id=review.id, engagement_id=one.engagement_id))
        role, person = one.asked()
        nobody = role is Asked.NOBODY
        plan.attestations.append(
            Attestation(
                id=new_id(),
                round_id=round_.id,
                engagement_id=one.engagement_id,
                owner_id=person,
                state=AttestationState.LAPSED if nobody else AttestationState.ASKED,
            )
        )
        if not nobody:
            plan.owners[person] = None
            plan.waited_for.add(one.supplier_id)
    return plan


def _review(round_: Round, supplier_id: str) -> Review:
    return Review(
        id=new_id(),
        round_id=round_.id,
        supplier_id=supplier_id,
        state=move(ReviewState.PREPARING, ReviewState.AWAITING_OWNER),
        due_on=round_.due_on,
    )


async def _tell_owners(tx: Tx, round_: Round, owners: Iterable[str], real: datetime) -> None:
    """One digest each. Their keys are new, because the round is."""
    persons = list(owners)
    cards = [LiveCard(id=new_id(), kind=CardKind.DIGEST, subject_id=round_.id, place=person) for person in persons]
    await rounds.add_many(tx, cards)
    digests = [new_notice(NoticeKind.DIGEST, person_place(person), round_.id, real) for person in persons]
    await rounds.add_many(tx, digests)


async def _tell_security(tx: Tx, round_: Round, inside: Iterable[Decided], real: datetime) -> None:
    """One notice per department with work that has no owner, not one per piece of work."""
    departments = sorted({d.candidate.department_id for d in inside if d.reason is Reason.OWNER_MISSING})
    if departments:
        places = await security_places(tx)
        await notices.tell(
            tx, *(owner_missing(round_.id, place, key, 1, real) for key in departments for place in places)
        )
