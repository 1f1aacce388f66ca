"""The company's rules as values: the risk tiers, what makes work which tier, and what a round leaves out.

`policy.yaml` is read into a `Policy` by `storage/policy_file.py`, with line and column for whatever has to be mended; what
each rule means stands beside it there and in docs/policy.md. To add a rule: a field here, its comment in `policy.yaml`,
and its use in `tiers.py` or `scope_rules.py`. `policy_hash` tells which rules a decision was made by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.domain.base import Value
from bot.domain.checklist_schema import FACTS, Certificate, Key
from bot.domain.ledger import CloudClass, DataKind, Profession
from bot.domain.scoring import ScoringRules
from bot.domain.words import Words

TierKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
TierName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]
Loc = tuple[str | int, ...]
NOT_134 = frozenset({Profession.NONE, Profession.TAX_ACCOUNTANT, Profession.LABOUR_CONSULTANT})
"""Not bound by Penal Code art. 134 (content_ja.md §8.1 E2): a policy that leaves them out is refused."""


class Where(StrEnum):
    """Whether work of a kind is asked about in rounds."""

    IN = "in"
    OUT = "out"


class TierWords(Words):
    """A tier's name: it stands in lists and buttons."""

    ja: TierName
    en: TierName


class TierLimits(Value):
    """The most that one checklist may ask of a tier; the linter warns of a heavier one (R-L4)."""

    questions: int = Field(ge=1, le=500)
    attachments: int = Field(ge=0, le=500)
    written: int = Field(ge=0, le=500)


class Tier(Value):
    """One risk tier (リスク区分). `cadence` in months; `too_much`: checklists it does not justify (R-L4)."""

    key: TierKey
    name: TierWords
    cadence: int = Field(ge=1, le=120)
    checklists: tuple[Key, ...] = Field(min_length=1, max_length=10)
    too_much: tuple[Key, ...] = ()
    limits: TierLimits | None = None


TAG = "tag"
"""What a rule calls the tags of the work; they are words of the company's own."""


class AdditionalRule(Value):
    """A checklist that is asked besides the tier's, or in the place of one, where all of `when` holds.

    `when`: a fact of the work (`checklist_schema.FACTS`) or `tag` → the values of which one has to be given.
    """

    checklist: Key
    when: dict[str, tuple[str, ...]] = Field(min_length=1, max_length=5)
    instead_of: Key | None = None

    @model_validator(mode="after")
    def _can_be_true(self) -> Self:
        _refuse(list(_never(self.when)))
        return self


class CountRule(Value):
    """Personal data of at least so many people makes it this tier."""

    at_least: int = Field(ge=1, le=10**10)
    tier: TierKey


class TierRules(Value):
    """What makes work which tier: each names one. `unanswered` is the most that an unanswered question counts as."""

    secret_data: TierKey
    work_stops: TierKey
    system_access: TierKey
    personal_data: TierKey
    data_kinds: dict[DataKind, TierKey] = {}
    data_count: CountRule | None = None
    otherwise: TierKey
    unanswered: TierKey


class CloudRules(Value):
    """Cloud services by their class; those that are entrusted with personal data are always in (art. 25)."""

    not_handled: Where
    own_judgement: Where

    def out(self, kind: CloudClass | None) -> bool:
        """Whether services of this class are left out."""
        chosen = {CloudClass.NOT_HANDLED: self.not_handled, CloudClass.OWN_JUDGEMENT: self.own_judgement}
        return kind is not None and chosen.get(kind) is Where.OUT


class ScopeRules(Value):
    """What a round leaves out, each as a proposal."""

    nothing_entrusted: Where
    professions_out: tuple[Profession, ...] = ()
    group_companies: Where
    clouds: CloudRules
    nda: Where

    @model_validator(mode="after")
    def _only_those_of_article_134(self) -> Self:
        wrong = [(("professions_out", i), p) for i, p in enumerate(self.professions_out) if p in NOT_134]
        _refuse((loc, f"`{p}` is not bound by Penal Code art. 134: take it out") for loc, p in wrong)
        return self


