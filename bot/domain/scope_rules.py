"""Which work the company's policy would leave out of a round, and why (content_ja.md §8.1). Proposals: a person decides.

To add a rule: a member of `Proposal`, a line in `_RULES` (the first that holds is told), its switch in `policy.py` with its
comment in `policy.yaml`, its words `round.reason.<code>` in both catalogs, and its row in docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.ledger import Assessment, CloudClass, Profession
from bot.domain.policy import ScopeRules, Where


class Proposal(StrEnum):
    """Why work is proposed to be left out."""

    NOTHING_ENTRUSTED = "nothing_entrusted"
    PROFESSION = "profession"
    GROUP_COMPANY = "group_company"
    CLOUD = "cloud"
    NDA = "nda"
    NDA_PERSONAL_DATA = "nda_personal_data"


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What the rules look at. None: nobody has said, and that is never a reason to leave anything out."""

    personal_data: bool = True
    secret_data: bool | None = None
    system_access: bool | None = None
    work_stops: bool | None = None
    profession: Profession = Profession.NONE
    group_company: bool = False
    cloud_class: CloudClass | None = None
    assessment: Assessment = Assessment.CHECKLIST

    def facts(self) -> dict[str, Any]:
        """What is kept with a decision: what somebody has said, and nothing that is as usual."""
        kept: dict[str, Any] = {"personal_data": self.personal_data}
        for name in ("secret_data", "system_access", "work_stops"):
            if getattr(self, name) is not None:
                kept[name] = getattr(self, name)
        if self.profession is not Profession.NONE:
            kept["profession"] = self.profession.value
        if self.group_company:
            kept["group_company"] = True
        if self.cloud_class:
            kept["cloud_class"] = self.cloud_class.value
        if self.assessment is not Assessment.CHECKLIST:
            kept["assessment"] = self.assessment.value
        return kept


def proposal(work: Entrusted, rules: ScopeRules) -> Proposal | None:
    """The first reason to leave it out, or None: it is asked about."""
    return next((code for code, holds in _RULES if holds(work, rules)), None)


def _nothing_entrusted(work: Entrusted, rules: ScopeRules) -> bool:
    """E1: both said "no". Access to our systems, or work of ours that stops, is something that is at stake all the same."""
    if rules.nothing_entrusted is Where.IN or work.personal_data or work.secret_data is not False:
        return False
    return not work.system_access and not work.work_stops


def _profession(work: Entrusted, rules: ScopeRules) -> bool:
    return work.profession in rules.professions_out


def _group_company(work: Entrusted, rules: ScopeRules) -> bool:
    return work.group_company and rules.group_companies is Where.OUT


def _cloud(work: Entrusted, rules: ScopeRules) -> bool:
    """The exception is about personal data alone: confidential data and access have to be denied by somebody."""
    return rules.clouds.out(work.cloud_class) and work.secret_data is False and not work.system_access


def _nda(work: Entrusted, rules: ScopeRules) -> bool:
    return work.assessment is Assessment.NDA and rules.nda is Where.OUT


def _nda_personal_data(work: Entrusted, rules: ScopeRules) -> bool:
    """E4: left out like the others, but under a name of its own, so that the preview can warn."""
    return _nda(work, rules) and work.personal_data


_RULES: tuple[tuple[Proposal, Callable[[Entrusted, ScopeRules], bool]], ...] = (
    (Proposal.NOTHING_ENTRUSTED, _nothing_entrusted),
    (Proposal.PROFESSION, _profession),
    (Proposal.GROUP_COMPANY, _group_company),
    (Proposal.CLOUD, _cloud),
    (Proposal.NDA_PERSONAL_DATA, _nda_personal_data),
    (Proposal.NDA, _nda),
)
