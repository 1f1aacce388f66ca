"""The services of the ledger. To add one: its line here, and its field in `bot.services.LedgerServices`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.assembly.given import Given
from bot.domain.checklist import Checklist
from bot.services import LedgerServices
from bot.services.bulk import Bulk
from bot.services.certificate_warnings import CertificateWarnings
from bot.services.certificates import Certificates
from bot.services.closing_lists import ClosingLists
from bot.services.companies import Companies
from bot.services.contract_ends import ContractEnds
from bot.services.departments import Departments
from bot.services.editing import Editing
from bot.services.free_fields import FreeFields
from bot.services.importing import Importing
from bot.services.inviting import Inviting
from bot.services.knowing import Knowing
from bot.services.linking import Linking
from bot.services.listing import Listing
from bot.services.merging import Merging
from bot.services.moving import Moving
from bot.services.owning import Owning
from bot.services.papers import Papers
from bot.services.ports import NationalRegister
from bot.services.proposing import Proposing
from bot.services.reading import Reading
from bot.services.records import Records
from bot.services.registering import Registering
from bot.services.strangers import Strangers
from bot.services.subcontracting import Subcontracting
from bot.services.tiers import Tiers
from bot.services.transfers import Transfers


def ledger(given: Given, known: Mapping[str, Checklist], national: NationalRegister | None) -> LedgerServices:
    """Every use case about suppliers, engagements and what hangs on them."""
    desk, zone, hours = given.desk, given.hours.zone, given.hours
    linking = Linking(desk, given.directory)
    return LedgerServices(
        departments=Departments(desk),
        owning=Owning(desk, given.calendar),
        contract_ends=ContractEnds(desk, hours),
        closing_lists=ClosingLists(desk, hours),
        companies=Companies(desk, zone, national),
        registering=Registering(desk),
        proposing=Proposing(desk),
        importing=Importing(desk, zone),
        reading=Reading(desk, zone),
        listing=Listing(desk, zone),
        bulk=Bulk(desk, zone),
        records=Records(desk, zone),
        editing=Editing(desk, zone),
        papers=Papers(desk),
        free_fields=FreeFields(desk),
        merging=Merging(desk, zone),
        knowing=Knowing(desk, zone, known),
        linking=linking,
        inviting=Inviting(desk, given.directory, given.inviter, zone),
        moving=Moving(desk, linking, zone),
        tiers=Tiers(desk, zone),
        transfers=Transfers(desk),
        certificates=Certificates(desk, zone),
        certificate_warnings=CertificateWarnings(desk.db, desk.clock, hours),
        strangers=Strangers(desk, given.directory, hours),
        subcontracting=Subcontracting(desk, zone),
    )
