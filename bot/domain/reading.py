"""What a person reads of the ledger: lists, one record, and how near an end is. Values only, plus what follows from dates."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.ledger import EndpointState, Engagement, Supplier
from bot.domain.rounds import JudgementValue, ReviewState

PAGE = 15
SOON = timedelta(days=60)


class LedgerRow(Value):
    """One engagement with what the ledger shows beside it. `owner` '' means that nobody answers for it.

    `papers`: its documents and the company's as an export writes them; only there.
    """

    supplier: Supplier
    engagement: Engagement
    department: str
    owner: str = ""
    endpoint: EndpointState | None = None
    judgement: JudgementValue | None = None
    judged_at: AwareDatetime | None = None
    judged_on: date | None = None
    papers: str = ""


class Ends(StrEnum):
    """How near the end of a contract is."""

    OPEN = "open"
    LATER = "later"
    SOON = "soon"
    PAST = "past"


def ends(ends_on: date | None, today: date) -> Ends:
    """Soon is within 60 days, the last day included; past is the day after the last one."""
    if ends_on is None:
        return Ends.OPEN
    if ends_on < today:
        return Ends.PAST
    return Ends.SOON if ends_on <= today + SOON else Ends.LATER


class Candidate(Value):
    """A record that could be meant; `id` '' where nothing can be opened with it."""

    id: str = ""
    name: str
    corporate_number: str | None = None


class Candidates(Value):
    """Several records that could be meant; `total` may be more than are listed."""

    words: str
    found: tuple[Candidate, ...]
    total: int


class EndpointLine(Value):
    """An endpoint of a supplier."""

    channel_id: str
    state: EndpointState
    reason: str = ""


class Progress(Value):
    """The supplier's open review: how many of the questions that were asked have an answer."""

    state: ReviewState
    due_on: date
    answered: int
    asked: int


class ChangeLine(Value):
    """One entry of the history, with the name of who did it. `about` names which one of several it is; "" for the company."""

    subject: str
    about: str = ""
    field: str
    before: Any = None
    after: Any = None
    actor: str
    at: AwareDatetime
    on: date


class SupplierRecord(Value):
    """Everything about one supplier. `deputies`: engagement id → names."""

    supplier: Supplier
    rows: tuple[LedgerRow, ...]
    deputies: dict[str, tuple[str, ...]]
    endpoints: tuple[EndpointLine, ...]
    reviews: tuple[Progress, ...]
    changes: tuple[ChangeLine, ...]
    today: date


class Help(Value):
    """What help shows: all commands to those who run the app, two lines to everybody else."""

    full: bool
    team_chosen: bool
