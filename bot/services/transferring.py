"""Files through Slack, the tick's part: a dropped ledger is fetched, judged and shown; an ordered one imported; an export
written and uploaded; a dropped document asked about, a stored one given back. Each step is one commit together with what it
tells the person.

Killed anywhere, it goes on from the last commit: an import and "done" are one commit; an upload is remembered before it is
shared, claimed by one process while it is shared, and looked for before it is shared again. Of two processes that do
anything else at once, one finds its file changed (`Stale`) and what it did is not kept: it did the work, and told nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.columns import Choices
from bot.domain.delivery import NoticeKind
from bot.domain.evidence import kind, refuse, safe_name, true_name
from bot.domain.importing import ImportReport
from bot.domain.people import SECURITY, Actor, Person, Who
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Event
from bot.domain.refusal import Code, Refusal
from bot.domain.tabular import LARGEST
from bot.domain.transfers import Transfer, TransferState, Way
from bot.services.exporting import Exporting
from bot.services.import_summaries import fingerprint, summary
from bot.services.importing import Importing
from bot.services.ports import Clock, FetchedFile, Files, SendFailed, SendInDoubt, Uploads, Vault
from bot.services.recipients import person_place
from bot.services.telling.base import new_notice
from message_templates.catalogs import text
from storage import notices, people
from storage.db import Database
from storage.ids import new_id
from storage.tx import Stale, Taken, Tx

log = logging.getLogger(__name__)

TRIES = 8
LEASE = 120.0  # seconds: longer than a call to Slack can take
_OVER = (TransferState.ORDERED, TransferState.WANTED, TransferState.UPLOADED)


async def dropped(tx: Tx, event: Event, now: datetime, first_admin: str = "") -> None:
    """Files in the bot's DM: wanted from whoever may register, kindly refused to colleagues, and in any case written down."""
    actor = await people.actor(tx, event.who, first_admin)
    try:
        require(Action.REGISTER, roles(actor))
        state, reason = TransferState.WANTED, ""
    except Refusal as refused:
        state, reason = TransferState.REFUSED, refused.code.value
    tx.audit(now, actor, "ledger:file_dropped", "file", ",".join(event.files), reason)
    if not actor.employee:
        return
    there = {t.slack_file_id for t in await tx.find(Transfer, slack_file_id=list(event.files))}
    for file in dict.fromkeys(f for f in event.files if f not in there):
        made = Transfer(
            id=new_id(), way=Way.IN, person_id=actor.person_id, slack_file_id=file, state=state, reason=reason, at=now
        )
        tx.add(made)
        if reason:
            await _tell(tx, made, now)


async def _tell(tx: Tx, transfer: Transfer, real: datetime) -> None:
    """One notice for each showing; the card is drawn when it is sent, from the file as it is then."""
    place = person_place(transfer.person_id)
    await notices.tell(tx, new_notice(NoticeKind.LEDGER_FILE, place, transfer.id, real, cycle=transfer.cycle or 1))


