"""Append-only record of all that happened in the local Slack: one JSON object a line, and the same in memory.

The record is the only source of verdicts: demo and tests compare against it, never against the app's own tables. It
outlives the app and the local Slack itself: opened again on the same file, `n` goes on where it ended. Kinds and their
fields are tabled in README.md; to add a kind, write it and add a row there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Record:
    """`clock` gives the business time, stored beside the real time of each entry."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.path = path
        self._clock = clock
        self._entries = _load(path)
        self._waiting: set[asyncio.Future[None]] = set()
        self._file = path.open("a", encoding="utf-8")

    @property
    def last(self) -> int:
        """Number of the newest entry, 0 when there is none."""
        return int(self._entries[-1]["n"]) if self._entries else 0

    def write(self, kind: str, **fields: Any) -> Entry:
        """Appends one entry, flushed to the file before this returns. The entry holds copies, not live objects."""
        head = {"n": self.last + 1, "at": _iso(datetime.now(UTC)), "clock": _iso(self._clock()), "kind": kind}
        line = json.dumps(head | fields, ensure_ascii=False)
        self._file.write(line + "\n")
        self._file.flush()
        entry: Entry = json.loads(line)
        self._entries.append(entry)
        self._wake()
        return entry

    def entries(self, since: int = 0) -> list[Entry]:
        """Entries numbered above `since`, oldest first."""
        return self._entries[since:]

    def problem(self, what: str, detail: str, user: str | None = None, fault: str = "") -> Entry:
        """Something that must not happen; a run with a problem has failed. `fault`: it was ordered, and the app is innocent."""
        more = {"user": user, "fault": fault}
        return self.write("problem", what=what, detail=detail, **{key: value for key, value in more.items() if value})

    async def wait_for_change(self, since: int) -> None:
        """Returns once there is an entry numbered above `since`; the caller sets the time-out."""
        while self.last <= since:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                await waiter
            finally:
                self._waiting.discard(waiter)

    def close(self) -> None:
        self._file.close()

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


def _load(path: Path) -> list[Entry]:
    """Entries already in the file. A half line at the end, left by a kill during a write, is cut off."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    return [json.loads(line) for line in whole.splitlines()]
