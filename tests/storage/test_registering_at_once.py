"""Several people hand the register form in at once, on both databases: one record, and each work once."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.people import SECURITY, PersonKind
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Registered
from bot.services.desk import Desk
from bot.services.registering import Registering
from storage.db import Database
from storage.ids import new_id
from tests.kit import StillClock, press, remember, seen
from tests.services.ledger_stage import SEC, entry

PEOPLE = 6


@pytest.fixture
async def department(both: Database) -> str:
    [person] = await remember(both, seen(SEC, PersonKind.EMPLOYEE), group=SECURITY)
    made = Department(id=new_id(), name="総務部", primary_id=person.id)
    async with both.begin("test.department") as tx:
        tx.add(made)
    return made.id


async def hand_in(db: Database, department: str, *works: str) -> list[Registered | Code]:
    registering = Registering(Desk(db, StillClock(), ""))

    async def one(work: str) -> Registered | Code:
        try:
            return await registering.submit(press(SEC), entry(department, business=work))
        except Refusal as refused:
            return refused.code

    return await asyncio.gather(*map(one, works))


async def test_one_record_for_one_number(both: Database, department: str) -> None:
    done = await hand_in(both, department, *(f"業務{n}" for n in range(PEOPLE)))
    assert sorted(isinstance(d, Registered) and d.added for d in done) == [False] + [True] * (PEOPLE - 1)
    async with both.read() as tx:
        assert len(await tx.find(Supplier)) == 1
        assert len(await tx.find(Engagement)) == PEOPLE


async def test_the_same_work_once_also_for_a_record_that_was_there(both: Database, department: str) -> None:
    await hand_in(both, department, "はじめの業務")
    done = await hand_in(both, department, *(["同じ業務"] * PEOPLE))
    assert sorted(d for d in done if isinstance(d, Code)) == [Code.ENGAGEMENT_EXISTS] * (PEOPLE - 1)
    async with both.read() as tx:
        assert sorted(e.business for e in await tx.find(Engagement)) == ["はじめの業務", "同じ業務"]
