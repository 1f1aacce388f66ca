"""A small world, a small real Bolt app and the local Slack between them, over real sockets.

`stage(tmp_path, build)` serves the world, connects an AsyncApp to which `build` has added listeners, and gives the
client. People: Aiko and Ben at home, Gen and Sora guests; Mika and Noa at the partner's, in #mirai with Aiko.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.server import Running, Timing, running

HOME, PARTNER, OTHER = "T0HOME", "T0MIRAI", "T0KAWA"
AIKO, BEN, GEN, SORA, MIKA, NOA, KAI, BOT = "U0AIKO", "U0BEN", "U0GEN", "U0SORA", "U0MIKA", "U0NOA", "U0KAI", "U0BOT"
GENERAL, MIRAI, SECRET, GUESTS = "C0GENERAL", "C0MIRAI", "C0SECRET", "C0GUESTS"
BOT_TOKEN, APP_TOKEN = "xoxb-1-test", "xapp-1-test"
START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)

MANIFEST = """
display_information: {name: Reviews}
features:
  app_home: {home_tab_enabled: true}
  bot_user: {display_name: reviews}
  slash_commands:
    - {command: /review, description: Reviews, should_escape: true}
    - {command: /raw, description: As typed}
oauth_config:
  scopes:
    bot: [commands, chat:write, im:write, users:read, channels:read, groups:read, files:read, files:write,
          usergroups:read, channels:history, groups:history, im:history, app_mentions:read]
settings:
  event_subscriptions:
    bot_events: [app_home_opened, app_mention, message.channels, message.groups, message.im, file_shared,
                 member_joined_channel, member_left_channel, channel_shared, channel_unshared,
                 subteam_members_changed, user_change]
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
"""


def world() -> dict[str, Any]:
    def user(key: str, team: str, name: str, real_name: str, **more: Any) -> dict[str, Any]:
        return {"id": key, "team_id": team, "name": name, "real_name": real_name, **more}

    return {
        "app": {
            "app_id": "A0APP",
            "bot_id": "B0BOT",
            "bot_user": BOT,
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "team_id": HOME,
        },
        "teams": [
            {"id": HOME, "name": "ひなた商事", "domain": "hinata"},
            {"id": PARTNER, "name": "みらいシステム", "domain": "mirai", "enterprise_id": "E0MIRAI"},
            {"id": OTHER, "name": "かわぐち印刷", "domain": "kawaguchi"},
        ],
        "users": [
            user(AIKO, HOME, "aiko", "相田 愛子", kind="admin", email="aiko@example.com"),
            user(BEN, HOME, "ben", "弁田 勉", email="ben@example.com"),
            user(GEN, HOME, "gen", "源田 元", kind="guest"),
            user(SORA, HOME, "sora", "空知 そら", kind="single_guest"),
            user(MIKA, PARTNER, "mika", "三木 美香"),
            user(NOA, PARTNER, "noa", "野上 乃愛"),
            user(KAI, OTHER, "kai", "甲斐 海"),
        ],
        "channels": [
            {"id": GENERAL, "name": "general", "team_id": HOME, "members": [AIKO, BEN, BOT]},
            {
                "id": MIRAI,
                "name": "mirai",
                "team_id": HOME,
                "is_private": True,
                "members": [AIKO, MIKA, NOA, BOT],
                "connected": [PARTNER],
            },
            {"id": SECRET, "name": "secret", "team_id": HOME, "is_private": True, "members": [BEN]},
            {"id": GUESTS, "name": "guests", "team_id": HOME, "members": [GEN, SORA, BOT]},
        ],
        "groups": [{"id": "S0SEC", "handle": "security", "name": "情報セキュリティ", "users": [AIKO]}],
    }


class Stage:
    """What a test needs: the people's side, the server, the app and its payloads as Bolt saw them."""

    def __init__(self, slack: LocalSlack, server: Running, app: AsyncApp) -> None:
        self.slack = slack
        self.server = server
        self.app = app
        self.handler: AsyncSocketModeHandler | None = None

    async def connect(self) -> None:
        self.handler = AsyncSocketModeHandler(self.app, APP_TOKEN, web_client=self.app.client)
        await self.handler.connect_async()
        await self.slack.connected(10)

    async def stop_app(self) -> None:
        """As a crash: the socket is gone, whatever was being done."""
        if self.handler:
            await self.handler.close_async()
            self.handler = None

    async def post(self, channel: str, blocks: list[dict[str, Any]] | None = None, **more: Any) -> str:
        answer = await self.app.client.chat_postMessage(channel=channel, text="text", blocks=blocks, **more)
        return str(answer["ts"])


@asynccontextmanager
async def stage(
    directory: Path, build: Callable[[AsyncApp], None] = lambda app: None, *, timing: Timing | None = None
) -> AsyncIterator[Stage]:
    """Served, connected, and stopped again. The app answers no clock and does nothing of itself."""
    manifest = directory / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    async with running(world_file.from_json(world()), manifest, directory, start=START, timing=timing) as server:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=server.api, retry_handlers=[])
        app = AsyncApp(token=BOT_TOKEN, client=client)
        build(app)
        async with LocalSlack(server.url) as slack:
            scene = Stage(slack, server, app)
            await scene.connect()
            try:
                yield scene
            finally:
                await scene.stop_app()


def button(label: str, action_id: str, value: str = "v") -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action_id,
        "value": value,
    }


def actions(*elements: dict[str, Any], block_id: str = "acts") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str, label: str, **element: Any) -> dict[str, Any]:
    block: dict[str, Any] = {key: element.pop(key) for key in ("optional", "dispatch_action") if key in element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": {"type": "plain_text_input", "action_id": "text", **element},
        **block,
    }


def choice_input(kind: str, block_id: str, label: str, *names: str, **more: Any) -> dict[str, Any]:
    options = [{"text": {"type": "plain_text", "text": name}, "value": f"v-{name}"} for name in names]
    element = {"type": kind, "action_id": "choice", **({"options": options} if options else {})}
    element |= {key: value for key, value in more.items() if key != "dispatch_action"}
    block = {key: value for key, value in more.items() if key == "dispatch_action"}
    label_text = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": block_id, "label": label_text, "element": element, **block}


def modal(*blocks: dict[str, Any], callback_id: str = "form", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": "登録"},
        "submit": {"type": "plain_text", "text": "送信"},
        "blocks": list(blocks),
        **more,
    }
