"""The usual stage with an app that hears of everything Slack Connect tells, for test_connect.py and test_accounts.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.sandbox import stage as stage_module
from tests.sandbox.stage import Stage, stage

GRID = "E0MIRAI"
EVENTS = (
    *("channel_id_changed", "channel_shared", "channel_unshared", "user_change", "message"),
    *("channel_archive", "channel_unarchive", "group_archive", "group_unarchive"),
    *("group_rename", "channel_rename", "group_deleted", "channel_deleted"),
    *("member_joined_channel", "member_left_channel"),
    *("shared_channel_invite_accepted", "shared_channel_invite_approved", "shared_channel_invite_declined"),
)


class Told:
    """What the app was told, in the order in which it came."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, app: AsyncApp) -> None:
        async def take(event: dict[str, Any]) -> None:
            self.events.append(event)

        async def press(ack: Any) -> None:
            await ack()

        for event in EVENTS:
            app.event(event)(take)
        app.action({"block_id": "acts"})(press)

    async def of(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of one kind, once there are so many."""
        async with asyncio.timeout(10):
            while len(found := [event for event in self.events if event["type"] == kind]) < count:
                await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def connected(folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """The usual stage with an app that may hear of invitations."""
    wanted = (event for event in EVENTS if event != "message")
    manifest = stage_module.MANIFEST.replace("member_joined_channel, member_left_channel, channel_shared,", "")
    manifest = manifest.replace("channel_unshared,", "").replace("user_change]", f"{', '.join(wanted)}]")
    manifest = manifest.replace("usergroups:read,", "usergroups:read, conversations.connect:manage,")
    monkeypatch.setattr(stage_module, "MANIFEST", manifest)
    async with stage(folder, told) as scene:
        yield scene


async def info(scene: Stage, channel: str) -> dict[str, Any]:
    return dict((await scene.app.client.conversations_info(channel=channel))["channel"])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])
