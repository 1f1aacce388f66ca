"""Socket Mode, with two promises more than Bolt's handler: effects start after the ack is out, and a stop waits.

The SDK's `close()` ends the connection without waiting for running listeners (facts §4.1), so the presses under way are
counted here, and `drain` waits for them and for what they started.
"""

from __future__ import annotations

import asyncio
from time import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.effects import PENDING, Effects
from handlers.slack.registry import UNFINISHED
from handlers.slack.replies import Reply


class SocketHandler(AsyncSocketModeHandler):
    """One connection. Build it inside the running loop."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient, effects: Effects) -> None:
        super().__init__(app, app_token, web_client=client)
        self._effects = effects
        self._closing = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Dispatch, send the acknowledgement, then start the effects.

        Not while closing: the person sees an error at once and presses again; an event is delivered again.
        """
        if self._closing:
            return
        self._under_way += 1
        self._idle.clear()
        replies: list[Reply] = []
        token = PENDING.set(replies)
        try:
            response = await run_async_bolt_app(self.app, req)
            await send_async_response(client, req, response, time())
            self._effects.start(replies)
        finally:
            PENDING.reset(token)
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def drain(self) -> None:
        """Take no more presses, and wait for those under way and for what they started."""
        self._closing = True
        await self._idle.wait()
        if UNFINISHED:
            await asyncio.wait(UNFINISHED)
        await self._effects.drain()
