"""Which engagements a round asks about, whom it asks first, and why: each decision with the facts it was made from.

First what cannot be asked about at all (`_out`), then what somebody of the security team chose in the preview, then what
the company's policy proposes (`scope_rules.py`). Candidates are made by the ten thousand, so they are dataclasses: they
come from checked rows and need no second check. To add a reason to leave an engagement out: a member of `Reason`, a line
in `_out` (or a rule in `scope_rules.py`), and its words in both catalogs (`round.reason.<code>`). The order of the lines
is the order in which a reason is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.base import Value
from bot.domain.business_days import Calendar
from bot.domain.entered import NOTE, one_line
from bot.domain.ledger import EngagementState, SupplierState
from bot.domain.policy import ScopeRules
from bot.domain.refusal import Code, Refusal
from bot.domain.scope_rules import Entrusted, proposal

LEAST_DAYS = 10
"""Business days a supplier has at the very least (R-L5, content_ja.md §5.3)."""
USUAL_DAYS = 20
OWNERS_DAYS = 5
TITLE_LIMIT = 60
CLOSING_DAYS = 60
"""Work whose end is recorded is left out for its last so many days; what goes on for longer is asked about like any other."""


class Reason(StrEnum):
    """Why an engagement is in or out of a round."""

    ACTIVE = "active"
    OWNER_MISSING = "owner_missing"
    OTHER_DEPARTMENT = "other_department"
    NOT_ACTIVE = "not_active"
    SUPPLIER_NOT_ACTIVE = "supplier_not_active"
    CONTRACT_OVER = "contract_over"
    REVIEW_OPEN = "review_open"
    NOT_CHOSEN = "not_chosen"
    LEFT_OUT = "left_out"
    NOTHING_ENTRUSTED = "nothing_entrusted"
    PROFESSION = "profession"
    GROUP_COMPANY = "group_company"
    CLOUD = "cloud"
    NDA = "nda"
    NDA_PERSONAL_DATA = "nda_personal_data"


PROPOSED = (
    Reason.NOTHING_ENTRUSTED,
    Reason.PROFESSION,
    Reason.GROUP_COMPANY,
    Reason.CLOUD,
    Reason.NDA_PERSONAL_DATA,
    Reason.NDA,
)
"""What the policy proposes to leave out; a person may put it back."""


IN, OUT = "in", "out"


class Asked(StrEnum):
    """As what somebody is asked about an engagement; nobody means that its attestation lapses at once."""

    PRIMARY = "primary"
    DEPUTY = "deputy"
    ESCALATION = "escalation"
    NOBODY = "nobody"


UNKNOWN = Entrusted()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of one engagement when a round is put together.

    `primary`, `deputy` and `escalation` are active employees, or None; `named` is whoever the ledger names, active or
    not. `versions` are those of the engagement and its supplier: a preview holds for exactly these. `tier` is the one in
    force, '' where none was decided yet.
    """

    engagement_id: str
    supplier_id: str
    department_id: str
    state: EngagementState
    ends_on: date | None
    supplier_state: SupplierState
    review_open: bool
    primary: str | None
    deputy: str | None
    escalation: str | None
    named: str
    versions: tuple[int, int]
    work: Entrusted = UNKNOWN
    tier: str = ""
    auto_renews: bool = False

    def asked(self) -> tuple[Asked, str]:
        """As what, and which person, is asked; for nobody the person is the one the ledger names."""
        for role, person in (
            (Asked.PRIMARY, self.primary),
            (Asked.DEPUTY, self.deputy),
            (Asked.ESCALATION, self.escalation),
        ):
            if person:
                return role, person
        return Asked.NOBODY, self.named


@dataclass(frozen=True, slots=True)
class Decided:
    """A candidate with its verdict and the facts that are kept with it."""

    candidate: Candidate
    verdict: str
    reason: Reason
    facts: dict[str, Any]

    @property
    def inside(self) -> bool:
        """Whether the round asks about it."""
        return self.verdict == IN


class Choice(Value):
    """What a person chose for one engagement in the preview, instead of what was `was` (verdict, reason) before."""

    verdict: str
    note: str
    by: str
    was: tuple[str, str]


def decide(
    candidate: Candidate,
    today: date,
    left_out: Collection[str] = (),
    rules: ScopeRules | None = None,
    choice: Choice | None = None,
    *,
    chosen: Collection[str] | None = None,
) -> Decided:
    """In or out, and why. `left_out`: departments that this round is not about; `choice`: what a person chose.

    `chosen`: the engagements that somebody picked in the list, where the round is about those alone.
    """
    facts = _facts(candidate) | ({"choice": choice.model_dump(mode="json")} if choice else {})
    picked = chosen is None or candidate.engagement_id in chosen
    reason = (_out(candidate, today, left_out) if picked else Reason.NOT_CHOSEN) or _proposed(candidate, rules, choice)
    if reason:
        return Decided(candidate=candidate, verdict=OUT, reason=reason, facts=facts)
    found = Reason.ACTIVE if candidate.primary else Reason.OWNER_MISSING
    return Decided(candidate=candidate, verdict=IN, reason=found, facts=facts)


