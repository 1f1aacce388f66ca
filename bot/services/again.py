"""Do it again when somebody else was faster: what they wrote is loaded, and decided on, afresh."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.tx import Stale, Taken

T = TypeVar("T")

TRIES = 4


async def again(work: Callable[[], Awaitable[T]]) -> T:
    """The result of a unit of work that may meet another process; after TRIES its Stale or Taken is raised."""
    for _ in range(TRIES - 1):
        try:
            return await work()
        except (Stale, Taken):
            continue
    return await work()
