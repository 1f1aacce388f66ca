"""From a checklist to the frozen questions of one review, laid out in pages, and what of them is asked right now.

A page is a section's part that fits one modal comfortably. Company questions come first, at the supplier's first
endpoint; each engagement's own questions follow at that engagement's endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.checklist import Checklist, Condition, Question, Scope, Section, selection
from bot.domain.checklist_facts import facts_of
from bot.domain.ledger import Engagement, Supplier

COMPANY = "company"
PAGE = 8  # questions a page: about 25 blocks with help and comment, well under Slack's 100 (slack_platform §2.3)


@dataclass(frozen=True)
class Asked:
    """One engagement that is asked about: its review item, whose it is, itself, and the endpoint that answers for it.

    `covering`: schemes with a certificate that is valid and whose scope was confirmed for this very work.
    """

    item_id: str
    supplier: Supplier
    engagement: Engagement
    endpoint_id: str
    covering: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Draft:
    """A question before it has an id."""

    endpoint_id: str
    scope: str
    question: Question
    section: Section
    included: bool
    reason: str
    about: str


def freeze(checklist: Checklist, asked: Sequence[Asked], company_endpoint: str) -> list[Draft]:
    """Every question with its decision. Order: company sections, then each engagement's sections.

    A certificate leaves questions out, never the whole review: where nothing would be left to ask, everything is asked.
    """
    drafts = _all(checklist, asked, company_endpoint)
    if any(draft.included for draft in drafts):
        return drafts
    return _all(checklist, [replace(one, covering=frozenset()) for one in asked], company_endpoint)


def _all(checklist: Checklist, asked: Sequence[Asked], company_endpoint: str) -> list[Draft]:
    drafts = _scope(checklist, Scope.COMPANY, COMPANY, company_endpoint, asked, "")
    for one in asked:
        drafts += _scope(checklist, Scope.ENGAGEMENT, one.item_id, one.endpoint_id, [one], one.engagement.business)
    return drafts


def _scope(
    checklist: Checklist, scope: Scope, name: str, endpoint_id: str, asked: Sequence[Asked], about: str
) -> list[Draft]:
    covering = frozenset.intersection(*(one.covering for one in asked)) if asked else frozenset()
    facts = facts_of(asked[0].supplier, [one.engagement for one in asked]) if asked else {}
    decided = {d.question.key: d for d in selection(checklist, facts, {}, covering)}
    drafts = []
    for section in checklist.sections:
        for question in section.questions:
            if question.scope is scope:
                decision = decided[question.key]
                # what depends on another answer is included: whether it shows is decided while people answer
                included = decision.asked or decision.reason == "answer_not_met"
                reason = f"covered:{decision.by}" if decision.reason == "covered" else decision.reason
                drafts.append(Draft(endpoint_id, name, question, section, included, reason, about))
    return drafts


def number(drafts: Sequence[Draft]) -> list[tuple[Draft, int, int]]:
    """Each draft with its position and page. Pages count per endpoint; a page never mixes sections or scopes."""
    laid: list[tuple[Draft, int, int]] = []
    pages: dict[str, int] = {}
    last: dict[str, tuple[tuple[str, str], int]] = {}
    for position, draft in enumerate(drafts):
        key = (draft.scope, draft.section.key)
        before, count = last.get(draft.endpoint_id, (None, 0))
        if not draft.included:
            laid.append((draft, position, pages.get(draft.endpoint_id, 0)))
            continue
        if before != key or count == PAGE:
            pages[draft.endpoint_id] = pages.get(draft.endpoint_id, -1) + 1
            count = 0
        last[draft.endpoint_id] = (key, count + 1)
        laid.append((draft, position, pages[draft.endpoint_id]))
    return laid


def body_of(draft: Draft) -> dict[str, Any]:
    """What is frozen of a question: itself, its section's heading and reason, and what engagement it is about."""
    return {
        "question": draft.question.model_dump(mode="json"),
        "section": {"title": draft.section.title.model_dump(), "why": draft.section.why.model_dump()},
        "about": draft.about,
    }


def question_of(asked: ReviewQuestion) -> Question:
    """The question as it was frozen."""
    return Question.model_validate(asked.body["question"])


def asked_now(questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer]) -> list[ReviewQuestion]:
    """The questions that are asked given the answers so far; conditions look at answers of the same scope."""
    by_scope: dict[str, dict[str, Any]] = {}
    shown = []
    for one in questions:
        question = question_of(one)
        counted = by_scope.setdefault(one.scope, {})
        if all(c.answer is None or _met(counted.get(c.answer), c) for c in question.ask_if):
            shown.append(one)
            answer = answers.get(one.id)
            counted[question.key] = answer.value if answer else None
    return shown


def _met(given: Any, condition: Condition) -> bool:
    if given is None:
        return False
    if condition.at_least is not None:
        return isinstance(given, int | float) and given >= condition.at_least
    codes = {str(g) for g in given} if isinstance(given, list | tuple) else {str(given)}
    return bool(codes & set(condition.is_one_of))
