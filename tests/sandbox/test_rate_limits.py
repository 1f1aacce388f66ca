"""How often an app may call what, with a clock of the test's own; and HTTP 429 over a real connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import _parser
from sandbox.rate_limits import LOWER, PAGED, PER_MINUTE, POSTS, TIERS, RateLimits
from sandbox.web_api import METHODS
from tests.sandbox.stage import AIKO, GENERAL, MIRAI, stage


class Watch:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


def admitted(limits: RateLimits, method: str, calls: int, **args: Any) -> int:
    """How many of so many calls at once go through."""
    return sum(limits.admit(method, args) == 0 for _ in range(calls))


def test_every_method_has_a_tier() -> None:
    assert TIERS.keys() == METHODS.keys()
    assert set(TIERS.values()) <= PER_MINUTE.keys()


def test_what_comes_in_pages_is_what_pages() -> None:
    paged = {name for name, method in METHODS.items() if {"cursor", "limit"} <= method.args.keys()}
    assert paged - {"files.info"} == PAGED, "files.info pages comments, which there are none of"
    assert {TIERS[name] for name in PAGED} <= LOWER.keys()


@pytest.mark.parametrize(
    ("method", "most"),
    [("users.list", 20), ("chat.update", 50), ("views.open", 100), ("auth.test", 300), ("conversations.info", 50)],
)
def test_a_tier_is_so_many_calls_a_minute(watch: Watch, method: str, most: int) -> None:
    limits = RateLimits(1, watch)
    assert admitted(limits, method, most + 5, limit=10) == most
    assert limits.admit(method, {"limit": 10}) == 60
    watch.time += 59
    assert limits.admit(method, {"limit": 10}) == 1
    watch.time += 1
    assert admitted(limits, method, most + 5, limit=10) == most


def test_a_minute_slides(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    assert admitted(limits, "users.list", 10, limit=10) == 10
    watch.time += 30
    assert admitted(limits, "users.list", 20, limit=10) == 10
    watch.time += 30
    assert admitted(limits, "users.list", 20, limit=10) == 10, "only the first ten are a minute old"


def test_one_method_does_not_stop_another(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    admitted(limits, "chat.update", 60)
    assert limits.admit("conversations.info", {}) == 0


def test_a_list_without_pages_is_a_tier_lower_and_counts_in_both(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    assert admitted(limits, "conversations.members", 200) == 50
    assert admitted(limits, "conversations.members", 200, limit=100) == 50, "a hundred in all"


def test_a_channel_takes_a_message_a_second_and_a_small_burst(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    assert admitted(limits, POSTS, 10, channel="C1") == 3
    assert admitted(limits, POSTS, 10, channel="C2") == 3, "another channel is another second"
    taken = 0
    for _ in range(60):
        watch.time += 1
        taken += admitted(limits, POSTS, 10, channel="C1")
    assert taken == 60
    assert admitted(RateLimits(1, watch), "chat.postEphemeral", 50, channel="C1") == 50


def test_the_whole_workspace_has_a_limit_too(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    assert sum(admitted(limits, POSTS, 1, channel=f"C{n}") for n in range(400)) == 300


def test_a_refused_call_does_not_count(watch: Watch) -> None:
    limits = RateLimits(1, watch)
    admitted(limits, POSTS, 500, channel="C1")
    assert sum(admitted(limits, POSTS, 1, channel=f"D{n}") for n in range(400)) == 297


def test_a_factor_shortens_the_minute(watch: Watch) -> None:
    limits = RateLimits(60, watch)
    assert admitted(limits, "users.list", 30, limit=1) == 20
    assert limits.admit("users.list", {"limit": 1}) == 1
    watch.time += 1
    assert admitted(limits, "users.list", 30, limit=1) == 20
    assert admitted(RateLimits(0, watch), "users.list", 5000) == 5000


async def test_429_with_retry_after_and_its_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        client = scene.app.client
        for _ in range(4):
            await client.chat_postMessage(channel=GENERAL, text="no limits unless asked for")
        watch = Watch()
        scene.server.live.rate_limits.now = watch
        await scene.slack.rate_limits(1)
        for _ in range(3):
            await client.chat_postMessage(channel=GENERAL, text="x")
        answer = await scene_post(scene, GENERAL)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
        assert await answer.json() == {"ok": False, "error": "ratelimited"}
        assert len(await scene.slack.person(AIKO).messages(GENERAL)) == 7, "what was refused is not stored"
        await client.chat_postMessage(channel=MIRAI, text="x")
        watch.time += 3
        await client.chat_postMessage(channel=GENERAL, text="x")
        entries = [e for e in await scene.slack.record() if e["kind"] == "ratelimited"]
        assert [(e["method"], e["channel"], e["retry_after"]) for e in entries] == [(POSTS, GENERAL, 3)]
        assert not [e for e in await scene.slack.record() if e["kind"] == "api" and not e["ok"]]


async def scene_post(scene: Any, channel: str) -> Any:
    """Without the SDK, which hides the head of the answer."""
    import aiohttp

    async with aiohttp.ClientSession() as session:
        head = {"Authorization": f"Bearer {scene.app.client.token}"}
        answer = await session.post(f"{scene.server.api}{POSTS}", json={"channel": channel, "text": "x"}, headers=head)
        await answer.read()
        return answer


@pytest.mark.parametrize(("given", "factor"), [("off", 0.0), ("slack", 1.0), ("60", 60.0)])
def test_the_programs_option(given: str, factor: float) -> None:
    options = ["serve", "--world", "w", "--manifest", "m", "--dir", "d"]
    assert _parser().parse_args([*options, "--rate-limits", given]).rate_limits == factor
    assert _parser().parse_args(options).rate_limits == 0
    with pytest.raises(SystemExit):
        _parser().parse_args([*options, "--rate-limits", "much"])
