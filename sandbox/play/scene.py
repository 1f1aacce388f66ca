"""What a drawing needs: the local Slack, who looks, from where, and what the pages remember beside the world.

`Memory` is lost with the process: it holds what Slack's own screen holds (what was read, what was dismissed, what stands
under an input that the screen did not take), never what Slack's servers hold. To remember one more thing, add a field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from aiohttp import web

from sandbox import sight
from sandbox.acquainted import called
from sandbox.live import Live
from sandbox.play.known import Known, known_to
from sandbox.render.story import moment
from sandbox.world import Channel, User

APP, HOME = "app", "home"
"""Rooms that are no channel: messages with the app before there are any, and its Home tab."""


@dataclass(frozen=True)
class Place:
    """Where a window is. `room` is a channel id, APP, HOME or empty; `since` is the ts up to which it had been read."""

    room: str = ""
    thread: str = ""
    since: str = ""


@dataclass
class Memory:
    """`wrong`: view id -> block id -> (what stands under the input, what was typed)."""

    read: dict[tuple[str, str], str] = field(default_factory=dict)
    dismissed: set[tuple[str, str, str]] = field(default_factory=set)
    wrong: dict[str, dict[str, tuple[str, Any]]] = field(default_factory=dict)
    _times: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _told: int = 0

    def when(self, live: Live, channel: str, ts: str) -> datetime:
        """The business time of a message, in Japanese time; its ts tells the real one."""
        record = live.sandbox.record
        for entry in record.entries(self._told):
            if entry["kind"] in ("posted", "ephemeral"):
                self._times.setdefault((entry["channel"], entry["ts"]), moment(entry["clock"]))
        self._told = record.last
        return self._times.get((channel, ts)) or moment(live.clock.now().isoformat())


MEMORY: web.AppKey[Memory] = web.AppKey("play", Memory)


@dataclass
class Scene:
    """One look of one person. Made anew for each drawing."""

    live: Live
    memory: Memory
    user: User
    place: Place = Place()

    @cached_property
    def known(self) -> Known:
        return known_to(self.live.sandbox.world, self.user)

    @cached_property
    def rooms(self) -> list[Channel]:
        """The channels and direct messages they are in, channels first, by name."""
        channels = self.live.sandbox.world.channels.values()
        return sorted(
            (c for c in channels if self.user.id in c.members),
            key=lambda c: (c.is_im, c.archived, called(c, self.user)),
        )

    @cached_property
    def room(self) -> Channel | None:
        """The channel that is shown: the one asked for, without one the first."""
        if self.place.room == APP:
            return sight.bot_dm(self.live, self.user)
        if self.place.room == HOME:
            return None
        if not self.place.room:
            return self.rooms[0] if self.rooms else None
        return sight.channel_of(self.live, self.user, self.place.room)

    @property
    def base(self) -> str:
        """The start of this person's paths."""
        return f"/as/{self.user.id}"
