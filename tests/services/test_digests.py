"""Digests on their way: one per owner, refreshed as cards are answered, grown by a line in the thread, never told falsely."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.domain.attesting import Answered
from bot.domain.delivery import LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Engagement, Owner, OwnerRole
from bot.domain.rounds import Attestation, AttestationKind, Review, Round, RoundState
from bot.services import sending
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.telling import CARD, TELL, owner
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, RecordingChannel, StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH, everything

SAME = Answered(kind=AttestationKind.UNCHANGED)


@pytest.fixture(autouse=True)
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    """This story's tellers, and reviews that stay where they are."""

    async def stay(_tx: Any, _review: Review, *_times: Any) -> None:
        return None

    monkeypatch.setattr(sending, "advance", stay)
    for kind, tell in owner.TELL.items():
        monkeypatch.setitem(TELL, kind, tell)
    for card, draw in owner.CARD.items():
        monkeypatch.setitem(CARD, card, draw)


class Town:
    """An open round, an outbox, and what was posted."""

    def __init__(self, db: Database, clock: StillClock, books: Books) -> None:
        self.db, self.clock, self.books = db, clock, books
        self.channel = RecordingChannel()
        self.outbox = Outbox(db, clock, self.channel, Delivery(60, 30, 0, look_age=1e9), "test", lambda _point: None)
        self.attesting = Attesting(Desk(db, clock, ""), company_calendar())

    async def open(self) -> None:
        rounds = make_rounds(self.db, self.clock)
        drafted = await rounds.draft(press("U0SEC"), WISH)
        await rounds.open(press("U0SEC"), drafted.round_id)

    async def answer(self, user: str, attestation_id: str) -> None:
        await self.attesting.answer(press(user), attestation_id, SAME)

    async def attestations(self, user: str) -> list[Attestation]:
        return await everything(self.db, Attestation, owner_id=self.books.people[user].id)

    async def notices(self, kind: NoticeKind) -> list[Notice]:
        return await everything(self.db, Notice, kind=kind.value)

    def to(self, user: str) -> list[Any]:
        """Everything posted to somebody: (message, thread)."""
        return [(message, thread) for place, message, _, thread in self.channel.posted if place == f"user:{user}"]


@pytest.fixture
async def town(db: Database, clock: StillClock) -> Town:
    books = await small_books(db)
    await books.write()
    return Town(db, clock, books)


async def forty(town: Town) -> None:
    """Forty pieces of work of one owner, and a round about them."""
    department = town.books.department("総務部", "U0OWNER")
    for number in range(40):
        supplier = town.books.supplier(f"商店{number:02}")
        town.books.work(supplier, department, f"業務{number:02}", "U0OWNER")
    await town.books.write()
    await town.open()


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    """The values of all buttons in a message."""
    return [e["value"] for b in blocks if b["type"] == "actions" for e in b["elements"]]


async def test_forty_cards_come_fifteen_at_a_time_and_move_up_as_they_are_answered(town: Town) -> None:
    await forty(town)
    await town.outbox.drain()
    ((message, _),) = town.to("U0OWNER")
    assert len(buttons(message.blocks)) == 15 * 4
    assert "このほか26件" in json.dumps(message.blocks, ensure_ascii=False)  # forty and one of before
    shown = list(dict.fromkeys(value.split(".")[1] for value in buttons(message.blocks)))
    for attestation_id in shown[:12]:
        await town.answer("U0OWNER", attestation_id)
    await town.outbox.drain()
    (where, fresh), *more = town.channel.updated
    assert not more  # twelve answers, one update
    assert where.ts
    now = list(dict.fromkeys(value.split(".")[1] for value in buttons(fresh.blocks)))
    assert (len(now), now[:3]) == (15, shown[12:])
    whole = json.dumps(fresh.blocks, ensure_ascii=False)
    assert "このほか14件" in whole
    assert "回答済み(12件)" in whole
    assert whole.count("✓") == 10
    assert "ほか2件" in whole


