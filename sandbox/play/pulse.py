"""Server-sent events: an open window gets a part again when the part has changed for it, and hears of nothing else.

Whatever happens anywhere, the window's own parts are drawn anew and compared; what is the same is not sent. So an event tells
only what can be seen on the screen, and when: the signs of life in between keep to the time of the connection, whatever else
goes on. A new kind of entry redraws windows, unless it is put into `UNSEEN`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

from aiohttp import web

from sandbox.play.page import parts
from sandbox.play.scene import Scene
from sandbox.record import Record

SIGN_OF_LIFE = 15.0
TOGETHER = 0.03
"""Seconds: how often an idle connection is kept up, and how long what happens at once is collected."""
UNSEEN = frozenset(
    {"acked", "api", "clock_read", "connection", "entered", "fault", "link", "permissions", "pressed", "problem"}
    | {"ratelimited", "sent", "submitted", "token", "typed"}
)
"""What happens all the time and changes no screen by itself; whatever else is recorded may."""
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


async def stream(request: web.Request, look: Callable[[], Scene]) -> web.StreamResponse:
    """Until the window closes, or the person has no such room any more (`gone`: it goes elsewhere)."""
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    sent: dict[str, str] = {}
    record = look().live.sandbox.record
    seen, alive = record.last, time.monotonic()
    try:
        while True:
            await _send(response, look(), sent)
            while not await _changed(record, seen, alive + SIGN_OF_LIFE):
                alive += SIGN_OF_LIFE
                await response.write(b": here\n\n")
            await asyncio.sleep(TOGETHER)
            seen = record.last
    except web.HTTPNotFound:
        await response.write(b"event: gone\ndata: {}\n\n")
    except ConnectionError:
        return response  # the window is closed
    return response


async def _send(response: web.StreamResponse, scene: Scene, sent: dict[str, str]) -> None:
    at = time.monotonic_ns()
    drawn = parts(scene)
    fresh = {name: html for name, html in drawn.items() if sent.get(name) != html}
    if fresh:
        sent |= fresh
        data = json.dumps({"at": at, "parts": fresh}, ensure_ascii=False)
        await response.write(f"data: {data}\n\n".encode())


async def _changed(record: Record, seen: int, until: float) -> bool:
    """True once something that can be seen has happened after `seen`; False when it is time for a sign of life."""
    try:
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + max(0.0, until - time.monotonic())):
            while True:
                await record.wait_for_change(seen)
                if any(entry["kind"] not in UNSEEN for entry in record.entries(seen)):
                    return True
                seen = record.last
    except TimeoutError:
        return False