class Policy(Value):
    """All of it. Tiers stand with the highest first; `certificates`: schemes that shorten a checklist."""

    tiers: tuple[Tier, ...] = Field(min_length=2, max_length=6)
    additional: tuple[AdditionalRule, ...] = Field(default=(), max_length=60)
    scoring: ScoringRules = ScoringRules()
    rules: TierRules
    scope: ScopeRules
    certificates: tuple[Certificate, ...] = ()

    def rank(self, key: str) -> int:
        """0 for the lowest tier. A tier that the policy no longer knows counts as below them all."""
        keys = [tier.key for tier in reversed(self.tiers)]
        return keys.index(key) if key in keys else -1

    def tier(self, key: str) -> Tier | None:
        """The tier with this key; None where the policy no longer knows it."""
        return next((tier for tier in self.tiers if tier.key == key), None)

    @property
    def may_ask(self) -> tuple[str, ...]:
        """Every checklist that some work may be asked, each once."""
        keys = [key for tier in self.tiers for key in tier.checklists] + [rule.checklist for rule in self.additional]
        return tuple(dict.fromkeys(keys))

    @property
    def lowest(self) -> str:
        """The key of the lowest tier."""
        return self.tiers[-1].key

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _refuse([*_repeated(self.tiers), *_contradictions(self.tiers), *_unknown_tiers(self)])
        return self


def policy_hash(policy: Policy) -> str:
    """SHA-256 in hex of what decides a tier: not of the tiers' names, nor of what is asked and how it is scored."""
    body = policy.model_dump(
        mode="json",
        exclude={
            "tiers": {"__all__": {"name", "limits", "checklists", "too_much"}},
            "additional": True,
            "scoring": True,
        },
    )
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def unknown_checklists(policy: Policy, known: frozenset[str]) -> Iterator[tuple[Loc, str]]:
    """The places that name a checklist which is not in the folder."""
    named: list[tuple[Loc, str | None]] = []
    for i, tier in enumerate(policy.tiers):
        for field in ("checklists", "too_much"):
            named += [(("tiers", i, field, j), key) for j, key in enumerate(getattr(tier, field))]
    for i, rule in enumerate(policy.additional):
        named += [(("additional", i, "checklist"), rule.checklist), (("additional", i, "instead_of"), rule.instead_of)]
    for loc, key in named:
        if key is not None and key not in known:
            yield loc, f"there is no checklist `{key}`; there are {', '.join(sorted(known))}"


def _never(when: dict[str, tuple[str, ...]]) -> Iterator[tuple[Loc, str]]:
    """The conditions that no work can meet."""
    for name, values in when.items():
        known = FACTS.get(name)
        if name != TAG and not known:
            usable = ", ".join([TAG, *(fact for fact, of in FACTS.items() if of)])
            yield ("when", name), f"`{name}` is not a fact that a rule can look at: {usable}"
        elif not values:
            yield ("when", name), "at least one value is needed"
        else:
            strange = [value for value in values if known and value not in known]
            if strange:
                yield ("when", name), f"`{strange[0]}` is never its value; there are {', '.join(known or ())}"


def _repeated(tiers: tuple[Tier, ...]) -> Iterator[tuple[Loc, str]]:
    first: dict[str, int] = {}
    for i, tier in enumerate(tiers):
        if tier.key in first:
            yield ("tiers", i, "key"), f"the tier `{tier.key}` is there already: rename one"
        first.setdefault(tier.key, i)


def _contradictions(tiers: tuple[Tier, ...]) -> Iterator[tuple[Loc, str]]:
    """A checklist cannot be right for a tier and too much for it."""
    for i, tier in enumerate(tiers):
        for j, key in enumerate(tier.too_much):
            if key in tier.checklists:
                yield ("tiers", i, "too_much", j), f"`{key}` is among the checklists of this tier: keep one of them"


def _unknown_tiers(policy: Policy) -> Iterator[tuple[Loc, str]]:
    known = [tier.key for tier in policy.tiers]
    rules = policy.rules
    single = ("secret_data", "work_stops", "system_access", "personal_data", "otherwise", "unanswered")
    named: list[tuple[Loc, str]] = [(("rules", field), getattr(rules, field)) for field in single]
    named += [(("rules", "data_kinds", kind.value), key) for kind, key in rules.data_kinds.items()]
    named += [(("rules", "data_count", "tier"), rules.data_count.tier)] if rules.data_count else []
    for loc, key in named:
        if key not in known:
            yield loc, f"`{key}` is not one of the tiers: {', '.join(known)}"


def _refuse(problems: Iterator[tuple[Loc, str]] | list[tuple[Loc, str]]) -> None:
    """One pydantic error that names each problem's own place."""
    details = [
        InitErrorDetails(type=PydanticCustomError("policy", "{message}", {"message": message}), loc=loc, input=None)
        for loc, message in problems
    ]
    if details:
        raise ValidationError.from_exception_data("Policy", details)
