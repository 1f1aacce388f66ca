"""Trigger ids: each interaction carries one; it opens one modal within 3 s of real time.

Facts: slack_platform.md §2.2 (3 s, single use, `exchanged_trigger_id`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SlackError

LIFETIME = 3.0
"""Seconds of real time."""


@dataclass
class _Trigger:
    user: str
    issued: float
    used: bool = False


class TriggerBook:
    """`lifetime` is longer only in tests of other things; `now` is in seconds of real time."""

    def __init__(self, lifetime: float = LIFETIME, now: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self.now = now
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A new trigger for something that `user` has just done."""
        trigger_id = f"{time.time_ns() // 1_000_000}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user, self.now())
        return trigger_id

    def use(self, trigger_id: str) -> str:
        """Spends it and gives the user; SlackError when unknown, spent or too old, as views.open answers."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.now() - trigger.issued > self._lifetime:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user
