"""Bad weather on the way to the app: events late, twice, out of order, acknowledgements lost; over both ways of delivery."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox import delivery_faults
from sandbox.client import CannotDo, LocalSlack
from sandbox.delivery import Outcome, Retry
from sandbox.delivery_faults import LATE, DeliveryWeather
from sandbox.record import Record
from sandbox.server import Timing
from tests.sandbox.conftest import StillClock
from tests.sandbox.raw_sockets import raw
from tests.sandbox.request_url import scene as http_scene
from tests.sandbox.stage import AIKO, GENERAL

QUICK = Timing(ack=2.0, retry_after=(0.05, 0.1, 0.1))
WAYS = pytest.mark.parametrize("way", ["socket", "http"])


class Heard:
    """What came to an app that acknowledges everything: (event text or command, retry attempt, reason)."""

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack

    async def sent(self) -> list[dict[str, Any]]:
        return [entry for entry in await self.slack.record() if entry["kind"] == "sent"]

    async def texts(self) -> list[str]:
        return [e["payload"]["event"]["text"] for e in await self.sent() if e["type"] == "events_api"]

    async def faults(self) -> list[str]:
        return [entry["what"] for entry in await self.slack.record() if entry["kind"] == "fault"]

    async def rest(self, count: int) -> None:
        """Returns when so many deliveries are acknowledged and nothing is under way."""
        since = 0
        while True:
            state = (await self.slack.get("/sandbox/settle", timeout=0.01)).items()
            busy = any(value for key, value in state if key in {"unacknowledged", "events_under_way"})
            done = sum(entry["kind"] == "acked" for entry in await self.slack.record())
            if not busy and done >= count:
                return
            since = (await self.slack.record())[-1]["n"]
            await self.slack.record(since, wait=0.2)


@asynccontextmanager
async def acknowledging(directory: Path, way: str) -> AsyncIterator[Heard]:
    """The local Slack and an app that acknowledges at once, over this way."""
    directory.mkdir(exist_ok=True)
    if way == "http":
        async with http_scene(directory, timing=QUICK) as made:
            await made.slack.connected()
            yield Heard(made.slack)
        return
    async with raw(directory, QUICK) as made:
        wire = await made.open()

        async def serve() -> None:
            while True:
                await wire.ack(await wire.message())

        serving = asyncio.create_task(serve())
        yield Heard(made.slack)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@WAYS
async def test_every_event_twice_with_one_id_and_no_press(tmp_path: Path, way: str) -> None:
    async with acknowledging(tmp_path, way) as heard:
        aiko = heard.slack.person(AIKO)
        await heard.slack.delivery_weather(3, duplicate=1)
        for number in range(6):
            await aiko.say(GENERAL, f"第{number}")
        for _ in range(3):
            assert (await aiko.command("/review")).ok
        await heard.rest(15)
        events = [entry for entry in await heard.sent() if entry["type"] == "events_api"]
        assert set(Counter(entry["payload"]["event_id"] for entry in events).values()) == {2}
        assert len({entry["payload"]["event_id"] for entry in events}) == 6
        again = [(e["retry_attempt"], e["retry_reason"]) for e in events if e["retry_attempt"]]
        assert 0 < len(again) < 6, "some at once, some after the ack"
        assert set(again) == {(1, "timeout" if way == "socket" else "http_timeout")}
        assert [entry["type"] for entry in await heard.sent()].count("slash_commands") == 3
        assert await heard.faults() == ["duplicate"] * 6
        assert await heard.slack.problems(ordered=True) == []


@WAYS
async def test_a_lost_ack_brings_the_event_again(tmp_path: Path, way: str) -> None:
    async with acknowledging(tmp_path, way) as heard:
        await heard.slack.delivery_weather(1, lost_ack=1)
        await heard.slack.person(AIKO).say(GENERAL, "こんにちは")
        while "lost_ack" not in await heard.faults():
            await heard.slack.record((await heard.slack.record())[-1]["n"], wait=10)
        await heard.slack.delivery_calm()
        await heard.rest(2)
        events = await heard.sent()
        assert len({entry["payload"]["event_id"] for entry in events}) == 1
        assert events[1]["retry_attempt"] == 1
        assert events[1]["retry_reason"] == ("timeout" if way == "socket" else "http_timeout")
        assert await heard.slack.problems() == []


@WAYS
async def test_all_acks_lost_is_given_up_and_is_no_fault_of_the_app(tmp_path: Path, way: str) -> None:
    async with acknowledging(tmp_path, way) as heard:
        await heard.slack.delivery_weather(1, lost_ack=1)
        await heard.slack.person(AIKO).say(GENERAL, "こんにちは")
        await heard.rest(4)
        assert [entry["retry_attempt"] for entry in await heard.sent()] == [0, 1, 2, 3]
        assert await heard.slack.problems() == []
        given_up = await heard.slack.problems(ordered=True)
        assert [(entry["what"], entry["fault"]) for entry in given_up] == [("not_acked", "lost_ack")]


@WAYS
async def test_a_press_whose_ack_is_lost_is_an_error_and_can_be_done_again(tmp_path: Path, way: str) -> None:
    async with acknowledging(tmp_path, way) as heard:
        aiko = heard.slack.person(AIKO)
        await heard.slack.delivery_weather(1, lost_ack=1)
        failed = await aiko.command("/review")
        assert not failed.acked
        assert failed.error_shown
        assert failed.error_shown.startswith("operation_timeout")
        await heard.slack.delivery_calm()
        assert (await aiko.command("/review")).ok
        kinds = [entry["kind"] for entry in await heard.slack.record() if entry["kind"] in {"sent", "acked", "fault"}]
        assert kinds == ["sent", "acked", "fault", "sent", "acked"]
        assert await heard.slack.problems() == []
        assert [entry["fault"] for entry in await heard.slack.problems(ordered=True)] == ["lost_ack"]


@WAYS
async def test_events_overtake_each_other_and_none_is_lost(tmp_path: Path, way: str) -> None:
    async with acknowledging(tmp_path, way) as heard:
        await heard.slack.delivery_weather(5, reorder=0.5)
        said = [f"第{number}" for number in range(10)]
        for text in said:
            await heard.slack.person(AIKO).say(GENERAL, text)
        await heard.rest(10)
        assert sorted(await heard.texts()) == said
        assert await heard.texts() != said
        assert set(await heard.faults()) == {"reorder"}
        assert await heard.slack.problems(ordered=True) == []


async def test_calm_lets_go_of_what_is_held_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_faults, "HOLD", 60.0)
    async with acknowledging(tmp_path, "socket") as heard:
        await heard.slack.delivery_weather(1, reorder=1)
        await heard.slack.person(AIKO).say(GENERAL, "後から")
        assert await heard.sent() == []
        await heard.slack.delivery_calm()
        await heard.rest(1)
        assert await heard.texts() == ["後から"]


async def test_late_ones_say_how_late(tmp_path: Path) -> None:
    async with acknowledging(tmp_path, "http") as heard:
        await heard.slack.delivery_weather(1, late=1)
        await heard.slack.person(AIKO).say(GENERAL, "遅れて")
        await heard.rest(1)
        struck = [entry for entry in await heard.slack.record() if entry["kind"] == "fault"]
        assert [entry["what"] for entry in struck] == ["late"]
        assert LATE[0] <= struck[0]["seconds"] <= LATE[1]
        began, sent = (datetime.fromisoformat(entry["at"]) for entry in (struck[0], (await heard.sent())[0]))
        assert (sent - began).total_seconds() > struck[0]["seconds"] - 0.01, "it says so, and so it is"
        assert await heard.texts() == ["遅れて"]


async def test_the_same_seed_is_the_same_weather(tmp_path: Path) -> None:
    async def run(name: str, seed: int) -> Counter[tuple[str, int, float]]:
        async with acknowledging(tmp_path / name, "socket") as heard:
            mix = {"duplicate": 0.4, "late": 0.4, "lost_ack": 0.4}
            await heard.slack.delivery_weather(seed, **mix)
            order: dict[str, int] = {}
            for number in range(8):
                await heard.slack.person(AIKO).say(GENERAL, f"第{number}")
            await heard.rest(8)
            for entry in sorted(await heard.sent(), key=lambda e: e["payload"]["event"]["text"]):
                order.setdefault(entry["payload"]["event_id"], len(order))
            ids = {entry["envelope_id"]: entry["payload"]["event_id"] for entry in await heard.sent()}
            struck = [entry for entry in await heard.slack.record() if entry["kind"] == "fault"]
            about = [entry.get("event_id") or ids[entry["envelope_id"]] for entry in struck]
            return Counter(
                (e["what"], order[event], e.get("seconds", 0)) for e, event in zip(struck, about, strict=True)
            )

    first, again, other = await run("a", 11), await run("b", 11), await run("c", 12)
    assert {what for what, _, _ in first} == {"duplicate", "late", "lost_ack"}
    assert first == again
    assert first != other


async def test_a_probability_is_one(tmp_path: Path) -> None:
    async with acknowledging(tmp_path, "socket") as heard:
        with pytest.raises(CannotDo, match="from 0 to 1"):
            await heard.slack.delivery_weather(1, late=1.5)


class Slow:
    """A delivery that is acknowledged when the test says so."""

    via, retry_after, open_connections, in_flight = "socket", (0.0,), 1, 0

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.delivered = 0

    async def wait_connected(self, seconds: float) -> bool:
        return True

    async def deliver(self, kind: Any, payload: Any, *, answerable: bool, retry: Retry | None = None) -> Outcome:
        self.delivered += 1
        if self.delivered > 1:
            await self.go.wait()
        return Outcome("e", "acked")

    async def close(self) -> None:
        return None


async def test_nobody_is_at_rest_while_a_double_is_under_way(tmp_path: Path) -> None:
    slow = Slow()
    record = Record(tmp_path / "record.jsonl", StillClock().now)
    weather = DeliveryWeather(slow, record)
    weather.storm(3, duplicate=1)
    for number in range(8):  # until one comes after its acknowledgement
        outcome = await weather.deliver("events_api", {"event_id": f"Ev{number}"}, answerable=False, retry=Retry())
        assert outcome.fate == "acked"
        slow.delivered = 0
    assert weather.in_flight > 0
    slow.go.set()
    while weather.in_flight:
        await asyncio.sleep(0)
    await weather.close()
    record.close()
