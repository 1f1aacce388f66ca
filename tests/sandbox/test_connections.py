"""Socket Mode to the letter, against a raw client: several connections, refresh, closing, pings, dead sockets, late acks."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import CannotDo
from sandbox.server import Timing
from tests.sandbox.raw_sockets import Scene, Wire, raw
from tests.sandbox.stage import AIKO, APP_TOKEN, GENERAL

QUICK = Timing(ack=1.0, retry_after=(0.05, 0.1, 0.1))


async def press(scene: Scene) -> Any:
    return await scene.slack.person(AIKO).command("/review", channel=GENERAL)


async def taken(scene: Scene, wires: list[Wire], times: int) -> list[int]:
    """Which wire each of so many commands came to; every one is acknowledged where it came."""
    came: list[int] = []

    async def serve(number: int) -> None:
        while True:
            envelope = await wires[number].message()
            came.append(number)
            await wires[number].ack(envelope)

    serving = [asyncio.create_task(serve(number)) for number in range(len(wires))]
    for _ in range(times):
        assert (await press(scene)).ok
    for task in serving:
        task.cancel()
    await asyncio.gather(*serving, return_exceptions=True)
    return came


async def test_hello_says_who_and_how_long(tmp_path: Path) -> None:
    async with raw(tmp_path) as scene:
        first, second = await scene.open(), await scene.open("&debug_reconnects=true")
        assert first.hello["type"] == "hello"
        assert first.hello["connection_info"] == {"app_id": "A0APP"}
        assert [wire.hello["num_connections"] for wire in (first, second)] == [1, 2]
        assert first.hello["debug_info"]["approximate_connection_time"] == 3600
        assert second.hello["debug_info"]["approximate_connection_time"] == 360
        assert {"host", "started", "build_number"} <= first.hello["debug_info"].keys()


async def test_ten_connections_and_no_more(tmp_path: Path) -> None:
    async with raw(tmp_path) as scene:
        wires = [await scene.open() for _ in range(10)]
        eleventh = await scene.open(hello=False)
        assert (await eleventh.message())["reason"] == "too_many_websockets"
        await eleventh.closed()
        assert sorted(await taken(scene, wires, 10)) == list(range(10))


async def test_a_payload_goes_to_any_one_in_turn_or_by_chance(tmp_path: Path) -> None:
    async with raw(tmp_path) as scene:
        wires = [await scene.open() for _ in range(3)]
        in_turn = await taken(scene, wires, 6)
        assert in_turn[:3] == in_turn[3:]
        assert sorted(in_turn[:3]) == [0, 1, 2]
        await scene.slack.spread_payloads(7)
        by_chance = await taken(scene, wires, 12)
        await scene.slack.spread_payloads(7)
        assert await taken(scene, wires, 12) == by_chance
        assert any(first == then for first, then in pairwise(by_chance))
        assert set(by_chance) == {0, 1, 2}


async def test_after_refresh_requested_nothing_new_comes_and_slack_closes(tmp_path: Path) -> None:
    async with raw(tmp_path, Timing(grace=0.3)) as scene:
        old = await scene.open()
        pressing = asyncio.create_task(press(scene))
        envelope = await old.message()
        await scene.slack.renew_sockets("refresh_requested")
        asked = await old.message()
        assert {key: asked[key] for key in ("type", "reason")} == {"type": "disconnect", "reason": "refresh_requested"}
        new = await scene.open()
        assert new.hello["num_connections"] == 2
        await old.ack(envelope)  # it may still finish what it has begun
        assert (await pressing).ok
        assert await taken(scene, [new], 3) == [0, 0, 0]
        await old.closed()
        assert (await scene.noted("link", op="closed"))["connection"] == 1


async def test_a_connection_grows_old_warning_refresh_end(tmp_path: Path) -> None:
    async with raw(tmp_path, Timing(lifetime=0.3, grace=0.1)) as scene:
        wire = await scene.open()
        assert wire.hello["debug_info"]["approximate_connection_time"] == 0
        assert [(await wire.message())["reason"] for _ in range(2)] == ["warning", "refresh_requested"]
        await wire.closed()
        assert await scene.slack.problems() == []


async def test_a_warning_alone_changes_nothing(tmp_path: Path) -> None:
    async with raw(tmp_path, Timing(grace=0.0)) as scene:
        wire = await scene.open()
        await scene.slack.renew_sockets("warning")
        assert (await wire.message())["reason"] == "warning"
        assert await taken(scene, [wire], 2) == [0, 0]
        with pytest.raises(CannotDo, match="no reason"):
            await scene.slack.renew_sockets("tired")


async def test_socket_mode_switched_off_and_on_again(tmp_path: Path) -> None:
    async with raw(tmp_path) as scene:
        wire = await scene.open()
        await scene.slack.renew_sockets("link_disabled")
        assert (await wire.message())["reason"] == "link_disabled"
        await wire.closed()
        assert await scene.call_open() == {"ok": False, "error": "socket_mode_not_enabled"}
        assert (await press(scene)).error_shown.startswith("no_connection")
        await scene.slack.enable_sockets()
        assert await taken(scene, [await scene.open()], 1) == [0]


async def test_pings_go_both_ways_and_the_dead_are_dropped(tmp_path: Path) -> None:
    async with raw(tmp_path, Timing(ping=0.15)) as scene:
        alive, dead = await scene.open(), await scene.open()
        await alive.socket.ping(b"mine")
        seen = []
        while seen.count(WSMsgType.PING) < 4 or WSMsgType.PONG not in seen:
            frame = await alive.socket.receive(20)
            seen.append(frame.type)
            if frame.type == WSMsgType.PING:
                await alive.socket.pong(frame.data)
        dropped = await scene.noted("link", op="closed")
        assert dropped["connection"] == 2
        assert scene.server.live.socket.open_connections == 1
        while (await dead.socket.receive(20)).type == WSMsgType.PING:
            pass
        assert dead.socket.closed


async def test_a_frozen_socket_says_and_hears_nothing_and_stays_open(tmp_path: Path) -> None:
    async with raw(tmp_path, QUICK) as scene:
        frozen = await scene.open()
        first = await frozen.socket.receive(20)  # the first ping
        assert first.type == WSMsgType.PING
        await scene.slack.freeze_sockets()
        await frozen.socket.ping(b"anybody there?")
        lost = await press(scene)
        assert lost.error_shown.startswith("operation_timeout")
        healthy = await scene.open()
        await healthy.socket.ping(b"and you?")
        answered = [(await healthy.socket.receive(20)).type for _ in range(2)]
        assert WSMsgType.PONG in answered
        with pytest.raises(TimeoutError):
            await frozen.socket.receive(0.3)
        assert not frozen.socket.closed


async def test_the_sdk_notices_a_frozen_socket_and_connects_anew(tmp_path: Path) -> None:
    """slack_sdk's own check of pings and pongs is the judge: a frozen socket looks dead to it, though TCP is open."""
    async with raw(tmp_path) as scene:
        web = AsyncWebClient(base_url=scene.server.api, retry_handlers=[])
        client = SocketModeClient(APP_TOKEN, web_client=web, ping_interval=0.3)
        try:
            await client.connect()
            await scene.noted("link", op="opened", connection=1)
            await scene.slack.freeze_sockets()
            await scene.noted("link", op="opened", connection=2)
        finally:
            await client.close()


