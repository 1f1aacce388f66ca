"""What tests and drivers reach through `client.py`: people, turns of the story, clock, faults, record.

An act that Slack's screen would refuse is answered 200 {"cannot": reason}, anything else {"result": …}. To serve one
more thing, add a handler and a row in `routes`; a new act or turn needs nothing here.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox import people, sight, story
from sandbox.app_routes import LIVE
from sandbox.cannot import CannotDo
from sandbox.live import Live

TOKEN_STATES = ("", "token_revoked", "account_inactive", "token_expired")
"""What has become of the bot token, by the error that Slack answers then ([K:common]); "" when it is good."""


async def act(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/people/<user>/<act> with the act's arguments."""
    live, arguments = request.app[LIVE], await request.json()
    try:
        user = sight.person(live, request.match_info["user"])
        result = await people.ACTS[request.match_info["act"]](live, user, **arguments)
    except CannotDo as reason:
        return web.json_response({"cannot": str(reason)})
    return _result(result)


async def look(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/people/<user>/see/<what>."""
    live, arguments = request.app[LIVE], await request.json()
    seen = sight.LOOKS[request.match_info["what"]]
    return _or_cannot(lambda: seen(live, sight.person(live, request.match_info["user"]), *arguments))


async def turn(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/story/<turn>."""
    live, arguments = request.app[LIVE], await request.json()
    return _or_cannot(lambda: story.TURNS[request.match_info["turn"]](live, **arguments))


async def set_clock(request: web.Request) -> web.StreamResponse:
    """POST /clock {"now": ISO} or {"advance_seconds": n}; an empty object only looks, without counting as reading."""
    live, body = request.app[LIVE], await request.json()
    if "now" in body:
        live.clock.set(datetime.fromisoformat(body["now"]))
    elif "advance_seconds" in body:
        live.clock.advance(float(body["advance_seconds"]))
    if body:
        live.activity.touch()
        live.sandbox.record.write("clock", now=live.clock.now().isoformat())
    return web.json_response({"now": live.clock.now().isoformat()})


async def clock_reads(request: web.Request) -> web.StreamResponse:
    return web.json_response({"reads": request.app[LIVE].clock.reads})


async def settle(request: web.Request) -> web.StreamResponse:
    """GET /sandbox/settle?timeout=: waits until app and people are at rest, and says what is not where it never is."""
    live = request.app[LIVE]
    live.activity.touch()
    try:
        async with asyncio.timeout(float(request.query["timeout"])):
            while not live.at_rest:
                await live.clock.next_read()
    except TimeoutError:
        return web.json_response({"at_rest": False, **_state(live)})
    return web.json_response({"at_rest": True, **_state(live)})


async def entries(request: web.Request) -> web.StreamResponse:
    """GET /sandbox/record?since=&wait=: the entries after `since`; waits up to `wait` seconds for the first one."""
    record, since = request.app[LIVE].sandbox.record, int(request.query.get("since", "0"))
    try:
        async with asyncio.timeout(float(request.query.get("wait", "0"))):
            await record.wait_for_change(since)
    except TimeoutError:
        return _result([])
    return _result(record.entries(since))


async def last(request: web.Request) -> web.StreamResponse:
    """GET /sandbox/last?since=&wait=&kinds=a,b: the newest entry's number; waits for one of these kinds after `since`."""
    record, since = request.app[LIVE].sandbox.record, int(request.query["since"])
    kinds = request.query["kinds"].split(",")
    try:
        async with asyncio.timeout(float(request.query["wait"])):
            while not any(entry["kind"] in kinds for entry in record.entries(since)):
                since = record.last
                await record.wait_for_change(since)
    except TimeoutError:
        return _result(record.last)
    return _result(record.last)


async def fault(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/fault {"what", "method", "times", "seconds"}; an empty object disarms all."""
    faults, body = request.app[LIVE].faults, await request.json()
    if not body:
        faults.clear()
        return _result(None)
    try:
        faults.arm(**body)
    except ValueError as error:
        return web.json_response({"cannot": str(error)})
    return _result(None)


async def weather(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/weather {"seed", "mix", "methods", "seconds"}; an empty object calms it, and disarms all."""
    faults, body = request.app[LIVE].faults, await request.json()
    try:
        faults.set_weather(**body) if body else faults.calm()
    except ValueError as error:
        return web.json_response({"cannot": str(error)})
    return _result(None)


async def rate_limits(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/rate_limits {"factor"}: 0 none, 1 as Slack."""
    request.app[LIVE].rate_limits.factor = float((await request.json())["factor"])
    return _result(None)


async def token(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/token {"error"}: what every call with the bot token gets from now on; "" for the usual answer."""
    live, error = request.app[LIVE], (await request.json())["error"]
    if error not in TOKEN_STATES:
        return web.json_response({"cannot": f"no state {error!r} of a token; there are {', '.join(TOKEN_STATES)}"})
    live.sandbox.token_state = error
    live.sandbox.record.write("token", error=error)
    return _result(None)


def _state(live: Live) -> dict[str, Any]:
    return {
        "connections": live.delivery.open_connections,
        "unacknowledged": live.delivery.in_flight,
        "events_under_way": live.events.under_way,
        "calls_under_way": live.activity.calls_under_way,
        "clock_reads": live.clock.reads,
        "quiet_reads": live.activity.quiet_reads,
    }


def _or_cannot(do: Callable[[], Any]) -> web.StreamResponse:
    try:
        return _result(do())
    except CannotDo as reason:
        return web.json_response({"cannot": str(reason)})


def _result(value: Any) -> web.StreamResponse:
    plain = dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
    return web.json_response({"result": plain})


routes = [
    web.post("/sandbox/people/{user}/see/{what}", look),
    web.post("/sandbox/people/{user}/{act}", act),
    web.post("/sandbox/story/{turn}", turn),
    web.post("/clock", set_clock),
    web.get("/sandbox/clock_reads", clock_reads),
    web.get("/sandbox/settle", settle),
    web.get("/sandbox/record", entries),
    web.get("/sandbox/last", last),
    web.post("/sandbox/fault", fault),
    web.post("/sandbox/weather", weather),
    web.post("/sandbox/rate_limits", rate_limits),
    web.post("/sandbox/token", token),
]
