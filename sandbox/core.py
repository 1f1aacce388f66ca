"""The local Slack's parts held together: what the Web API half and the people half share.

The collaborators are protocols, so that a test can give a small one of its own and neither half imports the other.
To share one more thing between the halves, add a field here with a default.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sandbox.record import Record
from sandbox.world import Channel, Json, User, World


class Clock(Protocol):
    def now(self) -> datetime:
        """Business time, aware."""
        ...


class Triggers(Protocol):
    def use(self, trigger_id: str) -> str:
        """Spends the trigger and gives its user id; SlackError expired_/exchanged_/invalid_trigger_id."""
        ...


class Emit(Protocol):
    def __call__(self, event: Json, *, channel: Channel | None, actor: User | None) -> None:
        """Queues an event of the Events API for the app."""
        ...


def _no_event(event: Json, *, channel: Channel | None, actor: User | None) -> None:
    """Without a people half nobody listens to events."""
    del event, channel, actor


def _no_socket() -> str:
    raise RuntimeError("no Socket Mode server is attached")


@dataclass
class Sandbox:
    """One running local Slack. `base_url` ends without a slash and is the start of file URLs."""

    world: World
    record: Record
    clock: Clock
    triggers: Triggers
    emit: Emit = _no_event
    new_socket_url: Callable[[], str] = _no_socket
    base_url: str = "http://127.0.0.1"
    token_state: str = ""  # the error that every call with the bot token gets, such as token_revoked; empty: none
    uploads: dict[str, Json] = field(default_factory=dict)  # file id -> name, length, data of an upload under way
    _last_ts: int = 0
    _last_id: int = 0

    def next_ts(self) -> str:
        """A message ts from real time, "seconds.micros", strictly increasing."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A fresh id such as V0000000001 (views), F… (files), D… (DMs), I… (invitations); unique among all of them."""
        world = self.world
        taken = (
            world.channels.keys() | world.files.keys() | world.views.keys() | world.invites.keys() | self.uploads.keys()
        )
        self._last_id += 1
        while f"{prefix}{self._last_id:010d}" in taken:
            self._last_id += 1
        return f"{prefix}{self._last_id:010d}"

    @property
    def bot(self) -> User:
        return self.world.users[self.world.app.bot_user]
