"""The stage of the journeys: a local Slack in this process, the bot in another, and a few people of four companies.

    async with town(tmp_path) as t:
        await t.start_bot()
        await t.slack.person(SEC1).command("/vendor-review", "help")

The bot is the real program with real sockets; nothing of it is replaced. Times are short here and only here.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.client import LocalSlack
from sandbox.server import Running, running
from sandbox.world import World
from sandbox.world_file import from_json
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # Wednesday, 10:00 in Tokyo

HOME, SUP1, SUP2, SUP3 = "T0HOME", "T0MIKA", "T0HOSHI", "T0KURO"
BOT = "U0BOT"
ADMIN, SEC1, SEC2 = "U0ADMIN", "U0SEC1", "U0SEC2"
OWNER1, OWNER2, DEPUTY, BOSS = "U0OWN1", "U0OWN2", "U0DEP1", "U0BOSS"
EMPLOYEE, GONE = "U0EMP1", "U0GONE"
ANNA, BERT, CHIE = "U0ANNA", "U0BERT", "U0CHIE"  # of the first supplier; Chie is not in its channel
RIVAL = "U0RIVAL"  # of the second supplier
GUEST, GUEST2 = "U0GUEST", "U0GUE2"
STRANGER = "U0STRAN"  # of a third company that is no supplier
SEC_CHANNEL, CH1, CH2, CH_GUEST, LOBBY = "C0SEC", "C0SUP1", "C0SUP2", "C0GUEST", "C0LOBBY"
TEAM_GROUP = "S0SEC"
SECRET = "0123456789abcdef0123456789abcdef"
"""Signs requests where Slack delivers over HTTP."""


def _user(key: str, team: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "team_id": team,
        "name": key.lower(),
        "real_name": name,
        "email": f"{key.lower()}@example.com",
        **more,
    }


def world() -> dict[str, Any]:
    """Everybody and every channel."""
    return {
        "app": {
            "app_id": "A0VR",
            "bot_id": "B0VR",
            "bot_user": BOT,
            "bot_token": "xoxb-town",
            "app_token": "xapp-town",
            "team_id": HOME,
        },
        "teams": [
            {"id": HOME, "name": "あおば商事", "domain": "aoba"},
            {"id": SUP1, "name": "みかづき運輸", "domain": "mikazuki"},
            {"id": SUP2, "name": "ほしぞら印刷", "domain": "hoshizora"},
            {"id": SUP3, "name": "くろしお倉庫", "domain": "kuroshio"},
        ],
        "users": [
            _user(ADMIN, HOME, "管理 始", kind="admin"),
            _user(SEC1, HOME, "佐藤 花子"),
            _user(SEC2, HOME, "鈴木 一郎"),
            _user(OWNER1, HOME, "高橋 物流"),
            _user(OWNER2, HOME, "田中 総務"),
            _user(DEPUTY, HOME, "伊藤 代理"),
            _user(BOSS, HOME, "渡辺 部長"),
            _user(EMPLOYEE, HOME, "山本 無関"),
            _user(GONE, HOME, "退職 済", deleted=True),
            _user(GUEST, HOME, "客野 個人", kind="single_guest"),
            _user(GUEST2, HOME, "客野 別人", kind="guest"),
            _user(ANNA, SUP1, "安藤 花"),
            _user(BERT, SUP1, "別当 進"),
            _user(CHIE, SUP1, "千代 不在"),
            _user(RIVAL, SUP2, "来栖 競"),
            _user(STRANGER, SUP3, "黒潮 渡"),
        ],
        "channels": [
            {"id": LOBBY, "name": "general", "team_id": HOME, "members": [ADMIN, SEC1, SEC2, OWNER1, OWNER2, EMPLOYEE]},
            {"id": SEC_CHANNEL, "name": "sec", "team_id": HOME, "is_private": True, "members": [SEC1, SEC2, BOT]},
            {
                "id": CH1,
                "name": "ext-mikazuki",
                "team_id": HOME,
                "is_private": True,
                "members": [SEC1, OWNER1, ANNA, BERT, BOT],
                "connected": [SUP1],
            },
            {
                "id": CH2,
                "name": "ext-hoshizora",
                "team_id": HOME,
                "members": [SEC1, RIVAL, BOT],
                "connected": [SUP2],
            },
            {"id": CH_GUEST, "name": "ext-guest", "team_id": HOME, "is_private": True, "members": [SEC1, GUEST, BOT]},
        ],
        "groups": [{"id": TEAM_GROUP, "handle": "security", "name": "情報セキュリティ室", "users": [SEC1, SEC2]}],
    }


@dataclass
class Town:
    """A running stage. `slack` is how people act; `env` is what the bot is started with."""

    running: Running
    slack: LocalSlack
    folder: Path
    env: dict[str, str]
    module: str = "bot"
    bots: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def log(self) -> str:
        """Everything the bot has written so far."""
        path = self.folder / "bot.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    async def start_bot(self, *args: str, **extra: str) -> asyncio.subprocess.Process:
        """Start the bot and wait until it listens."""
        bot = await self.spawn(*(args or ("run",)), **extra)
        waiting = asyncio.create_task(self.slack.connected(timeout=60))
        ended = asyncio.create_task(bot.wait())
        await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            waiting.cancel()
            raise AssertionError(f"the bot ended with {ended.result()}\n{self.log[-3000:]}")
        ended.cancel()
        await waiting
        return bot

    async def spawn(self, *args: str, **extra: str) -> asyncio.subprocess.Process:
        """Start `python -m <module> …` without waiting for anything."""
        with (self.folder / "bot.log").open("ab") as out:
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, *args, cwd=ROOT, env={**self.env, **extra}, stdout=out, stderr=out
            )
        self.bots.append(bot)
        return bot

    async def stop_bot(self, bot: asyncio.subprocess.Process, *, kill: bool = False) -> int:
        """End a bot: kindly, or at once."""
        if bot.returncode is None:
            bot.kill() if kill else bot.terminate()
        return await asyncio.wait_for(bot.wait(), 30)

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do."""
        await self.slack.settle(timeout=60)


