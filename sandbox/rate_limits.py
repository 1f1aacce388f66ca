"""How often an app may call what: Slack's tiers, and the second a message of each channel.

`TIERS` names the tier of every method of the Web API; a test asserts that none is missing. Limits count per method and
workspace (there is one app in one workspace here) over the last 60 s of real time. What Slack guarantees ("20+ per
minute") is taken for the limit: an app that lives within it is safe everywhere. Facts: slack_platform.md §3.

Unverified, and chosen here: the burst of three in a channel; 300 a minute in the whole workspace ("several hundred");
"hundreds" for the other special methods; one tier lower for lists called without a `limit` (documented without a
number). Not here: one call a minute of conversations.history for apps that are sold outside the Marketplace, since an
app that its customer installs for itself is exempt; 30,000 events an hour. A post to a person's id and one to the id of
their DM count apart.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from sandbox.world import Json

MINUTE = 60.0
PER_MINUTE = {"T1": 1, "T2": 20, "T3": 50, "T4": 100, "hundreds": 300}
LOWER = {"T2": "T1", "T3": "T2", "T4": "T3"}
CHANNEL_BURST = 3
POSTS = "chat.postMessage"

TIERS = {
    "apps.connections.open": "T3",
    "auth.test": "hundreds",
    "chat.delete": "T3",
    "chat.getPermalink": "hundreds",
    "chat.postEphemeral": "T4",
    POSTS: "hundreds",  # in the whole workspace; each channel has its own second besides
    "chat.update": "T3",
    "conversations.history": "T3",
    "conversations.info": "T3",
    "conversations.inviteShared": "T2",
    "conversations.list": "T2",
    "conversations.members": "T4",
    "conversations.open": "T3",
    "conversations.replies": "T3",
    "files.completeUploadExternal": "T4",
    "files.getUploadURLExternal": "T4",
    "files.info": "T4",
    "team.info": "T3",
    "usergroups.list": "T2",
    "usergroups.users.list": "T2",
    "users.info": "T4",
    "users.list": "T2",
    "users.lookupByEmail": "T3",
    "views.open": "T4",
    "views.publish": "T4",
    "views.push": "T4",
    "views.update": "T4",
}

PAGED = frozenset(
    {"conversations.history", "conversations.list", "conversations.members", "conversations.replies", "users.list"}
)
"""Lists that come in pages where the app asks for a `limit`."""


class RateLimits:
    """`factor` 0: no limits; 1: as Slack; 60: a second stands for a minute. `now` is in seconds."""

    def __init__(self, factor: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        self.factor = factor
        self.now = now
        self._calls: dict[str, deque[float]] = {}

    def admit(self, method: str, args: Json) -> float:
        """0 for a call that may go on, which then counts; else the seconds after which it may. A refused one counts not."""
        if self.factor <= 0 or method not in TIERS:
            return 0.0
        windows = list(self._windows(method, args))
        wait = max(self._wait(*window) for window in windows)
        if wait <= 0:
            for key, _, _ in windows:
                self._calls.setdefault(key, deque()).append(self.now())
        return wait

    def _windows(self, method: str, args: Json) -> list[tuple[str, int, float]]:
        """(key, most calls, seconds) of each limit that the call is under."""
        tier, minute = TIERS[method], MINUTE / self.factor
        windows = [(method, PER_MINUTE[tier], minute)]
        if method in PAGED and not args.get("limit"):
            windows.append((f"{method} unpaged", PER_MINUTE[LOWER[tier]], minute))
        if method == POSTS:
            windows.append((f"{method} {args.get('channel')}", CHANNEL_BURST, CHANNEL_BURST / self.factor))
        return windows

    def _wait(self, key: str, most: int, seconds: float) -> float:
        """Seconds until there is room for one more among the last `seconds`."""
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= self.now() - seconds:
            calls.popleft()
        return calls[-most] + seconds - self.now() if len(calls) >= most else 0.0
