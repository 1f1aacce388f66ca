"""A bare app in front of the local Slack: it acknowledges whatever comes, and keeps each frame and answer as it is.

`scene()` gives it with the people's side. How a payload is called is in `_name_of` and `_name_of_event`.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.events import SUBSCRIPTIONS
from sandbox.server import Timing, running
from tests.sandbox import stage

Json = dict[str, Any]
Seen = dict[str, list[Json]]
MANIFEST = {
    "display_information": {"name": "Reviews"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/review", "description": "Reviews", "should_escape": True}],
    },
    "oauth_config": {
        "scopes": {
            "bot": sorted(
                {"chat:write", "commands", "files:write", "im:read", "im:write", "team:read", "users:read.email"}.union(
                    *SUBSCRIPTIONS.values()
                )
            )
        }
    },
    "settings": {"event_subscriptions": {"bot_events": sorted(SUBSCRIPTIONS)}, "socket_mode_enabled": True},
}
PATIENT = Timing(ack=30, trigger=60)
OPTIONS = {"options": [{"text": {"type": "plain_text", "text": "monitor"}, "value": "monitor"}]}


class Scene:
    """The people's side, the app's client, and all frames and answers by their name."""

    def __init__(self, slack: LocalSlack, client: AsyncWebClient) -> None:
        self.slack, self.client = slack, client
        self.seen: Seen = defaultdict(list)
        self.trigger = ""
        self.frames = 0

    async def call(self, method: str, **args: Any) -> Json:
        """One call of the Web API, remembered."""
        answer = await self.client.api_call(method, json=args)
        body = dict(answer.data)
        self.seen[method].append(body)
        return body

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Acknowledges until the socket ends."""
        async for message in socket:
            frame = message.json()
            self.take(frame)
            if "envelope_id" in frame:
                answer: Json = {"envelope_id": frame["envelope_id"]}
                if frame["payload"].get("type") == "block_suggestion":
                    answer["payload"] = OPTIONS
                await socket.send_json(answer)

    def take(self, frame: Json) -> None:
        """A frame, by what it is, and what is in it."""
        self.frames += 1
        if "envelope_id" not in frame:
            self.seen[frame["type"]].append(frame)
            return
        self.seen[f"envelope {frame['type']}"].append(frame)
        payload = frame["payload"]
        self.trigger = payload.get("trigger_id", self.trigger)
        self.seen[_name_of(frame["type"], payload)].append(payload)
        if "event" in payload:
            self.seen[f"event {_name_of_event(payload['event'])}"].append(payload["event"])
            self.seen["file in an event"] += [f for f in payload["event"].get("files", []) if f["mode"] == "hosted"]
        if payload.get("view"):
            self.seen["view"].append(payload["view"])


def _name_of(kind: str, payload: Json) -> str:
    if kind == "slash_commands":
        return "slash_command"
    if kind == "events_api":
        return "event_callback"
    where = payload.get("container", {})
    if payload["type"] == "block_suggestion" and where["type"] == "message":
        return "block_suggestion message"
    if payload["type"] != "block_actions":
        return str(payload["type"])
    if where["type"] == "view":
        return f"block_actions {payload['view']['type']}"
    thread = "thread " * bool(where.get("thread_ts"))
    return f"block_actions {thread}{'ephemeral' if where['is_ephemeral'] else 'message'}"


def _name_of_event(event: Json) -> str:
    if event["type"] != "message":
        return str(event["type"])
    return "bot " * bool(event.get("bot_id")) + str(event.get("subtype") or "message")


@asynccontextmanager
async def scene(directory: Path) -> AsyncIterator[Scene]:
    """Served, connected over one WebSocket, and told to renew it at the end."""
    manifest = directory / "app.yaml"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    async with (
        running(world_file.from_json(stage.world()), manifest, directory, start=stage.START, timing=PATIENT) as server,
        LocalSlack(server.url) as slack,
        aiohttp.ClientSession() as session,
    ):
        made = Scene(slack, AsyncWebClient(token=stage.BOT_TOKEN, base_url=server.api, retry_handlers=[]))
        opened = await made.client.apps_connections_open(app_token=stage.APP_TOKEN)
        made.seen["apps.connections.open"].append(dict(opened.data))
        async with session.ws_connect(opened["url"]) as socket:
            listening = asyncio.create_task(made.listen(socket))
            await slack.connected(10)
            yield made
            await slack.renew_sockets("warning")
            await until(lambda: made.seen["disconnect"])
            await socket.close()
            await listening


async def until(done: Callable[[], Any]) -> None:
    """Waits for it, 10 s at most."""
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)
