"""Owners: given to somebody else, passed over when they leave, and the security team told of it once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import AuditEvent, Notice, NoticeKind
from bot.domain.ledger import Change, Department, Engagement, EngagementState, Owner, OwnerRole
from bot.domain.people import PersonKind, user_group
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation
from bot.domain.scoping import Asked
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.owning import Owning
from bot.services.telling import TELL, Cancel, Ready
from storage import people
from storage.db import Database
from tests.chase_stage import change
from tests.kit import StillClock, press, remember, seen
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH, everything

PAYROLL, LETTERS, FREIGHT = "給与計算の代行", "請求書の封入", "配送業務"


@pytest.fixture
async def books(db: Database) -> Books:
    """U0OWNER (deputy U0DEPUTY, escalation U0BOSS) has the payroll, U0OTHER two, U0GONE, who has left, the freight."""
    made = await small_books(db)
    await made.write()
    return made


@pytest.fixture
def owning(db: Database, clock: StillClock) -> Owning:
    return Owning(Desk(db, clock, ""), company_calendar())


@pytest.fixture
async def asked(books: Books, db: Database, clock: StillClock) -> Books:
    """The same while a round is open."""
    service = make_rounds(db, clock)
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    return books


async def work(db: Database, business: str = PAYROLL) -> Engagement:
    (found,) = await everything(db, Engagement, business=business)
    return found


async def holders(db: Database, business: str = PAYROLL) -> dict[str, OwnerRole]:
    rows = await everything(db, Owner, engagement_id=(await work(db, business)).id, until=None)
    return {row.person_id: row.role for row in rows}


async def question(db: Database, business: str = PAYROLL) -> Attestation:
    (found,) = await everything(db, Attestation, engagement_id=(await work(db, business)).id)
    return found


async def told(db: Database) -> list[Notice]:
    return await everything(db, Notice, kind=NoticeKind.OWNER_LEFT)


async def deactivate(db: Database, *users: str) -> None:
    await remember(db, *(seen(user).model_copy(update={"active": False}) for user in users))


async def looked_at(db: Database, clock: StillClock) -> Any:
    """What the last notice becomes when it is claimed."""
    notice = (await told(db))[-1]
    async with db.read() as tx:
        return await TELL[notice.kind](tx, notice, clock.now())


# -- given to somebody else ------------------------------------------------------------------------------------------------


async def test_a_new_owner_with_history_and_what_the_old_one_was_asked(
    owning: Owning, asked: Books, db: Database
) -> None:
    before = await question(db)
    done = await owning.change(press("U0SEC"), [(await work(db)).id], "U0OTHER")
    assert (done.owner, done.changed, done.same, done.kept) == ("U0OTHERの氏名", 1, 0, 0)
    p = asked.people
    assert await holders(db) == {p["U0OTHER"].id: OwnerRole.PRIMARY, p["U0DEPUTY"].id: OwnerRole.DEPUTY}
    after = await question(db)
    assert (after.owner_id, after.cycle) == (p["U0OTHER"].id, before.cycle + 1)
    changes = [(c.field, c.cause) for c in await everything(db, Change, subject="owner")]
    assert sorted(changes) == [("created", "owner"), ("until", "owner")]
    (event,) = await everything(db, AuditEvent, action="owner:changed")
    assert event.detail == {"person": p["U0OTHER"].id}


async def test_a_deputy_who_becomes_the_owner_is_no_deputy_any_more(owning: Owning, books: Books, db: Database) -> None:
    await owning.change(press("U0SEC"), [(await work(db)).id], "U0DEPUTY")
    assert await holders(db) == {books.people["U0DEPUTY"].id: OwnerRole.PRIMARY}


async def test_many_at_once_and_what_has_ended_is_kept(owning: Owning, books: Books, db: Database) -> None:
    await change(db, await work(db, FREIGHT), state=EngagementState.ENDED)
    ids = [(await work(db, b)).id for b in (PAYROLL, LETTERS, FREIGHT)]
    done = await owning.change(press("U0SEC"), ids, "U0OTHER")
    assert (done.changed, done.same, done.kept) == (1, 1, 1)
    assert await holders(db, FREIGHT) == {books.people["U0GONE"].id: OwnerRole.PRIMARY}


@pytest.mark.parametrize("who", ["", "U0GUEST", "U0GONE", "U0OUT", "U0NOBODY"])
async def test_only_active_employees_own_work(owning: Owning, books: Books, db: Database, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        await owning.change(press("U0SEC"), [(await work(db)).id], who)
    assert (refused.value.code, refused.value.field) == (Code.PERSON_NOT_EMPLOYEE, "person")
    assert await everything(db, Change) == []


@pytest.mark.parametrize("who", ["U0OWNER", "U0OTHER", "U0GUEST", "U0GONE"])
async def test_only_the_security_team_gives_work_away(owning: Owning, books: Books, db: Database, who: str) -> None:
    for pressed in (owning.change(press(who), [(await work(db)).id], "U0OTHER"), owning.unowned(press(who), 1)):
        with pytest.raises(Refusal) as refused:
            await pressed
        assert refused.value.code is Code.NOT_YOURS


async def test_work_that_is_not_there(owning: Owning, books: Books) -> None:
    with pytest.raises(Refusal) as refused:
        await owning.change(press("U0SEC"), ["nowhere"], "U0OTHER")
    assert refused.value.code is Code.NOT_FOUND


async def test_ended_work_has_no_form(owning: Owning, books: Books, db: Database) -> None:
    one = await work(db)
    assert (await owning.form(press("U0SEC"), one.id)).owner == "U0OWNERの氏名"
    await change(db, one, state=EngagementState.ENDED)
    with pytest.raises(Refusal) as refused:
        await owning.form(press("U0SEC"), one.id)
    assert refused.value.code is Code.RECORD_KEPT


# -- who left --------------------------------------------------------------------------------------------------------------


async def test_the_team_is_told_once_of_whoever_left(
    owning: Owning, books: Books, db: Database, clock: StillClock
) -> None:
    assert await owning.run_due() == 1  # U0GONE
    clock.advance(days=1)
    assert await owning.run_due() == 0
    await deactivate(db, "U0OWNER", "U0OTHER")
    assert await owning.run_due() == 2
    assert await owning.run_due() == 0
    assert {n.subject_id for n in await told(db)} == {books.people[u].id for u in ("U0GONE", "U0OWNER", "U0OTHER")}
    ready = await looked_at(db, clock)
    assert isinstance(ready, Ready)
    assert "担当者が退職または停止となった委託業務" in ready.message.text


async def test_a_guest_is_no_owner(owning: Owning, books: Books, db: Database) -> None:
    await owning.run_due()
    await remember(db, seen("U0OWNER", PersonKind.GUEST))
    assert await owning.run_due() == 1


async def test_back_before_it_was_sent_and_gone_again(
    owning: Owning, books: Books, db: Database, clock: StillClock
) -> None:
    await owning.run_due()
    await deactivate(db, "U0OWNER")
    await owning.run_due()
    await remember(db, seen("U0OWNER"))
    assert await looked_at(db, clock) == Cancel("owner_returned")
    clock.advance(days=1)
    async with db.begin("test.later") as tx:
        await people.see(tx, seen("U0OWNER").model_copy(update={"active": False}), clock.real())
    assert await owning.run_due() == 1
    assert isinstance(await looked_at(db, clock), Ready)


async def test_given_away_before_it_was_sent(owning: Owning, books: Books, db: Database, clock: StillClock) -> None:
    await owning.run_due()
    await owning.change(press("U0SEC"), [(await work(db, FREIGHT)).id], "U0OTHER")
    assert await looked_at(db, clock) == Cancel("owner_found")


async def test_nothing_happens_while_there_is_no_team(owning: Owning, books: Books, db: Database) -> None:
    async with db.begin("test.team") as tx:
        await people.set_members(tx, "security", [], clock_start())
    assert await owning.run_due() == 0
    assert await told(db) == []


def clock_start() -> Any:
    return StillClock().business


@pytest.mark.parametrize(
    ("gone", "role", "instead"),
    [
        ((), Asked.PRIMARY, "U0OWNER"),
        (("U0OWNER",), Asked.DEPUTY, "U0DEPUTY"),
        (("U0OWNER", "U0DEPUTY"), Asked.ESCALATION, "U0BOSS"),
        (("U0OWNER", "U0DEPUTY", "U0BOSS"), Asked.NOBODY, ""),
    ],
)
async def test_who_answers_instead_and_is_asked(
    owning: Owning, asked: Books, db: Database, gone: tuple[str, ...], role: Asked, instead: str
) -> None:
    await deactivate(db, *gone)
    await owning.run_due()
    page = await owning.unowned(press("U0SEC"), 1)
    lines = [line for line in page.lines if line.business == PAYROLL]
    assert [(line.role, line.instead) for line in lines] == (
        [(role, f"{instead}の氏名" if instead else "")] if gone else []
    )
    present = asked.people[instead or "U0OWNER"].id  # where there is nobody, it stays where it was
    assert (await question(db)).owner_id == present


async def test_the_stand_in_may_answer(owning: Owning, asked: Books, db: Database, clock: StillClock) -> None:
    await deactivate(db, "U0OWNER", "U0DEPUTY")
    await owning.run_due()
    form = await Attesting(Desk(db, clock, ""), company_calendar()).form(press("U0BOSS"), (await question(db)).id)
    assert form.work.business == PAYROLL


async def test_a_user_group_stands_in(owning: Owning, asked: Books, db: Database, clock: StillClock) -> None:
    (department,) = await everything(db, Department, name="人事部")
    await change(db, department, deputy_group="S0HR", deputy_ids=())
    async with db.begin("test.group") as tx:
        members = [asked.people[u].id for u in ("U0GUEST", "U0OTHER")]
        await people.set_members(tx, user_group("S0HR"), members, clock.real())
    attesting = Attesting(Desk(db, clock, ""), company_calendar())
    assert (await attesting.form(press("U0OTHER"), (await question(db)).id)).work.business == PAYROLL
    with pytest.raises(Refusal):
        await attesting.form(press("U0GUEST"), (await question(db)).id)
    await deactivate(db, "U0OWNER", "U0DEPUTY")
    await owning.run_due()
    assert (await question(db)).owner_id == asked.people["U0OTHER"].id


async def test_two_processes_tell_once(owning: Owning, books: Books, db: Database, clock: StillClock) -> None:
    second = Owning(Desk(db, clock, ""), company_calendar())
    await owning.run_due()
    await second.run_due()
    assert len(await told(db)) == 1


async def test_it_counts_from_the_first_day_on_the_companys_calendar(
    owning: Owning, books: Books, db: Database, clock: StillClock
) -> None:
    clock.business += timedelta(hours=14, minutes=30)  # 00:30 on the 26th in Tokyo
    await owning.run_due()
    assert [n.cycle for n in await told(db)] == [clock.business.date().toordinal() + 1]
