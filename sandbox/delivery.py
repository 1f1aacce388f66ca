"""How a payload reaches the app: one protocol, and what became of each payload.

`socket_mode.py` and `http_delivery.py` are the two ways; `delivery_faults.py` is bad weather over either. `live.interact`
and `events.py` know this protocol only. To add a way, write a class of it and choose it in `server.py`.
Facts: slack_platform.md §4.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from sandbox.world import Json

ACK_SECONDS = 3.0
Kind = Literal["events_api", "slash_commands", "interactive"]
Fate = Literal["acked", "not_acked", "refused", "connection_lost", "no_connection"]
"""`not_acked`: not in time; `refused`: another HTTP status than Slack takes; the rest is about the connection."""


class Retry(NamedTuple):
    """Which try of an event this is, 0 for the first, and why the one before failed ("" for the first)."""

    attempt: int = 0
    reason: str = ""


@dataclass
class Outcome:
    """What became of one payload.

    `payload` is what the ack carried, None for a bare one. `reason` is what the next try is told. `no_retry`: the app
    does not want one. `fault` names the ordered fault to which this outcome is owed, "" where it is the app's own doing.
    """

    envelope_id: str
    fate: Fate
    ms: int = 0
    payload: Any = None
    reason: str = ""
    no_retry: bool = False
    fault: str = ""
    detail: str = ""


class Delivery(Protocol):
    """`via` is how the record calls it."""

    @property
    def via(self) -> str: ...

    @property
    def retry_after(self) -> tuple[float, ...]:
        """Seconds of real time before each retry of an event."""
        ...

    @property
    def open_connections(self) -> int:
        """0 while the app cannot be reached; over HTTP 1 as soon as its URL is verified."""
        ...

    @property
    def in_flight(self) -> int:
        """Payloads that still may be acknowledged."""
        ...

    async def wait_connected(self, seconds: float) -> bool:
        """True as soon as the app can be reached, False when `seconds` have passed."""
        ...

    async def deliver(self, kind: Kind, payload: Json, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        """Sends one payload and waits for its fate. `retry` for events only. `answerable`: the ack may carry something."""
        ...

    async def close(self) -> None: ...


def new_envelope_id() -> str:
    """As Socket Mode writes it; over HTTP only the record has it."""
    return f"{secrets.token_hex(4)}-{secrets.token_hex(2)}-4{secrets.token_hex(6)}"
