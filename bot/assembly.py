"""Which service gets what: the composition of one process, apart from how it runs (`app.py`).

To add a service: its line in `services` (and its field in `bot.services.Services`); what it does on its own, without a
press, is a step of the tick.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.attested import KEY as ATTESTATION
from bot.domain.base import Language
from bot.domain.checklist import Checklist
from bot.domain.policy import Policy
from bot.domain.reminders import Hours, Quiet
from bot.domain.rounds import Round
from bot.scheduler import Step, Ticker
from bot.services import Services
from bot.services.answering import Answering
from bot.services.attesting import Attesting
from bot.services.bulk import Bulk
from bot.services.calendars import company_calendar
from bot.services.certificate_warnings import CertificateWarnings
from bot.services.certificates import Certificates
from bot.services.chasing import Chasing
from bot.services.closing_lists import ClosingLists
from bot.services.companies import Companies
from bot.services.contract_ends import ContractEnds
from bot.services.departments import Departments
from bot.services.desk import Desk
from bot.services.editing import Editing
from bot.services.evidence import EvidenceDesk
from bot.services.exporting import Exporting
from bot.services.free_fields import FreeFields
from bot.services.homes import Homes
from bot.services.importing import Importing
from bot.services.judging import Judging
from bot.services.knowing import Knowing
from bot.services.linking import Linking
from bot.services.listing import Listing
from bot.services.marking import Delivery
from bot.services.merging import Merging
from bot.services.moving import Moving
from bot.services.old_hubs import OldHubs
from bot.services.outbox import Outbox
from bot.services.owning import Owning
from bot.services.pausing import Pausing
from bot.services.people import People
from bot.services.policies import work_by
from bot.services.ports import Channel, Directory, Files, NationalRegister, Uploads
from bot.services.proposing import Proposing
from bot.services.reading import Reading
from bot.services.records import Records
from bot.services.registering import Registering
from bot.services.rehearsing import Rehearsing
from bot.services.resolving import Resolving
from bot.services.rounds import Rounds
from bot.services.scope import Scope
from bot.services.sending import Sending, preview_hub
from bot.services.starting import Starting
from bot.services.strangers import Strangers
from bot.services.subcontracting import Subcontracting
from bot.services.submitting import Submitting
from bot.services.team import Team
from bot.services.telling import TELL, certificates, chase, ending, judge
from bot.services.telling import strangers as asking
from bot.services.tiers import Tiers
from bot.services.transferring import TransferDesk
from bot.services.transfers import Transfers
from bot.services.watching import Watching
from storage.checklist_files import FOLDER, load_all
from storage.db import Database
from storage.policy_file import load_policy, shipped
from storage.tx import Tx
from storage.vault import FolderVault

Observer = Callable[[str], None]


@dataclass(frozen=True)
class Outside:
    """The ways out of the process."""

    channel: Channel
    directory: Directory
    files: Files
    uploads: Uploads


def checklists(settings: Settings) -> dict[str, Checklist]:
    """The checklists of the folder in the settings, or the ones that ship. Raises ChecklistError with line and column."""
    return load_all(Path(settings.checklist_dir) if settings.checklist_dir else FOLDER)


def policy_of(settings: Settings, known: Mapping[str, Checklist] | None) -> Policy:
    """The company's policy, or the one that ships. Raises PolicyError with line and column.

    What ships names the checklists that ship; a company with others of its own has a policy of its own, which is held against
    them (`known` None: they cannot be read).
    """
    return load_policy(Path(settings.policy_file), known) if settings.policy_file else shipped()


def hours_of(settings: Settings) -> Hours:
    """When the company works."""
    start, _, end = settings.quiet_hours.partition("-")
    zone = ZoneInfo(settings.time_zone)
    return Hours(zone, company_calendar(zone), Quiet(int(start), int(end)))


def services(
    settings: Settings,
    db: Database,
    clock: SystemClock,
    directory: Directory,
    known: Mapping[str, Checklist],
    national: NationalRegister | None = None,
) -> Services:
    """Every use case. The tellers that follow the calendar get the company's hours here."""
    TELL.update({**chase.tellers(hours_of(settings)), **judge.tellers(hours_of(settings))})
    TELL.update({**certificates.tellers(hours_of(settings)), **ending.tellers(hours_of(settings))})
    TELL.update(asking.tellers(hours_of(settings)))
    work_by(policy_of(settings, known))
    desk = Desk(db, clock, settings.first_admin)
    zone = ZoneInfo(settings.time_zone)
    calendar = company_calendar(zone)
    people = People(db, clock, directory)
    linking = Linking(desk, directory)

    async def hub_today(tx: Tx, round_: Round, supplier_id: str) -> tuple[Language, list[dict[str, Any]]]:
        return await preview_hub(tx, round_, supplier_id, calendar.local_day(clock.now()))

    return Services(
        desk=desk,
        people=people,
        answering=Answering(desk),
        submitting=Submitting(desk),
        team=Team(desk, people, directory),
        departments=Departments(desk),
        owning=Owning(desk, calendar),
        contract_ends=ContractEnds(desk, hours_of(settings)),
        closing_lists=ClosingLists(desk, hours_of(settings)),
        companies=Companies(desk, zone, national),
        registering=Registering(desk),
        proposing=Proposing(desk),
        importing=Importing(desk, zone),
        reading=Reading(desk, zone),
        listing=Listing(desk, zone),
        bulk=Bulk(desk, zone),
        records=Records(desk, zone),
        editing=Editing(desk, zone),
        free_fields=FreeFields(desk),
        pausing=Pausing(desk),
        merging=Merging(desk),
        knowing=Knowing(desk, zone, known),
        linking=linking,
        moving=Moving(desk, linking, zone),
        watching=Watching(db, clock, directory),
        rounds=Rounds(desk, calendar, known, hub_today),
        attesting=Attesting(desk, calendar, known.get(ATTESTATION)),
        chasing=Chasing(db, clock, hours_of(settings), settings.owner_wait_days),
        judging=Judging(desk, hours_of(settings)),
        resolving=Resolving(desk),
        homes=Homes(desk),
        rehearsing=Rehearsing(desk, calendar, known),
        starting=Starting(desk, directory),
        tiers=Tiers(desk, zone),
        transfers=Transfers(desk),
        scope=Scope(desk),
        certificates=Certificates(desk, zone),
        certificate_warnings=CertificateWarnings(db, clock, hours_of(settings)),
        strangers=Strangers(desk, directory, hours_of(settings)),
        subcontracting=Subcontracting(desk, zone),
    )


