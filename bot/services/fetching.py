"""Files that somebody handed to us in Slack, the tick's part: fetched, checked, stored once by their content, and told.

What a file is for decides what is made of it (`TAKERS`); how it gets here is the same for all. To fetch files for one more
purpose: a taker in its story's file, and its row below.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.evidence import refuse, safe_name
from bot.domain.fetching import FetchState, FileFetch, Purpose
from bot.services.evidence import ReviewFiles
from bot.services.file_documents import RecordFiles
from bot.services.ports import Clock, FetchedFile, Files, SendFailed, SendInDoubt, Vault
from bot.services.stored_files import Taker, remember
from storage.db import Database
from storage.tx import Stale, Taken

log = logging.getLogger(__name__)

TRIES = 8  # over about twenty minutes
PROBLEMS = {"empty", "too_big", "active", "sealed", "gone", "not_a_file"}
TAKERS: Mapping[Purpose, Taker] = {Purpose.EVIDENCE: ReviewFiles(), Purpose.DOCUMENT: RecordFiles()}


class FetchDesk:
    """Of two processes that fetch the same file, one writes what became of it; what the other did is not kept (`Stale`)."""

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
            except (Stale, Taken):
                continue  # another process was faster with it, or with the same content: looked at again with the next tick
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
        async with self._db.begin("files.store") as tx:
            await remember(tx, sha256, len(got.content), now)
            await tx.put(fetch.model_copy(update={"state": FetchState.STORED, "reason": ""}))
            await TAKERS[fetch.purpose].take(tx, fetch, got, sha256, now, self._clock.real())

    async def _refused(self, fetch: FileFetch, name: str, why: str, now: datetime) -> None:
        async with self._db.begin("files.refuse") as tx:
            await tx.put(fetch.model_copy(update={"state": FetchState.REFUSED, "reason": why}))
            await TAKERS[fetch.purpose].refuse(tx, fetch, safe_name(name), why, now, self._clock.real())

    async def _not_got(self, fetch: FileFetch, error: str, now: datetime, *, final: bool) -> None:
        why = error if error in PROBLEMS else "gone"
        async with self._db.begin("files.missed") as tx:
            state = FetchState.GONE if final else FetchState.WANTED
            await tx.put(fetch.model_copy(update={"state": state, "reason": why, "tries": fetch.tries + 1}))
            if final:
                await TAKERS[fetch.purpose].refuse(tx, fetch, "", why, now, self._clock.real())
