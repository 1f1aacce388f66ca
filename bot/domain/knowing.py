"""Answers before it asks: what is known of a supplier, and what a new piece of work would mean, before anybody registers it.

Everybody of ours may ask. The reason of a judgement may tell of a supplier's weak points, so only the security team is
shown it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.base import Value
from bot.domain.checklist_facts import facts_of
from bot.domain.choosing import choose
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.policy import Policy, Tier
from bot.domain.rounds import JudgementValue
from bot.domain.scope_rules import Entrusted, Proposal, proposal
from bot.domain.tiers import TierFacts, TierReason, decide

NEEDS = ("personal_data", "secret_data", "system_access", "work_stops")
"""The questions about new work, as the fields of `Engagement`."""

OVER = frozenset({EngagementState.ENDED, EngagementState.REFUSED})
WORKS = 10


class KnownWork(Value):
    """One engagement. `reason` is '' for those who may not read it; `valid_until` None: no last day was set."""

    engagement_id: str
    business: str
    department: str
    owner: str
    state: EngagementState
    ends_on: date | None
    judgement: JudgementValue | None = None
    judged_on: date | None = None
    valid_until: date | None = None
    reason: str = ""

    def expired(self, today: date) -> bool:
        """Whether the judgement's last day has passed."""
        return self.valid_until is not None and self.valid_until < today


class KnownSupplier(Value):
    """One supplier with its work, what is going on first; `more` engagements are not listed. `today` as of which day."""

    supplier_id: str
    name: str
    corporate_number: str | None
    state: SupplierState
    works: tuple[KnownWork, ...]
    more: int
    today: date

    @property
    def refused(self) -> bool:
        """Whether nothing new may be given to it as things stand: it is blocked, or a work of it must not be contracted."""
        bad = any(w.judgement is JudgementValue.NO_CONTRACT and w.state not in OVER for w in self.works)
        return bad or self.state is SupplierState.BLOCKED


class Nobody(Value):
    """Nothing is registered under these words."""

    words: str


class Words(Value):
    """What is put into the register form: a record of ours, which may have no number to be found by, or words."""

    text: str
    supplier_id: str = ""


class SameWork(Value):
    """The new need is work that is there: nothing to register, and whom to talk to."""

    supplier: str
    work: KnownWork
    today: date


class Need(Value):
    """What a new piece of work would entrust; None: the person does not know yet."""

    personal_data: bool = True
    secret_data: bool | None = None
    system_access: bool | None = None
    work_stops: bool | None = None


class Meaning(Value):
    """What it would mean: the tier with its reasons, and either why it would be left out of rounds or what would be asked.

    `asked`: the keys of the checklists.
    """

    supplier_id: str
    supplier: str
    corporate_number: str | None
    need: Need
    tier: Tier
    reasons: tuple[TierReason, ...]
    asked: tuple[str, ...]
    exempt: Proposal | None
    refused: bool


def order(engagement: Engagement) -> tuple[bool, date]:
    """What is going on first, then the newest."""
    return engagement.state in OVER, date(9999, 1, 1) - (engagement.starts_on - date(1, 1, 1))


def meaning(supplier: KnownSupplier, record: Supplier, need: Need, policy: Policy) -> Meaning:
    """What the company's policy says of such work for this supplier."""
    facts = TierFacts(
        personal_data=need.personal_data,
        secret_data=need.secret_data,
        system_access=need.system_access,
        work_stops=need.work_stops,
    )
    found = decide(facts, policy)
    tier = policy.tier(found.tier)
    assert tier is not None, "a policy names only its own tiers"
    work = Entrusted(
        personal_data=need.personal_data,
        secret_data=need.secret_data,
        system_access=need.system_access,
        work_stops=need.work_stops,
        profession=record.profession,
        group_company=record.group_company,
    )
    return Meaning(
        supplier_id=record.id,
        supplier=record.name,
        corporate_number=record.corporate_number,
        need=need,
        tier=tier,
        reasons=found.reasons,
        asked=tuple(choose(policy, tier.key, _facts(record, need), ())),
        exempt=proposal(work, policy.scope),
        refused=supplier.refused,
    )


def _facts(record: Supplier, need: Need) -> dict[str, Any]:
    """What rules may look at, of work that does not exist yet."""
    said = {
        "personal_data": need.personal_data,
        "secret_data": need.secret_data,
        "network_access": need.system_access,
        "work_stops": need.work_stops,
    }
    known = {name: "yes" if value else "no" for name, value in said.items() if value is not None}
    return facts_of(record, ()) | known
