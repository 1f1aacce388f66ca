"""What the app reaches: the Web API, files, response_urls, the WebSocket and the business clock.

To serve one more path, add a handler and a row in `routes`. Methods of the Web API are `web_api/`'s business.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox import arguments, web_api
from sandbox.errors import SlackError
from sandbox.faults import FAULTS, LOGIN_PAGE, CarryOut, ratelimited, strike
from sandbox.live import Live
from sandbox.web_api import files
from sandbox.world import Json

LIVE: web.AppKey[Live] = web.AppKey("live", Live)


async def call_method(request: web.Request) -> web.StreamResponse:
    """POST or GET /api/<method>: 200 with ok true or false, or 429, unless a fault strikes."""
    live, method = request.app[LIVE], request.match_info["method"]
    try:
        token, args = await arguments.read(request)
    except SlackError as refused:
        return web.json_response(web_api.refuse(live.sandbox, method, refused))
    if args.get("team_id") == live.sandbox.world.home:
        del args["team_id"]  # the SDK's client of a Bolt context adds it to every call, and Slack takes it everywhere

    async def carry_out() -> web.StreamResponse:
        wait = live.rate_limits.admit(method, args)
        if wait > 0:
            return _ratelimited(live, method, args, wait)
        try:
            answer = web_api.call(live.sandbox, method, token, args)
            return web.json_response(answer, headers=_granted(live, token))
        except SlackError as refused:
            return web.json_response(refused.body())

    return await _in_weather(request, method, carry_out)


async def _in_weather(request: web.Request, method: str, carry_out: CarryOut) -> web.StreamResponse:
    """The call as usual, or the fault that it meets. A call that is late is under way all the time."""
    live = request.app[LIVE]
    live.activity.touch()
    live.activity.calls_under_way += 1
    try:
        struck = live.faults.strike(method)
        if struck is None:
            return await carry_out()
        fault = FAULTS[struck.what]
        taking = {"seconds": round(struck.seconds, 3)} if fault.seconds else {}
        live.sandbox.record.write("fault", what=struck.what, method=method, done=fault.done, **taking)
        return await strike(fault, request, carry_out, struck.seconds)
    finally:
        live.activity.calls_under_way -= 1
        live.activity.touch()


def _granted(live: Live, token: str) -> dict[str, str]:
    """The header in which each answer names what its token was granted."""
    app = live.sandbox.world.app
    scopes = app.scopes if token == app.bot_token else {"connections:write"}
    return {"x-oauth-scopes": ",".join(sorted(scopes))}


def _ratelimited(live: Live, method: str, args: Json, wait: float) -> web.StreamResponse:
    answer = ratelimited(wait)
    after = int(answer.headers["Retry-After"])
    live.sandbox.record.write("ratelimited", method=method, channel=args.get("channel"), retry_after=after)
    return answer


async def download(request: web.Request) -> web.StreamResponse:
    """A file for the bearer of the bot token; for anybody else a login page with status 200, as Slack answers."""

    async def carry_out() -> web.StreamResponse:
        sandbox = request.app[LIVE].sandbox
        file = sandbox.world.files.get(request.match_info["id"])
        entitled = arguments.bearer(request) == sandbox.world.app.bot_token and not sandbox.token_state
        if not entitled or "files:read" not in sandbox.world.app.scopes:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None or file.deleted:
            return web.Response(status=404, text="file_not_found")
        return web.Response(body=file.data, content_type=file.mimetype)

    return await _in_weather(request, "download", carry_out)


async def upload(request: web.Request) -> web.StreamResponse:
    """POST to the URL that files.getUploadURLExternal gave: the bytes themselves, or a form with one file."""
    live, data = request.app[LIVE], await _uploaded(request)

    async def carry_out() -> web.StreamResponse:
        if not files.receive(live.sandbox, request.match_info["id"], data):
            return web.Response(status=400, text="no such upload, or of another length")
        return web.Response(text=f"OK - {len(data)}")

    return await _in_weather(request, "upload", carry_out)


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    part = next((value for value in (await request.post()).values() if isinstance(value, web.FileField)), None)
    return part.file.read() if part else b""


async def respond(request: web.Request) -> web.StreamResponse:
    """POST to a response_url; recorded as a call of the method `response_url`."""
    live, key, body = request.app[LIVE], request.match_info["key"], await _json(request)

    async def carry_out() -> web.StreamResponse:
        error = _said(live, key, body)
        if error:
            return web.json_response({"ok": False, "error": error}, status=404)
        return web.Response(text="ok")

    return await _in_weather(request, "response_url", carry_out)


def _said(live: Live, key: str, body: Json) -> str:
    """What the app says through a response_url is done and recorded; the name of the refusal, empty for none."""
    error = ""
    try:
        live.urls.use(live.sandbox, key, body)
    except SlackError as refused:
        error = refused.name
        if refused.is_app_fault:
            what = "refused_block" if refused.is_block_fault else "refused_call"
            live.sandbox.record.problem(what, f"response_url: {error} {'; '.join(refused.messages)}")
    refusal = {"error": error} if error else {}
    live.sandbox.record.write("api", method="response_url", args=body, ok=not error, **refusal)
    return error


async def socket(request: web.Request) -> web.StreamResponse:
    return await request.app[LIVE].socket.serve(request)


async def read_clock(request: web.Request) -> web.StreamResponse:
    """GET /clock: the app asks what time it is. Only the first reading after each setting is recorded."""
    live = request.app[LIVE]
    now = live.clock.read()
    if live.clock.reads_since_set == 1:
        live.sandbox.record.write("clock_read")
    return web.json_response({"now": now.isoformat()})


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.text() or "{}")
    except ValueError:
        return None


routes = [
    web.post("/api/{method}", call_method),
    web.get("/api/{method}", call_method),
    web.get("/files/{id}/{name}", download),
    web.post("/upload/{id}", upload),
    web.post("/response/{key}", respond),
    web.get("/socket/", socket),
    web.get("/clock", read_clock),
]
