"""One connection of Socket Mode: the SDK's client for the life of one socket, and what tells that it lives.

The SDK's client would close its old socket before it opens the next (facts §4.1). Here it never reconnects: it asks its
`Keeper` for a successor, serves on until Slack has closed its socket, and acknowledges on the socket a press came over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from time import time
from typing import Any, Protocol

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.intake import Intake

log = logging.getLogger(__name__)

PING_SECONDS = 10.0
CLOSE_SECONDS = 1.0
"""For Slack's half of a closing handshake; a dead connection has none."""
LINGER_SECONDS = 20.0
"""An old connection goes on being served until Slack closes it, at most so long: its warning comes about 10 s before (§4)."""
ACK_SECONDS = 3.5
"""Then it is kept for the acknowledgements under way: Slack takes none that comes after 3 s."""


class _OneLine(logging.Filter):
    """The SDK's own log without tracebacks and without the address of a socket, which holds a ticket."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = re.sub(r"wss?://[^\s'\"]+", "wss://…", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


_sdk_log = logging.getLogger(f"{__name__}.sdk")
_sdk_log.addFilter(_OneLine())
_sdk_log.setLevel(logging.INFO)  # its DEBUG holds whole messages


class NotWelcomeError(ConnectionError):
    """Slack took the connection and let it go again without a hello (too many of them, or Socket Mode is off)."""


class Connection(SocketModeClient):
    """The SDK's client for the life of one socket."""

    def __init__(self, keeper: Keeper, slot: int) -> None:
        super().__init__(keeper.app_token, logger=_sdk_log, web_client=keeper.web, ping_interval=PING_SECONDS)
        self.slot = slot
        self._keeper = keeper
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._greeting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.message_listeners.append(self._greeted)
        self.socket_mode_request_listeners.append(self._heard)

    async def connect(self) -> None:
        """Open the socket, once, and wait for Slack's hello. Raises what goes wrong: the next try is a new client's."""
        self.wss_uri = await self._keeper.url()
        self.current_session = await self._keeper.session.ws_connect(
            self.wss_uri,
            autoping=False,
            heartbeat=self.ping_interval,
            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            proxy=self.proxy,
            ssl=self.web_client.ssl if self.web_client.ssl is not None else True,
        )
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        await self._greeting

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """The SDK's wish to reconnect, on a `disconnect`, a close or a missing pong: a successor takes over."""
        del force
        if not self._greeting.done():
            self._greeting.set_exception(NotWelcomeError())
        self._keeper.replace(self)

    async def retire(self) -> None:
        """Serve on until Slack has closed the socket, then close, when what came over it is acknowledged."""
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gone(), LINGER_SECONDS)
        finally:
            await self.hang_up()

    async def hang_up(self) -> None:
        """Close, when what came over the socket is acknowledged."""
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), ACK_SECONDS)
        finally:
            await self.end()

    async def end(self) -> None:
        """Close at once."""
        await self.close()  # type: ignore[no-untyped-call]

    async def _gone(self) -> None:
        while self.current_session and not self.current_session.closed:  # noqa: ASYNC110 - the SDK tells nobody
            await asyncio.sleep(0.1)

    async def _greeted(
        self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None = None
    ) -> None:
        if message.get("type") == "hello" and not self._greeting.done():
            self._greeting.set_result(None)

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """While closing nothing is taken: the person sees an error and presses again; events come again."""
        if self._keeper.intake.closing:
            return
        started = time()

        async def send(response: BoltResponse) -> None:
            await send_async_response(client, request, response, started)

        self._under_way += 1
        self._idle.clear()
        try:
            await self._keeper.intake.take(request.payload, send, build_headers(request) or {})
        except ConnectionError as error:
            log.warning("an acknowledgement could not be sent any more (%s)", type(error).__name__)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()


class Keeper(Protocol):
    """Who holds connections and finds successors for them."""

    intake: Intake
    app_token: str
    web: AsyncWebClient
    session: aiohttp.ClientSession

    async def url(self) -> str: ...

    def replace(self, old: Connection) -> None: ...


def listening(alive: Callable[[], None]) -> type[aiohttp.ClientWebSocketResponse]:
    """A socket that tells of every frame it receives."""

    class Listening(aiohttp.ClientWebSocketResponse):
        async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:  # noqa: ASYNC109 - aiohttp's own
            message = await super().receive(timeout)
            if message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}:
                alive()
            return message

    return Listening
