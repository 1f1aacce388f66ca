"""Faults of a call: what the network between app and Slack, or Slack itself, may do to one of them.

`FAULTS` is the table: name -> is the call carried out, and what is answered. `…_done` is the same answer to a call that
was carried out and recorded: Slack says of `internal_error` and `fatal_error` that both happen, and of HTTP 5xx nobody
knows (slack_platform.md §3.1). To add a fault, add a row; for a new answer, write a function of the shape `Answer`.
Which fault meets which call is `weather.py`'s business.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

CarryOut = Callable[[], Awaitable[web.StreamResponse]]
Answer = Callable[[web.Request, web.StreamResponse | None, float], Awaitable[web.StreamResponse]]
"""(request, what would have been answered or None where nothing was done, seconds) -> what is answered."""

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"
_PROXY_PAGE = "<!DOCTYPE html><html><body><h1>Something between you and Slack has gone wrong</h1></body></html>"


class ConnectionCut(Exception):  # noqa: N818 - it is what happened, not somebody's mistake
    """The TCP connection is gone; there is nobody to answer."""


@dataclass(frozen=True)
class Fault:
    """`done`: the call is carried out first. `api_only`: an answer that only methods of the Web API give.

    `seconds` is what it takes (of a delay) or asks for (Retry-After) unless the driver says otherwise; 0: neither.
    """

    answer: Answer
    done: bool = False
    api_only: bool = False
    seconds: float = 0.0


async def strike(fault: Fault, request: web.Request, carry_out: CarryOut, seconds: float) -> web.StreamResponse:
    """The answer of a call that meets this fault. Raises ConnectionCut where there is none."""
    if fault.answer is _late_request:
        await asyncio.sleep(seconds)
        return await carry_out()
    usual = await carry_out() if fault.done else None
    return await fault.answer(request, usual, seconds)


async def _late_request(
    _request: web.Request, _usual: web.StreamResponse | None, _seconds: float
) -> web.StreamResponse:
    raise AssertionError("the call itself is late: see `strike`")


async def _late_answer(_request: web.Request, usual: web.StreamResponse | None, seconds: float) -> web.StreamResponse:
    assert usual is not None
    await asyncio.sleep(seconds)
    return usual


async def _cut(request: web.Request, _usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionCut


async def _half(request: web.Request, usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
    """The head promises the whole body, half of it comes, then the line is cut."""
    assert isinstance(usual, web.Response)
    body = usual.body if isinstance(usual.body, bytes) else b""
    part = web.StreamResponse(status=usual.status, headers={"Content-Length": str(len(body))})
    part.content_type = usual.content_type
    await part.prepare(request)
    await part.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # not abort: what was written must still go out
    return part


async def _too_many(_request: web.Request, _usual: web.StreamResponse | None, seconds: float) -> web.StreamResponse:
    return ratelimited(seconds)


def ratelimited(seconds: float) -> web.Response:
    """HTTP 429 with whole seconds to wait, at least one (slack_platform.md §3)."""
    after = {"Retry-After": str(max(1, math.ceil(seconds)))}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=after)


def _http(status: int) -> Answer:
    async def answer(_request: web.Request, _usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
        return web.Response(status=status, text=_PROXY_PAGE, content_type="text/html")

    return answer


def _refusal(error: str) -> Answer:
    async def answer(_request: web.Request, _usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
        return web.json_response({"ok": False, "error": error})

    return answer


def _page(text: str) -> Answer:
    async def answer(_request: web.Request, _usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
        return web.Response(text=text, content_type="text/html")

    return answer


async def _cut_short(_request: web.Request, _usual: web.StreamResponse | None, _seconds: float) -> web.StreamResponse:
    return web.Response(text='{"ok": true, "channel": "C0', content_type="application/json")


def _both(name: str, answer: Answer, *, api_only: bool = False) -> dict[str, Fault]:
    """The two forms of an answer that leaves open whether the call was carried out."""
    return {
        name: Fault(answer, api_only=api_only),
        f"{name}_done": Fault(answer, done=True, api_only=api_only),
    }


FAULTS: dict[str, Fault] = {
    "lost_request": Fault(_cut),
    "lost_answer": Fault(_cut, done=True),
    "delay_before": Fault(_late_request, done=True, seconds=1.0),
    "delay_after": Fault(_late_answer, done=True, seconds=1.0),
    "half_body": Fault(_half, done=True),
    "rate_limited": Fault(_too_many, seconds=1.0),
    **_both("http_500", _http(500)),
    **_both("http_502", _http(502)),
    **_both("http_503", _http(503)),
    **_both("internal_error", _refusal("internal_error"), api_only=True),
    **_both("fatal_error", _refusal("fatal_error"), api_only=True),
    **_both("garbage", _page(_PROXY_PAGE)),
    **_both("broken_json", _cut_short, api_only=True),
    "login_page": Fault(_page(LOGIN_PAGE)),
}
