"""Bad weather between Slack and the app, over either way of delivery: what Slack's documentation promises to happen.

Events come late, out of order, twice (at once, or again after they were acknowledged), and again because Slack did not
get the acknowledgement. An interaction is never sent twice; where its acknowledgement is lost, the person sees an error.
Every draw is from (seed, n-th event or interaction, try): the same seed gives the same weather to the same story.
Problems of the run that come of it name the fault and do not count against the app (`client.problems`).
To add a fault, add a field to `Mix` and `Lot`, and what it does in `DeliveryWeather._event`. Facts: slack_platform.md §4.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import astuple, dataclass

from sandbox.delivery import Delivery, Kind, Outcome, Retry
from sandbox.record import Record
from sandbox.world import Json

LATE = (0.1, 0.5)
"""Seconds, least and most."""
HOLD = 1.0
"""Seconds for which an event waits to be overtaken."""
_TIMEOUT = {"http": "http_timeout", "socket": "timeout"}


@dataclass(frozen=True)
class Mix:
    """Probabilities, each from 0 to 1 and drawn by itself."""

    duplicate: float = 0.0
    reorder: float = 0.0
    late: float = 0.0
    lost_ack: float = 0.0

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in astuple(self)):
            raise ValueError(f"probabilities are from 0 to 1: {self}")


@dataclass(frozen=True)
class Lot:
    """What one try meets. `late` in seconds; `at_once`: a duplicate does not wait for the first to be acknowledged."""

    duplicate: bool
    reorder: bool
    late: float
    lost_ack: bool
    at_once: bool

    @classmethod
    def draw(cls, mix: Mix, key: str) -> Lot:
        dice = random.Random(key)  # noqa: S311 - it must be repeatable
        twice, moved, late, lost = (dice.random() < share for share in astuple(mix))
        return cls(twice, moved, dice.uniform(*LATE) if late else 0.0, lost, dice.random() < 1 / 2)


class DeliveryWeather:
    """A `delivery.Delivery` around another one; in calm weather it adds nothing."""

    def __init__(self, inner: Delivery, record: Record) -> None:
        self.inner = inner
        self._record = record
        self._seed = 0
        self._mix: Mix | None = None
        self._events: dict[str, int] = {}
        self._presses = 0
        self._overtaken = asyncio.Event()
        self._doubles: set[asyncio.Task[Outcome]] = set()

    @property
    def via(self) -> str:
        return self.inner.via

    @property
    def retry_after(self) -> tuple[float, ...]:
        return self.inner.retry_after

    @property
    def open_connections(self) -> int:
        return self.inner.open_connections

    @property
    def in_flight(self) -> int:
        return self.inner.in_flight + len(self._doubles)

    async def wait_connected(self, seconds: float) -> bool:
        return await self.inner.wait_connected(seconds)

    def storm(self, seed: int, **mix: float) -> None:
        """From now on, until `calm`; counts anew. ValueError for probabilities that are none."""
        self._mix = Mix(**mix)
        self._seed, self._events, self._presses = seed, {}, 0

    def calm(self) -> None:
        """What is held back goes on at once."""
        self._mix = None
        self._let_go()

    async def deliver(self, kind: Kind, payload: Json, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        """See `delivery.Delivery`."""
        if self._mix is None:
            return await self.inner.deliver(kind, payload, answerable=answerable, retry=retry)
        if kind == "events_api":
            return await self._event(payload, retry or Retry())
        self._presses += 1
        lot = Lot.draw(self._mix, f"{self._seed}/press/{self._presses}")
        outcome = await self.inner.deliver(kind, payload, answerable=answerable, retry=retry)
        return self._lose_ack(outcome) if lot.lost_ack else outcome

    async def close(self) -> None:
        for task in self._doubles:
            task.cancel()
        await asyncio.gather(*self._doubles, return_exceptions=True)
        await self.inner.close()

    async def _event(self, payload: Json, retry: Retry) -> Outcome:
        assert self._mix is not None
        event_id = payload["event_id"]
        number = self._events.setdefault(event_id, len(self._events))
        lot = Lot.draw(self._mix, f"{self._seed}/event/{number}/{retry.attempt}")
        first = retry.attempt == 0
        if first:
            await self._delay(lot, event_id)
            if lot.duplicate and lot.at_once:
                self._double(payload, retry)
        outcome = await self._forward(payload, retry)
        if first and lot.duplicate and not lot.at_once:
            self._double(payload, Retry(1, _TIMEOUT[self.via]))
        return self._lose_ack(outcome) if lot.lost_ack else outcome

    async def _delay(self, lot: Lot, event_id: str) -> None:
        if lot.late:
            self._struck("late", event_id=event_id, seconds=round(lot.late, 3))
            await asyncio.sleep(lot.late)
        if lot.reorder:
            try:
                async with asyncio.timeout(HOLD):
                    await self._overtaken.wait()
            except TimeoutError:
                return  # nothing else happened that could have come before it
            self._struck("reorder", event_id=event_id)

    async def _forward(self, payload: Json, retry: Retry) -> Outcome:
        outcome = await self.inner.deliver("events_api", payload, answerable=False, retry=retry)
        self._let_go()
        return outcome

    def _let_go(self) -> None:
        self._overtaken.set()
        self._overtaken = asyncio.Event()

    def _double(self, payload: Json, retry: Retry) -> None:
        """Once more, whatever becomes of it."""
        self._struck("duplicate", event_id=payload["event_id"])
        task = asyncio.create_task(self.inner.deliver("events_api", payload, answerable=False, retry=retry))
        self._doubles.add(task)
        task.add_done_callback(self._doubles.discard)

    def _lose_ack(self, outcome: Outcome) -> Outcome:
        if outcome.fate != "acked":
            return outcome
        self._struck("lost_ack", envelope_id=outcome.envelope_id)
        lost = Outcome(outcome.envelope_id, "not_acked", outcome.ms, reason=_TIMEOUT[self.via], fault="lost_ack")
        lost.detail = "the acknowledgement was lost"
        return lost

    def _struck(self, what: str, **more: str | float) -> None:
        self._record.write("fault", what=what, via=self.via, **more)
