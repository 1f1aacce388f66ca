"""The risk tier of an engagement (リスク区分): what follows from what is entrusted, why, and what a person set instead.

The three questions of content_ja.md §5.1 and personal data, by the company's policy. Every rule that applies is a reason;
the highest one counts. What nobody has answered counts like a yes, but never as more than the policy says (adr/0012).
To add a fact: a field of `TierFacts`, its rule in `policy.py` and `_reasons`, its words `tier.reason.<fact>` in both catalogs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.entered import NOTE, one_line
from bot.domain.ledger import DataKind, Engagement
from bot.domain.policy import Policy, policy_hash
from bot.domain.refusal import Code, Refusal

QUESTIONS = ("secret_data", "work_stops", "system_access")
LONGEST = 366
"""Days for which a person may set a tier at most: then somebody has to look again."""


class TierFacts(Value):
    """What the tier is decided from. None and (): nobody has said."""

    secret_data: bool | None = None
    work_stops: bool | None = None
    system_access: bool | None = None
    personal_data: bool = False
    data_kinds: tuple[DataKind, ...] = ()
    data_count: int | None = None


class TierReason(Value):
    """One rule that applied. `value` tells which of several (a kind of data); `unanswered`: because nobody has said."""

    fact: str
    tier: str
    value: str = ""
    unanswered: bool = False


class Tiering(Value):
    """What the rules give: the tier, and every reason, the strongest first."""

    tier: str
    reasons: tuple[TierReason, ...]


class TierDecision(Value):
    """One decision about an engagement's tier; the current one is the highest `n`.

    `rules` is the hash of the policy it was made by. `override` is the tier a person set instead, until and including
    `override_until`; `overtaken` says that facts changed under an override, which ended it.
    """

    id: str
    engagement_id: str
    n: int
    tier: str
    reasons: tuple[TierReason, ...]
    facts: TierFacts
    rules: str
    override: str | None = None
    override_reason: str = ""
    override_by: str = ""
    override_until: date | None = None
    overtaken: bool = False
    by: str
    at: AwareDatetime
    cause: str

    def overridden(self, today: date) -> bool:
        """Whether what a person set counts on this day."""
        return self.override is not None and self.override_until is not None and today <= self.override_until

    def in_force(self, today: date) -> str:
        """The tier that counts on this day: an override that has expired lets the rules count again."""
        return self.override if self.override is not None and self.overridden(today) else self.tier


def facts_of(engagement: Engagement) -> TierFacts:
    """The facts of an engagement. Kinds and counts say nothing where there is no personal data."""
    personal = engagement.personal_data
    return TierFacts(
        secret_data=engagement.secret_data,
        work_stops=engagement.work_stops,
        system_access=engagement.system_access,
        personal_data=personal,
        data_kinds=tuple(sorted(engagement.data_kinds)) if personal else (),
        data_count=engagement.data_count if personal else None,
    )


def decide(facts: TierFacts, policy: Policy) -> Tiering:
    """The tier and every reason for it."""
    found = sorted(_reasons(facts, policy), key=lambda reason: (-policy.rank(reason.tier), reason.unanswered))
    otherwise = policy.rules.otherwise
    reasons = tuple(r for r in found if policy.rank(r.tier) > policy.rank(otherwise))
    if not reasons:
        return Tiering(tier=otherwise, reasons=(TierReason(fact="otherwise", tier=otherwise),))
    return Tiering(tier=reasons[0].tier, reasons=reasons)


def _reasons(facts: TierFacts, policy: Policy) -> Iterator[TierReason]:
    rules = policy.rules
    for question in QUESTIONS:
        said: bool | None = getattr(facts, question)
        if said is not False:
            yield _reason(policy, question, getattr(rules, question), unanswered=said is None)
    if not facts.personal_data:
        return
    yield _reason(policy, "personal_data", rules.personal_data)
    for kind in facts.data_kinds:
        if kind in rules.data_kinds:
            yield _reason(policy, "data_kinds", rules.data_kinds[kind], value=kind.value)
    if rules.data_kinds and not facts.data_kinds:
        worst = max(rules.data_kinds.values(), key=policy.rank)
        yield _reason(policy, "data_kinds", worst, unanswered=True)
    if rules.data_count and facts.data_count is None:
        yield _reason(policy, "data_count", rules.data_count.tier, unanswered=True)
    elif rules.data_count and (facts.data_count or 0) >= rules.data_count.at_least:
        yield _reason(policy, "data_count", rules.data_count.tier, value=str(facts.data_count))


def _reason(policy: Policy, fact: str, tier: str, *, value: str = "", unanswered: bool = False) -> TierReason:
    counted = min(tier, policy.rules.unanswered, key=policy.rank) if unanswered else tier
    return TierReason(fact=fact, tier=counted, value=value, unanswered=unanswered)


def next_decision(
    engagement: Engagement, last: TierDecision | None, policy: Policy, *, by: str, at: Any, cause: str, new_id: str
) -> TierDecision | None:
    """The decision that follows, or None where nothing that decides has changed.

    What a person set stays, unless the rules now come to another tier than when it was set: it was a reason for other
    facts, so it ends and the security team is shown that it did.
    """
    facts, rules = facts_of(engagement), policy_hash(policy)
    found = decide(facts, policy)
    if last and (last.facts, last.rules, last.tier, last.reasons) == (facts, rules, found.tier, found.reasons):
        return None
    kept: dict[str, Any] = {}
    overtaken = bool(last and last.override is not None and last.tier != found.tier)
    if last and last.override is not None and not overtaken:
        kept = {f: getattr(last, f) for f in ("override", "override_reason", "override_by", "override_until")}
    return TierDecision(
        id=new_id,
        engagement_id=engagement.id,
        n=last.n + 1 if last else 1,
        tier=found.tier,
        reasons=found.reasons,
        facts=facts,
        rules=rules,
        overtaken=overtaken or bool(last and last.overtaken),  # until somebody has looked
        by=by,
        at=at,
        cause=cause,
        **kept,
    )


class Wish(Value):
    """What a person wants to set: a tier's key, a reason and a last day; or `back`: let the rules count again."""

    tier: str = ""
    back: bool = False
    reason: str = ""
    until: date | None = None


def checked(wish: Wish, last: TierDecision, policy: Policy, today: date) -> Wish:
    """The wish, where it can be. Raises Refusal on the input that cannot."""
    if wish.back:
        return Wish(back=True)
    if policy.tier(wish.tier) is None:
        raise Refusal(Code.BAD_VALUE if wish.tier else Code.EMPTY, "tier")
    if wish.tier == last.tier:
        raise Refusal(Code.TIER_SAME, "tier")
    reason = one_line(wish.reason, "reason", NOTE)
    if wish.until is None:
        raise Refusal(Code.EMPTY, "until")
    if not 0 <= (wish.until - today).days <= LONGEST:
        raise Refusal(Code.TIER_UNTIL, "until", days=LONGEST)
    return Wish(tier=wish.tier, reason=reason, until=wish.until)
