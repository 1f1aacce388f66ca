"""A deputy by user group answers, declines and hands on like a deputy who is named in the department."""

from __future__ import annotations

import pytest

from bot.domain.ledger import Department
from bot.domain.people import user_group
from bot.domain.refusal import Code
from bot.domain.rounds import AttestationState
from bot.services.attesting import Attesting
from storage import people
from storage.db import Database
from tests.kit import StillClock, press
from tests.ledger_scene import Books
from tests.services.test_attesting import (  # noqa: F401
    SAME,
    advanced,
    attestation,
    books,
    change,
    owners,
    refused,
    service,
)
from tests.services.test_rounds import everything


@pytest.fixture
async def group(books: Books, db: Database, clock: StillClock) -> Books:  # noqa: F811
    """U0OTHER stands in for the payroll, which U0OWNER is asked about, as a member of the department's user group."""
    (department,) = await everything(db, Department, name="人事部")
    await change(db, department, deputy_group="S0HR")
    async with db.begin("test.group") as tx:
        await people.set_members(tx, user_group("S0HR"), [books.people["U0OTHER"].id], clock.real())
    return books


async def test_they_answer(service: Attesting, group: Books, db: Database) -> None:  # noqa: F811
    await service.answer(press("U0OTHER"), (await attestation(db)).id, SAME)
    assert (await attestation(db)).state is AttestationState.ANSWERED


async def test_their_not_mine_leaves_the_owner_in_charge(service: Attesting, group: Books, db: Database) -> None:  # noqa: F811
    before = await owners(db)
    await service.hand_on(press("U0OTHER"), (await attestation(db)).id, "", "")
    still = await attestation(db)
    assert (still.owner_id, still.cycle) == (group.people["U0OWNER"].id, 1)
    assert await owners(db) == before


async def test_they_name_a_colleague_who_becomes_the_owner(service: Attesting, group: Books, db: Database) -> None:  # noqa: F811
    await service.hand_on(press("U0OTHER"), (await attestation(db)).id, "U0BOSS", "異動しました")
    asked = await attestation(db)
    boss = group.people["U0BOSS"].id
    assert (asked.owner_id, asked.cycle) == (boss, 2)
    assert (boss, "primary") in await owners(db)
    assert await refused(service.answer(press("U0OWNER"), asked.id, SAME)) is Code.NOT_YOURS


async def test_they_are_named_themselves(service: Attesting, group: Books, db: Database) -> None:  # noqa: F811
    await service.hand_on(press("U0OWNER"), (await attestation(db)).id, "U0OTHER", "")
    other = group.people["U0OTHER"].id
    assert (await attestation(db)).owner_id == other
    assert (other, "primary") in await owners(db)
    await service.answer(press("U0OTHER"), (await attestation(db)).id, SAME)


async def test_they_are_asked_after_the_named_deputies_and_once(service: Attesting, group: Books, db: Database) -> None:  # noqa: F811
    who = []
    for user in ("U0OWNER", "U0DEPUTY", "U0OTHER"):
        await service.hand_on(press(user), (await attestation(db)).id, "", "")
        who.append((await attestation(db)).owner_id)
    assert who == [group.people[u].id for u in ("U0DEPUTY", "U0OTHER", "U0BOSS")]


async def test_who_has_left_the_group_may_not(
    service: Attesting,  # noqa: F811
    group: Books,
    db: Database,
    clock: StillClock,
) -> None:
    async with db.begin("test.left") as tx:
        await people.set_members(tx, user_group("S0HR"), [], clock.real())
    asked = await attestation(db)
    assert await refused(service.hand_on(press("U0OTHER"), asked.id, "U0BOSS", "")) is Code.NOT_YOURS
