"""Files that suppliers' people drop in the hub's thread: fetched out of Slack, checked, stored once, and acknowledged."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.answering import Evidence, EvidenceLink, FetchState, FileFetch
from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.evidence import refuse, safe_name
from bot.domain.ledger import Endpoint
from bot.domain.people import SYSTEM
from bot.domain.rounds import Review
from bot.services.ports import Clock, FetchedFile, Files, SendFailed, SendInDoubt, Vault
from bot.services.recipients import channel_place
from bot.services.telling.base import new_notice
from storage import notices
from storage.db import Database
from storage.ids import new_id
from storage.tx import Tx

log = logging.getLogger(__name__)

TRIES = 8  # over about twenty minutes
PROBLEMS = {"empty", "too_big", "active", "gone", "not_a_file"}


class EvidenceDesk:
    """The tick's part of evidence."""

    def __init__(self, db: Database, clock: Clock, files: Files, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._files = files
        self._vault = vault
        self._again: dict[str, datetime] = {}  # real time of the next try; after a restart it is tried at once

    async def run_due(self, now: datetime) -> None:
        """Fetch what is wanted; a passing failure is tried again after a growing wait, at most TRIES times."""
        async with self._db.read() as tx:
            wanted = await tx.find(FileFetch, state=FetchState.WANTED.value)
        real = self._clock.real()
        for fetch in wanted:
            if fetch.id in self._again and real < self._again[fetch.id]:
                continue
            try:
                await self._one(fetch, now)
            except Exception:  # one file must not stop the others
                log.exception("file %s cannot be taken", fetch.id)
                self._wait(fetch)

    async def _one(self, fetch: FileFetch, now: datetime) -> None:
        try:
            got = await self._files.fetch(fetch.slack_file_id)
        except (SendFailed, SendInDoubt) as failed:
            permanent = isinstance(failed, SendFailed) and failed.permanent
            self._wait(fetch)
            await self._not_got(fetch, str(failed), now, final=permanent or fetch.tries + 1 >= TRIES)
            return
        if why := refuse(got.content):
            await self._refused(fetch, got.name, why, now)
        else:
            await self._store(fetch, got, now)

    def _wait(self, fetch: FileFetch) -> None:
        self._again[fetch.id] = self._clock.real() + timedelta(seconds=5.0 * 2**fetch.tries)

    async def _store(self, fetch: FileFetch, got: FetchedFile, now: datetime) -> None:
        sha256 = self._vault.put(
            got.content
        )  # before the commit: a file nobody points at is harmless, the reverse is not
        name = safe_name(got.name)
        async with self._db.begin("evidence.store") as tx:
            if not await tx.get(Evidence, sha256):
                tx.add(Evidence(id=sha256, size=len(got.content), at=now))
                await tx.flush()
            link = {"review_id": fetch.review_id, "endpoint_id": fetch.endpoint_id, "sha256": sha256, "name": name}
            if not await tx.one(EvidenceLink, person_id=fetch.person_id, **link):
                tx.add(EvidenceLink(id=new_id(), person_id=fetch.person_id, at=now, **link))
            await tx.put(fetch.model_copy(update={"state": FetchState.STORED, "reason": ""}))
            await self._tell(tx, NoticeKind.EVIDENCE_STORED, fetch, {"name": name})
            tx.audit(now, SYSTEM, "evidence:stored", "review", fetch.review_id, sha256=sha256)

    async def _refused(self, fetch: FileFetch, name: str, why: str, now: datetime) -> None:
        async with self._db.begin("evidence.refuse") as tx:
            await tx.put(fetch.model_copy(update={"state": FetchState.REFUSED, "reason": why}))
            await self._tell(tx, NoticeKind.EVIDENCE_REFUSED, fetch, {"name": safe_name(name), "why": why})
            tx.audit(now, SYSTEM, "evidence:refused", "review", fetch.review_id, why)

    async def _not_got(self, fetch: FileFetch, error: str, now: datetime, *, final: bool) -> None:
        why = error if error in PROBLEMS else "gone"
        async with self._db.begin("evidence.missed") as tx:
            state = FetchState.GONE if final else FetchState.WANTED
            await tx.put(fetch.model_copy(update={"state": state, "reason": why, "tries": fetch.tries + 1}))
            if final:
                await self._tell(tx, NoticeKind.EVIDENCE_REFUSED, fetch, {"name": "", "why": why})
                tx.audit(now, SYSTEM, "evidence:gone", "review", fetch.review_id, why)

    async def _tell(self, tx: Tx, kind: NoticeKind, fetch: FileFetch, params: dict[str, str]) -> None:
        """One line in the hub's thread per file."""
        endpoint = await tx.need(Endpoint, fetch.endpoint_id)
        review = await tx.need(Review, fetch.review_id)
        card = await notices.card(tx, CardKind.HUB, fetch.review_id, fetch.endpoint_id)
        told = new_notice(
            kind,
            channel_place(endpoint.channel_id),
            fetch.review_id,
            self._clock.real(),
            step=fetch.id,
            supplier_id=review.supplier_id,
            endpoint_id=endpoint.id,
            thread_of=card.id if card else None,
            params=params,
        )
        await notices.tell(tx, told)