async def test_when_all_is_answered_the_digest_says_thank_you_and_has_no_buttons(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    for one in await town.attestations("U0OTHER"):
        await town.answer("U0OTHER", one.id)
    await town.outbox.drain()
    (_, fresh) = town.channel.updated[-1]
    assert not buttons(fresh.blocks)
    assert "ご協力ありがとうございました" in json.dumps(fresh.blocks, ensure_ascii=False)


async def test_a_digest_is_not_sent_when_everything_was_answered_before(town: Town) -> None:
    await town.open()
    for one in await town.attestations("U0OTHER"):
        await town.answer("U0OTHER", one.id)
    await town.outbox.drain()
    assert not town.to("U0OTHER")
    states = {n.place: (n.state, n.reason) for n in await town.notices(NoticeKind.DIGEST)}
    place = f"person:{town.books.people['U0OTHER'].id}"
    assert states[place] == (NoticeState.CANCELLED, "nothing_to_ask")


async def test_a_digest_of_a_round_that_was_closed_is_not_sent(town: Town, db: Database) -> None:
    await town.open()
    async with db.begin("test.close") as tx:
        (round_,) = await tx.find(Round)
        await tx.put(round_.model_copy(update={"state": RoundState.CLOSED}))
    await town.outbox.drain()
    assert not town.channel.posted
    assert {n.reason for n in await town.notices(NoticeKind.DIGEST)} == {"round_closed"}


async def test_somebody_who_left_before_it_was_sent_is_reported_not_written_to(town: Town) -> None:
    await town.open()
    await town.books.person("U0OWNER", active=False)
    await town.outbox.drain()
    assert not town.to("U0OWNER")
    told = [json.dumps(m.blocks, ensure_ascii=False) for m, _ in town.to("U0SEC")]
    assert any("給与計算の代行" in text and "確認をお願いできる方がいません" in text for text in told)


async def test_a_digest_grows_by_a_line_in_its_thread(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    (payroll,) = await town.attestations("U0OWNER")
    await town.attesting.hand_on(press("U0OWNER"), payroll.id, "U0OTHER", "")
    await town.outbox.drain()
    digest, added = town.to("U0OTHER")
    (card,) = await everything(town.db, LiveCard, place=town.books.people["U0OTHER"].id)
    assert (digest[1], added[1]) == ("", card.ts)
    assert "給与計算の代行" in json.dumps(added[0].blocks, ensure_ascii=False)
    updated = {where.ts: message for where, message in town.channel.updated}
    assert payroll.id in str(buttons(updated[card.ts].blocks))
    (again,) = await everything(town.db, LiveCard, place=town.books.people["U0OTHER"].id)
    assert again.ts == card.ts  # the digest stays the card


async def test_a_line_about_work_that_moved_on_is_not_sent(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    (payroll,) = await town.attestations("U0OWNER")
    await town.attesting.hand_on(press("U0OWNER"), payroll.id, "U0OTHER", "")
    await town.attesting.hand_on(press("U0OTHER"), payroll.id, "U0BOSS", "")
    await town.outbox.drain()
    assert len(town.to("U0OTHER")) == 1
    (added,) = await town.notices(NoticeKind.DIGEST_ADDED)
    assert (added.state, added.reason) == (NoticeState.CANCELLED, "asked_of_somebody_else")
    assert len(town.to("U0BOSS")) == 1


async def test_a_line_about_work_that_was_answered_meanwhile_is_not_sent(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    (payroll,) = await town.attestations("U0OWNER")
    await town.attesting.hand_on(press("U0OWNER"), payroll.id, "U0OTHER", "")
    await town.answer("U0OTHER", payroll.id)
    await town.outbox.drain()
    assert len(town.to("U0OTHER")) == 1
    (added,) = await town.notices(NoticeKind.DIGEST_ADDED)
    assert (added.state, added.reason) == (NoticeState.CANCELLED, "already_answered")


async def test_the_security_team_hears_of_work_without_an_owner_while_it_is_so(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    ((message, _),) = town.to("U0SEC")
    whole = json.dumps(message.blocks, ensure_ascii=False)
    assert "配送業務" in whole
    assert "清掃業務" not in whole  # the same department, but it has an owner


async def test_once_an_owner_was_found_nothing_is_said(town: Town, db: Database) -> None:
    await town.open()
    (work,) = await everything(db, Engagement, business="配送業務")
    async with db.begin("test.owner") as tx:
        (old,) = await tx.find(Owner, engagement_id=work.id)
        await tx.put(old.model_copy(update={"until": START}))
        await tx.flush()
        person = town.books.people["U0BOSS"].id
        tx.add(Owner(id=new_id(), engagement_id=work.id, person_id=person, role=OwnerRole.PRIMARY, since=START))
    await town.outbox.drain()
    assert not town.to("U0SEC")
    assert [n.reason for n in await town.notices(NoticeKind.OWNER_MISSING)] == ["owner_found"]


async def test_english_speakers_read_english_and_a_deputys_answer_names_them(town: Town) -> None:
    await town.books.person("U0OWNER", language="en-US")
    await town.open()
    await town.outbox.drain()
    ((message, _),) = town.to("U0OWNER")
    assert "Please answer by Wed, 2 Dec 2026" in json.dumps(message.blocks, ensure_ascii=False)
    (payroll,) = await town.attestations("U0OWNER")
    await town.answer("U0DEPUTY", payroll.id)
    await town.outbox.drain()
    whole = json.dumps(town.channel.updated[-1][1].blocks, ensure_ascii=False)
    assert "No change (Wed, 25 Nov 2026, U0DEPUTY)" in whole.replace("の氏名", "")


async def test_the_day_on_a_line_is_the_companys(town: Town) -> None:
    await town.open()
    await town.outbox.drain()
    town.clock.advance(hours=15)  # the 26th in Tokyo
    (payroll,) = await town.attestations("U0OWNER")
    await town.answer("U0OWNER", payroll.id)
    await town.outbox.drain()
    assert "2026年11月26日" in json.dumps(town.channel.updated[-1][1].blocks, ensure_ascii=False)
    assert company_calendar().local_day(town.clock.now()) == date(2026, 11, 26)
