"""Where every payload comes in, whichever way Slack sent it: Bolt finds the listener, the answer leaves, effects start.

Both transports (`socket.py`, `handlers/web`) hand over a parsed payload and a way to send the answer. Two promises are kept
here for both: effects start only after the answer is out, and a stop waits for what is under way. To add a transport:
call `take`, and refuse by yourself while `closing`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.slack.effects import PENDING, Effects
from handlers.slack.payloads import installation, is_event
from handlers.slack.registry import UNFINISHED
from handlers.slack.replies import Reply

log = logging.getLogger(__name__)

Json = dict[str, Any]
Send = Callable[[BoltResponse], Awaitable[None]]


class Intake:
    """One per process. `home` are the ids (T…, E…) under which our own workspace's installation may appear."""

    def __init__(self, app: AsyncApp, effects: Effects, home: frozenset[str]) -> None:
        self._app = app
        self._effects = effects
        self._home = home
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.closing = False
        _unhandled_in_one_line(app)

    def ours(self, body: Json) -> bool:
        """Whether a payload is for the installation in our workspace: one that names no other, or none at all, is refused."""
        try:
            return bool(installation(body) & self._home)
        except (AttributeError, KeyError, TypeError, IndexError):
            return False

    async def take(self, body: Json, send: Send, headers: Mapping[str, str | Sequence[str]]) -> None:
        """Dispatch a payload, send the answer, then start the effects. A payload of another installation: status 403."""
        self._under_way += 1
        self._idle.clear()
        replies: list[Reply] = []
        token = PENDING.set(replies)
        try:
            await send(await self._dispatch(body, headers))
            self._effects.start(replies)
        finally:
            PENDING.reset(token)
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _dispatch(self, body: Json, headers: Mapping[str, str | Sequence[str]]) -> BoltResponse:
        if not self.ours(body):
            log.warning("refused: a payload of another installation")
            return BoltResponse(status=403, body="")
        try:
            # "socket_mode" tells Bolt that the transport has checked where it came from
            request = AsyncBoltRequest(mode="socket_mode", body=body, headers=dict(headers))
            return await self._app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, its traceback could show what people wrote
            log.error("a payload could not be dispatched (%s)", type(error).__name__)
            return BoltResponse(status=500, body="")

    def left(self) -> str:
        """What a stop still waits for, in words; '' for nothing."""
        parts = {"presses": self._under_way, "late presses": len(UNFINISHED), "effects": self._effects.under_way}
        return ", ".join(f"{count} {what}" for what, count in parts.items() if count)

    async def drain(self) -> None:
        """Take no more, and wait for what is under way and for what it started."""
        self.closing = True
        await self._idle.wait()
        if UNFINISHED:
            await asyncio.wait(UNFINISHED)
        await self._effects.drain()


def _unhandled_in_one_line(app: AsyncApp) -> None:
    """Bolt would log the whole body of what nobody listens to. An event among it is acknowledged: Slack would repeat it."""

    async def unhandled(error: Exception, body: Json) -> BoltResponse:
        if not isinstance(error, BoltUnhandledRequestError):
            log.error("a listener failed", exc_info=error)
            return BoltResponse(status=500, body="")
        log.info("nobody listens to a payload of this kind")
        return BoltResponse(status=200 if is_event(body) else 404, body="")

    app.error(unhandled)
