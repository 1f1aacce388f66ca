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


class Profession(StrEnum):
    """Professions that Penal Code art. 134 binds, and two that it does not bind (content_ja.md §8.1 E2)."""

    NONE = "none"
    DOCTOR = "doctor"
    PHARMACIST = "pharmacist"
    DRUG_SELLER = "drug_seller"
    MIDWIFE = "midwife"
    LAWYER = "lawyer"
    NOTARY = "notary"
    TAX_ACCOUNTANT = "tax_accountant"
    LABOUR_CONSULTANT = "labour_consultant"


class SupplierState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    ENDED = "ended"
    MERGED = "merged"


class Supplier(Root):
    """A company or sole trader (委託先). `corporate_number` is 13 ASCII digits or None; `name_key` only warns of twins.

    `subcontracts` None: nobody said. `closed_on` and `successor_number` are what the national register said when it was looked
    at on `register_checked_on` (content_ja.md §7.1: closeDate, successorCorporateNumber).
    """

    name: str
    name_key: str
    corporate_number: str | None = None
    reading: str = ""
    kind: SupplierKind = SupplierKind.COMPANY
    language: Language = "ja"
    address: str = ""
    subcontracts: bool | None = None
    group_company: bool = False
    profession: Profession = Profession.NONE
    closed_on: date | None = None
    successor_number: str | None = None
    register_checked_on: date | None = None
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
    them. `checked_at` is the real time of the last look at the channel that agreed. `reason` is a code, `note` what whoever
    severed it wrote beside it.
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
    note: str = ""


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
    """担当部門 with the people a new engagement gets: primary, deputies, and whom to escalate to (person ids).

    `deputy_group` is a Slack user group ('' none): whoever of it is an active employee today is a deputy of all the
    department's engagements. An archived department gets no new engagements.
    """

    name: str
    primary_id: str
    deputy_ids: tuple[str, ...] = ()
    deputy_group: str = ""
    escalation_id: str | None = None
    archived_at: AwareDatetime | None = None


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


class DataKind(StrEnum):
    """Kinds of personal data that are entrusted; my_number and sensitive are kinds of their own in the law."""

    CONTACT = "contact"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    PAYMENT = "payment"
    MY_NUMBER = "my_number"
    SENSITIVE = "sensitive"
    HEALTH = "health"
    LOCATION = "location"
    OTHER = "other"


class Devices(StrEnum):
    """Whose devices the work is done on (content_ja.md §8.7 I5)."""

    NONE = "none"
    LENT = "lent"
    OWN = "own"
    BOTH = "both"


class Workplace(StrEnum):
    """Where the work is done."""

    THEIRS = "theirs"
    OURS = "ours"
    HOME = "home"
    DATA_CENTRE = "data_centre"
    SEVERAL = "several"


class CloudClass(StrEnum):
    """What a cloud service is, by the three questions of content_ja.md §2.3 (PPC Q&A 7-53)."""

    ENTRUSTED = "entrusted"
    NOT_HANDLED = "not_handled"
    OWN_JUDGEMENT = "own_judgement"


class TradeLaw(StrEnum):
    """Which fair-dealing act covers the contract (content_ja.md §5.3, R-L9): 取適法, フリーランス法."""

    SUBCONTRACT_ACT = "subcontract_act"
    FREELANCE_ACT = "freelance_act"
    NEITHER = "neither"
    UNKNOWN = "unknown"


class Assessment(StrEnum):
    """How the engagement is evaluated: by a checklist, or the signed NDA counts (content_ja.md §8.1 E4)."""

    CHECKLIST = "checklist"
    NDA = "nda"


class Engagement(Root):
    """One piece of work given to a supplier by one department (委託業務): this is what is judged.

    None in a yes/no or a choice: nobody said. `data_count` is a number of people, `notice_days` the calendar days before the
    end within which notice must be given. `free`: the security team's own fields, by their id.
    """

    supplier_id: str
    department_id: str
    endpoint_id: str | None = None
    business: str
    contract_type: ContractType = ContractType.QUASI_MANDATE
    starts_on: date
    ends_on: date | None = None
    auto_renews: bool | None = None
    notice_days: int | None = None
    personal_data: bool = False
    data_kinds: tuple[DataKind, ...] = ()
    data_count: int | None = None
    secret_data: bool | None = None
    recipients: str = ""
    system_access: bool | None = None
    work_stops: bool | None = None
    devices: Devices | None = None
    workplace: Workplace | None = None
    instructors: str = ""
    cloud_class: CloudClass | None = None
    cloud_basis: str = ""
    cloud_checked_on: date | None = None
    trade_law: TradeLaw = TradeLaw.UNKNOWN
    assessment: Assessment = Assessment.CHECKLIST
    tags: tuple[str, ...] = ()
    free: dict[str, str] = {}
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
