"""Events for the app: which it gets, in which envelope, and again when it did not acknowledge.

`SUBSCRIPTIONS` is the table: name in app.yaml's bot_events -> scopes of which it needs one. An event reaches the app if
the manifest subscribes to it and the bot is in the channel it happened in. To add an event, add a row (and a builder in
`event_shapes.py`). Facts: slack_platform.md §1.1 (authorizations, is_ext_shared_channel), §4 (retries).
"""

from __future__ import annotations

import asyncio
import itertools
import time

from sandbox.core import Sandbox
from sandbox.delivery import Delivery, Outcome, Retry
from sandbox.payloads import VERIFICATION_TOKEN
from sandbox.world import App, Channel, Json, User

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "file_shared": ("files:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_rename": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "channel_id_changed": ("channels:read", "groups:read"),
    "shared_channel_invite_accepted": ("conversations.connect:manage", "conversations.connect:write"),
    "shared_channel_invite_approved": ("conversations.connect:manage", "conversations.connect:write"),
    "shared_channel_invite_declined": ("conversations.connect:manage", "conversations.connect:write"),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "app_uninstalled": (),
    "tokens_revoked": (),
}
PATIENCE = 360.0
"""Seconds for which an event waits for the app to be connected at all: as long as Slack goes on retrying."""


def check_subscriptions(app: App) -> None:
    """ValueError for an event Slack does not know, or whose scope the manifest does not ask for."""
    for name in sorted(app.events):
        if name not in SUBSCRIPTIONS:
            raise ValueError(f"app manifest: unknown bot event {name}")
        needed = SUBSCRIPTIONS[name]
        if needed and not app.scopes.intersection(needed):
            raise ValueError(f"app manifest: bot event {name} needs the scope {' or '.join(needed)}")


class Events:
    """`emit` is given to both halves; deliveries run in the background, each until it is acknowledged or given up."""

    def __init__(self, sandbox: Sandbox, delivery: Delivery) -> None:
        self._sandbox = sandbox
        self._delivery = delivery
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    def emit(self, event: Json, *, channel: Channel | None, actor: User | None) -> None:
        """Queues an event of the Events API, if the app is to get it."""
        del actor  # the inner event says who did it; the envelope is about the installation
        if not self._wanted(event, channel):
            return
        task = asyncio.get_running_loop().create_task(self._deliver(self._envelope(event, channel)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Gives up what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _wanted(self, event: Json, channel: Channel | None) -> bool:
        app = self._sandbox.world.app
        inside = channel is None or app.bot_user in channel.members or _about_the_bot(app, event)
        return inside and _subscription(event, channel) in app.events

    def _envelope(self, event: Json, channel: Channel | None) -> Json:
        world = self._sandbox.world
        enterprise = world.teams[world.home].enterprise_id or None
        installation = {
            "enterprise_id": enterprise,
            "team_id": world.home,
            "user_id": world.app.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": world.home,
            "context_team_id": world.home,
            "context_enterprise_id": enterprise,
            "api_app_id": world.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers):09d}{time.time_ns() // 1000 % 10**6:06d}",
            "event_time": int(time.time()),
            "authorizations": [installation],
            "is_ext_shared_channel": bool(channel and channel.connected),
            "event_context": f"4-local-{event['type']}",
        }

    async def _deliver(self, envelope: Json) -> None:
        outcome = await self._try(envelope, Retry())
        for attempt, pause in enumerate(self._delivery.retry_after, start=1):
            if outcome.fate == "acked" or outcome.no_retry:
                break
            await asyncio.sleep(pause)
            await self._delivery.wait_connected(PATIENCE)
            outcome = await self._try(envelope, Retry(attempt, outcome.reason))
        if outcome.fate != "acked":
            detail = (
                f"event {envelope['event']['type']} {envelope['event_id']} given up: {outcome.fate} {outcome.detail}"
            )
            self._sandbox.record.problem("not_acked", detail.strip(), fault=outcome.fault)

    async def _try(self, envelope: Json, retry: Retry) -> Outcome:
        outcome = await self._delivery.deliver("events_api", envelope, answerable=False, retry=retry)
        if outcome.fate in {"not_acked", "refused"} and not outcome.fault:
            why = outcome.detail or f"no ack within {outcome.ms} ms"
            detail = f"event {envelope['event']['type']} {envelope['event_id']}: {why}"
            self._sandbox.record.problem("not_acked", detail)
        return outcome


def _subscription(event: Json, channel: Channel | None) -> str:
    """The name under which app.yaml subscribes to this event."""
    if event["type"] != "message" or channel is None:
        return str(event["type"])
    if channel.is_im:
        return "message.im"
    return "message.groups" if channel.is_private else "message.channels"


def _about_the_bot(app: App, event: Json) -> bool:
    """The app is told that it was taken out of a channel, and mentioned where it is not a member."""
    return event["type"] == "app_mention" or event.get("user") == app.bot_user
