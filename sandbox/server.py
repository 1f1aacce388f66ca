"""The local Slack as a server on 127.0.0.1: put together, started, stopped.

`running()` serves it inside a test; `serve()` is the program (`__main__.py`). When it is ready, DIR/sandbox.json says
where; DIR/record.jsonl is the record. An unexpected exception here becomes HTTP 500 and a problem `sandbox_error`, so
that it is never mistaken for the app's fault. Paths are in `app_routes.py` and `driver_routes.py`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from sandbox import (
    app_routes,
    delivery,
    delivery_faults,
    delivery_routes,
    driver_routes,
    events,
    http_delivery,
    scopes,
    socket_connection,
    socket_mode,
    triggers,
    world_file,
)
from sandbox.app_routes import LIVE
from sandbox.clock import BusinessClock
from sandbox.core import Sandbox
from sandbox.faults import ConnectionCut
from sandbox.live import Activity, Live
from sandbox.play import routes as play
from sandbox.record import Record
from sandbox.world import World

MAX_BODY = 96 * 1024 * 1024
"""Bytes: files of 60 MB, as base64 in JSON."""


@dataclass(frozen=True)
class Timing:
    """Slack's own patience, in seconds of real time; tests of other things may stretch or shorten it.

    `retry_after` of None is each delivery's own: Slack's over HTTP, shorter through sockets. `ping`, `lifetime` and `grace`
    are about sockets (`socket_connection.Pace`).
    """

    ack: float = delivery.ACK_SECONDS
    trigger: float = triggers.LIFETIME
    retry_after: tuple[float, ...] | None = None
    ping: float = socket_connection.Pace.ping
    lifetime: float = socket_connection.Pace.lifetime
    grace: float = socket_connection.Pace.grace


@dataclass(frozen=True)
class RequestUrl:
    """Where payloads are posted, signed with `secret`. Without a url they go through sockets."""

    url: str = ""
    secret: str = ""

    def __post_init__(self) -> None:
        if bool(self.url) != bool(self.secret):
            raise ValueError("a Request URL and a signing secret go together")


@dataclass
class Running:
    """A local Slack that serves at `url` (no slash at the end)."""

    url: str
    live: Live

    @property
    def sandbox(self) -> Sandbox:
        return self.live.sandbox

    @property
    def api(self) -> str:
        """What the app's SLACK_API_URL must be."""
        return f"{self.url}/api/"


@asynccontextmanager
async def running(
    world: World | Path,
    manifest: Path,
    directory: Path,
    *,
    port: int = 0,
    start: datetime | None = None,
    run_clock: bool = False,
    timing: Timing | None = None,
    request_url: str = "",
    signing_secret: str = "",
    rate_limits: float = 0.0,
) -> AsyncIterator[Running]:
    """Serves until the block ends. `start` is the first business time; ValueError for a world or manifest in error.

    `rate_limits`: 0 none, 1 as Slack, 60 a second for a minute (`rate_limits.py`).
    """
    world = world if isinstance(world, World) else world_file.load(world)
    scopes.install(world.app, scopes.read_manifest(manifest))
    events.check_subscriptions(world.app)
    clock = BusinessClock(start, running=run_clock)
    record = Record(directory / "record.jsonl", clock.now)
    live = _assemble(world, record, clock, timing or Timing(), RequestUrl(request_url, signing_secret))
    live.rate_limits.factor = rate_limits
    runner = web.AppRunner(_application(live), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        live.sandbox.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Running(live.sandbox.base_url, live)
    finally:
        await live.events.close()
        await live.delivery.close()
        await live.socket.close()
        await runner.cleanup()
        record.close()


async def serve(
    world: Path,
    manifest: Path,
    directory: Path,
    *,
    port: int,
    start: datetime | None,
    run_clock: bool,
    rate_limits: float = 0.0,
    timing: Timing | None = None,
    request_url: str = "",
    signing_secret: str = "",
) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(
        world,
        manifest,
        directory,
        port=port,
        start=start,
        run_clock=run_clock,
        rate_limits=rate_limits,
        timing=timing,
        request_url=request_url,
        signing_secret=signing_secret,
    ) as slack:
        _announce(directory / "sandbox.json", slack)
        await stop.wait()


def _announce(path: Path, slack: Running) -> None:
    """Whole or not at all: whoever waits for the file reads it as soon as it is there."""
    where = {"url": slack.url, "api": slack.api, "clock": f"{slack.url}/clock"}
    half = path.with_suffix(".tmp")
    half.write_text(json.dumps(where) + "\n", encoding="utf-8")
    half.replace(path)


def _assemble(world: World, record: Record, clock: BusinessClock, timing: Timing, to: RequestUrl) -> Live:
    activity = Activity(clock)
    book = triggers.TriggerBook(timing.trigger)
    socket = socket_mode.SocketMode(record, world.app.app_id, activity.touch, _pace(timing))
    http = _http(record, activity, timing, to) if to.url else None
    socket.enabled = http is None
    sandbox = Sandbox(world, record, clock, book)
    weather = delivery_faults.DeliveryWeather(http or socket, record)
    queue = events.Events(sandbox, weather)
    sandbox.emit = queue.emit
    sandbox.new_socket_url = lambda: socket.new_url(sandbox.base_url)
    return Live(sandbox, clock, book, socket, weather, queue, activity, http)


def _pace(timing: Timing) -> socket_connection.Pace:
    retries = socket_connection.RETRY_AFTER if timing.retry_after is None else timing.retry_after
    return socket_connection.Pace(timing.ack, retries, timing.ping, timing.lifetime, timing.grace)


def _http(record: Record, activity: Activity, timing: Timing, to: RequestUrl) -> http_delivery.HttpDelivery:
    retries = http_delivery.RETRY_AFTER if timing.retry_after is None else timing.retry_after
    return http_delivery.HttpDelivery(record, to.url, to.secret, activity.touch, timing.ack, retries)


def _application(live: Live) -> web.Application:
    application = web.Application(middlewares=[_own_mistakes], client_max_size=MAX_BODY)
    application[LIVE] = live
    application.add_routes([*app_routes.routes, *driver_routes.routes, *delivery_routes.routes])
    play.attach(application)
    return application


@web.middleware
async def _own_mistakes(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A mistake of the local Slack itself is recorded as such, with its traceback."""
    try:
        return await handler(request)
    except ConnectionCut:
        return web.Response()  # nobody is there to read it
    except (web.HTTPException, ConnectionError):
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is this program's and must be told apart from the app's
        request.app[LIVE].sandbox.record.problem("sandbox_error", f"{request.path}\n{traceback.format_exc()}")
        return web.Response(status=500, text=traceback.format_exc())
