"""What happens without a press. To add work: a step of the tick, in the order in which it is to be done."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import Settings
from bot.scheduler import Step, Ticker
from bot.services import Services
from bot.services.exporting import Exporting
from bot.services.fetching import FetchDesk
from bot.services.invitations import Invitations
from bot.services.marking import Delivery
from bot.services.old_hubs import OldHubs
from bot.services.outbox import Outbox
from bot.services.ports import Channel, Directory, Files, Inviter, Uploads
from bot.services.sending import Sending
from bot.services.transferring import TransferDesk
from storage.db import Database
from storage.vault import FolderVault

Observer = Callable[[str], None]


@dataclass(frozen=True)
class Outside:
    """The ways out of the process."""

    channel: Channel
    directory: Directory
    files: Files
    uploads: Uploads
    inviter: Inviter


@dataclass(frozen=True)
class _When:
    """What has to change before a step is worth running again."""

    db: Database
    clock: SystemClock

    def state(self) -> tuple[object, ...]:
        """Business time, this process's commits, and the real second: leases end and other processes work too."""
        return self.clock.now(), self.db.commits, self.clock.real().replace(microsecond=0)

    def moment(self) -> tuple[object, ...]:
        """Reminders come with time, not with presses: once a second is more than enough."""
        return self.clock.now().replace(second=0, microsecond=0), self.clock.real().replace(microsecond=0)

    def minute(self) -> tuple[object, ...]:
        """For what comes with days: once a minute."""
        return self.clock.now().replace(second=0, microsecond=0), self.clock.real().replace(second=0, microsecond=0)


def _timing(settings: Settings) -> Delivery:
    """How long the outbox waits for what."""
    return Delivery(
        in_doubt_wait=settings.in_doubt_seconds,
        lease=settings.lease_seconds,
        spacing=settings.post_spacing_seconds,
        hold=settings.hold_seconds,
        look_age=settings.channel_check_seconds,
    )


def ticker(
    settings: Settings, db: Database, clock: SystemClock, made: Services, outside: Outside, observer: Observer
) -> Ticker:
    """What happens without a press, in the order of a tick: look at the time, decide what is due, send it."""
    sending = Sending(db, clock)
    vault = FolderVault(Path(settings.evidence_dir))
    fetching = FetchDesk(db, clock, outside.files, vault)
    exporting = Exporting(made.desk, ZoneInfo(settings.time_zone))
    transfers = TransferDesk(
        db, clock, outside.files, vault, outside.uploads, made.importing, exporting, 4 * settings.lease_seconds
    )
    worker = f"{socket.gethostname()}/{os.getpid()}"
    watching, chasing = made.watching, made.chasing

    async def look(endpoint_id: str) -> None:
        await watching.check_endpoints([endpoint_id], settings.channel_check_seconds)

    outbox = Outbox(db, clock, outside.channel, _timing(settings), worker, observer, look)
    invitations = Invitations(db, clock, outside.directory, outside.inviter, _timing(settings), observer)
    old_hubs = OldHubs(db, clock, outside.directory, outside.channel)

    when = _When(db, clock)
    return Ticker(
        Step("clock", clock.follow),
        [
            Step("events", lambda: watching.work_through(clock.now())),
            Step("chasing", lambda: chasing.run_due(clock.now()), key=when.moment),
            Step("owners", made.owning.run_due, key=when.moment),
            Step("ends", lambda: made.contract_ends.run_due(clock.now()), key=when.minute),
            Step("strangers", lambda: made.strangers.run_due(clock.now()), key=when.minute),
            Step("certificates", lambda: made.certificate_warnings.run_due(clock.now()), key=when.minute),
            Step("sending", lambda: sending.run_due(clock.now())),
            Step("files", lambda: fetching.run_due(clock.now())),
            Step("ledger files", lambda: transfers.run_due(clock.now())),
            Step("endpoints", lambda: watching.check_due(settings.channel_check_seconds)),
            Step("old hubs", old_hubs.run_due),
            Step("invitations", invitations.run_due, halt=invitations.halt),
            Step("outbox", outbox.drain, halt=outbox.halt),
        ],
        when.state,
    )
