"""What is done with a file once its bytes are here, as a Protocol for what it is for; and that a content is known once."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.answering import Evidence
from bot.domain.fetching import FileFetch
from bot.services.ports import FetchedFile
from storage.tx import Tx


class Taker(Protocol):
    """Called in the transaction that also notes what became of the fetch."""

    async def take(
        self, tx: Tx, fetch: FileFetch, got: FetchedFile, sha256: str, now: datetime, real: datetime
    ) -> None:
        """The content is stored under `sha256`: write what refers to it, and tell."""
        ...

    async def refuse(self, tx: Tx, fetch: FileFetch, name: str, why: str, now: datetime, real: datetime) -> None:
        """It was not taken, or cannot be had: tell. `name` is '' where nobody knows it; `why` is of `fetching.PROBLEMS`."""
        ...


async def remember(tx: Tx, sha256: str, size: int, now: datetime) -> None:
    """This content is in the store: one row however often it comes. Raises Taken where two come at once."""
    if not await tx.get(Evidence, sha256):
        tx.add(Evidence(id=sha256, size=size, at=now))
        await tx.flush()
