"""A round closes by itself when none of its reviews is open any more; whoever ends a review asks here in the same commit.

The tick asks too (`Chasing.run_due`): where two reviews end at the same moment, each still sees the other as open.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import CardKind
from bot.domain.people import Actor
from bot.domain.rounds import Round, RoundState, move
from storage import chasing, notices
from storage.tx import Tx


async def close_if_done(tx: Tx, round_id: str, actor: Actor, now: datetime) -> bool:
    """Close the round where its last review has ended; whether it did."""
    if round_id not in await chasing.finished_rounds(tx):
        return False
    round_ = await tx.need(Round, round_id)
    await tx.put(round_.model_copy(update={"state": move(round_.state, RoundState.CLOSED)}))
    tx.audit(now, actor, "round:closed", "round", round_id, "all_reviews_ended")
    await notices.refresh(tx, CardKind.DIGEST, round_id)  # every owner's digest says that it is over
    return True
