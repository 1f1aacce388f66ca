"""Requests of Slack over HTTP that are right: answered in the response, done once, and nothing is lost.

What the endpoint refuses is in `test_http_refused.py`; the whole journey over HTTP in `tests/journeys/test_http_mode.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.delivery import Inbox
from bot.domain.press import Event
from handlers.slack.replies import Reply
from handlers.web import server
from handlers.web.incoming import Body
from handlers.web.server import HEALTH, PATH, READY
from sandbox import request_signing
from tests.handlers.cast import ADMIN, ANNA, BY_USER, LOBBY
from tests.handlers.http_stage import FORM, JSON, SECRET, Answer, Http, at_http
from tests.handlers.stage import Scene
from tests.handlers.tries import tries_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def http(stage: Scene, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Http]:
    async with at_http(stage, caplog) as made:
        try:
            yield made
        finally:
            stage.app.intake.closing = False


def made(http: Http, route: str) -> dict[str, Any]:
    """A payload of a route by somebody who may."""
    one = tries_of(route)[0]
    who = BY_USER[one.right]
    return one.make(http.stage, who.user, who.place)


def archived(http: Http, **changed: Any) -> dict[str, Any]:
    inner = {"type": "channel_archive", "channel": LOBBY, "user": ADMIN, "event_ts": "1.1"}
    return http.stage.slack.event(inner, LOBBY) | changed


async def look(http: Http, path: str) -> Answer:
    async with http.client.get(http.url.replace(PATH, path)) as answer:
        return Answer(answer.status, await answer.text())


# -- presses ---------------------------------------------------------------------------------------------------------------


async def test_a_command_is_answered_in_the_response(http: Http) -> None:
    answer = await http.form(made(http, "command help"))
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith(JSON)
    assert json.loads(answer.text)["response_type"] == "ephemeral"


async def test_a_refusal_is_an_answer_in_words_too(http: Http) -> None:
    answer = await http.form(http.stage.slack.command(ANNA, "list", LOBBY))
    assert answer.status == 200
    assert json.loads(answer.text)["text"]


async def test_a_submission_is_stored_and_answered_in_the_response(http: Http) -> None:
    answer = await http.form(made(http, "view vr1.register"))
    assert answer.status == 200
    assert json.loads(answer.text)["response_action"] == "update"
    assert [line for line in http.stage.changes() if line.startswith("+ supplier:")]


async def test_a_press_has_an_empty_answer_and_its_window_opens_afterwards(http: Http) -> None:
    since = http.stage.slack.live.sandbox.record.last
    answer = await http.form(made(http, "action vr1.hub_open"))
    assert (answer.status, answer.text) == (200, "")
    await http.stage.app.effects.drain()
    kinds = [e["kind"] for e in http.stage.slack.live.sandbox.record.entries(since)]
    assert "view" in kinds


async def test_effects_start_only_when_the_response_is_out(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where starting them goes wrong, the person has their answer already."""

    def broken(_replies: list[Reply]) -> None:
        raise RuntimeError

    monkeypatch.setattr(http.stage.app.effects, "start", broken)
    answer = await http.form(made(http, "action vr1.hub_open"))
    assert answer.status == 200


async def test_what_nobody_listens_to_is_one_line_without_content(http: Http) -> None:
    pressed = made(http, "action vr1.hub_open")
    pressed["actions"][0]["action_id"] = "somebody.elses"
    assert (await http.form(pressed)).status == 404
    assert http.lines == ["nobody listens to a payload of this kind"]
    http.log_is_clean()


# -- events ----------------------------------------------------------------------------------------------------------------


async def test_an_event_is_kept_once_however_often_it_comes(http: Http) -> None:
    body = archived(http)
    assert (await http.event(body)).status == 200
    for number in ("1", "2"):
        again = await http.event(body, X_Slack_Retry_Num=number, X_Slack_Retry_Reason="http_timeout")
        assert again.status == 200
    assert await http.kept() == http.before + 1


