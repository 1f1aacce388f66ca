"""What drivers reach through `client_delivery.py`: how payloads get to the app, and how they do not.

To serve one more thing, add a handler and a row in `routes`, and a method there.
"""

from __future__ import annotations

from aiohttp import web

from sandbox.app_routes import LIVE


async def connected(request: web.Request) -> web.StreamResponse:
    """GET /sandbox/connected?timeout=: waits for the app's socket, or until its Request URL is verified."""
    delivery = request.app[LIVE].delivery
    return web.json_response({"result": await delivery.wait_connected(float(request.query["timeout"]))})


async def verify(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/verify_request_url: the handshake anew; why it failed, "" when it did not."""
    http = request.app[LIVE].http
    if http is None:
        return web.json_response({"cannot": "there is no Request URL: payloads go through sockets"})
    return web.json_response({"result": await http.verify()})


async def renew_sockets(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/renew_sockets {"reason"}: Slack asks the app to connect anew, or has switched Socket Mode off."""
    try:
        await request.app[LIVE].socket.disconnect((await request.json())["reason"])
    except ValueError as error:
        return web.json_response({"cannot": str(error)})
    return web.json_response({"result": None})


async def enable_sockets(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/enable_sockets: Socket Mode is on again."""
    request.app[LIVE].socket.enabled = True
    return web.json_response({"result": None})


async def freeze_sockets(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/freeze_sockets {"also_new"}: dead sockets that look alive."""
    request.app[LIVE].socket.freeze(also_new=(await request.json())["also_new"])
    return web.json_response({"result": None})


async def spread(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/spread {"seed"}: which socket a payload goes to; null: each in turn."""
    request.app[LIVE].socket.spread((await request.json())["seed"])
    return web.json_response({"result": None})


async def delivery_weather(request: web.Request) -> web.StreamResponse:
    """POST /sandbox/delivery_weather {"seed", "duplicate", "reorder", "late", "lost_ack"}; an empty object calms it."""
    delivery, body = request.app[LIVE].delivery, await request.json()
    try:
        delivery.storm(**body) if body else delivery.calm()
    except ValueError as error:
        return web.json_response({"cannot": str(error)})
    return web.json_response({"result": None})


routes = [
    web.get("/sandbox/connected", connected),
    web.post("/sandbox/verify_request_url", verify),
    web.post("/sandbox/renew_sockets", renew_sockets),
    web.post("/sandbox/enable_sockets", enable_sockets),
    web.post("/sandbox/freeze_sockets", freeze_sockets),
    web.post("/sandbox/spread", spread),
    web.post("/sandbox/delivery_weather", delivery_weather),
]
