"""What another policy changes: look at it, or write it down. Nothing changes by itself when the file does.

A thousand engagements a transaction, so that presses never wait for it; whoever is killed in between runs it again, because
what is decided by these rules already stays as it is.
"""

from __future__ import annotations

from collections import Counter

from bot.domain.ledger import Engagement
from bot.domain.people import SYSTEM
from bot.domain.policy import policy_hash
from bot.domain.tier_views import Move, Moves
from bot.domain.tiers import TierDecision
from bot.services.desk import Desk
from bot.services.policies import policy
from bot.services.tiering import decided_anew, retier
from storage import tiers

LISTED = 20


class PolicyChanges:
    """For the operator at the machine."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def outdated(self) -> int:
        """How many engagements were decided by other rules than those of this process, or never."""
        async with self._desk.db.read() as tx:
            return await tiers.by_other_rules(tx, policy_hash(policy()))

    async def look(self) -> Moves:
        """What `apply` would change."""
        found = _Found()
        now = self._desk.clock.now()
        async with self._desk.db.read() as tx:
            async for some in tiers.batches(tx):
                before = await tiers.current(tx, [e.id for e in some])
                found.add(some, before, decided_anew(some, before, SYSTEM, now, "policy"))
        return found.moves()

    async def apply(self) -> Moves:
        """Decide anew about everything that is not over, and keep what changed."""
        found, last = _Found(), ""
        while True:
            async with self._desk.db.begin("policy.apply") as tx:
                some = await tiers.batch(tx, last)
                before = await tiers.current(tx, [e.id for e in some])
                made = await retier(tx, some, SYSTEM, self._desk.clock.now(), "policy")
                if not made:
                    tx.abandon()
            if not some:
                return found.moves()
            found.add(some, before, made)
            last = some[-1].id


class _Found:
    """Counts while the ledger is walked through."""

    def __init__(self) -> None:
        self._total = self._anew = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._some: list[Move] = []

    def add(self, some: list[Engagement], before: dict[str, TierDecision], made: list[TierDecision]) -> None:
        self._total += len(some)
        self._anew += len(made)
        names = {e.id: e.business for e in some}
        for one in made:
            last = before.get(one.engagement_id)
            was = last.tier if last else ""
            if was != one.tier:
                self._counts[was, one.tier] += 1
                if len(self._some) < LISTED:
                    move = Move(business=names[one.engagement_id], before=was, after=one.tier, ends=one.overtaken)
                    self._some.append(move)

    def moves(self) -> Moves:
        """Everything found."""
        counts = tuple((was, now, n) for (was, now), n in sorted(self._counts.items()))
        return Moves(total=self._total, anew=self._anew, counts=counts, some=tuple(self._some))
