"""The caller of the national register against our imitation of it: what it asks, how it waits, what it makes of a bad day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from bot.channels.corporate_register import CorporateRegister
from bot.services.ports import RegisterFailed
from tests.register_imitation import APPLICATION, MIKAZUKI, Imitation, imitation, number

DAY = date(2026, 11, 25)


class Clock:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stage:
    def __init__(self, other: Imitation, client: httpx.AsyncClient) -> None:
        self.other, self.client, self.clock = other, client, Clock()
        self.register = self.made()

    def made(self, **more: object) -> CorporateRegister:
        how = {"spacing": 0.0, "patience": 5.0, "clock": self.clock} | more
        return CorporateRegister(self.client, self.other.url, APPLICATION, **how)  # type: ignore[arg-type]

    async def refused(self, register: CorporateRegister | None = None) -> RegisterFailed:
        with pytest.raises(RegisterFailed) as failed:
            await (register or self.register).named("みかづき", DAY)
        return failed.value


@pytest.fixture
async def at() -> AsyncIterator[Stage]:
    async with imitation() as other, httpx.AsyncClient() as client:
        yield Stage(other, client)


async def test_by_number_and_by_name(at: Stage) -> None:
    assert [e.name for e in (await at.register.numbered([MIKAZUKI], DAY)).entries] == ["株式会社みかづき運輸"]
    assert [e.id for e in (await at.register.named("ﾐｶﾂﾞｷ", DAY)).entries] == [MIKAZUKI]
    (one, number_), (two, name) = at.other.asked
    assert (one, number_["number"], number_["history"], number_["type"]) == ("num", MIKAZUKI, "0", "02")
    assert (two, name["mode"], name["target"], name["close"]) == ("name", "2", "1", "1")


async def test_ten_numbers_a_call(at: Stage) -> None:
    await at.register.numbered([number(n) for n in range(1, 24)], DAY)
    assert [len(q["number"].split(",")) for _, q in at.other.asked] == [10, 10, 3]


async def test_one_call_a_second_also_when_many_press_at_once(at: Stage) -> None:
    register = CorporateRegister(at.client, at.other.url, APPLICATION, spacing=0.15)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(register.named("みどり", DAY) for _ in range(4)))
    assert (
        asyncio.get_running_loop().time() - began >= 0.44
    )  # three waits: a promise to the agency, not a measure of ours


BAD = {
    403: "limited",
    404: "refused",
    400: "refused",
    500: "down",
    503: "down",
    "redirect": "garbage",
    "html": "garbage",
}
BAD |= {"columns": "garbage", "sjis": "garbage", "cut": "garbage", "endless": "too_big"}


@pytest.mark.parametrize("how", BAD, ids=str)
async def test_a_bad_answer_has_a_reason_and_the_next_good_one_is_taken(at: Stage, how: int | str) -> None:
    at.other.misbehave = how
    register = at.made(largest=1024 * 1024)
    assert (await at.refused(register)).reason == BAD[how]
    at.other.misbehave = None
    at.clock.now += 5.1
    assert (await register.named("みかづき", DAY)).count == 1


async def test_it_stays_away_longer_and_longer_and_asks_nothing_meanwhile(at: Stage) -> None:
    at.other.misbehave = 403
    waits = []
    for _ in range(10):
        waits.append((await at.refused()).after)
        asked = len(at.other.asked)
        assert (await at.refused()).reason == "waiting"
        assert len(at.other.asked) == asked
        at.clock.now += waits[-1] + 0.1
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]
    at.other.misbehave = None
    await at.register.named("みかづき", DAY)
    at.other.misbehave = 403
    assert (await at.refused()).after == 5


async def test_a_call_that_hangs_is_given_up(at: Stage) -> None:
    at.other.misbehave = "hang"
    assert (await at.refused(at.made(patience=0.2))).reason == "timeout"


async def test_nobody_there(at: Stage) -> None:
    register = CorporateRegister(at.client, "http://127.0.0.1:9/4", APPLICATION)
    assert (await at.refused(register)).reason == "unreachable"


async def test_the_application_id_is_never_logged(at: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for how in (403, "html", "endless"):
        at.other.misbehave = how
        await at.refused(at.made(largest=1000))
    assert caplog.records
    assert APPLICATION not in caplog.text
