"""LocalSlack: the local Slack as tests and drivers use it. The only thing of it that they import.

    async with LocalSlack(url) as slack:
        aiko = slack.person("U…")
        await aiko.command("/vendor-review", "register")
        await aiko.fill("会社名", "株式会社みらい")
        result = await aiko.submit()

A person sees and does only what Slack would let them: everything else raises CannotDo with the reason. Each act waits
until the app has acknowledged it (or 3 s have passed) and says so in its ActResult; what the app does afterwards is
waited for with `wait_message`, `wait_modal` or `settle`. To add an act, add it to `people.ACTS` and a method here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sandbox.cannot import CannotDo
from sandbox.client_delivery import DeliveryControl
from sandbox.client_person import ActResult, Person
from sandbox.client_story import Story
from sandbox.screen import Button, Field, Message, Modal
from sandbox.world import Json

__all__ = ["ActResult", "Button", "CannotDo", "Field", "LocalSlack", "Message", "Modal", "Person"]


class LocalSlack(DeliveryControl, Story):
    """A client of one running local Slack at `url`."""

    async def __aenter__(self) -> LocalSlack:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def person(self, user: str) -> Person:
        """Somebody of the world, by id."""
        return Person(self, user)

    async def settle(self, timeout: float = 30) -> None:  # noqa: ASYNC109 - waited for by the server
        """Returns when the app has read the clock twice with nothing to do in between; TimeoutError says what is on."""
        state = await self.get("/sandbox/settle", timeout=timeout)
        if not state.pop("at_rest"):
            raise TimeoutError(f"no rest within {timeout} s: {state}")

    async def set_clock(self, now: datetime) -> None:
        """Sets the business clock to an aware time."""
        await self.post("/clock", now=now.isoformat())

    async def advance_clock(self, seconds: float) -> None:
        await self.post("/clock", advance_seconds=seconds)

    async def clock(self) -> datetime:
        """The business time. Does not count as the app's reading."""
        return datetime.fromisoformat((await self.post("/clock"))["now"])

    async def clock_reads(self) -> int:
        """How often the app has read the clock."""
        return int((await self.get("/sandbox/clock_reads"))["reads"])

    async def record(self, since: int = 0, wait: float = 0) -> list[Json]:
        """Entries numbered above `since`; waits up to `wait` seconds for the first."""
        found = await self.get("/sandbox/record", since=since, wait=wait)
        return list(found["result"])

    async def problems(self, since: int = 0, *, ordered: bool = False) -> list[Json]:
        """What must not have happened. `ordered`: also what is owed to `delivery_weather` alone, by its `fault`."""
        found = [entry for entry in await self.record(since) if entry["kind"] == "problem"]
        return [entry for entry in found if ordered or "fault" not in entry]

    async def fault(self, what: str, method: str, times: int = 1, *, seconds: float | None = None) -> None:
        """A fault of `faults.FAULTS` at the next `times` calls of a Web API method, `response_url`, `download`, `upload`.

        `seconds` is how long a delay takes, or what Retry-After asks for.
        """
        await self.post("/sandbox/fault", what=what, method=method, times=times, seconds=seconds)

    async def no_faults(self) -> None:
        """Disarms all that have not struck yet."""
        await self.post("/sandbox/fault")

    async def weather(
        self, seed: int, mix: dict[str, float], methods: Iterable[str] | None = None, *, seconds: float = 0.2
    ) -> None:
        """Every call may meet a fault, with these probabilities: the same seed, the same faults (`weather.py`).

        `methods` narrows it down; `seconds` is the longest delay.
        """
        where = None if methods is None else list(methods)
        await self.post("/sandbox/weather", seed=seed, mix=mix, methods=where, seconds=seconds)

    async def calm(self) -> None:
        """The end of the weather and of all armed faults."""
        await self.post("/sandbox/weather")

    async def rate_limits(self, factor: float = 1.0) -> None:
        """1: as Slack; 60: a second stands for a minute; 0: none."""
        await self.post("/sandbox/rate_limits", factor=factor)

    async def revoke_token(self, error: str = "token_revoked") -> None:
        """From now on every call with the bot token is refused: also `account_inactive`, `token_expired`."""
        await self.post("/sandbox/token", error=error)

    async def restore_token(self) -> None:
        await self.post("/sandbox/token", error="")
