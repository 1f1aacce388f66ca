"""A ledger to test with: our people, the services of its stories, and ready-made entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.departments import DepartmentEntry
from bot.domain.ledger import Department
from bot.domain.listing import ALL, Filter, ListPage
from bot.domain.people import SECURITY, PersonKind
from bot.domain.registration import Entry
from bot.services.bulk import Bulk
from bot.services.companies import Companies
from bot.services.departments import Departments
from bot.services.desk import Desk
from bot.services.exporting import Exporting
from bot.services.importing import Importing
from bot.services.listing import Listing
from bot.services.pausing import Pausing
from bot.services.people import People
from bot.services.ports import NationalRegister
from bot.services.proposing import Proposing
from bot.services.reading import Reading
from bot.services.registering import Registering
from bot.services.team import Team
from storage.db import Database
from tests.kit import PaperDirectory, StillClock, press, remember, seen

ADMIN, SEC, OWNER, DEPUTY, BOSS = "U0ADMIN", "U0SEC", "U0OWNER", "U0DEPUTY", "U0BOSS"
GUEST, GONE, OUTSIDER, STRANGER = "U0GUEST", "U0GONE", "U0OUT", "U0NOBODY"
NUMBER = "7999901000001"
TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass
class Ledger:
    """Everything that the ledger's tests use."""

    db: Database
    clock: StillClock
    desk: Desk
    directory: PaperDirectory
    team: Team
    departments: Departments
    companies: Companies
    registering: Registering
    proposing: Proposing
    importing: Importing
    exporting: Exporting
    reading: Reading
    listing: Listing
    bulk: Bulk
    pausing: Pausing

    async def department(self, name: str = "総務部", **people: Any) -> Department:
        """A department, made through the form."""
        usual: dict[str, Any] = {"name": name, "primary": OWNER, "deputies": (DEPUTY,), "escalation": BOSS}
        entry = DepartmentEntry(**(usual | people))
        await self.departments.save(press(SEC), "", 0, entry)
        async with self.db.read() as tx:
            found = await tx.one(Department, name=name)
        assert found
        return found


async def ledger(db: Database, clock: StillClock, national: NationalRegister | None = None) -> Ledger:
    """Our people are known; one of them is in the security team, nothing else is there."""
    directory = PaperDirectory()
    desk = Desk(db, clock, ADMIN)
    names = {ADMIN: "管理 太郎", OWNER: "高橋 一郎", DEPUTY: "鈴木 花子", BOSS: "田中 部長"}
    ours = [seen(u, name=n) for u, n in names.items()]
    others = [seen(GUEST, PersonKind.GUEST), seen(OUTSIDER, PersonKind.EXTERNAL, team="T0SUP")]
    gone = seen(GONE).model_copy(update={"active": False})
    await remember(db, *ours, *others, gone)
    await remember(db, seen(SEC, name="佐藤 守"), group=SECURITY)
    return Ledger(
        db=db,
        clock=clock,
        desk=desk,
        directory=directory,
        team=Team(desk, People(db, clock, directory), directory),
        departments=Departments(desk),
        companies=Companies(desk, TOKYO, national),
        registering=Registering(desk),
        proposing=Proposing(desk),
        importing=Importing(desk, TOKYO),
        exporting=Exporting(desk, TOKYO),
        reading=Reading(desk, TOKYO),
        listing=Listing(desk, TOKYO),
        bulk=Bulk(desk, TOKYO),
        pausing=Pausing(desk),
    )


async def listed(stage: Ledger, wanted: Filter = ALL, page: int = 1) -> ListPage:
    """The list as somebody of the security team opens it."""
    opened = await stage.listing.open(press(SEC), wanted, page)
    return await stage.listing.page(press(SEC), opened.list_id)


def entry(department_id: str, **changed: str) -> Entry:
    """What a form would hold."""
    good = {
        "corporate_number": NUMBER,
        "name": "株式会社みかづき運輸",
        "kind": "company",
        "language": "ja",
        "department": department_id,
        "business": "社内便の配送",
        "contract_type": "quasi_mandate",
        "starts_on": "2026-04-01",
        "personal_data": "yes",
    }
    return Entry(written=good | changed)
