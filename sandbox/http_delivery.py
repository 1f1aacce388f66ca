"""Delivery to a Request URL: every payload is a signed POST, and what the response says is the acknowledgement.

One URL takes commands, interactions and events, as Bolt's does. Interactions need a 200 within `ack_seconds` and are
never sent again; events need a 2xx. Before the first event the URL must pass the url_verification handshake. How a
failure is called is in `_failed`; a new one is added there. Facts: slack_platform.md §4 ([EV], [IH]); that Slack reports a
connection that breaks after it was made as `unknown_error` is unverified.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

import aiohttp

from sandbox import request_signing
from sandbox.delivery import ACK_SECONDS, Kind, Outcome, Retry, new_envelope_id
from sandbox.record import Record
from sandbox.subscription import Subscription
from sandbox.url_verification import answers_challenge, challenge
from sandbox.world import Json

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Slack's own: nearly at once, after 1 minute, after 5 minutes."""
PATIENCE = 360.0
"""Seconds for which an event waits for the URL to be verified at all."""
_BETWEEN_HANDSHAKES = 0.1
_REDIRECTS = 2
_HEAD = 200
_OK, _REDIRECT = HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES


class HttpDelivery:
    """`touched` is called whenever something goes to the app or comes back."""

    via = "http"

    def __init__(
        self,
        record: Record,
        url: str,
        secret: str,
        touched: Callable[[], None],
        ack_seconds: float = ACK_SECONDS,
        retry_after: tuple[float, ...] = RETRY_AFTER,
    ) -> None:
        self.url = url
        self.retry_after = retry_after
        self.in_flight = 0
        self.subscription = Subscription()
        self.verified = False
        self._record = record
        self._secret = secret
        self._touched = touched
        self._ack_seconds = ack_seconds
        self._handshake = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    @property
    def open_connections(self) -> int:
        return int(self.verified)

    async def wait_connected(self, seconds: float) -> bool:
        """Tries the handshake until the URL passes it; the failure that lasted is a problem of the run."""
        why = ""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    why = await self._verify()
                    if not why:
                        return True
                    await asyncio.sleep(_BETWEEN_HANDSHAKES)
        except TimeoutError:
            self._record.problem("url_verification", f"{self.url}: {why or 'no answer'}")
        return False

    async def verify(self) -> str:
        """Saves the Request URL anew, as on Slack's settings page: "" or why it was refused. Switches events on again."""
        self.verified = False
        why = await self._verify()
        if why:
            self._record.problem("url_verification", f"{self.url}: {why}")
        else:
            self.subscription.switch_on()
        return why

    async def deliver(self, kind: Kind, payload: Json, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        """See `delivery.Delivery`. An event that the subscription does not get any more is `no_connection`, for good."""
        del answerable
        if kind == "events_api" and not self.verified and not await self.wait_connected(PATIENCE):
            return Outcome(new_envelope_id(), "no_connection", reason="connection_failed", detail="URL not verified")
        if kind == "events_api" and not self.subscription.on:
            return Outcome(new_envelope_id(), "no_connection", no_retry=True, detail="subscription disabled")
        outcome = await self._post(kind, payload, retry)
        if kind == "events_api":
            self._count(outcome, first=not (retry and retry.attempt))
        return outcome

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, kind: Kind, payload: Json, retry: Retry | None) -> Outcome:
        envelope_id, began = new_envelope_id(), time.monotonic()
        again = {"retry_attempt": retry.attempt, "retry_reason": retry.reason} if retry else {}
        self._record.write("sent", envelope_id=envelope_id, type=kind, payload=payload, **again, via=self.via)
        self._touched()
        self.in_flight += 1
        try:
            outcome = await self._exchange(kind, *request_signing.body_of(kind, payload), retry)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            outcome = _failed(error)
        finally:
            self.in_flight -= 1
        outcome.envelope_id, outcome.ms = envelope_id, int((time.monotonic() - began) * 1000)
        self._touched()
        if outcome.fate == "acked":
            self._record.write("acked", envelope_id=envelope_id, ms=outcome.ms, payload=outcome.payload, via=self.via)
        return outcome

    async def _exchange(self, kind: Kind, content_type: str, body: bytes, retry: Retry | None) -> Outcome:
        status, answered_type, text, no_retry = await self._request(content_type, body, retry)
        fine = _OK <= status < _REDIRECT if kind == "events_api" else status == _OK
        if not fine:
            return Outcome("", "refused", reason="http_error", no_retry=no_retry, detail=f"HTTP {status}")
        return Outcome("", "acked", payload=request_signing.acknowledgement(kind, answered_type, text))

    async def _request(self, content_type: str, body: bytes, retry: Retry | None) -> tuple[int, str, str, bool]:
        head = request_signing.headers(self._secret, int(time.time()), content_type, body, retry)
        async with self._http().post(
            self.url,
            data=body,
            headers=head,
            max_redirects=_REDIRECTS + 1,
            timeout=aiohttp.ClientTimeout(total=self._ack_seconds),
        ) as response:
            text = await response.text(errors="replace")
            no_retry = response.headers.get("x-slack-no-retry") == "1"
            return response.status, response.content_type, text, no_retry

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        return self._session

    async def _verify(self) -> str:
        """One handshake, unless another has passed it meanwhile."""
        async with self._handshake:
            if self.verified:
                return ""
            asked = challenge(secrets.token_urlsafe(32))
            try:
                status, content_type, text, _ = await self._request(*request_signing.body_of("events_api", asked), None)
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                return _failed(error).detail
            why = answers_challenge(asked["challenge"], status, content_type, text)
            if not why:
                self.verified = True
                self._record.write("link", op="verified", via=self.via, url=self.url)
            return why

    def _count(self, outcome: Outcome, *, first: bool) -> None:
        if self.subscription.note(time.monotonic(), succeeded=outcome.fate == "acked", first=first):
            self._record.write("link", op="disabled", via=self.via, url=self.url)
            self._record.problem(
                "subscription_disabled", f"{self.url}: more than 95 % of the last hour's attempts failed"
            )


def _failed(error: Exception) -> Outcome:
    """What Slack makes of a request that brought no response."""
    detail = f"{type(error).__name__}: {error}"[:_HEAD]
    match error:
        case TimeoutError():
            return Outcome("", "not_acked", reason="http_timeout", detail="no response in time")
        case aiohttp.TooManyRedirects():
            return Outcome("", "refused", reason="too_many_redirects", detail=f"more than {_REDIRECTS} redirects")
        case aiohttp.ClientSSLError():
            return Outcome("", "no_connection", reason="ssl_error", detail=detail)
        case aiohttp.ClientConnectorError():
            return Outcome("", "no_connection", reason="connection_failed", detail=detail)
        case ValueError() if not isinstance(error, aiohttp.ClientError):
            return Outcome("", "refused", reason="unknown_error", detail="the body is no JSON, though it says so")
        case _:
            return Outcome("", "connection_lost", reason="unknown_error", detail=detail)
