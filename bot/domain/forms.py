"""From a checklist to the frozen questions of one review, laid out in pages, and what of them is asked right now.

A page is a section's part that fits one modal comfortably. Company questions come first, at the supplier's first
endpoint; each engagement's own questions follow at that engagement's endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.checklist import Condition, Question, Scope
from bot.domain.checklist_facts import facts_of
from bot.domain.choosing import Listed, Placed, in_order, merged, shown
from bot.domain.ledger import Engagement, Supplier

COMPANY = "company"
PAGE = 8  # questions a page: about 25 blocks with help and comment, well under Slack's 100 (slack_platform §2.3)


@dataclass(frozen=True)
class Asked:
    """One engagement that is asked about: its review item, whose it is, itself, the endpoint that answers, and the lists.

    `covering`: schemes with a certificate that is valid and whose scope was confirmed for this very work.
    """

    item_id: str
    supplier: Supplier
    engagement: Engagement
    endpoint_id: str
    lists: tuple[Listed, ...]
    covering: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Draft:
    """A question before it has an id."""

    endpoint_id: str
    scope: str
    placed: Placed
    included: bool
    reason: str
    about: str

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.placed.question


def freeze(asked: Sequence[Asked], company_endpoint: str) -> list[Draft]:
    """Every question with its decision. Order: company sections, then each engagement's sections.

    A certificate leaves questions out, never the whole review: where nothing would be left to ask, everything is asked.
    """
    drafts = _all(asked, company_endpoint)
    if any(draft.included for draft in drafts):
        return drafts
    return _all([replace(one, covering=frozenset()) for one in asked], company_endpoint)


def _all(asked: Sequence[Asked], company_endpoint: str) -> list[Draft]:
    drafts = _scope(Scope.COMPANY, COMPANY, company_endpoint, asked, "")
    for one in asked:
        drafts += _scope(Scope.ENGAGEMENT, one.item_id, one.endpoint_id, [one], one.engagement.business)
    return drafts


def _scope(scope: Scope, name: str, endpoint_id: str, asked: Sequence[Asked], about: str) -> list[Draft]:
    """The questions of one scope. Of several engagements the stricter fact counts, and a certificate only if it covers all."""
    if not asked:
        return []
    covering = frozenset.intersection(*(one.covering for one in asked))
    facts = facts_of(asked[0].supplier, [one.engagement for one in asked])
    drafts = []
    for placed in merged(in_order(one.lists for one in asked), facts, {}, covering):
        if placed.question.scope is scope:
            decision = placed.decision
            reason = (
                decision.reason
                if decision.reason in ("always", "answer_not_met")
                else f"{decision.reason}:{decision.by}"
            )
            drafts.append(Draft(endpoint_id, name, placed, bool(shown(decision)), reason, about))
    return drafts


def number(drafts: Sequence[Draft]) -> list[tuple[Draft, int, int]]:
    """Each draft with its position and page. Pages count per endpoint; a page never mixes sections or scopes."""
    laid: list[tuple[Draft, int, int]] = []
    pages: dict[str, int] = {}
    last: dict[str, tuple[tuple[str, str], int]] = {}
    for position, draft in enumerate(drafts):
        key = (draft.scope, draft.placed.place)
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


def frozen(draft: Draft, question_id: str, review_id: str, position: int, page: int) -> ReviewQuestion:
    """The question as a review keeps it."""
    return ReviewQuestion(
        id=question_id,
        review_id=review_id,
        endpoint_id=draft.endpoint_id,
        scope=draft.scope,
        key=draft.question.key,
        section=draft.placed.place,
        version_id=draft.placed.listed.version_id,
        position=position,
        page=page,
        included=draft.included,
        reason=draft.reason,
        body=_body(draft),
    )


def _body(draft: Draft) -> dict[str, Any]:
    """What is frozen of a question: itself, its section's heading and reason, what it is about, and which lists wanted it."""
    section = draft.placed.section
    return {
        "question": draft.question.model_dump(mode="json"),
        "section": {"title": section.title.model_dump(), "why": section.why.model_dump()},
        "about": draft.about,
        "wanted_by": list(draft.placed.wanted_by),
        "why": draft.placed.listed.why.model_dump(),
    }


def question_of(asked: ReviewQuestion) -> Question:
    """The question as it was frozen."""
    return Question.model_validate(asked.body["question"])


def asked_now(questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer]) -> list[ReviewQuestion]:
    """The questions that are asked given the answers so far.

    A condition looks at the answer of the same scope, or of the company. A question that stands at another endpoint is not
    seen from here, and unknown means ask.
    """
    by_scope: dict[str, dict[str, Any]] = {COMPANY: {}}
    here = {(one.scope, one.key) for one in questions}
    shown = []
    for one in questions:
        question = question_of(one)
        counted = by_scope.setdefault(one.scope, {})
        known = by_scope[COMPANY] | counted
        looked = [
            c for c in question.ask_if if c.answer and ((one.scope, c.answer) in here or (COMPANY, c.answer) in here)
        ]
        if all(_met(known.get(c.answer or ""), c) for c in looked):
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