async def test_an_event_that_cannot_be_stored_is_not_acknowledged_and_is_stored_when_it_comes_again(
    http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, watching = archived(http), http.stage.app.services.watching

    async def full(_event: Event) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(watching, "keep", full)
        answer = await http.event(body)
    assert answer.status == 503
    assert "X-Slack-No-Retry" not in answer.headers
    assert await http.kept() == http.before
    assert (await http.event(body, X_Slack_Retry_Num="1")).status == 200
    async with http.stage.app.db.read() as tx:
        assert await tx.get(Inbox, f"event/{body['event_id']}")


async def test_the_same_holds_for_socket_mode(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_event: Event) -> None:
        raise OSError

    inner = {"type": "channel_archive", "channel": LOBBY, "user": ADMIN, "event_ts": "1.1"}
    monkeypatch.setattr(stage.app.services.watching, "keep", full)
    done = await stage.slack.send(stage.slack.event(inner, LOBBY))
    assert done.status == 503, "Bolt's adapter acknowledges nothing but a 200"
    stage.restore()


async def test_an_event_that_nobody_wants_is_acknowledged_so_that_it_does_not_come_again(http: Http) -> None:
    assert (await http.event(archived(http, event={"type": "emoji_changed"}))).status == 200
    assert await http.kept() == http.before


async def test_slacks_check_of_the_address_gets_its_challenge_if_it_is_signed(http: Http) -> None:
    check = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}
    answer = await http.event(check)
    assert (answer.status, answer.text) == (200, "3eZbrw1aB")
    assert (await http.event(check, X_Slack_Signature="v0=" + "0" * 64)).status == 401
    assert http.taken == []


async def test_slacks_check_of_certificates_is_answered_and_not_processed(http: Http) -> None:
    assert (await http.send(b"ssl_check=1&token=x", FORM)).status == 200
    assert http.taken == []


# -- health, readiness, the stop -------------------------------------------------------------------------------------------


async def test_it_is_ready_while_the_database_answers(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await look(http, HEALTH) == Answer(200, "ok\n")
    assert await look(http, READY) == Answer(200, "ready\n")

    async def gone() -> None:
        raise OSError("secret details of the database")

    monkeypatch.setattr(http.server, "_look", gone)
    assert await look(http, READY) == Answer(503, "not ready\n")
    assert await look(http, HEALTH) == Answer(200, "ok\n"), "the process lives"
    assert not any("secret details" in line for line in http.lines)


async def test_nothing_else_is_there(http: Http) -> None:
    assert (await look(http, "/")).status == 404
    assert (await look(http, "/slack/events/x")).status == 404


async def test_while_it_stops_what_is_new_is_refused_and_what_is_under_way_is_answered(
    http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, begun, go_on = http.stage.app.services.people, asyncio.Event(), asyncio.Event()
    honest = reading.language

    async def slow(*args: Any) -> str:
        begun.set()
        await go_on.wait()
        return await honest(*args)

    monkeypatch.setattr(reading, "language", slow)
    under_way = asyncio.create_task(http.form(made(http, "command help")))
    await begun.wait()
    draining = asyncio.create_task(http.stage.app.intake.drain())
    await asyncio.sleep(0)
    assert await look(http, READY) == Answer(503, "not ready\n")
    refused = await http.form(made(http, "view vr1.register"))
    assert refused.status == 503
    assert refused.headers["Connection"] == "close"
    assert http.stage.changes() == []
    assert (await http.send(b"", FORM, X_Slack_Signature="")).status == 503, "whatever it is, it is not even read"
    assert not draining.done()
    assert http.stage.app.intake.left() == "1 presses"
    go_on.set()
    assert (await under_way).status == 200
    await draining


async def test_what_was_still_being_read_when_the_stop_came_is_not_taken(
    http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drain may be over by then, and nobody would wait for it."""
    reading = asyncio.Event()
    honest = server.read

    async def read(*args: Any) -> Body:
        reading.set()
        return await honest(*args)

    monkeypatch.setattr(server, "read", read)
    raw = json.dumps(archived(http)).encode()
    headers = request_signing.headers(SECRET, int(time.time()), JSON, raw, None)

    async def slowly() -> AsyncIterator[bytes]:
        yield raw[:10]
        await reading.wait()
        http.stage.app.intake.closing = True
        yield raw[10:]

    async with http.client.post(http.url, data=slowly(), headers=headers) as answer:
        assert (answer.status, answer.headers.get("X-Slack-No-Retry")) == (503, None)
    assert http.taken == []
    assert await http.kept() == http.before
