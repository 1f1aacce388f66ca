"""What an owner's press says in terms of the attestation checklist, so that the record names the questions it answers.

A press of "unchanged" answers every question: still in use, and nothing has changed. "Changed" and "ended" answer what the
owner spoke of; the rest stays open. The checklist's content hash stands beside the answers: which wording was confirmed.
"""

from __future__ import annotations

from typing import Any

from bot.domain.attesting import Answered, What
from bot.domain.checklist import Checklist, content_hash, questions_for
from bot.domain.rounds import AttestationKind

KEY = "attestation"
IN_USE, ENDED_ON, END, END_DATE = "at_in_use", "at_ended_on", "at_contract_end", "at_contract_end_date"
ASKED_ABOUT = {What.WORK: "at_work", What.DATA: "at_data", What.SUBCONTRACTORS: "at_partners"}
"""`What.ACCESS` has no entry: that access changed does not say whether something superfluous is left, which is the question."""


def said(checklist: Checklist, answer: Answered) -> dict[str, Any]:
    """The checklist's content hash and the answers, by question key."""
    return {"checklist": content_hash(checklist), "answers": _answers(checklist, answer)}


def _answers(checklist: Checklist, answer: Answered) -> dict[str, Any]:
    match answer.kind:
        case AttestationKind.UNCHANGED:
            return _unchanged(checklist)
        case AttestationKind.CHANGED:
            changed = {ASKED_ABOUT[what]: "changed" for what in answer.what if what in ASKED_ABOUT}
            end = {END: "changed", END_DATE: answer.ends_on.isoformat()} if answer.ends_on else {}
            return {IN_USE: "in_use", **changed, **end}
        case AttestationKind.ENDED:
            return {IN_USE: "ended", ENDED_ON: answer.ends_on.isoformat() if answer.ends_on else None}
        case _:
            return {IN_USE: "not_mine"}


def _unchanged(checklist: Checklist) -> dict[str, Any]:
    answers: dict[str, Any] = {IN_USE: "in_use"}
    for question in checklist.questions:
        if question.key in answers or question not in questions_for(checklist, {}, answers):
            continue
        answers[question.key] = "unchanged"
    return answers
