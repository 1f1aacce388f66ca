"""The ledger's values: suppliers, engagements, departments, endpoints, and the history of their changes."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Language, Root, Value


class SupplierKind(StrEnum):
    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    FOREIGN = "foreign"
    PUBLIC = "public"


class SupplierState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    ENDED = "ended"
    MERGED = "merged"


class Supplier(Root):
    """A company or sole trader (委託先). `corporate_number` is 13 ASCII digits or None; `name_key` only warns of twins."""

    name: str
    name_key: str
    corporate_number: str | None = None
    kind: SupplierKind = SupplierKind.COMPANY
    language: Language = "ja"
    state: SupplierState = SupplierState.ACTIVE
    merged_into: str | None = None
    paused: bool = False
    created_at: AwareDatetime


class EndpointState(StrEnum):
    PROPOSED = "proposed"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    SEVERED = "severed"


PRACTICE = "practice"


class Endpoint(Root):
    """Where a supplier is reached (窓口). `teams` and `guests` are what a person confirmed; anything else suspends it.

    `kind` is 'slack' for a channel, PRACTICE for the DM of somebody who rehearses (`verified_by`).

    `guests` are Slack user ids of guests of our own workspace: their team id is ours, so the company check cannot see
    them. `checked_at` is the real time of the last look at the channel that agreed.
    """

    supplier_id: str
    kind: str = "slack"
    channel_id: str
    state: EndpointState
    teams: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    verified_by: str = ""
    verified_at: AwareDatetime | None = None
    checked_at: AwareDatetime | None = None
    reason: str = ""


class ChannelLook(Value):
    """What one person was shown of a channel before linking it: the link binds exactly this, without asking again.

    `pending` are invited companies; `guests` Slack user ids, `members` and `shown_to` person ids. `seen_at` is the real time
    at which the look began; `changed` says that something happened in the channel since.
    """

    id: str
    channel_id: str
    name: str
    teams: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    seen_at: AwareDatetime
    shown_to: str
    changed: bool = False


class SupplierTeam(Value):
    """A workspace (T…) or organisation (E…) confirmed to be this supplier's; one id may serve several suppliers."""

    id: str
    supplier_id: str
    team_id: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    confirmed_by: str


class Department(Root):
    """担当部門 with the people a new engagement gets: primary, deputy, and whom to escalate to (person ids)."""

    name: str
    primary_id: str
    deputy_id: str | None = None
    escalation_id: str | None = None


class ContractType(StrEnum):
    """請負 / 準委任 / 委任 (content_ja.md §8.1 D1)."""

    CONTRACT = "contract"
    QUASI_MANDATE = "quasi_mandate"
    MANDATE = "mandate"


class EngagementState(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    CLOSING = "closing"
    ENDED = "ended"
    REFUSED = "refused"


class Engagement(Root):
    """One piece of work given to a supplier by one department (委託業務): this is what is judged."""

    supplier_id: str
    department_id: str
    endpoint_id: str | None = None
    business: str
    contract_type: ContractType = ContractType.QUASI_MANDATE
    starts_on: date
    ends_on: date | None = None
    personal_data: bool = False
    state: EngagementState = EngagementState.ACTIVE
    created_at: AwareDatetime


class OwnerRole(StrEnum):
    PRIMARY = "primary"
    DEPUTY = "deputy"


class Owner(Value):
    """Who answers for an engagement, from when to when. A change closes one row and opens another."""

    id: str
    engagement_id: str
    person_id: str
    role: OwnerRole
    since: AwareDatetime
    until: AwareDatetime | None = None


class Change(Value):
    """One field's change, before and after as JSON. "As of" a day is read from here."""

    id: str
    subject: str
    subject_id: str
    field: str
    before: Any = None
    after: Any = None
    actor_id: str
    at: AwareDatetime
    cause: str
