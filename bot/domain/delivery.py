"""Notices (the outbox), live cards, the inbox and the audit trail as values.

A notice is one thing to tell one recipient, once. Its key is what forbids twice:
`kind/subject/cycle/step/recipient`; the cycle rises on return, extension and reopening (design.md, rule 4).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Value


class NoticeKind(StrEnum):
    """What is told. Each has a truth check in `services/telling/` and a card in `message_templates/`."""

    DIGEST = "digest"
    DIGEST_REMINDER = "digest_reminder"
    DIGEST_ADDED = "digest_added"
    OWNER_ESCALATION = "owner_escalation"
    HUB = "hub"
    HUB_REMINDER = "hub_reminder"
    HUB_ESCALATION = "hub_escalation"
    SUBMITTED_THANKS = "submitted_thanks"
    SUBMITTED_TO_SECURITY = "submitted_to_security"
    NO_ANSWER_TO_SECURITY = "no_answer_to_security"
    OUTCOME_SUPPLIER = "outcome_supplier"
    OUTCOME_OWNER = "outcome_owner"
    ENDPOINT_SUSPENDED = "endpoint_suspended"
    NO_ENDPOINT = "no_endpoint"
    OWNER_MISSING = "owner_missing"
    EVIDENCE_STORED = "evidence_stored"
    EVIDENCE_REFUSED = "evidence_refused"
    REVIEW_CANCELLED = "review_cancelled"
    CERTIFICATES_END = "certificates_end"
    OWNER_LEFT = "owner_left"
    END_QUESTION = "end_question"
    END_UNANSWERED = "end_unanswered"
    CLOSING_OPENED = "closing_opened"
    CLOSING_READY = "closing_ready"
    CLOSING_REMINDER = "closing_reminder"
    PROPOSED = "proposed"
    PROPOSAL_OUTCOME = "proposal_outcome"
    LEDGER_FILE = "ledger_file"
    STRANGERS = "strangers"
    INVITATION = "invitation"
    DOCUMENT_FILE = "document_file"


class NoticeState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    UNRESOLVED = "unresolved"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Notice(Value):
    """One row of the outbox. `place` is `channel:<id>` or `person:<person id>`; times are real time except `not_before`.

    `lookups`: how often a send in doubt was looked for and not found; `blind`: how often looking itself failed.

    `thread_of` names the live card under which it is posted; it then waits until that card has been posted. `practice_of` is
    whoever rehearses, '' for what is real; it is written by `Tx`.
    """

    id: str
    key: str
    kind: NoticeKind
    place: str
    subject_id: str
    supplier_id: str = ""
    endpoint_id: str = ""
    cycle: int = 1
    step: str = ""
    params: dict[str, Any] = {}
    depends_on: str | None = None
    thread_of: str | None = None
    not_before: AwareDatetime | None = None
    state: NoticeState = NoticeState.PENDING
    reason: str = ""
    created_at: AwareDatetime
    claimed_by: str = ""
    lease_until: AwareDatetime | None = None
    retry_at: AwareDatetime | None = None
    tried_at: AwareDatetime | None = None
    attempts: int = 0
    lookups: int = 0
    blind: int = 0
    language: str = ""
    text: str = ""
    channel: str = ""
    ts: str = ""
    practice_of: str = ""


def notice_key(kind: NoticeKind, subject_id: str, cycle: int, step: str, place: str) -> str:
    """The key that the database holds unique, so that nothing is told twice."""
    return f"{kind}/{subject_id}/{cycle}/{step}/{place}"


class Attempt(Value):
    """One try to send; `result` is 'sent', a Slack error name, or 'doubt:<why>'."""

    id: str
    notice_id: str
    n: int
    started_at: AwareDatetime
    result: str = ""


class CardKind(StrEnum):
    HUB = "hub"
    DIGEST = "digest"
    ENDS = "ends"


class LiveCard(Value):
    """A message that is refreshed in place: the hub of (review, endpoint), the digest of (round, owner), and
    a question about ends of contracts (its notice, whoever is asked).

    `wanted` counts the changes that should be visible, `shown` the ones that are; the refresher closes the gap with one
    chat.update, rendered from the state at that moment, so many changes cost one call.
    """

    id: str
    kind: CardKind
    subject_id: str
    place: str
    channel: str = ""
    ts: str = ""
    wanted: int = 0
    shown: int = 0
    practice_of: str = ""


class Inbox(Value):
    """One press, command or event, with the response it got. `id` is the press key or event id."""

    id: str
    kind: str
    payload: dict[str, Any] = {}
    response: dict[str, Any] | None = None
    done: bool = True
    tries: int = 0
    at: AwareDatetime


class AuditEvent(Value):
    """What happened, in ids and codes only: no personal text, so that names can be erased and the trail stays."""

    id: str
    at: AwareDatetime
    actor_id: str
    action: str
    subject: str
    subject_id: str
    reason: str = ""
    detail: dict[str, Any] = {}
