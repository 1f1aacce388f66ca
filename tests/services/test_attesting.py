"""Owners' answers: one press, what changed, what ended, and whose it is; and who may say so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.attesting import Answered, What
from bot.domain.closing_list import ClosingItem
from bot.domain.delivery import AuditEvent, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Change, Engagement, EngagementState, Owner, OwnerRole
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import (
    Attestation,
    AttestationAnswer,
    AttestationKind,
    AttestationState,
    ItemState,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.services import sending
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.digests import digest_view
from storage.db import Database
from tests.kit import StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH, everything

SAME = Answered(kind=AttestationKind.UNCHANGED)
PAYROLL = "給与計算の代行"


@pytest.fixture
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reviews that were let go on, by supplier; what that does is the answering story's."""
    seen: list[str] = []

    async def record(_tx: Any, review: Review, *_times: Any) -> None:
        seen.append(review.supplier_id)

    monkeypatch.setattr(sending, "advance", record)
    return seen


@pytest.fixture
async def books(db: Database, clock: StillClock, advanced: list[str]) -> Books:
    """An open round: U0OWNER with deputy U0DEPUTY for the payroll, U0OTHER for two more, nobody for one."""
    made = await small_books(db)
    await made.write()
    service = make_rounds(db, clock)
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    advanced.clear()
    return made


@pytest.fixture
def service(db: Database, clock: StillClock) -> Attesting:
    return Attesting(Desk(db, clock, ""), company_calendar())


async def work(db: Database, business: str = PAYROLL) -> Engagement:
    (found,) = await everything(db, Engagement, business=business)
    return found


async def attestation(db: Database, business: str = PAYROLL) -> Attestation:
    (found,) = await everything(db, Attestation, engagement_id=(await work(db, business)).id)
    return found


async def item(db: Database, business: str = PAYROLL) -> ReviewItem:
    (found,) = await everything(db, ReviewItem, engagement_id=(await work(db, business)).id)
    return found


async def refused(use: Any) -> Code:
    with pytest.raises(Refusal) as refusal:
        await use
    return refusal.value.code


async def change(db: Database, value: Any, **update: Any) -> None:
    async with db.begin("test.change") as tx:
        fresh = await tx.need(type(value), value.id)
        await tx.put(fresh.model_copy(update=update))


# -- one press -----------------------------------------------------------------------------------------------------------


async def test_one_press_answers_and_lets_the_review_go_on(
    service: Attesting, books: Books, db: Database, advanced: list[str]
) -> None:
    asked = await attestation(db)
    await service.answer(press("U0OWNER"), asked.id, SAME)
    assert (await attestation(db)).state is AttestationState.ANSWERED
    (answer,) = await everything(db, AttestationAnswer)
    assert (answer.n, answer.kind, answer.by) == (1, AttestationKind.UNCHANGED, books.people["U0OWNER"].id)
    assert advanced == [(await work(db)).supplier_id]
    (event,) = await everything(db, AuditEvent, action="attestation:unchanged")
    assert event.subject_id == asked.id
    assert not await everything(db, Change)


async def test_a_deputy_may_answer_and_the_first_answer_counts(service: Attesting, books: Books, db: Database) -> None:
    asked = await attestation(db)
    await service.answer(press("U0DEPUTY"), asked.id, SAME)
    assert await refused(service.answer(press("U0OWNER"), asked.id, SAME)) is Code.ALREADY_ANSWERED
    assert len(await everything(db, AttestationAnswer)) == 1


async def test_delivered_twice_it_counts_once(
    service: Attesting, books: Books, db: Database, advanced: list[str]
) -> None:
    asked = await attestation(db)
    for _ in range(2):
        await service.answer(press("U0OWNER", key="same"), asked.id, SAME)
    assert len(await everything(db, AttestationAnswer)) == 1
    assert len(advanced) == 1


@pytest.mark.parametrize(
    ("user", "code"),
    [
        ("U0OTHER", Code.NOT_YOURS),  # another department's owner
        ("U0SEC", Code.NOT_YOURS),  # the security team does not answer for an owner
        ("U0BOSS", Code.NOT_YOURS),
        ("U0GUEST", Code.NOT_YOURS),
        ("U0OUT", Code.NOT_YOURS),
        ("U0GONE", Code.NOT_YOURS),
        ("U0STRANGER", Code.UNKNOWN_PERSON),
    ],
)
async def test_nobody_else_may_answer(service: Attesting, books: Books, db: Database, user: str, code: Code) -> None:
    asked = await attestation(db)
    assert await refused(service.form(press(user), asked.id)) is code
    assert await refused(service.answer(press(user), asked.id, SAME)) is code
    assert await refused(service.hand_on(press(user), asked.id, "U0SEC", "")) is code
    # says nothing about what exists, but to the team, who may read it all: a rehearsal of theirs may have ended
    unknown = Code.NOT_FOUND if user == "U0SEC" else code
    assert await refused(service.answer(press(user), "no-such-thing", SAME)) is unknown
    assert (await attestation(db)).state is AttestationState.ASKED
    assert not await everything(db, AttestationAnswer)