async def test_an_ack_on_another_connection_does_not_count(tmp_path: Path) -> None:
    async with raw(tmp_path, QUICK) as scene:
        wires = [await scene.open(), await scene.open()]
        pressing = asyncio.create_task(press(scene))
        sent = await scene.noted("sent")
        carrier, other = wires[sent["connection"] - 1], wires[2 - sent["connection"]]
        await other.ack(await carrier.message())
        result = await pressing
        assert result.error_shown.startswith("operation_timeout")
        assert [entry["what"] for entry in await scene.slack.problems()] == ["late_ack", "not_acked", "error_shown"]


async def test_a_late_ack_is_an_error_for_the_person_and_recorded(tmp_path: Path) -> None:
    async with raw(tmp_path, QUICK) as scene:
        wire = await scene.open()
        pressing = asyncio.create_task(press(scene))
        envelope = await wire.message()
        assert (await pressing).error_shown.startswith("operation_timeout")
        await wire.ack(envelope)
        await scene.noted("problem", what="late_ack")


async def test_an_event_without_a_connection_comes_later_as_a_retry(tmp_path: Path) -> None:
    async with raw(tmp_path, QUICK) as scene:
        await scene.slack.person(AIKO).say(GENERAL, "誰かいますか")
        wire = await scene.open()
        envelope = await wire.message()
        assert envelope["type"] == "events_api"
        assert envelope["accepts_response_payload"] is False
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "connection_failed")
        await wire.ack(envelope)
        await scene.noted("acked")
        assert await scene.slack.problems() == []


async def test_an_event_on_a_lost_connection_comes_again_on_another(tmp_path: Path) -> None:
    async with raw(tmp_path, QUICK) as scene:
        wires = [await scene.open(), await scene.open()]
        await scene.slack.person(AIKO).say(GENERAL, "こんにちは")
        carrier = wires[(await scene.noted("sent"))["connection"] - 1]
        first = await carrier.message()
        await carrier.socket.close()
        wires.remove(carrier)
        again = await wires[0].message()
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_failed")
        await wires[0].ack(again)
