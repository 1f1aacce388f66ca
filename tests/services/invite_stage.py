"""A channel without outsiders, a supplier with contacts, and a way to Slack that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.contacts import Contact
from bot.domain.inviting import Invitation, Invited, Preview
from bot.domain.ledger import Supplier
from bot.services.calendars import TOKYO
from bot.services.desk import Desk
from bot.services.invitations import Invitations
from bot.services.inviting import Inviting
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, RecordingChannel, StillClock, press
from tests.services.link_stage import EMP, SEC, Lane, lane

NEW = "C0NEW"
ABE, BABA, UENO = "abe@mikazuki.example.com", "baba@mikazuki.example.com", "ueno@elsewhere.example.com"
TIMING = Delivery(60.0, 30.0, 0.0, look_age=360000.0)


@dataclass
class PaperInviter:
    """An Inviter that keeps whom it invited. `answers` are raised one after the other, None is a success."""

    allowed: bool = True
    invited: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Exception | None] = field(default_factory=list)
    arrives: bool = True

    async def may(self) -> bool:
        return self.allowed

    async def invite(self, channel_id: str, mail: str) -> str:
        answer = self.answers.pop(0) if self.answers else None
        if answer is None or self.arrives:
            self.invited.append((channel_id, mail))
        if answer:
            raise answer
        return f"I{len(self.invited)}"


@dataclass
class Desk2:
    """What a test of inviting needs."""

    lane: Lane
    inviting: Inviting
    inviter: PaperInviter
    channel: RecordingChannel
    supplier: Supplier

    def tick(self, observer: Callable[[str], None] = lambda _point: None) -> Invitations:
        """The step of the tick, as another process would have it."""
        lane_ = self.lane
        return Invitations(lane_.db, lane_.clock, lane_.directory, self.inviter, TIMING, observer)

    async def run(self) -> None:
        """A tick: invitations, then messages; and the pace between two of them is over."""
        await self.tick().run_due()
        await Outbox(self.lane.db, self.lane.clock, self.channel, TIMING, "test", lambda _point: None).drain()
        self.lane.clock.advance(seconds=4)

    async def preview(
        self, *chosen: str, typed: str = "", user: str = SEC, channel: str = NEW, supplier: str = ""
    ) -> Preview:
        wanted = supplier or self.supplier.id
        shown = await self.inviting.look(press(user, channel_id=channel), wanted)
        return await self.inviting.preview(press(user), shown.look_id, wanted, chosen, typed, private=shown.private)

    async def confirm(self, *chosen: str, typed: str = "", channel: str = NEW, supplier: str = "") -> Invited:
        """All three screens."""
        shown = await self.preview(*chosen, typed=typed, channel=channel, supplier=supplier)
        mails = [one.mail for one in shown.invitees]
        return await self.inviting.confirm(press(SEC), shown.look_id, shown.supplier_id, mails)

    async def all(self) -> list[Invitation]:
        return await self.lane.all(Invitation)

    async def one(self) -> Invitation:
        (found,) = await self.all()
        return found

    def told(self) -> list[tuple[str, str]]:
        return [(place, message.text) for place, message, *_ in self.channel.posted]


async def contact(db: Database, supplier: Supplier, name: str, mail: str) -> None:
    async with db.begin("test.contact") as tx:
        tx.add(Contact(id=new_id(), supplier_id=supplier.id, name=name, mail=mail, created_at=START))


async def invite_desk(db: Database, clock: StillClock) -> Desk2:
    """NEW has our own people and the app in it; the supplier has two contacts."""
    here = await lane(db, clock)
    here.put(NEW, SEC, EMP)
    supplier = await here.supplier()
    await contact(db, supplier, "安部 実", ABE)
    await contact(db, supplier, "馬場 進", BABA)
    inviter = PaperInviter()
    made = Inviting(Desk(db, clock, ""), here.directory, inviter, TOKYO)
    return Desk2(here, made, inviter, RecordingChannel(), supplier)
