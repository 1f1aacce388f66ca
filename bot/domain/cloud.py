"""What a cloud service is in the eyes of the law: three questions (content_ja.md §2.3, PPC Q&A 7-53, 7-54).

1. Do the terms say that handling personal data is entrusted to the provider? Then it is entrusted.
2. If not: do the terms say that the provider does not handle them, *and* is access controlled accordingly? Then it is not
   handled, and the supervision of art. 25 does not apply; our own safety measures do.
3. Everything else is the company's own judgement, which needs its grounds in words.
The exception is read strictly (the commission's warning of 25 March 2024), so "not known" never counts as yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.base import Value
from bot.domain.documents import link
from bot.domain.entered import day, one_line, some_line
from bot.domain.ledger import CloudClass
from bot.domain.refusal import Code, Refusal, Refusals

QUESTIONS = ("terms_entrust", "terms_exclude", "access_controlled")
ANSWERS = ("yes", "no", "unknown")
BASIS = 700


class CloudForm(Value):
    """The wizard as it is shown: of which engagement, and how it was classed the last time. `shown`: digests by field."""

    engagement_id: str
    supplier_id: str
    business: str
    cloud_class: CloudClass | None = None
    basis: str = ""
    checked_on: date | None = None
    today: date
    shown: dict[str, str] = {}


def classed(answers: Mapping[str, str]) -> CloudClass:
    """The class that follows from the answers to the questions (yes, no, unknown)."""
    if answers.get("terms_entrust") == "yes":
        return CloudClass.ENTRUSTED
    excluded = answers.get("terms_exclude") == "yes" and answers.get("access_controlled") == "yes"
    if answers.get("terms_entrust") == "no" and excluded:
        return CloudClass.NOT_HANDLED
    return CloudClass.OWN_JUDGEMENT


def written(answers: Mapping[str, str], basis: str, url: str, checked_on: str) -> dict[str, str]:
    """The engagement's three fields as a form would hold them. Raises Refusals on the wizard's fields.

    All that decided is needed: the first question always, the others where the first does not settle it, and the grounds.
    """
    refused = [Refusal(Code.EMPTY, name) for name in _needed(answers) if answers.get(name) not in ANSWERS]
    where = ""
    try:
        one_line(basis, "basis", BASIS)
    except Refusal as refusal:
        refused.append(refusal)
    try:
        where = link(url, "url") if some_line(url, "url", 1000) else ""
    except Refusal as refusal:
        refused.append(refusal)
    try:
        if day(checked_on, "checked_on") is None:
            refused.append(Refusal(Code.EMPTY, "checked_on"))
    except Refusal as refusal:
        refused.append(refusal)
    if refused:
        raise Refusals(refused)
    grounds = " ".join(part for part in (" ".join(basis.split()), where) if part)
    return {"cloud_class": classed(answers).value, "cloud_basis": grounds, "cloud_checked_on": checked_on}


def _needed(answers: Mapping[str, str]) -> tuple[str, ...]:
    return QUESTIONS[:1] if answers.get("terms_entrust") == "yes" else QUESTIONS
