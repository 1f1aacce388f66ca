"""A message that is refreshed in place is gone: deleted by retention or by a person. Whoever still needs it gets a new one.

Only Slack's own "there is no such message" leads here, so that there are never two that work. The new posting is a notice
like the first: checked again when it is claimed, looked for where its fate is in doubt. Where nobody needs the message any
more (a review that was submitted, a closed round) nothing is posted; what follows then stands on its own. To add a kind of
card: its row in AGAIN.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind
from bot.domain.ledger import Endpoint
from bot.domain.people import SYSTEM
from bot.domain.rounds import ANSWERABLE, Review, Round, RoundState
from bot.services.recipients import endpoint_place, person_place
from bot.services.telling.base import new_notice
from storage import notices
from storage.tx import Tx

Again = Callable[[Tx, LiveCard, datetime], Awaitable[Notice | None]]


async def gone(tx: Tx, card: LiveCard, now: datetime, real: datetime) -> None:
    """The card as it was read stands nowhere any more. Nothing happens where it has been posted anew since."""
    current = await tx.get(LiveCard, card.id)  # None: of a rehearsal that was ended since
    if current is None or not card.ts or (current.channel, current.ts) != (card.channel, card.ts):
        return
    await tx.put(current.model_copy(update={"channel": "", "ts": ""}))
    tx.audit(now, SYSTEM, "card:gone", "card", card.id, card.kind.value, of=card.subject_id, ts=card.ts)
    again = await AGAIN[card.kind](tx, card, real)
    if again:
        await notices.tell(tx, again)


async def _hub(tx: Tx, card: LiveCard, real: datetime) -> Notice | None:
    """To where the endpoint is now; the step makes the key new, once for each message that is gone."""
    review = await tx.need(Review, card.subject_id)
    if review.state not in ANSWERABLE:
        return None
    endpoint = await tx.need(Endpoint, card.place)
    return new_notice(
        NoticeKind.HUB,
        endpoint_place(endpoint),
        review.id,
        real,
        step=f"again-{card.ts}",
        supplier_id=review.supplier_id,
        endpoint_id=card.place,
    )


async def _digest(tx: Tx, card: LiveCard, real: datetime) -> Notice | None:
    """The next cycle, as asking.py counts them."""
    round_ = await tx.need(Round, card.subject_id)
    if round_.state is not RoundState.OPEN:
        return None
    place = person_place(card.place)
    told = await tx.find(Notice, kind=NoticeKind.DIGEST.value, subject_id=round_.id, place=place)
    cycle = max((notice.cycle for notice in told), default=0) + 1
    return new_notice(NoticeKind.DIGEST, place, round_.id, real, cycle=cycle)


async def _ends(_tx: Tx, _card: LiveCard, _real: datetime) -> None:
    """Nothing: it is found out when an answer was just given, and what is still open is asked again at its next step."""


AGAIN: dict[CardKind, Again] = {CardKind.HUB: _hub, CardKind.DIGEST: _digest, CardKind.ENDS: _ends}
