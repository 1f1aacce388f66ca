"""A channel to link: our security team, a partner company and a guest, as the directory and the cache know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.ledger import Endpoint, Supplier
from bot.domain.linking import Linked, LinkView
from bot.domain.names import name_key
from bot.domain.people import SECURITY, PersonKind, Seen, Who
from bot.domain.press import Event
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services.desk import Desk
from bot.services.linking import Linking
from bot.services.people import People
from bot.services.ports import ChannelFacts, SendFailed
from bot.services.watching import Watching
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, PaperDirectory, StillClock, press, remember, seen

SEC, EMP, ANNA, BERT, RIVAL = "U0SEC", "U0EMP", "U0ANNA", "U0BERT", "U0RIVAL"
GUEST, GUEST2 = "U0GUEST", "U0GUEST2"
MIKA, HOSHI = "T0MIKA", "T0HOSHI"
CHANNEL, OTHER, TEAM_CHANNEL = "C0SUP1", "C0SUP2", "C0SEC"


@dataclass
class ShakyDirectory(PaperDirectory):
    """A directory that can be out of reach: `down` True, or only for some channels."""

    down: bool = False
    lost: frozenset[str] = frozenset()
    asked: int = 0

    async def channel(self, channel_id: str) -> ChannelFacts | None:
        self._ask(channel_id)
        return await super().channel(channel_id)

    async def companies(self, channel_id: str) -> tuple[str, ...] | None:
        self._ask(channel_id)
        return await super().companies(channel_id)

    async def person(self, slack_user_id: str, teams: tuple[str, ...] = ()) -> Seen | None:
        self._ask("")
        return await super().person(slack_user_id, teams)

    def _ask(self, channel_id: str) -> None:
        self.asked += 1
        if self.down or channel_id in self.lost:
            raise SendFailed("timeout", permanent=False, after=5.0)


@dataclass
class Lane:
    """What a test needs; `directory` is Slack as it is, the database what we know of it."""

    db: Database
    clock: StillClock
    directory: ShakyDirectory
    linking: Linking
    watching: Watching
    people: People

    def put(self, channel_id: str, *users: str, teams: tuple[str, ...] = (), **more: Any) -> None:
        """A channel as it is in Slack from now on."""
        self.directory.groups[channel_id] = list(users)
        self.directory.channels[channel_id] = ChannelFacts(
            **{
                "channel_id": channel_id,
                "name": channel_id.lower(),
                "private": True,
                "archived": False,
                "teams": teams,
                "pending": (),
                "members": tuple(self.directory.people[user] for user in users),
                **more,
            }
        )

    async def supplier(self, name: str = "みかづき運輸", **more: Any) -> Supplier:
        made = Supplier(id=new_id(), name=name, name_key=name_key(name), created_at=START, **more)
        async with self.db.begin("test.supplier") as tx:
            tx.add(made)
        return made

    async def look(self, channel_id: str = CHANNEL, user: str = SEC, *words: str) -> LinkView:
        return await self.linking.look(press(user, channel_id=channel_id), words)

    async def link(self, supplier: Supplier, channel_id: str = CHANNEL, user: str = SEC) -> Linked:
        """Look and confirm."""
        shown = await self.look(channel_id, user)
        return await self.linking.confirm(press(user), shown.look_id, supplier.id)

    async def endpoint(self, channel_id: str = CHANNEL) -> Endpoint | None:
        async with self.db.read() as tx:
            return await tx.one(Endpoint, channel_id=channel_id)

    async def happens(self, kind: str, *, at: datetime | None = None, user: str = "", **more: Any) -> Event:
        """An event reaches us, `at` a real time."""
        before = self.clock.machine
        self.clock.machine = at or before
        event = Event(key=f"event/{new_id()}", kind=kind, who=Who(slack_user_id=user), **more)
        await self.watching.keep(event)
        self.clock.machine = before
        return event

    async def all(self, cls: Any, **equals: Any) -> list[Any]:
        async with self.db.read() as tx:
            return await tx.find(cls, **equals)


async def lane(db: Database, clock: StillClock) -> Lane:
    """Our people are known, the security team is the members of a private channel, one supplier's channel exists."""
    directory = ShakyDirectory(teams={MIKA: "みかづき運輸", HOSHI: "ほしぞら印刷"})
    everybody = [
        seen(SEC, name="佐藤 花子"),
        seen(EMP, name="山本 無関"),
        seen(ANNA, PersonKind.EXTERNAL, MIKA, name="安藤 花"),
        seen(BERT, PersonKind.EXTERNAL, MIKA, name="別当 進"),
        seen(RIVAL, PersonKind.EXTERNAL, HOSHI, name="来栖 競"),
        seen(GUEST, PersonKind.GUEST, name="客野 個人"),
        seen(GUEST2, PersonKind.GUEST, name="客野 別人"),
    ]
    directory.people = {s.slack_user_id: s for s in everybody}
    directory.groups = {TEAM_CHANNEL: [SEC]}
    await remember(db, directory.people[SEC], group=SECURITY)
    await remember(db, directory.people[EMP], directory.people[GUEST])
    async with db.begin("test.team") as tx:
        tx.add(Setting(id=SECURITY_TEAM, value={"source": TEAM_CHANNEL}))
    desk = Desk(db, clock, "")
    made = Lane(
        db,
        clock,
        directory,
        Linking(desk, directory),
        Watching(db, clock, directory),
        People(db, clock, directory),
    )
    made.put(CHANNEL, SEC, ANNA, BERT, teams=(MIKA,))
    return made
