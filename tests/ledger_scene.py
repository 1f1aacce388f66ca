"""A ledger for tests of rounds: departments with people, suppliers with work, as many as are wanted, written in bulk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from bot.domain.checklist import Checklist
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.people import Person, PersonKind, Seen
from bot.domain.rounds import Round
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.rounds import Rounds
from storage import ledger
from storage.checklist_files import load_all
from storage.db import Database
from storage.ids import new_id
from storage.tx import Tx
from tests.kit import START, StillClock, remember, seen


@lru_cache(maxsize=1)
def checklists() -> dict[str, Checklist]:
    return load_all()


async def hub_stub(tx: Tx, round_: Round, supplier_id: str, today: date) -> tuple[Any, list[dict[str, Any]]]:
    """A hub whose content names the supplier; the real one has tests of its own."""
    supplier = await tx.need(Supplier, supplier_id)
    button = {"type": "button", "text": {"type": "plain_text", "text": "回答する"}, "action_id": "x", "value": "1.a"}
    return supplier.language, [
        {"type": "section", "text": {"type": "plain_text", "text": f"{supplier.name} 御中 {round_.due_on}"}},
        {"type": "actions", "block_id": "vr1.hub_submit", "elements": [button]},
    ]


def make_rounds(db: Database, clock: StillClock) -> Rounds:
    return Rounds(Desk(db, clock, ""), company_calendar(), Library(checklists()), hub_stub)


@dataclass
class Books:
    """What a test writes before its story starts."""

    db: Database
    people: dict[str, Person] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)

    async def person(
        self, user: str, kind: PersonKind = PersonKind.EMPLOYEE, *, active: bool = True, **more: Any
    ) -> Person:
        facts = Seen.model_validate({**seen(user, kind).model_dump(), "active": active, **more})
        (person,) = await remember(self.db, facts)
        self.people[user] = person
        return person

    async def security(self, *users: str) -> None:
        for person in await remember(self.db, *(seen(u) for u in users), group="security"):
            self.people[person.slack_user_id] = person

    def department(self, name: str, primary: str, deputy: str = "", escalation: str = "") -> Department:
        made = Department(
            id=new_id(),
            name=name,
            primary_id=self.people[primary].id,
            deputy_ids=(self.people[deputy].id,) if deputy else (),
            escalation_id=self.people[escalation].id if escalation else None,
        )
        self.rows.append(made)
        return made

    def supplier(self, name: str, *, channel: str = "", **more: Any) -> Supplier:
        made = Supplier.model_validate({"id": new_id(), "name": name, "name_key": name, "created_at": START, **more})
        self.rows.append(made)
        if channel:
            endpoint = Endpoint(
                id=new_id(), supplier_id=made.id, channel_id=channel, state=EndpointState.VERIFIED, checked_at=START
            )
            self.rows.append(endpoint)
        return made

    def work(
        self,
        supplier: Supplier,
        department: Department,
        business: str = "給与計算の代行",
        primary: str = "",
        deputy: str = "",
        **more: Any,
    ) -> Engagement:
        made = Engagement.model_validate(
            {
                "id": new_id(),
                "supplier_id": supplier.id,
                "department_id": department.id,
                "business": business,
                "starts_on": date(2025, 4, 1),
                "created_at": START,
                **more,
            }
        )
        self.rows.append(made)
        for user, role in ((primary, OwnerRole.PRIMARY), (deputy, OwnerRole.DEPUTY)):
            if user:
                person = self.people[user].id
                self.rows.append(Owner(id=new_id(), engagement_id=made.id, person_id=person, role=role, since=START))
        return made

    async def write(self) -> None:
        """Write everything that was put into the books."""
        async with self.db.begin("test.books") as tx:
            await ledger.insert_all(tx, self.rows)
        self.rows.clear()


async def small_books(db: Database) -> Books:
    """Two departments, three suppliers: work with owner and deputy, without an owner, and of a supplier out of reach."""
    books = Books(db)
    for user in ("U0OWNER", "U0DEPUTY", "U0BOSS", "U0OTHER"):
        await books.person(user, name=f"{user}の氏名")
    await books.person("U0GONE", active=False)
    await books.person("U0GUEST", PersonKind.GUEST)
    await books.person("U0OUT", PersonKind.EXTERNAL, team_id="T0SUP")
    await books.security("U0SEC")
    people = books.department("人事部", "U0OWNER", "U0DEPUTY", "U0BOSS")
    goods = books.department("物流部", "U0OTHER")
    one = books.supplier("株式会社みほんデータ", channel="C0ONE")
    two = books.supplier("みかづき運輸株式会社", channel="C0TWO")
    three = books.supplier("Sample Cleaning Ltd", language="en")
    books.work(one, people, "給与計算の代行", "U0OWNER", "U0DEPUTY", personal_data=True, ends_on=date(2027, 3, 31))
    books.work(one, goods, "請求書の封入", "U0OTHER")
    books.work(two, goods, "配送業務", "U0GONE")
    books.work(three, goods, "清掃業務", "U0OTHER")
    return books
