"""Answers as revisions, pages, submissions and evidence: values only; the rules are in `answers.py`.

How a file gets here from Slack: `fetching.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Value


class ReviewQuestion(Value):
    """One question as it was asked: frozen when the review is sent. `scope` is 'company' or a review item's id.

    `version_id`: the published checklist whose words it has, and under which its answer is weighed.
    """

    id: str
    review_id: str
    endpoint_id: str
    version_id: str
    scope: str
    key: str
    section: str
    position: int
    page: int
    included: bool = True
    reason: str = ""
    body: dict[str, Any]


class AnswerStatus(StrEnum):
    SAVED = "saved"
    SAME_AS_BEFORE = "same_as_before"
    ON_BEHALF = "on_behalf"


class Answer(Value):
    """One revision of one answer; never overwritten. `value` is the choice key(s), text, number or ISO date, or None."""

    id: str
    question_id: str
    rev: int
    status: AnswerStatus = AnswerStatus.SAVED
    value: Any = None
    comment: str = ""
    person_id: str
    team_id: str
    via: str
    at: AwareDatetime


class PageToken(Value):
    """What a modal's private_metadata points at: who sees which page, and which revisions it showed (question id → rev)."""

    id: str
    person_id: str
    review_id: str
    endpoint_id: str
    page: int
    shown: dict[str, int]
    at: AwareDatetime


class Submission(Value):
    """The exact revisions that are judged, with who confirmed them in what capacity."""

    id: str
    review_id: str
    endpoint_id: str
    n: int
    answers: list[tuple[str, int]]
    by: str
    name: str
    role: str
    at: AwareDatetime


class Evidence(Value):
    """A stored file, once per content; `id` is the SHA-256 in hex, the address in the store."""

    id: str
    size: int
    at: AwareDatetime


class EvidenceLink(Value):
    """Who handed in which content under which name, for which review."""

    id: str
    review_id: str
    endpoint_id: str
    sha256: str
    name: str
    person_id: str
    at: AwareDatetime
