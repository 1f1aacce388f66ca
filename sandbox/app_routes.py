"""What the app reaches: the Web API, files, response_urls, the WebSocket and the business clock.

To serve one more path, add a handler and a row in `routes`. Methods of the Web API are `web_api/`'s business.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox import web_api
from sandbox.errors import SlackError
from sandbox.faults import FAULTS
from sandbox.live import Live
from sandbox.web_api import files
from sandbox.world import Json

LIVE: web.AppKey[Live] = web.AppKey("live", Live)
_LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"


async def call_method(request: web.Request) -> web.StreamResponse:
    """POST or GET /api/<method>: 200 with ok true or false, unless a fault strikes."""
    live, method = request.app[LIVE], request.match_info["method"]
    token, args = await _arguments(request)
    if args.get("team_id") == live.sandbox.world.home:
        del args["team_id"]  # the SDK's client of a Bolt context adds it to every call, and Slack takes it everywhere

    async def carry_out() -> web.StreamResponse:
        live.activity.touch()
        live.activity.calls_under_way += 1
        try:
            return web.json_response(web_api.call(live.sandbox, method, token, args))
        except SlackError as refused:
            return web.json_response(refused.body())
        finally:
            live.activity.calls_under_way -= 1
            live.activity.touch()

    what = live.faults.strike(method)
    if what is None:
        return await carry_out()
    live.sandbox.record.write("fault", what=what, method=method)
    live.activity.touch()
    return await FAULTS[what](request, carry_out)


async def download(request: web.Request) -> web.StreamResponse:
    """A file for the bearer of the bot token; for anybody else a login page with status 200, as Slack answers."""
    sandbox = request.app[LIVE].sandbox
    file = sandbox.world.files.get(request.match_info["id"])
    if _bearer(request) != sandbox.world.app.bot_token or "files:read" not in sandbox.world.app.scopes:
        return web.Response(text=_LOGIN_PAGE, content_type="text/html")
    if file is None or file.deleted:
        return web.Response(status=404, text="file_not_found")
    return web.Response(body=file.data, content_type=file.mimetype)


async def upload(request: web.Request) -> web.StreamResponse:
    """POST to the URL that files.getUploadURLExternal gave: the bytes themselves, or a form with one file."""
    live = request.app[LIVE]
    live.activity.touch()
    if request.content_type == "multipart/form-data":
        part = next((value for value in (await request.post()).values() if isinstance(value, web.FileField)), None)
        data = part.file.read() if part else b""
    else:
        data = await request.read()
    if not files.receive(live.sandbox, request.match_info["id"], data):
        return web.Response(status=400, text="no such upload, or of another length")
    return web.Response(text=f"OK - {len(data)}")


async def respond(request: web.Request) -> web.StreamResponse:
    """POST to a response_url; recorded as a call of the method `response_url`."""
    live = request.app[LIVE]
    live.activity.touch()
    body = await _json(request)
    error = ""
    try:
        live.urls.use(live.sandbox, request.match_info["key"], body)
    except SlackError as refused:
        error = refused.name
        if refused.is_app_fault:
            what = "refused_block" if refused.is_block_fault else "refused_call"
            live.sandbox.record.problem(what, f"response_url: {error} {'; '.join(refused.messages)}")
    refusal = {"error": error} if error else {}
    live.sandbox.record.write("api", method="response_url", args=body, ok=not error, **refusal)
    if error:
        return web.json_response({"ok": False, "error": error}, status=404)
    return web.Response(text="ok")


async def socket(request: web.Request) -> web.StreamResponse:
    return await request.app[LIVE].socket.serve(request)


async def read_clock(request: web.Request) -> web.StreamResponse:
    """GET /clock: the app asks what time it is. Only the first reading after each setting is recorded."""
    live = request.app[LIVE]
    now = live.clock.read()
    if live.clock.reads_since_set == 1:
        live.sandbox.record.write("clock_read")
    return web.json_response({"now": now.isoformat()})


async def _arguments(request: web.Request) -> tuple[str, Json]:
    """Token and arguments, from the query, a form or JSON; the bearer goes before a token among the arguments."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await _json(request)
        args |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        args |= dict(await request.post())
    among = str(args.pop("token", ""))
    return _bearer(request) or among, args


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.text() or "{}")
    except ValueError:
        return None


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


routes = [
    web.post("/api/{method}", call_method),
    web.get("/api/{method}", call_method),
    web.get("/files/{id}/{name}", download),
    web.post("/upload/{id}", upload),
    web.post("/response/{key}", respond),
    web.get("/socket/", socket),
    web.get("/clock", read_clock),
]
