"""Faults that a driver switches on: the network between app and Slack misbehaves for the next calls of a method.

`FAULTS` is the table: name -> what happens to one call. To add one (a delay, HTTP 503, ok:false, a doubled request),
write a function of the same shape and a row; `carry_out` does the call as usual and may be awaited never, once or more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

CarryOut = Callable[[], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, CarryOut], Awaitable[web.StreamResponse]]


class ConnectionCut(Exception):  # noqa: N818 - it is what happened, not somebody's mistake
    """The TCP connection is gone; there is nobody to answer."""


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def lost_answer(request: web.Request, carry_out: CarryOut) -> web.StreamResponse:
    """The call is carried out and recorded, then the connection is cut without an answer."""
    await carry_out()
    _cut(request)
    raise ConnectionCut


async def lost_request(request: web.Request, carry_out: CarryOut) -> web.StreamResponse:
    """The connection is cut before anything has happened."""
    del carry_out
    _cut(request)
    raise ConnectionCut


FAULTS: dict[str, Fault] = {"lost_answer": lost_answer, "lost_request": lost_request}


@dataclass
class _Armed:
    what: str
    method: str
    left: int


class Faults:
    """Which faults wait for which method. The oldest armed one strikes first."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, what: str, method: str, times: int = 1) -> None:
        """`what` strikes at the next `times` calls of `method`; ValueError for an unknown fault."""
        if what not in FAULTS:
            raise ValueError(f"no fault {what!r}; there are {', '.join(FAULTS)}")
        self._armed.append(_Armed(what, method, times))

    def clear(self) -> None:
        self._armed.clear()

    def strike(self, method: str) -> str | None:
        """The name of the fault that this call meets, counted down; None for a calm call."""
        armed = next((fault for fault in self._armed if fault.method == method and fault.left > 0), None)
        if armed is None:
            return None
        armed.left -= 1
        return armed.what