async def test_an_owner_who_was_deactivated_may_not_answer(service: Attesting, books: Books, db: Database) -> None:
    await books.person("U0OWNER", active=False)
    assert await refused(service.answer(press("U0OWNER"), (await attestation(db)).id, SAME)) is Code.NOT_YOURS


async def test_a_former_deputy_may_not_answer(
    service: Attesting, books: Books, db: Database, clock: StillClock
) -> None:
    (deputy,) = await everything(db, Owner, role=OwnerRole.DEPUTY)
    await change(db, deputy, until=clock.now())
    assert await refused(service.answer(press("U0DEPUTY"), (await attestation(db)).id, SAME)) is Code.NOT_YOURS


# -- too late ------------------------------------------------------------------------------------------------------------


async def test_a_lapsed_attestation_is_still_welcome(service: Attesting, books: Books, db: Database) -> None:
    asked = await attestation(db)
    await change(db, asked, state=AttestationState.LAPSED)
    await service.answer(press("U0OWNER"), asked.id, SAME)
    assert (await attestation(db)).state is AttestationState.ANSWERED


@pytest.mark.parametrize(
    ("subject", "state"),
    [
        (ReviewItem, ItemState.JUDGED),
        (ReviewItem, ItemState.WITHDRAWN),
        (Review, ReviewState.JUDGED),
        (Review, ReviewState.CANCELLED),
        (Round, RoundState.CLOSED),
        (Attestation, AttestationState.VOID),
    ],
)
async def test_after_the_end_it_says_so_kindly(
    service: Attesting, books: Books, db: Database, subject: type[Any], state: Any
) -> None:
    asked, supplier = await attestation(db), (await work(db)).supplier_id
    for found in await everything(db, subject):
        if getattr(found, "supplier_id", supplier) == supplier:
            await change(db, found, state=state)
    assert await refused(service.answer(press("U0OWNER"), asked.id, SAME)) is Code.CLOSED
    assert await refused(service.form(press("U0OWNER"), asked.id)) is Code.CLOSED


# -- changed -------------------------------------------------------------------------------------------------------------


async def test_a_change_reaches_the_ledger_with_its_history(service: Attesting, books: Books, db: Database) -> None:
    asked = await attestation(db)
    answer = Answered(
        kind=AttestationKind.CHANGED,
        what=(What.DATA, What.ACCESS),
        ends_on=date(2028, 3, 31),
        personal_data=False,
        note=" 名簿は預けなくなりました。 ",
    )
    await service.answer(press("U0OWNER"), asked.id, answer)
    found = await work(db)
    assert (found.ends_on, found.personal_data, found.state) == (date(2028, 3, 31), False, EngagementState.ACTIVE)
    changes = {c.field: (c.before, c.after, c.cause) for c in await everything(db, Change, subject="engagement")}
    assert changes == {
        "ends_on": ("2027-03-31", "2028-03-31", "attestation"),
        "personal_data": (True, False, "attestation"),
    }
    (given,) = await everything(db, AttestationAnswer)
    assert given.detail == {
        "what": ["data", "access"],
        "ends_on": "2028-03-31",
        "personal_data": False,
        "note": "名簿は預けなくなりました。",
    }
    audit = str([e.detail for e in await everything(db, AuditEvent)])
    assert "名簿" not in audit  # what somebody typed is not in the trail


