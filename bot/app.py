"""The composition root: settings → database, clients, clock → services → AsyncApp. The only place that knows everything.

`build` puts a process together, `run` lets it live (`serving.py`) until SIGTERM or SIGINT.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.assembly import Observer, Outside, services, ticker
from bot.channels.clients import posting_client, reading_client
from bot.channels.corporate_register import CorporateRegister
from bot.channels.slack import SlackChannel
from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_files import SlackFiles
from bot.channels.slack_invitations import SlackInvitations
from bot.channels.slack_uploads import SlackUploads
from bot.clock import FollowedClock, SystemClock
from bot.config import Settings
from bot.domain.settings import COMPANY, Setting
from bot.scheduler import Job, Ticker, UnderWay, make_scheduler
from bot.services import Services
from bot.services.company import remember_company
from bot.services.policy_changes import PolicyChanges
from bot.services.ports import SendFailed
from bot.services.recognition import Recognition
from bot.serving import LAST_SECONDS, Ear, Work, end_in_any_case, serve, watchdog
from bot.startup import StartError, ask_slack, checked, first_socket
from handlers.slack.all_routes import all_routes
from handlers.slack.effects import Effects
from handlers.slack.intake import Intake
from handlers.slack.registry import register
from handlers.slack.socket import Sockets
from handlers.web.server import HttpServer
from storage.db import Database
from storage.migrate import Unusable, upgrade

log = logging.getLogger(__name__)

FORGET_SECONDS = 6 * 3600
TEAM_SECONDS = 20
"""How soon a choice of the security team is looked at again when Slack did not answer."""
WAKE_SECONDS = 0.3


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
    intake: Intake
    recognition: Recognition
    web: AsyncWebClient
    first_socket: str


async def build(settings: Settings, stack: AsyncExitStack, observer: Observer = unwatched) -> Application:
    """Put everything together; `stack` closes it again. Raises StartError with one line where something is missing."""
    known = checked(settings)
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
    identity = await ask_slack(web.auth_test(), "SLACK_BOT_TOKEN", settings)
    socket_url = await first_socket(web, settings) if settings.mode == "socket" else ""
    outside = Outside(
        SlackChannel(web),
        SlackDirectory(looking),
        SlackFiles(looking, token),
        SlackUploads(web),
        SlackInvitations(web),
    )
    made = services(settings, db, clock, outside.directory, outside.inviter, known, await _national(settings, stack))
    clockwork = ticker(settings, db, clock, made, outside, observer)
    await remember_company(db, settings.company_name or str(identity.get("team", "")), settings.time_zone)
    if outdated := await PolicyChanges(made.desk).outdated():
        log.warning("%d risk tiers were decided by other rules than the policy's: see `vendor-review policy`", outdated)
    bolt = _bolt(identity, web)
    register(bolt, made, all_routes())
    recognition = Recognition(made.people)
    made.desk.recognises = recognition.of
    effects = Effects(web)
    intake = Intake(bolt, effects, _home(identity))
    return Application(settings, db, clock, made, clockwork, bolt, effects, intake, recognition, web, socket_url)


async def _national(settings: Settings, stack: AsyncExitStack) -> CorporateRegister | None:
    """The national register, where we have an application id for it."""
    application = settings.corporate_register_id.get_secret_value()
    if not application:
        return None
    client = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False))
    return CorporateRegister(client, settings.corporate_register_url, application)


def _home(identity: dict[str, object]) -> frozenset[str]:
    """The ids of our workspace and its organisation."""
    return frozenset(str(identity[name]) for name in ("team_id", "enterprise_id") if identity.get(name))


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
    return AsyncApp(
        client=nobody, authorize=authorize, process_before_response=True, raise_error_for_unhandled_request=True
    )


async def run(settings: Settings, observer: Observer = unwatched) -> None:
    """Serve until a signal, then drain. Raises StartError where it cannot start, Silence where Slack is not heard any more."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        app = await build(settings, stack, observer)
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        try:
            await app.clock.follow()
        except httpx.HTTPError as error:
            raise StartError(f"CLOCK_URL does not answer ({type(error).__name__})") from error
        ear, watch = _ear(app)
        try:
            await serve(ear, _work(app), stop, watch, settings.drain_seconds)
        except OSError as error:
            if settings.mode != "http":
                raise
            raise StartError(f"HTTP_HOST and HTTP_PORT cannot be listened on ({error.strerror or error})") from error
    log.info("stopped")


def _ear(app: Application) -> tuple[Ear, Coroutine[Any, Any, None]]:
    """How Slack reaches us, and what watches over it."""
    settings = app.settings
    if settings.mode == "http":
        secret = settings.slack_signing_secret.get_secret_value()
        server = HttpServer(app.intake, secret, partial(_look, app.db), settings.http_host, settings.http_port)
        return server, _for_ever()
    token = settings.slack_app_token.get_secret_value()
    sockets = Sockets(app.intake, token, app.web, settings.socket_connections, app.first_socket)
    return sockets, watchdog(lambda: sockets.silent_for, settings.watchdog_seconds)


async def _look(db: Database) -> None:
    """Read something. Raises where the database cannot be used."""
    async with db.read() as tx:
        await tx.get(Setting, COMPANY)


async def _for_ever() -> None:
    await asyncio.Event().wait()


def _work(app: Application) -> Work:
    settings, under_way = app.settings, UnderWay()
    jobs = [
        Job("tick", settings.tick_seconds, app.ticker.tick),
        Job("team", TEAM_SECONDS, app.services.team.finish),
        Job("sweep", settings.sweep_seconds, partial(_sweep, app)),
        Job("forget", FORGET_SECONDS, app.services.desk.forget),
        Job("rehearsals", FORGET_SECONDS, app.services.rehearsing.forget),
    ]

    def refuse() -> None:
        app.intake.closing = True
        app.services.people.halt()
        end_in_any_case(settings.drain_seconds + LAST_SECONDS)

    async def finish() -> None:
        await asyncio.gather(app.intake.drain(), app.recognition.finish(), app.ticker.finish(), under_way.finish())

    def left() -> str:
        parts = (app.intake.left(), f"the tick's {app.ticker.at}" if app.ticker.at else "", under_way.left())
        return ", ".join(part for part in parts if part)

    first = partial(under_way.run, "first sweep", partial(_first_sweep, app))
    return Work(first, make_scheduler(jobs, under_way), partial(_wake, app), refuse, finish, left)


async def _sweep(app: Application) -> None:
    """Everybody as they are now; before that, whoever was chosen to be the security team and not looked at yet."""
    await app.services.team.finish()
    await app.services.people.sweep()
    await app.services.strangers.sweep()


async def _first_sweep(app: Application) -> bool:
    """Whether everybody could be read. Where Slack does not tell, people are looked up when they press."""
    try:
        await _sweep(app)
    except SendFailed as failed:
        log.warning("people could not be looked up at the start (%s); it is tried again", failed.error)
        return False
    except Exception:
        log.exception("people could not be looked up at the start; it is tried again")
        return False
    return True


async def _wake(app: Application) -> None:
    """Tick at once after a press that queued something; presses that follow closely share the next tick."""
    while True:
        await app.services.desk.work_waits.wait()
        app.services.desk.work_waits.clear()
        await app.ticker.tick()
        await asyncio.sleep(min(WAKE_SECONDS, app.settings.tick_seconds))
