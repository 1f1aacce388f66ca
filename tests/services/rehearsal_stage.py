"""Somebody rehearses on real services and the real outbox: every act of a rehearsal, by whoever tries it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bot.domain.answers import Entry
from bot.domain.attesting import Answered
from bot.domain.checklist import Kind
from bot.domain.delivery import LiveCard
from bot.domain.hubs import QuestionView
from bot.domain.judging import Verdict
from bot.domain.ledger import Endpoint
from bot.domain.people import Person, Who
from bot.domain.reminders import Hours, Quiet
from bot.domain.rounds import Attestation, AttestationKind, Review, ReviewItem
from bot.services.answering import Answering
from bot.services.attesting import Attesting
from bot.services.calendars import TOKYO, company_calendar
from bot.services.company import remember_company
from bot.services.desk import Desk
from bot.services.homes import Homes, home_view
from bot.services.judging import Judging
from bot.services.library import Library
from bot.services.linking import Linking
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.rehearsing import Rehearsing
from bot.services.submitting import Submitting
from storage import people
from storage.db import Database
from tests.kit import START, PaperDirectory, RecordingChannel, StillClock, press
from tests.ledger_scene import checklists, make_rounds

STEPS = ("begin", "attest", "answer", "submit", "judge")


@dataclass
class Rehearsal:
    """The services of one process, and whoever rehearses (`user`)."""

    db: Database
    clock: StillClock
    user: str = "U0SEC"
    channel: RecordingChannel = field(default_factory=RecordingChannel)

    def __post_init__(self) -> None:
        desk, calendar = Desk(self.db, self.clock, ""), company_calendar()
        hours = Hours(TOKYO, calendar, Quiet(18, 9))
        self.made = SimpleNamespace(
            rehearsing=Rehearsing(desk, calendar, Library(checklists())),
            attesting=Attesting(desk, calendar),
            answering=Answering(desk),
            submitting=Submitting(desk),
            judging=Judging(desk, hours),
            rounds=make_rounds(self.db, self.clock),
            homes=Homes(desk),
            linking=Linking(desk, PaperDirectory()),
            desk=desk,
            hours=hours,
        )
        timing = Delivery(60, 30, 0, look_age=1e9)
        self.outbox = Outbox(self.db, self.clock, self.channel, timing, "test", lambda _point: None)

    async def person(self, user: str = "") -> Person:
        async with self.db.read() as tx:
            found = await tx.one(Person, slack_user_id=user or self.user)
        assert found
        return found

    async def mine(self, cls: type[Any]) -> list[Any]:
        """What the rehearsal of this user has of a kind."""
        me = (await self.person()).id
        async with self.db.read(me) as tx:
            return list(await tx.find(cls))

    async def one(self, cls: type[Any]) -> Any:
        (found,) = await self.mine(cls)
        return found

    async def send(self) -> None:
        """What waits is sent, and cards are drawn again."""
        await self.outbox.drain()

    async def home(self, user: str = "") -> Any:
        async with self.db.read() as tx:
            held = await people.actor(tx, Who(slack_user_id=user or self.user), "")
            return await home_view(tx, held, "", START)

    # -- the acts, by whoever tries them ---------------------------------------------------------------------------------

    async def begin(self, by: str = "") -> Any:
        begun = await self.made.rehearsing.start(press(by or self.user))
        await self.send()
        return begun

    async def attest(self, by: str = "") -> None:
        asked = await self.one(Attestation)
        await self.made.attesting.answer(press(by or self.user), asked.id, Answered(kind=AttestationKind.UNCHANGED))
        await self.send()

    async def open(self, by: str = "", page: int = 0) -> Any:
        review, endpoint = await self.one(Review), await self.one(Endpoint)
        return await self.made.answering.open(press(by or self.user), review.id, endpoint.id, page)

    async def answer(self, by: str = "") -> None:
        """Every page, turned one after the other, the first answer with a comment."""
        shown = await self.open(by)
        while shown.page:
            first = shown.page.questions[0]
            await self.made.answering.choose(
                press(by or self.user), shown.page.token, first.id, value_of(first), "練習です"
            )
            entered = {q.id: Entry(value_of(q), "練習です" if q is first else "") for q in shown.page.questions}
            shown = await self.made.answering.turn(press(by or self.user), shown.page.token, entered, "next")
        await self.send()

    async def submit(self, by: str = "") -> None:
        review, endpoint = await self.one(Review), await self.one(Endpoint)
        await self.made.submitting.submit(press(by or self.user), review.id, endpoint.id, "練習 太郎", "練習")
        await self.send()

    async def judge(self, by: str = "") -> None:
        review, item = await self.one(Review), await self.one(ReviewItem)
        dossier = await self.made.judging.open(press(by or self.user), review.id)
        verdict = Verdict(item_id=item.id, value="ok", reason="練習です")
        await self.made.judging.submit(press(by or self.user), review.id, dossier.seen, [verdict])
        await self.send()

    async def end(self, by: str = "") -> Any:
        return await self.made.rehearsing.end(press(by or self.user))

    async def play(self, upto: str = "judge") -> None:
        """Everything up to a step."""
        for step in STEPS[: STEPS.index(upto) + 1]:
            await getattr(self, step)()

    @property
    def places(self) -> set[str]:
        """Everybody who got anything."""
        return {place for place, *_rest in self.channel.posted}

    async def cards(self) -> list[LiveCard]:
        return await self.mine(LiveCard)


def value_of(view: QuestionView) -> Any:
    """An answer that fits."""
    if view.question.kind is Kind.YES_NO:
        return "yes"
    return min(view.question.possible)


async def stage(db: Database, clock: StillClock, user: str = "U0SEC") -> Rehearsal:
    """A company with a security team of two."""
    from tests.kit import remember, seen

    await remember_company(db, "あおば商事株式会社")
    await remember(db, seen("U0SEC", name="佐藤 花子"), seen("U0SEC2", name="鈴木 一郎"), group="security")
    await remember(db, seen("U0EMP"))
    return Rehearsal(db, clock, user)
