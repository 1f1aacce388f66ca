"""The one place where an engagement gets its tier: called in the transaction that changes what the tier follows from.

`first` makes the decision of a new engagement (`registering.new_records` has it, so that the form, an import and a
rehearsal do). `retier` is for everything that changes engagements: editing, the owner's answer, an import. It reads with a
statement for each thousand and writes in bulk; what does not change is not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.ledger import Engagement
from bot.domain.people import Actor
from bot.domain.policy import Policy
from bot.domain.tiers import TierDecision, next_decision
from bot.services.policies import policy
from storage import ledger, tiers
from storage.ids import new_id
from storage.tx import Tx


def first(engagement: Engagement, actor: Actor, now: datetime, cause: str) -> TierDecision:
    """The first decision about a new engagement."""
    made = _next(engagement, None, policy(), actor, now, cause)
    assert made
    return made


async def retier(
    tx: Tx, engagements: Collection[Engagement], actor: Actor, now: datetime, cause: str
) -> list[TierDecision]:
    """Decide anew about engagements as they are now, and keep what changed. Call it after `tx.put`, in the same commit."""
    last = await tiers.current(tx, [e.id for e in engagements])
    made = decided_anew(engagements, last, actor, now, cause)
    await ledger.insert_all(tx, made)
    for one in made:
        before = last.get(one.engagement_id)
        if before and before.tier != one.tier:
            tx.audit(now, actor, "tier:changed", "engagement", one.engagement_id, cause, was=before.tier, tier=one.tier)
    return made


def decided_anew(
    engagements: Collection[Engagement], last: Mapping[str, TierDecision], actor: Actor, now: datetime, cause: str
) -> list[TierDecision]:
    """The decisions that follow; `last` are the current ones, by engagement id."""
    rules = policy()
    return [d for e in engagements if (d := _next(e, last.get(e.id), rules, actor, now, cause))]


def _next(
    engagement: Engagement, last: TierDecision | None, rules: Policy, actor: Actor, now: datetime, cause: str
) -> TierDecision | None:
    by = actor.person_id or actor.who.slack_user_id
    return next_decision(engagement, last, rules, by=by, at=now, cause=cause, new_id=new_id())
