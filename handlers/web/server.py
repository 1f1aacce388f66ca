"""The HTTP server that Slack's requests reach: /slack/events for commands, interactions and events; /health and /ready.

It listens behind a proxy that speaks TLS. What is refused is one line in the log, with the status and the reason and nothing
of the request, and nothing is processed. The answer to a press is the response itself; effects start when it has been sent.
An event that could not be stored is answered with 503, so that Slack delivers it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from handlers.slack.intake import Intake
from handlers.slack.payloads import challenge, is_event
from handlers.web.incoming import Limits, RefusedError, read
from handlers.web.payload_text import Json, payload

log = logging.getLogger(__name__)

PATH, HEALTH, READY = "/slack/events", "/health", "/ready"
READY_SECONDS = 2.0
RETRY = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")

Look = Callable[[], Awaitable[object]]


class HttpServer:
    """Slack by HTTP. `look` tries the database: it raises where it cannot be used."""

    def __init__(
        self, intake: Intake, signing_secret: str, look: Look, host: str, port: int, limits: Limits | None = None
    ) -> None:
        self._intake = intake
        self._verifier = SignatureVerifier(signing_secret)
        self._look = look
        self._host, self._port = host, port
        self._limits = limits or Limits()
        self._looking: asyncio.Task[bool] | None = None
        application = web.Application()
        application.router.add_route("*", PATH, self._slack)
        application.router.add_get(HEALTH, self._health)
        application.router.add_get(READY, self._ready)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            logger=_quiet(),
            keepalive_timeout=self._limits.idle_seconds,
            lingering_time=0,
            auto_decompress=False,
            shutdown_timeout=1.0,
        )

    @property
    def says(self) -> str:
        """How it listens, for the log."""
        return f"HTTP on {self._host} port {self.port}"

    @property
    def port(self) -> int:
        """The port it listens on; while it does not listen yet, the one that it was asked to."""
        return int(self._runner.addresses[0][1]) if self._runner.addresses else self._port

    async def open(self) -> None:
        """Listen. OSError where the address is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    def hang_up(self) -> None:
        """Nothing to do: while `Intake.closing` every request is answered with 503 at once."""

    async def close(self) -> None:
        """Listen no more. Nothing under way is waited for: `Intake.drain` did that."""
        await self._runner.cleanup()

    # -- what it answers ---------------------------------------------------------------------------------------------------

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        ready = not self._intake.closing and await self._database_answers()
        return web.Response(text="ready\n" if ready else "not ready\n", status=200 if ready else 503)

    async def _database_answers(self) -> bool:
        """One look at a time, however many ask."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._try_database())
        return await asyncio.shield(self._looking)

    async def _try_database(self) -> bool:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._look()
        except Exception as error:  # noqa: BLE001 - whoever asks learns only that it is not ready
            log.warning("not ready: the database does not answer (%s)", type(error).__name__)
            return False
        return True

    async def _slack(self, request: web.Request) -> web.StreamResponse:
        if self._intake.closing:
            return _closed(web.Response(status=503))
        try:
            body = payload(await read(request, self._verifier, self._limits))
        except RefusedError as refused:
            return _refused(refused)
        if "ssl_check" in body:
            return web.Response()
        if (asked := challenge(body)) is not None:
            return web.Response(text=asked)
        if not self._intake.ours(body):
            return _refused(RefusedError(403, "a payload of another installation"))
        if self._intake.closing:  # it began while the body was read
            return _closed(web.Response(status=503))
        return await self._taken(request, body)

    async def _taken(self, request: web.Request, body: Json) -> web.StreamResponse:
        """Give it to Bolt; the response is out when `take` starts the effects."""
        sent: list[web.StreamResponse] = []

        async def send(response: BoltResponse) -> None:
            if is_event(body) and response.status >= 400:
                response.status = 503
            answer = await to_aiohttp_response(response)
            sent.append(answer)
            await answer.prepare(request)
            await answer.write_eof()

        headers = {name: request.headers[name] for name in RETRY if name in request.headers}
        try:
            await self._intake.take(body, send, headers)
        except ConnectionError as error:
            log.warning("an answer could not be sent any more (%s)", type(error).__name__)
        return sent[0]


def _refused(refused: RefusedError) -> web.Response:
    """One line in the log; Slack, if it was Slack, need not try again."""
    log.warning("refused: %d, %s", refused.status, refused.why)
    response = web.Response(status=refused.status, headers={"X-Slack-No-Retry": "1"})
    if refused.status == 405:
        response.headers["Allow"] = "POST"
    return _closed(response)


def _closed(response: web.Response) -> web.Response:
    """The connection ends with it: whatever else was sent on it is not read."""
    response.force_close()
    return response


def _quiet() -> logging.Logger:
    """aiohttp's own log of requests it cannot parse, without tracebacks: they quote the request."""
    logger = logging.getLogger(f"{__name__}.aiohttp")
    logger.addFilter(_one_line)
    return logger


def _one_line(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    record.msg, record.args = (
        "a request could not be handled (%s)",
        (type(error).__name__ if error else record.levelname,),
    )
    record.exc_info = record.exc_text = None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
