"""The composition root: settings → database, clients, clock → services → AsyncApp. The only place that knows everything.

`run` starts, serves until SIGTERM or SIGINT, and drains: no accepted press is lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from dataclasses import dataclass

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.assembly import Observer, Outside, services, ticker
from bot.channels.clients import posting_client, reading_client
from bot.channels.slack import SlackChannel
from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_files import SlackFiles
from bot.clock import FollowedClock, SystemClock
from bot.config import Settings
from bot.scheduler import Job, Ticker, make_scheduler
from bot.services import Services
from bot.services.company import remember_company
from handlers.slack.all_routes import all_routes
from handlers.slack.effects import Effects
from handlers.slack.registry import register
from handlers.slack.socket import SocketHandler
from storage.db import Database
from storage.migrate import upgrade

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


async def build(settings: Settings, observer: Observer = unwatched) -> Application:
    """Put everything together. Asks Slack once who we are; raises what that raises."""
    await asyncio.to_thread(upgrade, settings.database_url)
    db = Database(settings.database_url, sqlite_sync=settings.sqlite_sync, observer=observer)
    clock = FollowedClock(settings.clock_url) if settings.clock_url else SystemClock()
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
    token = settings.slack_bot_token.get_secret_value()
    web = posting_client(token, settings.slack_api_url, session)
    looking = reading_client(token, settings.slack_api_url, session)
    identity = await _who_are_we(web, settings)
    outside = Outside(SlackChannel(web), SlackDirectory(looking), SlackFiles(looking, token))
    made = services(settings, db, clock, outside.directory)
    clockwork = ticker(settings, db, clock, made, outside, observer)
    await remember_company(db, settings.company_name or str(identity.get("team", "")), settings.time_zone)
    bolt = _bolt(identity, web)
    register(bolt, made, all_routes())
    return Application(settings, db, clock, made, clockwork, bolt, Effects(web), web, session, observer)


async def _who_are_we(web: AsyncWebClient, settings: Settings) -> dict[str, object]:
    """auth.test. Raises StartError where Slack refuses the token or cannot be reached."""
    try:
        answer = await web.auth_test()
    except SlackApiError as error:
        raise StartError(f"Slack refused SLACK_BOT_TOKEN: {error.response.get('error')}") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise StartError(f"{settings.slack_api_url} cannot be reached ({type(error).__name__})") from error
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
    """Serve until a signal, then drain."""
    app = await build(settings, observer)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await app.clock.follow()
    await _first_sweep(app)
    handler = SocketHandler(app.bolt, settings.slack_app_token.get_secret_value(), app.web, app.effects)
    scheduler = make_scheduler(
        [
            Job("tick", settings.tick_seconds, app.ticker.tick),
            Job("sweep", settings.sweep_seconds, app.services.people.sweep),
            Job("forget", FORGET_SECONDS, app.services.desk.forget),
        ]
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    scheduler.start()
    waker = asyncio.create_task(_wake(app))
    log.info("connected")
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        waker.cancel()
        await _close(app, handler)


async def _first_sweep(app: Application) -> None:
    """Who is who, before the first press. Where Slack does not tell, people are looked up when they press."""
    try:
        await app.services.people.sweep()
    except Exception:
        log.exception("people could not be looked up at the start; it is tried again with the next sweep")


async def _wake(app: Application) -> None:
    """Tick at once after a press that queued something; presses that follow closely share the next tick."""
    while True:
        await app.services.desk.work_waits.wait()
        app.services.desk.work_waits.clear()
        await app.ticker.tick()
        await asyncio.sleep(min(WAKE_SECONDS, app.settings.tick_seconds))


async def _close(app: Application, handler: SocketHandler) -> None:
    """Presses under way are answered and their effects done; a tick under way ends; then everything closes."""
    await handler.drain()
    await handler.close_async()  # type: ignore[no-untyped-call]
    await app.ticker.finish()
    await app.session.close()
    await app.clock.close()
    await app.db.close()
    log.info("stopped")
