"""The services of one process. To add one: its line here (of the ledger: in `ledger.py`), and its field in `bot.services`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.assembly.given import Given
from bot.assembly.ledger import ledger
from bot.assembly.rules import hours_of, policy_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.attested import KEY as ATTESTATION
from bot.domain.checklist import Checklist
from bot.services import Services
from bot.services.answering import Answering
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.chasing import Chasing
from bot.services.checklist_edits import ChecklistEdits
from bot.services.checklists import Checklists
from bot.services.desk import Desk
from bot.services.drafting import Drafting
from bot.services.homes import Homes
from bot.services.judging import Judging
from bot.services.library import Library
from bot.services.pausing import Pausing
from bot.services.people import People
from bot.services.policies import work_by
from bot.services.ports import Directory, Inviter, NationalRegister
from bot.services.publishing import Publishing
from bot.services.publishing_lint import Linter
from bot.services.question_reasons import QuestionReasons
from bot.services.rehearsing import Rehearsing
from bot.services.resolving import Resolving
from bot.services.rounds import Rounds
from bot.services.scope import Scope
from bot.services.sending import preview_hub
from bot.services.starting import Starting
from bot.services.submitting import Submitting
from bot.services.team import Team
from bot.services.telling import TELL, certificates, chase, ending, judge, owning, strangers
from bot.services.watching import Watching
from storage.checklist_files import FOLDER
from storage.db import Database
from storage.glossary_file import load_glossary


def services(
    settings: Settings,
    db: Database,
    clock: SystemClock,
    directory: Directory,
    inviter: Inviter,
    known: Mapping[str, Checklist],
    national: NationalRegister | None = None,
) -> Services:
    """Every use case. The tellers that follow the calendar get the company's hours here, the rules their policy."""
    hours = hours_of(settings)
    for tellers in (chase, judge, certificates, ending, owning, strangers):
        TELL.update(tellers.tellers(hours))
    work_by(policy_of(settings, known))
    desk, library = Desk(db, clock, settings.first_admin), Library(known)
    calendar, drafting = company_calendar(hours.zone), Drafting(library)
    people = People(db, clock, directory)
    return Services(
        **vars(ledger(Given(desk, directory, inviter, hours, calendar), known, national)),
        desk=desk,
        people=people,
        answering=Answering(desk),
        submitting=Submitting(desk),
        team=Team(desk, people, directory),
        pausing=Pausing(desk),
        watching=Watching(db, clock, directory),
        rounds=Rounds(desk, calendar, library, preview_hub),
        attesting=Attesting(desk, calendar, known.get(ATTESTATION)),
        chasing=Chasing(db, clock, hours, settings.owner_wait_days),
        judging=Judging(desk, hours),
        resolving=Resolving(desk),
        homes=Homes(desk),
        rehearsing=Rehearsing(desk, calendar, library),
        starting=Starting(desk, directory),
        scope=Scope(desk),
        question_reasons=QuestionReasons(desk, calendar),
        drafting=drafting,
        checklists=Checklists(desk, library, calendar),
        checklist_edits=ChecklistEdits(desk, library, drafting, calendar),
        publishing=Publishing(desk, library, calendar, Linter(load_glossary(FOLDER).words)),
    )
