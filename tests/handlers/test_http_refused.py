"""Requests to the HTTP endpoint that are not Slack's, or not whole: refused, one line in the log without content, nothing done.

Every test looks at the database, the inbox, a spy on the way to the services, and the log. To add one: a row in WRONG, or
bytes with `raw`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio

from handlers.web.incoming import Limits
from handlers.web.payload_text import DEPTH
from handlers.web.server import PATH
from sandbox import request_signing
from tests.handlers.cast import ADMIN, ANNA, LOBBY
from tests.handlers.http_stage import FORM, JSON, MARK, SECRET, Answer, Http, at_http
from tests.handlers.stage import Scene
from tests.handlers.tries import tries_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

Send = Callable[[Http], Awaitable[Answer]]


@pytest_asyncio.fixture(loop_scope="module")
async def http(stage: Scene, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Http]:
    async with at_http(stage, caplog, Limits(body=200_000, body_seconds=0.5, idle_seconds=0.5)) as made:
        yield made


def command(http: Http, **changed: Any) -> dict[str, Any]:
    """`/vendor-review list MARK` of somebody who may."""
    return http.stage.slack.command(ADMIN, f"register {MARK}", LOBBY) | changed


def dropped(http: Http, **changed: Any) -> dict[str, Any]:
    """An event that would be kept."""
    inner = {"type": "channel_archive", "channel": LOBBY, "user": ADMIN, "note": MARK, "event_ts": "1.1"}
    return http.stage.slack.event(inner, LOBBY) | changed


def pressed(http: Http) -> dict[str, Any]:
    """A press on a card that the bot posted."""
    one = tries_of("action vr1.hub_open")[0]
    return one.make(http.stage, ANNA, "")


def encoded(fields: Any) -> bytes:
    return urlencode(fields).encode()


def form_of(http: Http) -> bytes:
    return encoded(command(http))


def nested(depth: int) -> bytes:
    return b'{"type":"event_callback","event":' + b"[" * depth + b"]" * depth + b"}"


def deep(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def doubled(body: dict[str, Any]) -> bytes:
    """A whole event with one field twice; parsers differ on which of them counts."""
    return json.dumps(body).encode()[:-1] + b',"event_id":"Ev1"}'


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield b"x" * 1000


async def chunked(http: Http) -> Answer:
    """More than the limit, and no length is said before."""
    headers = {"Content-Type": FORM, "X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": "1"}
    async with http.client.post(http.url, data=chunks(400_000), headers=headers) as answer:
        return Answer(answer.status, await answer.text())


async def altered(http: Http) -> Answer:
    signed = form_of(http)
    headers = request_signing.headers(SECRET, int(time.time()), FORM, signed, None)
    return await http.send(signed + b"&x=y", FORM, X_Slack_Signature=headers["X-Slack-Signature"])


WRONG: dict[str, tuple[int, Send]] = {
    "another method": (405, lambda h: h.send(b"", FORM, method="GET")),
    "put": (405, lambda h: h.send(form_of(h), FORM, method="PUT")),
    "a type Slack does not send": (415, lambda h: h.send(form_of(h), FORM, Content_Type="text/plain")),
    "no type": (415, lambda h: h.send(form_of(h), FORM, Content_Type="application/octet-stream")),
    "xml": (415, lambda h: h.send(form_of(h), FORM, Content_Type="application/xml")),
    "another alphabet": (415, lambda h: h.send(form_of(h), FORM, Content_Type=f"{FORM}; charset=shift_jis")),
    "compressed": (415, lambda h: h.send(form_of(h), FORM, Content_Encoding="gzip")),
    "too long": (413, lambda h: h.send(encoded(command(h, text=MARK * 20000)), FORM)),
    "too long in pieces": (413, chunked),
    "no signature": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Signature="")),
    "no time": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Request_Timestamp="")),
    "somebody else's signature": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Signature="v0=" + "0" * 64)),
    "a signature of another version": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Signature="v1=" + "0" * 64)),
    "a signature in letters": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Signature=quote(MARK))),
    "a time in letters": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Request_Timestamp="now")),
    "a time below nothing": (401, lambda h: h.send(form_of(h), FORM, X_Slack_Request_Timestamp="-1")),
    "six minutes old": (401, lambda h: h.send(form_of(h), FORM, at=time.time() - 360)),
    "six minutes early": (401, lambda h: h.send(form_of(h), FORM, at=time.time() + 360)),
    "another body than was signed": (401, altered),
    "not UTF-8": (400, lambda h: h.send(b"command=\xff\xfe", FORM)),
    "a form that says it is JSON": (400, lambda h: h.send(form_of(h), JSON)),
    "JSON that says it is a form": (400, lambda h: h.send(json.dumps(dropped(h)).encode(), FORM)),
    "half JSON": (400, lambda h: h.send(json.dumps(dropped(h)).encode()[:-5], JSON)),
    "JSON of a list": (400, lambda h: h.event([MARK])),
    "JSON of a word": (400, lambda h: h.event(MARK)),
    "nothing": (400, lambda h: h.send(b"", JSON)),
    "an empty form": (400, lambda h: h.send(b"", FORM)),
    "not a number": (400, lambda h: h.send(b'{"type":"event_callback","event":NaN}', JSON)),
    "a number without end": (400, lambda h: h.send(b'{"type":"x","n":' + b"9" * 9000 + b"}", JSON)),
    "a nested bomb": (400, lambda h: h.send(nested(90_000), JSON)),
    "nested deeper than Slack": (400, lambda h: h.event(dropped(h, deep=deep(DEPTH + 1)))),
    "half a character": (400, lambda h: h.send(json.dumps(dropped(h, x="\ud800")).encode(), JSON)),
    "a field twice in JSON": (400, lambda h: h.send(doubled(dropped(h)), JSON)),
    "a field twice in a form": (400, lambda h: h.send(form_of(h) + b"&command=%2Fother", FORM)),
    "two payloads": (400, lambda h: h.send(b"payload=%7B%7D&payload=%7B%7D", FORM)),
    "a payload that is no JSON": (400, lambda h: h.send(encoded({"payload": MARK}), FORM)),
    "a payload of a list": (400, lambda h: h.send(encoded({"payload": "[]"}), FORM)),
    "a payload without a type": (400, lambda h: h.form({"user": MARK})),
    "a thousand fields": (400, lambda h: h.send(encoded({f"f{n}": "" for n in range(1000)}), FORM)),
    "a form of something else": (400, lambda h: h.send(encoded({"user": MARK}), FORM)),
    "a command of nobody": (400, lambda h: h.form({"command": "/vendor-review", "text": MARK})),
    "an event without an event": (400, lambda h: h.event({"type": "event_callback", "event_id": MARK})),
    "an event without an id": (400, lambda h: h.event({k: v for k, v in dropped(h).items() if k != "event_id"})),
    "an event of the wrong shape": (400, lambda h: h.event(dropped(h, event=[MARK]))),
    "a press of nobody": (400, lambda h: h.form(pressed(h) | {"user": None})),
    "a press of a number": (400, lambda h: h.form(pressed(h) | {"user": {"id": 5}})),
    "a press of nothing": (400, lambda h: h.form(pressed(h) | {"actions": []})),
    "a press on a list": (400, lambda h: h.form(pressed(h) | {"container": [MARK]})),
    "a submission of nothing": (400, lambda h: h.form({"type": "view_submission", "view": MARK})),
    "a command in another workspace": (403, lambda h: h.form(command(h, team_id="T0ELSE"))),
    "a command in no workspace": (403, lambda h: h.form(command(h, team_id=""))),
    "a press in another workspace": (403, lambda h: h.form(pressed(h) | {"team": {"id": "T0ELSE"}})),
    "a press in no workspace": (403, lambda h: h.form(pressed(h) | {"team": None})),
    "an event of another installation": (403, lambda h: h.event(dropped(h, authorizations=[{"team_id": "T0ELSE"}]))),
}


@pytest.mark.parametrize("name", WRONG)
async def test_it_is_refused_in_one_line_and_nothing_is_done(http: Http, name: str) -> None:
    status, send = WRONG[name]
    await http.nothing_of(await send(http), status)


async def test_these_requests_would_be_taken_if_they_were_right(http: Http) -> None:
    """Otherwise the others would prove nothing."""
    assert (await http.form(command(http))).status == 200
    assert (await http.event(dropped(http, deep=deep(DEPTH - 10)))).status == 200
    assert (await http.form(pressed(http))).status == 200
    assert len(http.taken) == 3
    assert await http.kept() > http.before


async def test_two_signatures_are_none(http: Http) -> None:
    body = form_of(http)
    right = request_signing.headers(SECRET, int(time.time()), FORM, body, None)
    pairs = [*right.items(), ("X-Slack-Signature", right["X-Slack-Signature"])]
    async with http.client.post(http.url, data=body, headers=pairs) as answer:
        await http.nothing_of(Answer(answer.status, await answer.text()), 401)


# -- slow and broken connections -------------------------------------------------------------------------------------------

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
SIGNED = "X-Slack-Signature: v0=" + "0" * 64 + "\r\nX-Slack-Request-Timestamp: 1\r\n"


async def test_a_body_that_does_not_come_is_not_waited_for(http: Http) -> None:
    answer = await http.raw(f"{HEAD}{SIGNED}Content-Length: 100\r\n\r\n".encode(), MARK.encode())
    assert answer.startswith(b"HTTP/1.1 408 ")
    await http.nothing_of(Answer(408, answer.decode()), 408)


async def test_a_head_that_does_not_come_ends_the_connection(http: Http) -> None:
    assert await http.raw(HEAD.encode(), f"X-Mark: {quote(MARK)}\r\n".encode()) == b""
    assert http.lines == []
    assert http.taken == []


async def test_a_length_over_the_limit_is_refused_before_anything_is_read(http: Http) -> None:
    answer = await http.raw(f"{HEAD}{SIGNED}Content-Length: 99999999999\r\n\r\n".encode())
    await http.nothing_of(Answer(int(answer.split()[1]), answer.decode()), 413)
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"\x00" * 100],
    ids=["TLS", "no path", "no version", "zeros"],
)
async def test_what_is_no_http_at_all_leaves_no_traceback(http: Http, garbage: bytes) -> None:
    await http.raw(garbage + MARK.encode() + b"\r\n\r\n")
    assert len(http.lines) <= 1, http.lines
    http.log_is_clean()
    assert http.taken == []


async def test_a_head_without_end_is_refused(http: Http) -> None:
    answer = await http.raw(HEAD.encode(), b"X-Mark: " + quote(MARK).encode() * 3000 + b"\r\n\r\n")
    assert answer.split()[1] == b"400"
    assert len(http.lines) <= 1, http.lines
    http.log_is_clean()


async def test_somebody_who_hangs_up_in_the_middle_leaves_nothing(http: Http) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", http.server.port)
    writer.write(f"{HEAD}{SIGNED}Content-Length: 100\r\n\r\n{quote(MARK)[:20]}".encode())
    await writer.drain()
    writer.transport.abort()
    del reader
    assert (await http.form(command(http))).status == 200, "the server goes on"
    assert len(http.taken) == 1
    http.log_is_clean()
