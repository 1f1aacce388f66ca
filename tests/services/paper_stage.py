"""A record into which files are put: the forms, the tick that fetches them, Slack's shelf, and the store."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.documents import Document
from bot.domain.editing import Entered, Saved, Target
from bot.domain.fields import Part
from bot.domain.people import Who
from bot.domain.press import Event
from bot.domain.transfers import Transfer, TransferState
from bot.services.event_work import WORK, Around
from bot.services.fetching import FetchDesk
from bot.services.papers import Papers
from bot.services.ports import FetchedFile, SendFailed
from bot.services.telling.base import Ready
from bot.services.telling.document import tell_file
from bot.services.transferring import TransferDesk
from storage.db import Database
from storage.vault import FolderVault
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import SEC
from tests.services.record_stage import Stage, stage

PDF = b"%PDF-1.7 an agreement"
PNG = b"\x89PNG\r\n\x1a\n a proof"


def zipped(*names: str, flag: int = 0) -> bytes:
    """A ZIP with these entries; `flag` 1 says that they are encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    content = bytearray(out.getvalue())
    at = content.find(b"PK\x01\x02")
    while flag and at >= 0:
        content[at + 8] |= flag
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@dataclass
class Slack:
    """Files in Slack by id, what was uploaded to it and shared in it; an exception is raised."""

    held: dict[str, tuple[str, bytes] | Exception] = field(default_factory=dict)
    uploaded: list[tuple[str, bytes]] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        found = self.held[slack_file_id]
        if isinstance(found, Exception):
            raise found
        return FetchedFile(name=found[0], content=found[1])

    async def upload(self, name: str, content: bytes) -> str:
        self.uploaded.append((name, content))
        return f"FUP{len(self.uploaded)}"

    async def share(self, file_id: str, place: str, _title: str, _comment: str) -> None:
        self.shared.append((file_id, place))


@dataclass
class Desk:
    """Everything around the record's documents."""

    at: Stage
    slack: Slack
    vault: FolderVault
    fetching: FetchDesk
    transfers: TransferDesk
    papers: Papers

    @property
    def db(self) -> Database:
        return self.at.db

    def target(self, *, work: bool = False) -> Target:
        """The form of a new document: of the company, or of its work."""
        found = self.at.target(Part.DOCUMENT)
        return found.model_copy(update={"engagement_id": self.at.engagement_id}) if work else found

    async def hand_in(
        self, file: str, name: str, content: bytes, *, title: str = "契約書", user: str = SEC, work: bool = False
    ) -> Saved:
        """The form of a new document with a file in it, submitted."""
        self.slack.held.setdefault(file, (name, content))
        target = self.target(work=work)
        form = await self.at.editing.form(press(user), target)
        typed = {"title": title}
        held = {n: Entered(text=typed.get(n, text), shown=form.shown[n]) for n, text in form.texts.items()}
        return await self.at.editing.save(press(user), target, held, [file])

    async def drop(self, file: str, name: str, content: bytes, user: str = SEC) -> Transfer:
        """A file in the bot's DM, looked at by the tick."""
        self.slack.held[file] = (name, content)
        event = Event(
            key=file, kind="message", who=Who(slack_user_id=user), channel_id="D0BOT", ts="1.1", files=(file,)
        )
        around = Around(self.db, self.at.clock, self.at.ledger.directory)
        change = await WORK["message"](around, event, START)
        async with self.db.begin("test.event") as tx:
            await change(tx, START)
        await self.transfers.run_due(START)
        async with self.db.read() as tx:
            found = await tx.one(Transfer, slack_file_id=file)
        assert found
        return found

    async def tick(self) -> None:
        await self.fetching.run_due(self.at.clock.now())

    async def given(self) -> None:
        """Everything that was asked back is sent."""
        for _ in range(3):
            await self.transfers.run_due(START)

    async def all(self, cls: Any) -> list[Any]:
        async with self.db.read() as tx:
            return await tx.find(cls)

    async def documents(self) -> list[Document]:
        return await self.all(Document)

    async def told(self) -> list[str]:
        """What people are told of files, drawn as it is sent."""
        async with self.db.read() as tx:
            notices = [n for n in await tx.find(Notice) if n.kind is NoticeKind.DOCUMENT_FILE]
            drawn = [await tell_file(tx, n, START) for n in notices]
        return [one.message.text for one in drawn if isinstance(one, Ready)]


async def paper_desk(db: Database, clock: StillClock, folder: Path) -> Desk:
    """The stage, with an empty store."""
    made = await stage(db, clock)
    slack, vault = Slack(), FolderVault(folder)
    ledger = made.ledger
    transfers = TransferDesk(db, clock, slack, vault, slack, ledger.importing, ledger.exporting)
    return Desk(made, slack, vault, FetchDesk(db, clock, slack, vault), transfers, Papers(ledger.desk))


__all__ = ["PDF", "PNG", "Desk", "SendFailed", "Slack", "TransferState", "paper_desk", "zipped"]