@pytest.mark.parametrize(
    ("update", "code"),
    [
        ({"personal_data": True}, Code.NOTHING_CHANGED),  # as the ledger has it
        ({"ends_on": date(2027, 3, 31)}, Code.NOTHING_CHANGED),
        ({"ends_on": date(2025, 3, 31)}, Code.END_BEFORE_START),
        ({"note": "a\x00"}, Code.BAD_TEXT),
        ({"note": "あ" * 1001}, Code.TOO_LONG),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    service: Attesting, books: Books, db: Database, update: dict[str, Any], code: Code
) -> None:
    asked, before = await attestation(db), await work(db)
    answer = Answered(kind=AttestationKind.CHANGED).model_copy(update=update)
    assert await refused(service.answer(press("U0OWNER"), asked.id, answer)) is code
    assert await work(db) == before
    assert (await attestation(db)).state is AttestationState.ASKED


# -- ended ---------------------------------------------------------------------------------------------------------------


async def test_ended_work_is_closed_and_not_reviewed(
    service: Attesting, books: Books, db: Database, advanced: list[str]
) -> None:
    asked = await attestation(db)
    await service.answer(
        press("U0OWNER"), asked.id, Answered(kind=AttestationKind.ENDED, ends_on=date(2026, 10, 31), note="終了済み")
    )
    found = await work(db)
    assert (found.state, found.ends_on) == (EngagementState.CLOSING, date(2026, 10, 31))
    assert {c.field for c in await everything(db, Change, subject="engagement")} == {"state", "ends_on"}
    assert {i.key.value for i in await everything(db, ClosingItem)} == {"data", "accounts", "nda"}
    assert len(await everything(db, Notice, kind=NoticeKind.CLOSING_OPENED)) == 1
    withdrawn = await item(db)
    assert (withdrawn.state, withdrawn.reason) == (ItemState.WITHDRAWN, "engagement_ended")
    assert advanced == [found.supplier_id]


@pytest.mark.parametrize(
    ("ends_on", "code"),
    [
        (None, Code.EMPTY),
        (date(2026, 11, 26), Code.END_IN_FUTURE),
        (date(2025, 3, 31), Code.END_BEFORE_START),
    ],
)
async def test_an_end_that_makes_no_sense_is_refused(
    service: Attesting, books: Books, db: Database, ends_on: date | None, code: Code
) -> None:
    asked = await attestation(db)
    answer = Answered(kind=AttestationKind.ENDED, ends_on=ends_on)
    assert await refused(service.answer(press("U0OWNER"), asked.id, answer)) is code
    assert (await item(db)).state is ItemState.OPEN


async def test_today_in_tokyo_is_not_the_future(
    service: Attesting, books: Books, db: Database, clock: StillClock
) -> None:
    clock.advance(hours=15)  # 01:00 on the 26th in Tokyo, still the 25th in UTC
    asked = await attestation(db)
    await service.answer(press("U0OWNER"), asked.id, Answered(kind=AttestationKind.ENDED, ends_on=date(2026, 11, 26)))
    assert (await item(db)).state is ItemState.WITHDRAWN


# -- not mine ------------------------------------------------------------------------------------------------------------


async def owners(db: Database, business: str = PAYROLL) -> set[tuple[str, str]]:
    """Who is responsible today: (person id, role)."""
    engagement = await work(db, business)
    return {(o.person_id, o.role.value) for o in await everything(db, Owner, engagement_id=engagement.id, until=None)}


async def test_a_named_colleague_becomes_the_owner_and_is_asked_in_a_new_cycle(
    service: Attesting, books: Books, db: Database
) -> None:
    boss, deputy = books.people["U0BOSS"].id, books.people["U0DEPUTY"].id
    asked = await attestation(db)
    await service.hand_on(press("U0OWNER"), asked.id, "U0BOSS", "異動しました")
    again = await attestation(db)
    assert (again.owner_id, again.cycle, again.state) == (boss, 2, AttestationState.ASKED)
    assert await owners(db) == {(boss, "primary"), (deputy, "deputy")}
    closed = [o for o in await everything(db, Owner) if o.until]
    assert [o.person_id for o in closed] == [books.people["U0OWNER"].id]
    (digest,) = await everything(db, Notice, kind="digest", place=f"person:{boss}")
    assert (digest.cycle, digest.subject_id) == (1, asked.round_id)
    assert not [n for n in await everything(db, Notice, kind="owner_missing") if n.step == (await work(db)).id]
    assert await refused(service.answer(press("U0OWNER"), asked.id, SAME)) is Code.NOT_YOURS
    await service.answer(press("U0BOSS"), asked.id, SAME)
    given = await everything(db, AttestationAnswer, order="n")
    assert [(a.n, a.kind.value) for a in given] == [(1, "not_mine"), (2, "unchanged")]


async def test_the_old_owner_sees_where_it_went_and_the_new_one_the_card(
    service: Attesting, books: Books, db: Database
) -> None:
    asked = await attestation(db)
    await service.hand_on(press("U0OWNER"), asked.id, "U0BOSS", "")
    async with db.read() as tx:
        round_ = await tx.need(Round, asked.round_id)
        old = await digest_view(tx, round_, books.people["U0OWNER"].id)
        new = await digest_view(tx, round_, books.people["U0BOSS"].id)
    assert (old.waiting, old.done, old.lines[0].to) == (0, 1, "U0BOSSの氏名")
    assert [c.attestation_id for c in new.cards] == [asked.id]
    assert new.done == 0


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (NoticeState.PENDING, []),  # it will hold the new card when it is sent
        (NoticeState.SENT, [("digest_added", 2)]),
        (NoticeState.CLAIMED, [("digest_added", 2)]),
        (NoticeState.IN_DOUBT, [("digest_added", 2)]),
        (NoticeState.CANCELLED, [("digest", 2)]),
        (NoticeState.FAILED, [("digest", 2)]),
    ],
)
async def test_somebody_with_a_digest_learns_of_one_more_exactly_once(
    service: Attesting, books: Books, db: Database, state: NoticeState, told: list[tuple[str, int]]
) -> None:
    place = f"person:{books.people['U0OTHER'].id}"
    (digest,) = await everything(db, Notice, kind="digest", place=place)
    await change(db, digest, state=state)
    asked = await attestation(db)
    await service.hand_on(press("U0OWNER"), asked.id, "U0OTHER", "")
    found = [n for n in await everything(db, Notice, place=place) if n.id != digest.id]
    assert [(n.kind.value, n.cycle) for n in found] == told
    assert len(await everything(db, Notice, kind=NoticeKind.DIGEST.value, state="pending", place=place)) <= 1


