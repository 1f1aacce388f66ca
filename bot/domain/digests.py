"""What an owner's digest shows: one message per owner and round, however many suppliers. Values only.

Unanswered work stands as cards, `CARDS` at a time; what is answered shrinks to a line, and the next cards move up.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.rounds import AttestationKind

CARDS = 15
LINES = 10


class Work(Value):
    """A piece of work as its owner knows it."""

    supplier: str
    business: str
    starts_on: date
    ends_on: date | None
    personal_data: bool


class DigestCard(Value):
    """One question to the owner; `attestation_id` is '' in a preview. `lapsed`: the day has passed, it may be answered."""

    attestation_id: str
    work: Work
    lapsed: bool = False


class Given(Value):
    """An answer as it is stored, with the names of the work it is about."""

    supplier: str
    business: str
    kind: AttestationKind
    detail: dict[str, Any]
    by: str
    at: AwareDatetime


class DigestLine(Value):
    """An answered card: what was said, by whom, on which day. `to` is the name of whoever it was handed to."""

    supplier: str
    business: str
    kind: AttestationKind
    by: str
    on: date
    to: str = ""


class DigestView(Value):
    """The whole digest. `waiting` and `done` count everything, also what is not shown; `over`: the round has ended."""

    title: str
    attest_by: date
    cards: tuple[DigestCard, ...]
    waiting: int
    lines: tuple[DigestLine, ...] = ()
    done: int = 0
    over: bool = False


class Orphan(Value):
    """A piece of work without an owner, as the security team is told. `instead`: the id of whoever is asked, or ''."""

    supplier: str
    business: str
    department: str
    instead: str
