"""Events over HTTP: retries with number and reason, the handshake before the first one, and when Slack gives up on a URL."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.server import Timing
from sandbox.subscription import FEWEST_EVENTS, WINDOW, Subscription
from tests.sandbox.request_url import App, Posted, Scene, bare, cut, hang, says, scene, world_over_http
from tests.sandbox.stage import AIKO, GENERAL

QUICK = Timing(ack=1.0, retry_after=(0.0, 0.05, 0.1))
PATIENT = Timing(retry_after=(0.0, 0.05, 0.1))


async def test_an_event_is_retried_three_times_with_number_and_reason(tmp_path: Path) -> None:
    answers = [says(503), hang, cut, says(200)]
    async with scene(tmp_path, *answers, timing=QUICK) as s:
        await s.slack.person(AIKO).say(GENERAL, "こんにちは")
        seen = await s.app.wait_for(4)
        assert [_retry(posted) for posted in seen] == [
            (None, None),
            ("1", "http_error"),
            ("2", "http_timeout"),
            ("3", "unknown_error"),
        ]
        assert len({posted.json["event_id"] for posted in seen}) == 1
        await _at_rest(s)
        assert {entry["what"] for entry in await s.slack.problems()} == {"not_acked"}
        assert not any("given up" in entry["detail"] for entry in await s.slack.problems())


async def test_after_three_retries_an_event_is_given_up(tmp_path: Path) -> None:
    async with scene(tmp_path, says(500), timing=PATIENT) as s:
        await s.slack.person(AIKO).say(GENERAL, "こんにちは")
        await _at_rest(s)
        assert len(s.app.seen) == 4
        assert "given up" in (await s.slack.problems())[-1]["detail"]


async def test_events_take_any_2xx(tmp_path: Path) -> None:
    async with scene(tmp_path, says(202, "queued"), timing=PATIENT) as s:
        await s.slack.person(AIKO).say(GENERAL, "こんにちは")
        await _at_rest(s)
        assert len(s.app.seen) == 1
        assert await s.slack.problems() == []


async def test_no_retry_is_honoured(tmp_path: Path) -> None:
    async with scene(tmp_path, says(500, x_slack_no_retry="1"), bare, timing=PATIENT) as s:
        await s.slack.person(AIKO).say(GENERAL, "一度だけ")
        await s.app.wait_for(1)
        await _at_rest(s)
        await s.slack.person(AIKO).say(GENERAL, "次")
        seen = await s.app.wait_for(2)
        assert [posted.json["event"]["text"] for posted in seen] == ["一度だけ", "次"]


async def test_an_app_that_restarts_gets_the_event_as_connection_failed(tmp_path: Path) -> None:
    async with App().serve() as gone:
        url, port = gone.url, int(gone.url.split(":")[2].split("/")[0])
    async with world_over_http(tmp_path, url, Timing(retry_after=(0.5, 0.5, 0.5))) as s:
        async with App().serve(port):
            await s.slack.connected(5)
        await s.slack.person(AIKO).say(GENERAL, "再起動中")
        since = 0
        while not any(entry["kind"] == "sent" for entry in await s.slack.record(since, wait=5)):
            since = (await s.slack.record())[-1]["n"]
        async with App().serve(port) as back:
            seen = await back.wait_for(1)
            assert seen[0].json["event"]["text"] == "再起動中"
            assert _retry(seen[0])[1] == "connection_failed"
            await _at_rest(s)


async def test_two_redirects_are_followed_and_no_third(tmp_path: Path) -> None:
    async with scene(tmp_path, timing=QUICK) as s:
        onwards = says(307, Location=s.app.url)
        s.app.answers = [onwards, onwards, bare]
        await s.slack.person(AIKO).say(GENERAL, "回り道")
        await s.app.wait_for(3)
        await _at_rest(s)
        assert await s.slack.problems() == []
        s.app.answers = [onwards, onwards, onwards, bare]
        await s.slack.person(AIKO).say(GENERAL, "回りすぎ")
        seen = await s.app.wait_for(7)
        assert _retry(seen[6]) == ("1", "too_many_redirects")


async def test_a_certificate_that_is_none_is_an_ssl_error(tmp_path: Path) -> None:
    async with App().serve() as app, world_over_http(tmp_path, app.url.replace("http:", "https:"), PATIENT) as s:
        assert "SSL" in await s.slack.verify_request_url()
        assert s.server.live.http
        s.server.live.http.verified = True  # it was good when the URL was saved
        await s.slack.person(AIKO).say(GENERAL, "証明書切れ")
        await _at_rest(s)
        sent = [entry["retry_reason"] for entry in await s.slack.record() if entry["kind"] == "sent"]
        assert sent == ["", "ssl_error", "ssl_error", "ssl_error"]
        assert app.seen == []


HANDSHAKES = [
    (says(500), "HTTP 500"),
    (says(text="no"), "does not carry"),
    (says(text='{"challenge": 1}', content_type="application/json"), "does not carry"),
    (says(text="[", content_type="application/json"), "does not carry"),
    (hang, "no response"),
]


@pytest.mark.parametrize(("answer", "why"), HANDSHAKES)
async def test_a_url_that_fails_the_handshake_gets_no_event(tmp_path: Path, answer: Any, why: str) -> None:
    async with scene(tmp_path, timing=QUICK) as s:
        s.app.challenge_answer = answer
        assert why in await s.slack.verify_request_url()
        assert [entry["what"] for entry in await s.slack.problems()] == ["url_verification"]
        await s.slack.person(AIKO).say(GENERAL, "まだ")
        assert (await s.slack.person(AIKO).command("/review")).ok  # interactions need no handshake
        assert [posted.kind for posted in s.app.seen] == ["application/x-www-form-urlencoded"]
        s.app.challenge_answer = None
        assert await s.slack.verify_request_url() == ""
        await s.slack.connected(5)
        assert (await s.app.wait_for(2))[1].json["event"]["text"] == "まだ"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded"])
async def test_the_challenge_comes_back_in_three_ways(tmp_path: Path, kind: str) -> None:
    async with scene(tmp_path) as s:

        async def answer(_request: Any) -> web.Response:
            text = s.app.handshakes[-1].json["challenge"]
            bodies = {"text/plain": text, "application/json": json.dumps({"challenge": text})}
            return web.Response(text=bodies.get(kind, f"challenge={text}"), content_type=kind)

        s.app.challenge_answer = answer
        await s.slack.connected(5)
        await s.slack.connected(5)
        assert len(s.app.handshakes) == 1
        assert s.app.handshakes[0].json.keys() == {"token", "challenge", "type"}
        assert [e["op"] for e in await s.slack.record() if e["kind"] == "link"] == ["verified"]


def test_an_hour_of_failures_switches_the_subscription_off() -> None:
    subscription = Subscription()
    for number in range(FEWEST_EVENTS - 1):
        assert not subscription.note(number / 10, succeeded=False, first=True)
        assert not subscription.note(number / 10, succeeded=False, first=False)
    assert subscription.on, "not under 1,000 events an hour, however many retries"
    assert subscription.note(200.0, succeeded=False, first=True)
    assert not subscription.on
    assert not subscription.note(201.0, succeeded=False, first=True), "it says so once"


@pytest.mark.parametrize(("good", "off"), [(49, True), (50, False), (51, False)])
def test_five_percent_of_success_are_enough(good: int, off: bool) -> None:
    subscription = Subscription()
    for number in range(FEWEST_EVENTS):
        subscription.note(number / 1000, succeeded=number < good, first=True)
    assert subscription.on is not off


def test_what_is_older_than_an_hour_does_not_count() -> None:
    subscription = Subscription()
    for number in range(FEWEST_EVENTS - 1):
        subscription.note(number / 1000, succeeded=False, first=True)
    assert not subscription.note(WINDOW + 100, succeeded=False, first=True)
    assert subscription.on


async def test_a_disabled_subscription_gets_presses_but_no_events_until_it_is_saved_again(tmp_path: Path) -> None:
    async with scene(tmp_path, says(500, x_slack_no_retry="1"), timing=PATIENT) as s:
        await s.slack.connected(5)
        http = s.server.live.http
        assert http
        for _ in range(FEWEST_EVENTS - 1):
            http.subscription.note(time.monotonic(), succeeded=False, first=True)
        await s.slack.person(AIKO).say(GENERAL, "千件目")
        await _at_rest(s)
        assert "subscription_disabled" in {entry["what"] for entry in await s.slack.problems()}
        s.app.answers = [bare]
        await s.slack.person(AIKO).say(GENERAL, "届かない")
        await _at_rest(s)
        assert (await s.slack.person(AIKO).command("/review")).ok
        assert len(s.app.seen) == 2
        assert await s.slack.verify_request_url() == ""
        await s.slack.person(AIKO).say(GENERAL, "また届く")
        assert (await s.app.wait_for(3))[2].json["event"]["text"] == "また届く"


def _retry(posted: Posted) -> tuple[str | None, str | None]:
    headers = {key.lower(): value for key, value in posted.headers.items()}
    return headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")


async def _at_rest(s: Scene) -> None:
    """No event is under way any more."""
    while s.server.live.events.under_way or s.server.live.delivery.in_flight:
        await s.slack.record((await s.slack.record())[-1]["n"], wait=0.05)