def environment(running_: Running, folder: Path, database: str = "") -> dict[str, str]:
    """The bot's settings in a test."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV"}}
    return {
        **kept,
        "SLACK_BOT_TOKEN": "xoxb-town",
        "SLACK_APP_TOKEN": "xapp-town",
        "SLACK_API_URL": running_.api,
        "CLOCK_URL": f"{running_.url}/clock",
        "DATABASE_URL": database or f"sqlite:///{folder}/bot.db",
        "EVIDENCE_DIR": str(folder / "evidence"),
        "FIRST_ADMIN": ADMIN,
        "COMPANY_NAME": "あおば商事株式会社",
        "TICK_SECONDS": "0.1",
        "POST_SPACING_SECONDS": "0",
        "CHANNEL_CHECK_SECONDS": "0",
        "IN_DOUBT_SECONDS": "0.3",
        "LEASE_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }


@asynccontextmanager
async def town(
    folder: Path,
    *,
    database: str = "",
    manifest: Path = ROOT / "app.yaml",
    scenery: World | None = None,
    start: datetime = START,
    http: bool = False,
) -> AsyncIterator[Town]:
    """A stage in a folder: fresh, or with the scenery (and the bot's database in the folder) of an earlier one.

    With `http`, Slack delivers to a Request URL, and the bot has a signing secret in place of the app token.
    """
    port = free_port() if http else 0
    delivery = {"request_url": f"http://127.0.0.1:{port}/slack/events", "signing_secret": SECRET} if http else {}
    async with (
        running(scenery or from_json(world()), manifest, folder, start=start, **delivery) as slack_server,
        LocalSlack(slack_server.url) as slack,
    ):
        env = environment(slack_server, folder, database)
        if http:
            env |= {"SLACK_SIGNING_SECRET": SECRET, "HTTP_PORT": str(port)}
            del env["SLACK_APP_TOKEN"]
        made = Town(slack_server, slack, folder, env)
        try:
            yield made
        finally:
            for bot in made.bots:
                if bot.returncode is None:
                    bot.kill()
                    await bot.wait()
