"""Values and rows: which row holds which value, and the two functions that map them by field name.

A row class without a line here is not mapped, and a test says so. Enums are stored as their value, tuples as lists.
A row may have columns that follow from its value and are never read back: DERIVED makes them, whoever writes the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from bot.domain import (
    answering,
    certificates,
    checklist_versions,
    contacts,
    delivery,
    documents,
    fetching,
    free_fields,
    homes,
    ledger,
    listing,
    people,
    rounds,
    searching,
    subcontracts,
)
from bot.domain.base import Value
from bot.domain.closing_list import ClosingItem
from bot.domain.contract_end import EndStep
from bot.domain.inviting import Invitation
from bot.domain.merging import Merge
from bot.domain.moving import OldHub
from bot.domain.national_register import RegisterEntry
from bot.domain.past import PastReview
from bot.domain.settings import Setting
from bot.domain.strangers import Stranger
from bot.domain.tiers import TierDecision
from bot.domain.transfers import Transfer
from storage.tables import answering as a
from storage.tables import checklists as ch
from storage.tables import delivery as d
from storage.tables import ending as e
from storage.tables import endpoints as ep
from storage.tables import inviting as inv
from storage.tables import ledger as g
from storage.tables import listing as li
from storage.tables import merging as m
from storage.tables import past as pa
from storage.tables import people as p
from storage.tables import records as k
from storage.tables import register as n
from storage.tables import rounds as r
from storage.tables import third_parties as t
from storage.tables.base import Row
from storage.tables.tiers import TierDecisionRow
from storage.tables.transfers import TransferRow

V = TypeVar("V", bound=Value)


ROW_OF: dict[type[Value], type[Row]] = {
    people.Person: p.PersonRow,
    people.PersonName: p.PersonNameRow,
    people.Membership: p.MembershipRow,
    Setting: p.SettingRow,
    homes.HomePicture: p.HomePictureRow,
    ledger.Supplier: g.SupplierRow,
    ledger.SupplierTeam: g.SupplierTeamRow,
    ledger.Endpoint: g.EndpointRow,
    ledger.ChannelLook: g.ChannelLookRow,
    ledger.Department: g.DepartmentRow,
    ledger.Engagement: g.EngagementRow,
    ledger.Owner: g.OwnerRow,
    ledger.Change: g.ChangeRow,
    TierDecision: TierDecisionRow,
    OldHub: ep.OldHubRow,
    Stranger: ep.StrangerRow,
    Invitation: inv.InvitationRow,
    EndStep: e.EndStepRow,
    ClosingItem: e.ClosingItemRow,
    certificates.Certificate: t.CertificateRow,
    certificates.RegisterCheck: t.RegisterCheckRow,
    certificates.CertificateWarning: t.CertificateWarningRow,
    subcontracts.SubcontractEdge: t.SubcontractEdgeRow,
    listing.OpenList: li.OpenListRow,
    listing.SavedFilter: li.SavedFilterRow,
    contacts.Contact: k.ContactRow,
    documents.Document: k.DocumentRow,
    free_fields.FreeField: k.FreeFieldRow,
    RegisterEntry: n.RegisterEntryRow,
    Merge: m.MergeRow,
    PastReview: pa.PastReviewRow,
    Transfer: TransferRow,
    rounds.ChecklistVersion: r.ChecklistVersionRow,
    checklist_versions.Shelf: ch.ShelfRow,
    checklist_versions.Draft: ch.DraftRow,
    checklist_versions.Publication: ch.PublicationRow,
    checklist_versions.Meaning: ch.MeaningRow,
    rounds.Round: r.RoundRow,
    rounds.RoundDecision: r.RoundDecisionRow,
    rounds.Attestation: r.AttestationRow,
    rounds.AttestationAnswer: r.AttestationAnswerRow,
    rounds.Review: r.ReviewRow,
    rounds.ReviewItem: r.ReviewItemRow,
    rounds.Judgement: r.JudgementRow,
    answering.ReviewQuestion: a.ReviewQuestionRow,
    answering.PageToken: a.PageTokenRow,
    answering.Answer: a.AnswerRow,
    answering.Submission: a.SubmissionRow,
    fetching.FileFetch: a.FileFetchRow,
    answering.Evidence: a.EvidenceRow,
    answering.EvidenceLink: a.EvidenceLinkRow,
    delivery.Notice: d.NoticeRow,
    delivery.Attempt: d.AttemptRow,
    delivery.LiveCard: d.LiveCardRow,
    delivery.Inbox: d.InboxRow,
    delivery.AuditEvent: d.AuditEventRow,
}


DERIVED: dict[type[Value], Mapping[str, Callable[[Any], Any]]] = {
    ledger.Supplier: {"search": searching.of_supplier},
    ledger.Engagement: {"search": searching.of_engagement},
}


def to_value(cls: type[V], row: Any) -> V:
    """The frozen value of a row (or of any object with the value's field names). A bad stored value raises."""
    return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return value


def columns(value: Value) -> dict[str, Any]:
    """What is written for a value: one entry a field, and what follows from them."""
    follows = DERIVED.get(type(value), {})
    return {name: _plain(item) for name, item in value.model_dump().items()} | {
        name: make(value) for name, make in follows.items()
    }


def row_class(cls: type[Value]) -> type[Row]:
    """The row class of a value class; KeyError names the class that nobody mapped."""
    return ROW_OF[cls]


@cache
def generation(cls: type[Value]) -> int:
    """The place of a class's table in an order in which each table comes after those that it refers to."""
    tables = [table.name for table in Row.metadata.sorted_tables]
    return tables.index(str(row_class(cls).__tablename__))
