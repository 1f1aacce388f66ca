"""Load → decide → save → enqueue: the only place that opens a transaction.

`Services` is what handlers, the scheduler and the command line receive. To add a story: its module here, a field below,
and its construction in `bot/assembly/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.answering import Answering
from bot.services.attesting import Attesting
from bot.services.bulk import Bulk
from bot.services.certificate_warnings import CertificateWarnings
from bot.services.certificates import Certificates
from bot.services.chasing import Chasing
from bot.services.checklist_edits import ChecklistEdits
from bot.services.checklists import Checklists
from bot.services.closing_lists import ClosingLists
from bot.services.companies import Companies
from bot.services.contract_ends import ContractEnds
from bot.services.departments import Departments
from bot.services.desk import Desk
from bot.services.drafting import Drafting
from bot.services.editing import Editing
from bot.services.free_fields import FreeFields
from bot.services.homes import Homes
from bot.services.importing import Importing
from bot.services.inviting import Inviting
from bot.services.judging import Judging
from bot.services.knowing import Knowing
from bot.services.linking import Linking
from bot.services.listing import Listing
from bot.services.merging import Merging
from bot.services.moving import Moving
from bot.services.owning import Owning
from bot.services.papers import Papers
from bot.services.pausing import Pausing
from bot.services.people import People
from bot.services.proposing import Proposing
from bot.services.publishing import Publishing
from bot.services.question_reasons import QuestionReasons
from bot.services.reading import Reading
from bot.services.records import Records
from bot.services.registering import Registering
from bot.services.rehearsing import Rehearsing
from bot.services.resolving import Resolving
from bot.services.rounds import Rounds
from bot.services.scope import Scope
from bot.services.starting import Starting
from bot.services.strangers import Strangers
from bot.services.subcontracting import Subcontracting
from bot.services.submitting import Submitting
from bot.services.team import Team
from bot.services.tiers import Tiers
from bot.services.transfers import Transfers
from bot.services.watching import Watching


@dataclass(frozen=True)
class LedgerServices:
    """Suppliers, engagements, and what hangs on them."""

    departments: Departments
    owning: Owning
    contract_ends: ContractEnds
    closing_lists: ClosingLists
    companies: Companies
    registering: Registering
    proposing: Proposing
    importing: Importing
    reading: Reading
    listing: Listing
    bulk: Bulk
    records: Records
    editing: Editing
    papers: Papers
    free_fields: FreeFields
    merging: Merging
    knowing: Knowing
    linking: Linking
    inviting: Inviting
    moving: Moving
    tiers: Tiers
    transfers: Transfers
    certificates: Certificates
    certificate_warnings: CertificateWarnings
    strangers: Strangers
    subcontracting: Subcontracting


@dataclass(frozen=True)
class Services(LedgerServices):
    """Every service of one process."""

    desk: Desk
    people: People
    answering: Answering
    submitting: Submitting
    team: Team
    pausing: Pausing
    watching: Watching
    rounds: Rounds
    attesting: Attesting
    chasing: Chasing
    judging: Judging
    resolving: Resolving
    homes: Homes
    rehearsing: Rehearsing
    starting: Starting
    scope: Scope
    question_reasons: QuestionReasons
    drafting: Drafting
    checklists: Checklists
    checklist_edits: ChecklistEdits
    publishing: Publishing
