"""Everything that the local Slack sends to an app and answers it, at least once, with real sockets.

The app here is a bare WebSocket that acknowledges whatever comes, so that frames are seen as they are. To see one more
payload, do in `_interactions`, `_events` or `_calls` what makes it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.server import running
from tests.sandbox import stage
from tests.sandbox.stage import AIKO, BEN, GENERAL, KAI, MIKA, MIRAI, OTHER

Json = dict[str, Any]
Seen = dict[str, list[Json]]
MANIFEST = stage.MANIFEST.replace(
    "usergroups:read,", "usergroups:read, 'users:read.email', 'team:read', 'im:read',"
).replace("subteam_members_changed,", "subteam_members_changed, channel_archive, group_archive, channel_id_changed,")
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
    if payload["type"] != "block_actions":
        return str(payload["type"])
    if where["type"] == "view":
        return f"block_actions {payload['view']['type']}"
    return (
        f"block_actions {'thread ' * bool(where.get('thread_ts'))}{'ephemeral' if where['is_ephemeral'] else 'message'}"
    )


def _name_of_event(event: Json) -> str:
    if event["type"] != "message":
        return str(event["type"])
    return "bot " * bool(event.get("bot_id")) + str(event.get("subtype") or "message")


@asynccontextmanager
async def _scene(directory: Path) -> AsyncIterator[Scene]:
    manifest = directory / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    async with (
        running(world_file.from_json(stage.world()), manifest, directory, start=stage.START) as server,
        LocalSlack(server.url) as slack,
        aiohttp.ClientSession() as session,
    ):
        scene = Scene(slack, AsyncWebClient(token=stage.BOT_TOKEN, base_url=server.api, retry_handlers=[]))
        opened = await scene.client.apps_connections_open(app_token=stage.APP_TOKEN)
        scene.seen["apps.connections.open"].append(dict(opened.data))
        async with session.ws_connect(opened["url"]) as socket:
            listening = asyncio.create_task(scene.listen(socket))
            await slack.connected(10)
            yield scene
            await slack.renew_sockets("warning")
            await _until(lambda: scene.seen["disconnect"])
            await socket.close()
            await listening


async def _until(done: Any) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)


async def everything(directory: Path) -> Seen:
    """By name, every payload and answer. AssertionError when the local Slack found fault with this app itself."""
    async with _scene(directory) as scene:
        await _calls(scene)
        await _interactions(scene)
        await _events(scene)
        assert await scene.slack.problems() == []
    return dict(scene.seen)


async def _calls(scene: Scene) -> None:
    for channel in (GENERAL, MIRAI):
        root = await scene.call(
            "chat.postMessage", channel=channel, text="root", blocks=_message(), metadata=_metadata()
        )
        ts = root["ts"]
        await scene.call("chat.postMessage", channel=channel, text="reply", thread_ts=ts)
        await scene.call("chat.update", channel=channel, ts=ts, text="changed")
        await scene.call("chat.postEphemeral", channel=channel, user=AIKO, text="only you")
        await scene.call("chat.getPermalink", channel=channel, message_ts=ts)
        await scene.call("conversations.history", channel=channel, limit=1)
        await scene.call("conversations.history", channel=channel, include_all_metadata=True)
        await scene.call("conversations.replies", channel=channel, ts=ts)
        await scene.call("conversations.info", channel=channel, include_num_members=True, include_locale=True)
        await scene.call("conversations.members", channel=channel)
    gone = await scene.call("chat.postMessage", channel=GENERAL, text="soon gone")
    await scene.call("chat.delete", channel=GENERAL, ts=gone["ts"])
    for user in (AIKO, MIKA, KAI, stage.GEN, stage.BOT):
        await scene.call("users.info", user=user, include_locale=True)
    for more in ({}, {"return_im": True}):
        opened = await scene.call("conversations.open", users=BEN, **more)
    room = await scene.client.conversations_info(channel=opened["channel"]["id"])
    scene.seen["conversations.info im"].append(dict(room.data))
    await scene.call("conversations.list", types="public_channel,private_channel", limit=2)
    await scene.call("users.list", limit=2)
    await scene.call("users.lookupByEmail", email="aiko@example.com")
    await scene.call("usergroups.users.list", usergroup="S0SEC")
    await scene.call("auth.test")
    await scene.call("team.info")
    await _upload(scene)


async def _upload(scene: Scene) -> None:
    for channel in (GENERAL, MIRAI):
        place = await scene.call("files.getUploadURLExternal", filename="stock.txt", length=3)
        async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=b"abc") as answer:
            assert answer.status == 200
        rows = [{"id": place["file_id"]}]
        await scene.call("files.completeUploadExternal", files=rows, channel_id=channel)
        await scene.call("files.info", file=place["file_id"])
        await scene.call("conversations.history", channel=channel)


async def _interactions(scene: Scene) -> None:
    aiko, mika = scene.slack.person(AIKO), scene.slack.person(MIKA)
    await scene.call("chat.postMessage", channel=MIRAI, text="press", blocks=_message())
    posted = await mika.wait_message("press me", channel=MIRAI)
    await mika.press(posted, label="press me")
    await scene.call("chat.postMessage", channel=MIRAI, text="t", blocks=_message(), thread_ts=posted.ts)
    await aiko.press((await aiko.thread(posted))[-1], label="press me")
    for more in ({}, {"thread_ts": posted.ts}):
        await scene.call("chat.postEphemeral", channel=MIRAI, user=AIKO, text="e", blocks=_message(), **more)
        await aiko.press((await aiko.ephemerals(MIRAI))[-1], label="press me")
    await mika.press(posted, label="press me")
    await scene.call("views.open", trigger_id=scene.trigger, view=_modal())
    await mika.choose("search", "monitor", query="mon")
    await mika.press(label="press me")
    await scene.call("views.push", trigger_id=scene.trigger, view=_modal())
    await mika.close()
    shown = await mika.modal()
    assert shown
    await scene.call("views.update", view_id=shown.id, hash=shown.hash, view=_modal())
    await mika.choose("search", "monitor", query="mon")
    await mika.fill("paper", [("paper.txt", b"signed")])
    await mika.submit()
    await _home_and_command(scene)
    scene.seen["uploaded_file"] = [_file_of(one["view"]) for one in scene.seen["view_submission"]]


async def _home_and_command(scene: Scene) -> None:
    aiko = scene.slack.person(AIKO)
    await aiko.command("/review", "hello", channel=GENERAL)
    await aiko.command("/review", "hello")
    await scene.call("views.open", trigger_id=scene.trigger, view=_modal())
    await aiko.close(everything=True)
    await aiko.open_home()
    await scene.call("views.publish", user_id=AIKO, view={"type": "home", "blocks": _message()})
    home = await aiko.open_home()
    await aiko.press(home, label="press me")


def _file_of(view: Json) -> Json:
    (file,) = view["state"]["values"]["paper"]["paper"]["files"]
    return dict(file)


async def _events(scene: Scene) -> None:
    slack = scene.slack
    aiko, mika = slack.person(AIKO), slack.person(MIKA)
    said = await aiko.say(GENERAL, "hello @bot", files=[("a.txt", b"a")])
    await aiko.say(GENERAL, "@bot in a thread", thread_ts=said.ts)
    await mika.say(MIRAI, "@bot look", files=[("b.txt", b"b")])
    await mika.say(MIRAI, "plain")
    await slack.join(GENERAL, stage.GEN, inviter=AIKO)
    await slack.leave(GENERAL, stage.GEN)
    await slack.connect(GENERAL, OTHER)
    await slack.disconnect(GENERAL, OTHER)
    await slack.group_members("S0SEC", [BEN])
    await slack.deactivate(stage.SORA)
    await slack.create_channel("short-lived", [AIKO, stage.BOT])
    for private in (False, True):
        made = await slack.create_channel(f"gone-{private}".lower(), [AIKO, stage.BOT], private=private)
        await slack.archive(made, AIKO)
    await _until(lambda: scene.seen["event group_archive"] and scene.seen["event user_change"])
    await _until(lambda: len(scene.seen["event app_mention"]) == 3)


def _metadata() -> Json:
    return {"event_type": "kept", "event_payload": {"id": "1"}}


def _message() -> list[Json]:
    return [stage.actions(stage.button("press me", "press"))]


def _modal() -> Json:
    label = {"type": "plain_text", "text": "search"}
    search = {"type": "external_select", "action_id": "search", "min_query_length": 1}
    paper = {"type": "file_input", "action_id": "paper"}
    return stage.modal(
        {"type": "input", "block_id": "search", "label": label, "element": search, "optional": True},
        {"type": "input", "block_id": "paper", "label": label | {"text": "paper"}, "element": paper, "optional": True},
        *_message(),
        notify_on_close=True,
    )