class TransferDesk:
    """The tick's part. `lease`: how long one process alone shares a file, in seconds of real time."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        files: Files,
        vault: Vault,
        uploads: Uploads,
        importing: Importing,
        exporting: Exporting,
        lease: float = LEASE,
    ) -> None:
        self._db, self._clock, self._files, self._vault, self._uploads = db, clock, files, vault, uploads
        self._importing, self._exporting, self._lease = importing, exporting, lease
        self._again: dict[str, datetime] = {}  # real time of the next try; after a restart it is tried at once
        self._next: dict[tuple[Way, TransferState], Callable[[Transfer, Actor], Awaitable[None]]] = {
            (Way.IN, TransferState.WANTED): self._check,
            (Way.IN, TransferState.ORDERED): self._import,
            (Way.OUT, TransferState.WANTED): self._upload,
            (Way.OUT, TransferState.UPLOADED): self._share,
            (Way.GIVE, TransferState.WANTED): self._give,
            (Way.GIVE, TransferState.UPLOADED): self._share,
        }

    async def run_due(self, _now: datetime) -> None:
        """One step of each file that waits; one that goes wrong does not stop the others."""
        async with self._db.read() as tx:
            waiting = await tx.find(Transfer, state=[state.value for state in _OVER])
            actors = {t.id: await _actor(tx, t) for t in waiting}
        real = self._clock.real()
        for transfer in waiting:
            if transfer.id in self._again and real < self._again[transfer.id]:
                continue
            try:
                await self._try(transfer, actors[transfer.id])
            except (Stale, Taken):
                continue  # somebody pressed meanwhile, or another process was faster: looked at again with the next tick

    async def _try(self, transfer: Transfer, actor: Actor) -> None:
        try:
            await self._one(transfer, actor)
        except SendFailed as failed:
            await self._failed(transfer, str(failed), final=failed.permanent)
        except SendInDoubt as doubt:
            await self._failed(transfer, str(doubt), final=False, doubt=True)
        except (Stale, Taken):
            raise
        except Exception:
            log.exception("ledger file %s", transfer.id)
            await self._failed(transfer, "internal", final=False)

    async def _one(self, transfer: Transfer, actor: Actor) -> None:
        action = Action.REGISTER if transfer.way is Way.IN else Action.READ_LEDGER
        try:
            require(action, roles(actor))
        except Refusal as refused:
            await self._settle(transfer, TransferState.REFUSED, reason=refused.code.value)
            return
        await self._next[transfer.way, transfer.state](transfer, actor)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def _check(self, transfer: Transfer, actor: Actor) -> None:
        """Fetch it (unless it is here already) and show what an import would do."""
        if not transfer.sha256:
            got = await self._files.fetch(transfer.slack_file_id or "")
            if len(got.content) > LARGEST:
                await self._settle(transfer, TransferState.REFUSED, reason=Code.FILE_TOO_BIG.value)
                return
            if what := kind(got.content):
                await self._ask(transfer, got, what)
                return
            kept = {"sha256": self._vault.put(got.content), "name": safe_name(got.name)}
            transfer = transfer.model_copy(update=kept)
        report = await self._report(transfer, actor, dry_run=True)
        await self._settle(transfer, TransferState.SHOWN, report=summary(report), cycle=transfer.cycle + 1)

    async def _ask(self, transfer: Transfer, got: FetchedFile, what: str) -> None:
        """No ledger: kept, and asked about. Nothing refers to it before somebody says where it belongs."""
        if why := refuse(got.content):
            await self._settle(transfer, TransferState.REFUSED, reason=why)
            return
        kept = {"sha256": self._vault.put(got.content), "name": true_name(got.name, got.content), "format": what}
        size = {"size": len(got.content)}
        await self._settle(transfer, TransferState.SHOWN, report=size, cycle=transfer.cycle + 1, **kept)

    async def _import(self, transfer: Transfer, actor: Actor) -> None:
        """Import exactly what was shown, or show anew what it would be now; "done" is in the same commit."""
        stored = False

        async def within(tx: Tx, report: ImportReport) -> None:
            nonlocal stored
            if fingerprint(report) != transfer.report.get("fingerprint"):
                raise _Otherwise
            stored = True
            await self._write(tx, transfer, TransferState.DONE, report=summary(report), cycle=transfer.cycle + 1)

        try:
            report = await self._report(transfer, actor, dry_run=False, within=within)
        except _Otherwise:  # somebody changed the ledger after it was shown: they are not written over unseen
            await self._check(transfer, actor)
            return
        except Refusal:  # the ledger never rests: asked again with a later tick
            await self._failed(transfer, Code.BUSY.value, final=False)
            return
        if not stored:
            state = TransferState.DONE if report.ok else TransferState.SHOWN
            await self._settle(transfer, state, report=summary(report), cycle=transfer.cycle + 1)

    async def _report(self, transfer: Transfer, actor: Actor, **how: Any) -> ImportReport:
        content = self._vault.get(transfer.sha256)
        choices = Choices.model_validate(transfer.choices)
        return await self._importing.import_suppliers(content, actor=actor, choices=choices, **how)

    # -- out -------------------------------------------------------------------------------------------------------------

    async def _upload(self, transfer: Transfer, _actor: Actor) -> None:
        """Write the ledger and hand the bytes to Slack: nobody sees them before they are shared."""
        content = await self._exporting.ledger(transfer.format)
        name = f"ledger-{self._clock.now():%Y%m%d}.{transfer.format}"
        file_id = await self._uploads.upload(name, content)
        await self._settle(transfer, TransferState.UPLOADED, slack_file_id=file_id, name=name)

    async def _give(self, transfer: Transfer, _actor: Actor) -> None:
        """Hand the stored content to Slack, under the document's name."""
        try:
            content = self._vault.get(transfer.sha256)
        except FileNotFoundError:
            log.error("the content %s is not in the store", transfer.sha256)
            raise SendFailed("lost", permanent=True) from None
        file_id = await self._uploads.upload(transfer.name, content)
        await self._settle(transfer, TransferState.UPLOADED, slack_file_id=file_id)

    async def _share(self, transfer: Transfer, actor: Actor) -> None:
        """Share it in the person's DM, unless it stands there already: claimed first, so that two processes do it once."""
        if transfer.lease_until and self._clock.real() < transfer.lease_until:
            return  # another process is at it; where it died, its claim ends
        claimed = await self._claim(transfer)
        words = text(actor.person.language if actor.person else "ja")
        comment = words("transfer.export_here" if transfer.way is Way.OUT else "document.here")
        await self._uploads.share(
            transfer.slack_file_id or "", f"user:{actor.who.slack_user_id}", transfer.name, comment
        )
        await self._settle(claimed, TransferState.DONE, lease_until=None)

    async def _claim(self, transfer: Transfer) -> Transfer:
        """It is ours to share for a while. Raises Stale where another process was faster."""
        until = self._clock.real() + timedelta(seconds=self._lease)
        async with self._db.begin("transfers.claim") as tx:
            await tx.put(transfer.model_copy(update={"lease_until": until}))
        return await self._now(transfer)

    async def _now(self, transfer: Transfer) -> Transfer:
        async with self._db.read() as tx:
            return await tx.need(Transfer, transfer.id)

    # -- settling --------------------------------------------------------------------------------------------------------

    async def _settle(self, transfer: Transfer, state: TransferState, **more: Any) -> None:
        async with self._db.begin("transfers.settle") as tx:
            await self._write(tx, transfer, state, **more)

    async def _write(self, tx: Tx, transfer: Transfer, state: TransferState, **more: Any) -> None:
        """The next state, and what is told of it."""
        after = transfer.model_copy(update={"state": state, "tries": 0, **more})
        await tx.put(after)
        told = transfer.way is Way.IN or state is TransferState.REFUSED
        if told and state is not TransferState.WANTED:
            await _tell(tx, after, self._clock.real())
        tx.audit(self._clock.now(), _by(transfer), f"ledger:file_{state.value}", "transfer", after.id, after.reason)

    async def _failed(self, before: Transfer, error: str, *, final: bool, doubt: bool = False) -> None:
        """Tried again after a growing wait; in the end the person is told. In doubt, a claim is kept until it ends."""
        transfer = await self._now(before)
        if transfer.state is not before.state:
            return  # another process had better luck
        tries = transfer.tries + 1
        if final or tries >= TRIES:
            await self._settle(transfer, TransferState.REFUSED, reason=_reason(error), cycle=transfer.cycle + 1)
            return
        lease = transfer.lease_until if doubt else None
        self._again[transfer.id] = self._clock.real() + timedelta(seconds=5.0 * 2**transfer.tries)
        async with self._db.begin("transfers.failed") as tx:
            changed = {"tries": tries, "reason": _reason(error), "lease_until": lease}
            await tx.put(transfer.model_copy(update=changed))


PROBLEMS = ("gone", "not_a_file", "not_yours", "too_big", "upload", "active", "sealed", "lost")
"""Why a file could not be taken or given, beside refusals: each with a sentence `transfer.problem.<reason>`."""


def _reason(error: str) -> str:
    return error if error in PROBLEMS else "upload"


def _by(transfer: Transfer) -> Actor:
    return Actor(who=Who(slack_user_id=transfer.person_id))


async def _actor(tx: Tx, transfer: Transfer) -> Actor:
    """Who wants it, with the rights of today."""
    person = await tx.need(Person, transfer.person_id)
    member = await people.is_member(tx, SECURITY, person.id)
    return Actor(who=Who(slack_user_id=person.slack_user_id), person=person, security=member)


class _Otherwise(Exception):  # noqa: N818
    """The import would not be what was shown."""
