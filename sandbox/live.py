"""One running local Slack with all its moving parts, and how an interaction is sent to the app and comes back.

`Live` is what the people half passes around; `core.Sandbox` inside it is what both halves share. An interaction that is
not acknowledged is never sent again: the person sees an error, which is a `problem` of the run (facts: §2.2, §4).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.clock import BusinessClock
from sandbox.core import Sandbox
from sandbox.delivery import Kind, Outcome
from sandbox.delivery_faults import DeliveryWeather
from sandbox.events import Events
from sandbox.http_delivery import HttpDelivery
from sandbox.rate_limits import RateLimits
from sandbox.response_urls import ResponseUrls
from sandbox.socket_mode import SocketMode
from sandbox.triggers import TriggerBook
from sandbox.weather import Faults
from sandbox.world import Json, User

ERROR_TEXTS = {
    "not_acked": "operation_timeout: the app did not respond in time",
    "refused": "dispatch_failed: the app answered with an error",
    "connection_lost": "connection_lost: the app went away before it had answered",
    "no_connection": "no_connection: the app is not listening",
}
"""What a person is shown, and what stands in the record; the fate is what the `Delivery` reports."""


@dataclass
class Activity:
    """Whether app and people are at rest: the app's tick is to read the clock, do what is due and send it.

    So two readings of the clock with no call and no interaction since mean that it has nothing to do. A call that
    arrives after rest was reported is the app's own new idea.
    """

    clock: BusinessClock
    calls_under_way: int = 0
    _reads_at_last: int = 0

    def touch(self) -> None:
        """Something has happened: whoever waits for rest waits anew."""
        self._reads_at_last = self.clock.reads

    @property
    def quiet_reads(self) -> int:
        return self.clock.reads - self._reads_at_last


@dataclass
class Live:
    """`delivery` is how payloads go to the app, `socket` and `http` (None without a Request URL) its two ways.

    `message_values` is what people have chosen in inputs of messages: (user, channel, ts) -> block -> action.
    """

    sandbox: Sandbox
    clock: BusinessClock
    triggers: TriggerBook
    socket: SocketMode
    delivery: DeliveryWeather
    events: Events
    activity: Activity
    http: HttpDelivery | None = None
    urls: ResponseUrls = field(default_factory=ResponseUrls)
    faults: Faults = field(default_factory=Faults)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    message_values: dict[tuple[str, str, str], Json] = field(default_factory=dict)

    @property
    def at_rest(self) -> bool:
        """Nothing under way in either direction, and the app has looked around twice since."""
        busy = self.activity.calls_under_way or self.delivery.in_flight or self.events.under_way
        return not busy and self.activity.quiet_reads >= 2


@dataclass
class ActResult:
    """What an action came to for the one who did it. `payload` is what the ack carried."""

    acked: bool
    error_shown: str | None = None
    ms: int = 0
    payload: Json = field(default_factory=dict)


async def interact(live: Live, kind: Kind, payload: Json, *, user: User, doing: str, answerable: bool) -> ActResult:
    """Sends an interaction (`slash_commands` or `interactive`) and shows the person an error if it is not acked."""
    outcome = await live.delivery.deliver(kind, payload, answerable=answerable)
    if outcome.fate == "acked":
        return ActResult(True, None, outcome.ms, _payload(live, outcome, user, doing))
    if outcome.fate in {"not_acked", "refused"} and not outcome.fault:
        why = outcome.detail or f"no ack within {outcome.ms} ms"
        live.sandbox.record.problem("not_acked", f"{doing}: {why}", user.id)
    return show_error(live, user, doing, ERROR_TEXTS[outcome.fate], outcome.ms, outcome.fault)


def show_error(live: Live, user: User, doing: str, text: str, ms: int = 0, fault: str = "") -> ActResult:
    """The person sees that it did not work. `fault`: what was ordered to go wrong, if anything was."""
    live.sandbox.record.problem("error_shown", f"{doing}: {text}", user.id, fault)
    return ActResult(False, text, ms)


def bad_ack(live: Live, user: User, doing: str, why: str, ms: int = 0) -> ActResult:
    """The app acknowledged with something that Slack does not take; the person sees an error."""
    live.sandbox.record.problem("bad_ack", f"{doing}: {why}", user.id)
    return show_error(live, user, doing, f"bad_ack: {why}", ms)


def _payload(live: Live, outcome: Outcome, user: User, doing: str) -> Json:
    if outcome.payload is None or isinstance(outcome.payload, dict):
        return outcome.payload or {}
    live.sandbox.record.problem("bad_ack", f"{doing}: the ack carries no object", user.id)
    return {}
