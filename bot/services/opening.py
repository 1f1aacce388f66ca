"""What opening a round writes, in one commit: reviews, items, attestations, one digest per owner, and who has no owner.

The number of statements does not grow with the number of engagements: what was decided becomes rows inside the database.
Reviews that nobody can be asked about go on at once, one by one; there are few.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.base import Language, Value
from bot.domain.delivery import CardKind, LiveCard, NoticeKind
from bot.domain.people import Actor
from bot.domain.rounds import Review, Round, RoundState, move
from bot.services import sending
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from bot.services.telling.owner import owner_missing
from storage import ledger, notices, opening, rounds
from storage.ids import new_id
from storage.tx import Tx


class Opened(Value):
    """The round is open, with how many are asked; or it was not opened, because what was previewed has changed."""

    language: Language
    opened: bool
    owners: int = 0
    suppliers: int = 0


async def open_round(
    tx: Tx, round_: Round, engagements: int, actor: Actor, now: datetime, real: datetime, language: Language
) -> Opened:
    """Write it all, from the decisions that were previewed. `engagements`: how many are in."""
    opened = round_.model_copy(
        update={"state": move(round_.state, RoundState.OPEN), "opened_by": actor.person_id, "opened_at": now}
    )
    await tx.put(opened)
    suppliers = await opening.open_reviews(tx, round_)
    await opening.open_items(tx, round_)
    await opening.open_attestations(tx, round_)
    owners = [person for person, _name in await rounds.persons_asked(tx, round_.id)]
    await _tell_owners(tx, round_, owners, real)
    await _tell_security(tx, round_, real)
    tx.audit(now, actor, "round:opened", "round", round_.id, reviews=suppliers, engagements=engagements)
    for review_id in await opening.waiting_for_nobody(tx, round_.id):
        await sending.advance(tx, await tx.need(Review, review_id), now, real)
    return Opened(language=language, opened=True, owners=len(owners), suppliers=suppliers)


async def _tell_owners(tx: Tx, round_: Round, persons: list[str], real: datetime) -> None:
    """One digest each. Their keys are new, because the round is."""
    cards = [LiveCard(id=new_id(), kind=CardKind.DIGEST, subject_id=round_.id, place=person) for person in persons]
    digests = [new_notice(NoticeKind.DIGEST, person_place(person), round_.id, real) for person in persons]
    await ledger.insert_all(tx, [*cards, *digests])


async def _tell_security(tx: Tx, round_: Round, real: datetime) -> None:
    """One notice per department with work that has no owner, not one per piece of work."""
    departments = await opening.departments_without_owner(tx, round_.id)
    if departments:
        places = await security_places(tx)
        await notices.tell(
            tx, *(owner_missing(round_.id, place, key, 1, real) for key in departments for place in places)
        )