def _proposed(candidate: Candidate, rules: ScopeRules | None, choice: Choice | None) -> Reason | None:
    """What a person chose counts; without it, what the policy proposes."""
    if choice:
        return Reason.LEFT_OUT if choice.verdict == OUT else None
    found = proposal(candidate.work, rules) if rules else None
    return Reason(found.value) if found else None


def _out(candidate: Candidate, today: date, left_out: Collection[str]) -> Reason | None:
    if candidate.department_id in left_out:
        return Reason.OTHER_DEPARTMENT
    if not _goes_on(candidate, today):
        return Reason.NOT_ACTIVE
    if candidate.supplier_state is not SupplierState.ACTIVE:
        return Reason.SUPPLIER_NOT_ACTIVE
    if _over(candidate, today) and not candidate.auto_renews:
        return Reason.CONTRACT_OVER
    return Reason.REVIEW_OPEN if candidate.review_open else None


def _goes_on(candidate: Candidate, today: date) -> bool:
    """Active, or ending on a day that is still far off: an end that somebody recorded early excuses nothing yet."""
    if candidate.state is not EngagementState.CLOSING:
        return candidate.state is EngagementState.ACTIVE
    return candidate.ends_on is not None and (candidate.ends_on - today).days > CLOSING_DAYS


def _over(candidate: Candidate, today: date) -> bool:
    """Whether the day is past that the ledger names as the end. A contract that renews by itself goes on all the same."""
    return candidate.ends_on is not None and candidate.ends_on < today


def _facts(candidate: Candidate) -> dict[str, Any]:
    role, person = candidate.asked()
    renews = {"auto_renews": True} if candidate.auto_renews else {}
    return renews | {
        "state": candidate.state.value,
        "supplier": candidate.supplier_state.value,
        "ends_on": candidate.ends_on.isoformat() if candidate.ends_on else None,
        "review_open": candidate.review_open,
        "asked": role.value,
        "person": person,
        "versions": list(candidate.versions),
        "tier": candidate.tier,
        "work": candidate.work.facts(),
    }


Kept = Mapping[str, tuple[str, str, dict[str, Any]]]


def still_holds(decided: Collection[Decided], kept: Kept) -> bool:
    """Whether what was previewed (engagement id → verdict, reason, facts) is what would be decided now."""
    now = {d.candidate.engagement_id: (d.verdict, d.reason.value, d.facts) for d in decided}
    return now == dict(kept)


def choices_in(kept: Kept) -> dict[str, Choice]:
    """What people chose in the preview, by engagement id."""
    return {key: Choice.model_validate(facts["choice"]) for key, (_, _, facts) in kept.items() if "choice" in facts}


def turned(kept: tuple[str, str, dict[str, Any]], note: str, by: str) -> tuple[str, str, dict[str, Any]]:
    """A kept decision turned around: as `decide` would make it with the choice, so that the preview still holds.

    What the policy proposed, what is in, and what somebody chose can be turned (a choice: back to what was before);
    whatever cannot be asked about at all stays out. Raises Refusal NO_CHOICE, or NO_REASON on `note`.
    """
    verdict, reason, facts = kept
    text = one_line(note, "note", NOTE, Code.NO_REASON)
    if "choice" in facts:
        was = Choice.model_validate(facts["choice"]).was
        return (*was, {name: fact for name, fact in facts.items() if name != "choice"})
    if verdict == OUT and reason not in PROPOSED:
        raise Refusal(Code.NO_CHOICE)
    choice = Choice(verdict=IN if verdict == OUT else OUT, note=text, by=by, was=(verdict, reason))
    found = Reason.ACTIVE if facts["asked"] == Asked.PRIMARY else Reason.OWNER_MISSING
    chosen = found if choice.verdict == IN else Reason.LEFT_OUT
    return choice.verdict, chosen.value, facts | {"choice": choice.model_dump(mode="json")}


class Dates(Value):
    """The two deadlines of a round, inclusive: the owners' and the suppliers'."""

    attest_by: date
    due_on: date


def usual_dates(calendar: Calendar, today: date) -> Dates:
    """What the form proposes."""
    return Dates(
        attest_by=calendar.add_business_days(today, OWNERS_DAYS), due_on=calendar.add_business_days(today, USUAL_DAYS)
    )


def check_dates(calendar: Calendar, today: date, wished: Dates) -> Dates:
    """The deadlines, moved to the next business day where they fall on a day off. Refuses what is too soon.

    Raises Refusal DUE_TOO_SOON (R-L5: fewer than ten business days from today) or ATTEST_BY_UNFIT (not after today, or
    not before the suppliers' deadline).
    """
    due = calendar.next_business_day(wished.due_on)
    if calendar.business_days_between(today, due) < LEAST_DAYS:
        raise Refusal(Code.DUE_TOO_SOON, "due_on", days=LEAST_DAYS)
    attest = calendar.next_business_day(wished.attest_by)
    if not today < attest < due:
        raise Refusal(Code.ATTEST_BY_UNFIT, "attest_by")
    return Dates(attest_by=attest, due_on=due)


def chosen_in(kept: Kept) -> set[str] | None:
    """The engagements that a previewed round is about alone; None where it is about all."""
    if not any(reason == Reason.NOT_CHOSEN for _, reason, _ in kept.values()):
        return None
    return {key for key, (_, reason, _) in kept.items() if reason != Reason.NOT_CHOSEN}
