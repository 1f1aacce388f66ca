"""Puts together what a judge sees, for the form and for the message to the security team alike."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.checklist_facts import facts_of
from bot.domain.forms import COMPANY
from bot.domain.judging import Dossier, Handed, OpenItem, fingerprint
from bot.domain.reminders import days_late
from bot.domain.seen_answers import count, proposed, weigh
from bot.services.policies import policy
from storage.judging import Case


def dossier_of(case: Case, zone: ZoneInfo) -> Dossier:
    """The review as a judge sees it. Only what was submitted counts; an endpoint that did not submit has no answers."""
    submitted = [q for q in case.questions if q.endpoint_id in case.submissions]
    facts = {COMPANY: facts_of(case.supplier_record, [i.engagement for i in case.items])}
    facts |= {i.item.id: facts_of(case.supplier_record, [i.engagement]) for i in case.items}
    answers = weigh(submitted, case.submitted_answers, facts)
    rules = policy().scoring
    silent = _silent(case)
    asked = {q.endpoint_id for q in case.questions}
    return Dossier(
        review_id=case.review.id,
        supplier=case.supplier,
        title=case.title,
        due_on=case.review.due_on,
        state=case.review.state,
        reason=case.review.reason,
        answers=answers,
        counts=count(answers),
        handed=tuple(_handed(case, endpoint_id, zone) for endpoint_id in sorted(case.submissions)),
        missing=len(asked - set(case.submissions)),
        files=tuple(dict.fromkeys(case.files)),
        items=tuple(
            OpenItem(
                item_id=i.item.id,
                business=i.business,
                department=i.department,
                owner=i.owner,
                proposal=proposed(answers, i.item.id, rules) if i.item.id not in silent else None,
            )
            for i in case.open_items
        ),
        seen=seen(case),
    )


def _silent(case: Case) -> set[str]:
    """The works of which not everything was handed in: half of the answers would propose as if they were all."""
    missing = {q.scope for q in case.questions if q.endpoint_id not in case.submissions}
    asked = {q.scope for q in case.questions} - missing
    every = {i.item.id for i in case.items}
    return every if COMPANY in missing or not asked else every & missing


def seen(case: Case) -> str:
    """What a form of this review shows right now."""
    return fingerprint([s.id for s in case.submissions.values()], [i.item.id for i in case.open_items])


def _handed(case: Case, endpoint_id: str, zone: ZoneInfo) -> Handed:
    submission = case.submissions[endpoint_id]
    return Handed(
        name=submission.name,
        role=submission.role,
        on=submission.at.astimezone(zone).date(),
        late=days_late(case.review.due_on, submission.at, zone),
    )
