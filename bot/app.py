"""The composition root: settings → database, clients, clock → services → AsyncApp. The only place that knows everything.

`run` starts, serves until SIGTERM or SIGINT, and drains: no accepted press is lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import tempfile
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.assembly import Observer, Outside, checklists, services, ticker
from bot.channels.clients import posting_client, reading_client
from bot.channels.slack import SlackChannel
from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_files import SlackFiles
from bot.clock import FollowedClock, SystemClock
from bot.config import Settings
from bot.domain.checklist import Checklist
from bot.scheduler import Job, Ticker, make_scheduler
from bot.services import Services
from bot.services.company import remember_company
from handlers.slack.all_routes import all_routes
from handlers.slack.effects import Effects
from handlers.slack.registry import register
from handlers.slack.socket import SocketHandler
from storage.checklist_files import ChecklistError
from storage.db import Database
from storage.migrate import Unusable, upgrade

log = logging.getLogger(__name__)

FORGET_SECONDS = 6 * 3600
WAKE_SECONDS = 0.3


class StartError(Exception):
    """The process cannot start; the text is one line that says what to do."""


def unwatched(_point: str) -> None:
    """The observer of production: nobody counts commits and sends."""


@dataclass(frozen=True)
class Application:
    """Everything that one process runs."""

    settings: Settings
    db: Database
    clock: SystemClock
    services: Services
    ticker: Ticker
    bolt: AsyncApp
    effects: Effects
    web: AsyncWebClient
    session: aiohttp.ClientSession
    observer: Observer


async def build(settings: Settings, stack: AsyncExitStack, observer: Observer = unwatched) -> Application:
    """Put everything together; `stack` closes it again. Raises StartError with one line where something is missing."""
    known = _checked(settings)
    try:
        await asyncio.to_thread(upgrade, settings.database_url)
    except Unusable as error:
        raise StartError(f"DATABASE_URL cannot be used: {error}") from error
    db = Database(settings.database_url, sqlite_sync=settings.sqlite_sync, observer=observer)
    stack.push_async_callback(db.close)
    clock = FollowedClock(settings.clock_url) if settings.clock_url else SystemClock()
    stack.push_async_callback(clock.close)
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)))
    token = settings.slack_bot_token.get_secret_value()
    web = posting_client(token, settings.slack_api_url, session)
    looking = reading_client(token, settings.slack_api_url, session)
    identity = await _ask_slack(web.auth_test(), "SLACK_BOT_TOKEN", settings)
    app_token = settings.slack_app_token.get_secret_value()
    await _ask_slack(web.apps_connections_open(app_token=app_token), "SLACK_APP_TOKEN", settings)
    outside = Outside(SlackChannel(web), SlackDirectory(looking), SlackFiles(looking, token))
    made = services(settings, db, clock, outside.directory, known)
    clockwork = ticker(settings, db, clock, made, outside, observer)
    await remember_company(db, settings.company_name or str(identity.get("team", "")), settings.time_zone)
    bolt = _bolt(identity, web)
    register(bolt, made, all_routes())
    return Application(settings, db, clock, made, clockwork, bolt, Effects(web), web, session, observer)


def _checked(settings: Settings) -> dict[str, Checklist]:
    """The checklists, and a folder for evidence that can be written. StartError names the setting."""
    try:
        known = checklists(settings)
    except (ChecklistError, OSError) as error:
        raise StartError(f"CHECKLIST_DIR: {error}") from error
    if not any(c.audience == "supplier" for c in known.values()):
        raise StartError("CHECKLIST_DIR holds no checklist for suppliers (*.yaml)")
    try:
        Path(settings.evidence_dir).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=settings.evidence_dir).close()
    except OSError as error:
        raise StartError(f"EVIDENCE_DIR cannot be written: {error.strerror or error}") from error
    return known


async def _ask_slack(call: Awaitable[AsyncSlackResponse], setting: str, settings: Settings) -> dict[str, object]:
    """Slack's answer. StartError where it refuses the token of a setting, or cannot be reached."""
    try:
        answer = await call
    except SlackApiError as error:
        raise StartError(f"Slack refused {setting}: {error.response.get('error')}") from error
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise StartError(
            f"SLACK_API_URL {settings.slack_api_url} cannot be reached ({type(error).__name__})"
        ) from error
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _bolt(identity: dict[str, object], web: AsyncWebClient) -> AsyncApp:
    """Bolt with a ready authorization: its own would call auth.test inside the first press, before the ack."""
    result = AuthorizeResult(
        enterprise_id=str(identity.get("enterprise_id") or "") or None,
        team_id=str(identity.get("team_id") or ""),
        bot_user_id=str(identity.get("user_id") or ""),
        bot_id=str(identity.get("bot_id") or ""),
        bot_token=web.token,
    )

    async def authorize() -> AuthorizeResult:
        return result

    os.environ.pop("SLACK_BOT_TOKEN", None)  # Bolt would read it, and warn that our authorize takes its place
    nobody = AsyncWebClient(base_url=web.base_url, session=web.session)  # Bolt fills in the token of each press itself
    return AsyncApp(client=nobody, authorize=authorize, process_before_response=True)


async def run(settings: Settings, observer: Observer = unwatched) -> None:
    """Serve until a signal, then drain. Raises StartError where it cannot start."""
    async with AsyncExitStack() as stack:
        app = await build(settings, stack, observer)
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        try:
            await app.clock.follow()
        except httpx.HTTPError as error:
            raise StartError(f"CLOCK_URL does not answer ({type(error).__name__})") from error
        await _first_sweep(app)
        await _serve(app, stop)
    log.info("stopped")


async def _serve(app: Application, stop: asyncio.Event) -> None:
    """Connect, work, and drain: presses under way are answered, effects and the tick under way end."""
    settings = app.settings
    handler = SocketHandler(app.bolt, settings.slack_app_token.get_secret_value(), app.web, app.effects)
    scheduler = make_scheduler(
        [
            Job("tick", settings.tick_seconds, app.ticker.tick),
            Job("sweep", settings.sweep_seconds, partial(_sweep, app)),
            Job("forget", FORGET_SECONDS, app.services.desk.forget),
        ]
    )
    stopping = asyncio.create_task(stop.wait())
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
    await asyncio.wait({stopping, connecting}, return_when=asyncio.FIRST_COMPLETED)  # the SDK tries for ever
    scheduler.start()
    waker = asyncio.create_task(_wake(app))
    log.info("connected" if connecting.done() else "stopped before there was a connection")
    try:
        await stopping
    finally:
        scheduler.shutdown(wait=False)
        for task in (waker, connecting):
            task.cancel()
        await asyncio.wait({waker})
        await handler.drain()
        await handler.close_async()  # type: ignore[no-untyped-call]
        await app.ticker.finish()


async def _sweep(app: Application) -> None:
    """Everybody as they are now; before that, whoever was chosen to be the security team and not looked at yet."""
    await app.services.team.finish()
    await app.services.people.sweep()


async def _first_sweep(app: Application) -> None:
    """Who is who, before the first press. Where Slack does not tell, people are looked up when they press."""
    try:
        await _sweep(app)
    except Exception:
        log.exception("people could not be looked up at the start; it is tried again with the next sweep")


async def _wake(app: Application) -> None:
    """Tick at once after a press that queued something; presses that follow closely share the next tick."""
    while True:
        await app.services.desk.work_waits.wait()
        app.services.desk.work_waits.clear()
        await app.ticker.tick()
        await asyncio.sleep(min(WAKE_SECONDS, app.settings.tick_seconds))
