"""Whether Slack goes on sending events to a request URL. Pure: attempts in, a verdict out.

Slack switches a subscription off when more than 95 % of the delivery attempts of the last 60 minutes failed, retries
counted, but never for an app that got fewer than 1,000 events in that hour [EV, "Failure limits"; slack_platform.md §4].
It stays off until somebody switches it on again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 3600.0
FEWEST_EVENTS = 1000
WORST = 0.95


@dataclass
class Subscription:
    """`on` is False from the moment that Slack has given up. Times are seconds of one clock that never goes back."""

    on: bool = True
    _attempts: deque[tuple[float, bool, bool]] = field(default_factory=deque)  # when, succeeded, first of its event

    def note(self, now: float, *, succeeded: bool, first: bool) -> bool:
        """Counts one delivery attempt; True when it was the one too many, and the subscription is off now."""
        self._attempts.append((now, succeeded, first))
        while self._attempts[0][0] < now - WINDOW:
            self._attempts.popleft()
        events = sum(first for _, _, first in self._attempts)
        failed = sum(not succeeded for _, succeeded, _ in self._attempts)
        if not self.on or events < FEWEST_EVENTS or failed <= WORST * len(self._attempts):
            return False
        self.on = False
        return True

    def switch_on(self) -> None:
        """Somebody has repaired the app and says so; what was counted is forgotten."""
        self.on = True
        self._attempts.clear()