def _timing(settings: Settings) -> Delivery:
    """How long the outbox waits for what."""
    return Delivery(
        in_doubt_wait=settings.in_doubt_seconds,
        lease=settings.lease_seconds,
        spacing=settings.post_spacing_seconds,
        hold=settings.hold_seconds,
        look_age=settings.channel_check_seconds,
    )


def ticker(
    settings: Settings, db: Database, clock: SystemClock, made: Services, outside: Outside, observer: Observer
) -> Ticker:
    """What happens without a press, in the order of a tick: look at the time, decide what is due, send it."""
    sending = Sending(db, clock)
    vault = FolderVault(Path(settings.evidence_dir))
    evidence = EvidenceDesk(db, clock, outside.files, vault)
    exporting = Exporting(made.desk, ZoneInfo(settings.time_zone))
    transfers = TransferDesk(db, clock, outside.files, vault, outside.uploads, made.importing, exporting)
    worker = f"{socket.gethostname()}/{os.getpid()}"
    watching, chasing = made.watching, made.chasing

    async def look(endpoint_id: str) -> None:
        await watching.check_endpoints([endpoint_id], settings.channel_check_seconds)

    outbox = Outbox(db, clock, outside.channel, _timing(settings), worker, observer, look)
    old_hubs = OldHubs(db, clock, outside.directory, outside.channel)

    def state() -> tuple[object, ...]:
        """Business time, this process's commits, and the real second: leases end and other processes work too."""
        return clock.now(), db.commits, clock.real().replace(microsecond=0)

    def moment() -> tuple[object, ...]:
        """Reminders come with time, not with presses: once a second is more than enough."""
        return clock.now().replace(second=0, microsecond=0), clock.real().replace(microsecond=0)

    def minute() -> tuple[object, ...]:
        """For what comes with days: once a minute."""
        return clock.now().replace(second=0, microsecond=0), clock.real().replace(second=0, microsecond=0)

    return Ticker(
        Step("clock", clock.follow),
        [
            Step("events", lambda: watching.work_through(clock.now())),
            Step("chasing", lambda: chasing.run_due(clock.now()), key=moment),
            Step("owners", made.owning.run_due, key=moment),
            Step("ends", lambda: made.contract_ends.run_due(clock.now()), key=minute),
            Step("strangers", lambda: made.strangers.run_due(clock.now()), key=minute),
            Step("certificates", lambda: made.certificate_warnings.run_due(clock.now()), key=minute),
            Step("sending", lambda: sending.run_due(clock.now())),
            Step("evidence", lambda: evidence.run_due(clock.now())),
            Step("ledger files", lambda: transfers.run_due(clock.now())),
            Step("endpoints", lambda: watching.check_due(settings.channel_check_seconds)),
            Step("old hubs", old_hubs.run_due),
            Step("outbox", outbox.drain, halt=outbox.halt),
        ],
        state,
    )
