"""What the Home tab counts for the security team: right, and with the same number of statements however much there is."""

from __future__ import annotations

import pytest

from bot.domain.first_run import FIRST_RUN
from bot.domain.homes import Numbers
from bot.domain.ledger import Department, Engagement, EngagementState
from bot.domain.settings import Setting
from bot.domain.strangers import Stranger, StrangerKind, StrangerState
from bot.services.homes import home_view
from storage import people
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import OWNER, SEC, Ledger, ledger
from tests.services.test_reading import fill, register, statements
from tests.services.test_registering import entry


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    """A ledger without rounds, whose team has closed the guide: so the numbers are shown."""
    made = await ledger(db, clock)
    await made.department()
    await register(made)
    async with db.begin("test.guide") as tx:
        tx.add(Setting(id=FIRST_RUN, value={"closed": True}))
    return made


async def numbers(stage: Ledger) -> tuple[Numbers, int]:
    """What is counted, and how many statements the whole tab takes."""
    with statements(stage.db) as ran:
        async with stage.db.read() as tx:
            actor = await people.actor(tx, press(SEC).who, "")
            view = await home_view(tx, actor, "", START)
    assert view.numbers
    return view.numbers, len(ran)


async def proposes(stage: Ledger, name: str) -> None:
    async with stage.db.read() as tx:
        department = (await tx.find(Department))[0]
    await stage.registering.submit(press(OWNER), entry(department.id, name=name, corporate_number=""))


async def found(stage: Ledger, *states: StrangerState) -> None:
    async with stage.db.begin("test.strangers") as tx:
        for n, state in enumerate(states):
            tx.add(Stranger(id=new_id(), kind=StrangerKind.CHANNEL, key=f"C0OUT{n}", state=state, first_seen=START))


async def test_proposals_and_people_without_a_record_are_counted_while_they_wait(stage: Ledger) -> None:
    counted, _ran = await numbers(stage)
    assert (counted.proposals, counted.strangers) == (0, 0)
    for name in ("提案商店", "提案工業"):
        await proposes(stage, name)
    await found(stage, StrangerState.ASKED, StrangerState.UNSURE, StrangerState.FOUND, StrangerState.NO)
    counted, _ran = await numbers(stage)
    assert (counted.proposals, counted.strangers) == (2, 3)
    async with stage.db.read() as tx:
        first = (await tx.find(Engagement, state=EngagementState.PROPOSED.value))[0]
    await stage.proposing.confirm(press(SEC), first.id)
    assert (await numbers(stage))[0].proposals == 1


async def test_the_tab_costs_the_same_few_statements_however_much_waits(stage: Ledger) -> None:
    _counted, little = await numbers(stage)
    await fill(stage, 30)
    for n in range(5):
        await proposes(stage, f"提案{n}商店")
    await found(stage, *[StrangerState.ASKED] * 20)
    counted, much = await numbers(stage)
    assert (counted.proposals, counted.strangers) == (5, 20)
    assert much == little <= 30
