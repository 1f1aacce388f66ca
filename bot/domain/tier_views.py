"""What the modals of risk tiers show. Values only; the rules are in `tiers.py`."""

from __future__ import annotations

from datetime import date

from bot.domain.base import Language, Value
from bot.domain.policy import Policy, policy_hash
from bot.domain.tiers import TierDecision
from bot.domain.words import Words

Names = dict[str, Words]


def names_of(policy: Policy) -> Names:
    """What the tiers are called, the highest first."""
    return {tier.key: Words(ja=tier.name.ja, en=tier.name.en) for tier in policy.tiers}


class TierLine(Value):
    """One engagement with its tier; `decision` None where nobody has decided yet. `by`: the name of who set it."""

    supplier: str
    business: str
    engagement_id: str
    decision: TierDecision | None
    by: str = ""

    def other_rules(self, policy: Policy) -> bool:
        """Whether the rules have changed since."""
        return self.decision is not None and self.decision.rules != policy_hash(policy)


class TierPart(Value):
    """Engagements with their tiers, as they are on a day. `outdated`: ids of those that were decided by other rules."""

    names: Names
    lines: tuple[TierLine, ...]
    today: date
    outdated: frozenset[str] = frozenset()


class TierSheet(TierPart):
    """A list of them of its own. `todo`: what needs a look; else one supplier's work. `more` are not shown."""

    language: Language
    todo: bool = False
    more: int = 0


class TierForm(Value):
    """The form that sets a tier. `back`: there is something that can be taken back."""

    language: Language
    names: Names
    line: TierLine
    back: bool
    until: date


class TierSet(Value):
    """What came of it; `until` None: the rules count again."""

    language: Language
    names: Names
    business: str
    tier: str
    until: date | None


class Move(Value):
    """One engagement whose tier by the rules becomes another; `before` '' where none was decided. `ends`: a person's ends."""

    business: str
    before: str
    after: str
    ends: bool


class Moves(Value):
    """What changes: of `total` engagements that are not over, `anew` get a new decision; some of the moves, and their counts."""

    total: int
    anew: int
    counts: tuple[tuple[str, str, int], ...]
    some: tuple[Move, ...]
