"""The card that asks about ends of contracts after an answer: who answered what, and no buttons for it any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bot.domain.delivery import CardKind, LiveCard
from bot.domain.editing import EditForm, Entered, Target
from bot.domain.fields import Part
from bot.domain.ledger import Supplier
from bot.services.calendars import TOKYO
from bot.services.desk import Desk
from bot.services.editing import Editing
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from storage.db import Database
from tests.kit import RecordingChannel, StillClock, press
from tests.ledger_scene import small_books
from tests.services.test_contract_ends import CLEANING, PAYROLL, Town
from tests.services.test_rounds import everything

UNTIL = date(2028, 3, 31)


@dataclass
class Street:
    """The town, and what stands in its people's messages."""

    town: Town
    channel: RecordingChannel = field(default_factory=RecordingChannel)

    async def tick(self) -> None:
        timing = Delivery(60.0, 30.0, 0.0, look_age=3600.0)
        await Outbox(self.town.db, self.town.clock, self.channel, timing, "test", lambda _point: None).drain()

    async def asked(self, day: str) -> None:
        await self.town.at(day)
        await self.tick()

    async def drawn(self) -> list[dict[str, Any]]:
        """The newest look of the only card."""
        await self.tick()
        assert len({(where.channel, where.ts) for where, _ in self.channel.updated}) == 1
        return self.channel.updated[-1][1].blocks


def buttons(blocks: list[dict[str, Any]]) -> int:
    return sum(len(block["elements"]) for block in blocks if block["type"] == "actions")


@pytest.fixture
async def street(db: Database, clock: StillClock) -> Street:
    """The owner is asked about the payroll, which ends on 31 March 2027."""
    books = await small_books(db)
    await books.write()
    street = Street(Town(db, clock, books))
    await street.asked("2027-02-01")
    (_place, message, _id, _thread) = street.channel.posted[-1]
    assert buttons(message.blocks) == 2
    return street


async def renewed(town: Town) -> None:
    await town.ends.renew(press("U0DEPUTY"), (await town.work()).id, UNTIL, "2027-03-31")


async def renewed_without_end(town: Town) -> None:
    await town.ends.renew(press("U0DEPUTY"), (await town.work()).id, None, "2027-03-31")


async def ended(town: Town) -> None:
    await town.ends.end(press("U0DEPUTY"), (await town.work()).id, date(2027, 3, 15), "2027-03-31")


async def moved_in_the_record(town: Town) -> None:
    editing, one = Editing(Desk(town.db, town.clock, ""), TOKYO), await town.work()
    target = Target(subject="engagement", supplier_id=one.supplier_id, part=Part.WORK, id=one.id)
    form: EditForm = await editing.form(press("U0SEC"), target)
    await editing.save(press("U0SEC"), target, {"ends_on": Entered(text="2027-06-30", shown=form.shown["ends_on"])})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (renewed, "2028年3月31日(金)まで更新(2027年2月1日(月)"),
        (renewed_without_end, "終了日の定めなしで更新(2027年2月1日(月)"),
        (ended, "2027年3月15日(月)で終了(2027年2月1日(月)"),
        (moved_in_the_record, "契約終了日を2027年6月30日(水)に変更(2027年2月1日(月)"),
    ],
)
async def test_an_answer_takes_the_buttons_away_and_says_who_gave_it(
    street: Street, answer: Callable[[Town], Awaitable[None]], said: str
) -> None:
    await answer(street.town)
    blocks = await street.drawn()
    assert buttons(blocks) == 0
    assert said in str(blocks)
    assert "すべてご回答いただきました" in str(blocks)
    assert "ご入力ください" not in str(blocks)


async def test_what_is_still_open_keeps_its_buttons(db: Database, clock: StillClock) -> None:
    books = await small_books(db)
    await books.write()
    street = Street(Town(db, clock, books))
    await street.town.term(CLEANING, ends_on=date(2027, 4, 2))
    await street.town.owning.change(press("U0SEC"), [(await street.town.work(CLEANING)).id], "U0OWNER")
    await street.asked("2027-02-01")
    await renewed(street.town)
    blocks = await street.drawn()
    assert buttons(blocks) == 2
    assert (await street.town.work(CLEANING)).id in str(blocks)
    assert (await street.town.work(PAYROLL)).id not in str(blocks)
    assert "委託業務が1件あります" in str(blocks)


async def test_an_end_that_is_taken_back_is_asked_about_again(street: Street) -> None:
    town = street.town
    await town.ends.end(press("U0OWNER"), (await town.work()).id, date(2027, 3, 31))
    assert buttons(await street.drawn()) == 0
    await town.lists.undo(press("U0OWNER"), (await town.work()).id)
    assert buttons(await street.drawn()) == 2


async def test_the_cards_of_a_year_ago_are_left_alone(street: Street) -> None:
    town = street.town
    await renewed(town)
    await street.drawn()
    await street.asked("2028-03-13")
    before = len(street.channel.updated)
    await town.ends.renew(press("U0OWNER"), (await town.work()).id, date(2029, 3, 31))
    await street.tick()
    cards = await everything(town.db, LiveCard, kind=CardKind.ENDS)
    assert len(cards) == 2
    assert [where.ts for where, _ in street.channel.updated[before:]] == [street.channel.updated[-1][0].ts]
    assert sorted(card.wanted for card in cards) == [1, 1]


async def test_the_pause_of_a_supplier_takes_no_question_away_that_was_asked(db: Database, clock: StillClock) -> None:
    """Nobody would ask again, and the card would say that everything was answered."""
    books = await small_books(db)
    await books.write()
    street = Street(Town(db, clock, books))
    await street.town.term(CLEANING, ends_on=date(2027, 4, 2))
    await street.town.owning.change(press("U0SEC"), [(await street.town.work(CLEANING)).id], "U0OWNER")
    await street.asked("2027-02-01")
    async with db.begin("test.pause") as tx:
        supplier = await tx.need(Supplier, (await street.town.work(CLEANING)).supplier_id)
        await tx.put(supplier.model_copy(update={"paused": True}))
    await renewed(street.town)
    blocks = await street.drawn()
    assert buttons(blocks) == 2
    assert (await street.town.work(CLEANING)).id in str(blocks)
    assert "すべてご回答いただきました" not in str(blocks)