async def test_without_a_name_the_deputy_is_asked_and_the_security_team_told(
    service: Attesting, books: Books, db: Database
) -> None:
    deputy = books.people["U0DEPUTY"].id
    asked = await attestation(db)
    await service.hand_on(press("U0OWNER"), asked.id, "", "わかりません")
    again = await attestation(db)
    assert (again.owner_id, again.cycle, again.state) == (deputy, 2, AttestationState.ASKED)
    assert await owners(db) == {(deputy, "deputy")}
    missing = [n for n in await everything(db, Notice, kind="owner_missing") if n.step == (await work(db)).id]
    assert [n.place for n in missing] == [f"person:{books.people['U0SEC'].id}"]
    assert len(await everything(db, Notice, kind="digest", place=f"person:{deputy}")) == 1


async def test_nobody_is_asked_in_a_circle_and_in_the_end_the_question_is_void(
    service: Attesting, books: Books, db: Database, advanced: list[str]
) -> None:
    asked = await attestation(db)
    for user in ("U0OWNER", "U0DEPUTY", "U0BOSS"):
        await service.hand_on(press(user), asked.id, "", "")
    final = await attestation(db)
    assert (final.state, final.cycle) == (AttestationState.VOID, 3)
    assert await owners(db) == set()
    assert len(advanced) == 3  # the last one let the review go on
    assert await refused(service.answer(press("U0BOSS"), asked.id, SAME)) is Code.CLOSED


async def test_a_deputys_not_mine_leaves_the_owner_in_charge(service: Attesting, books: Books, db: Database) -> None:
    owner = books.people["U0OWNER"].id
    asked = await attestation(db)
    await service.hand_on(press("U0DEPUTY"), asked.id, "", "")
    still = await attestation(db)
    assert (still.owner_id, still.cycle, still.state) == (owner, 1, AttestationState.ASKED)
    assert await owners(db) == {(owner, "primary")}
    assert not [n for n in await everything(db, Notice, kind="owner_missing") if n.step == (await work(db)).id]
    await service.answer(press("U0OWNER"), asked.id, SAME)


async def test_a_deputy_may_name_the_owner_who_stays(service: Attesting, books: Books, db: Database) -> None:
    asked = await attestation(db)
    await service.hand_on(press("U0DEPUTY"), asked.id, "U0OWNER", "")
    assert (await attestation(db)).cycle == 1
    assert await owners(db) == {(books.people["U0OWNER"].id, "primary")}


@pytest.mark.parametrize("user", ["U0GUEST", "U0OUT", "U0GONE", "U0STRANGER"])
async def test_only_an_active_employee_can_be_named(service: Attesting, books: Books, db: Database, user: str) -> None:
    asked, before = await attestation(db), await owners(db)
    assert await refused(service.hand_on(press("U0OWNER"), asked.id, user, "")) is Code.PERSON_NOT_EMPLOYEE
    assert await refused(service.hand_on(press("U0OWNER"), asked.id, "U0OWNER", "")) is Code.BAD_VALUE
    assert (await attestation(db), await owners(db)) == (asked, before)


async def test_handing_on_twice_counts_once(service: Attesting, books: Books, db: Database) -> None:
    asked = await attestation(db)
    for _ in range(2):
        await service.hand_on(press("U0OWNER", key="same"), asked.id, "U0BOSS", "")
    assert (await attestation(db)).cycle == 2
    assert len(await everything(db, AttestationAnswer)) == 1
