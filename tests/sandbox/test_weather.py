"""Every fault alone at a real connection, and the seeded mix of them: what the caller gets, and what stays recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import world_file
from sandbox.client import CannotDo, LocalSlack
from sandbox.faults import FAULTS
from sandbox.server import Running, running
from sandbox.weather import PATHS, Faults
from sandbox.web_api import METHODS
from tests.sandbox.stage import AIKO, APP_TOKEN, BOT_TOKEN, GENERAL, MANIFEST, world

POST = "chat.postMessage"


def broken(error: httpx.TransportError) -> str:
    """Whether a part of the body had come before the line was cut."""
    return "half" if "incomplete" in str(error) or "complete message body" in str(error) else "cut"


class Scene:
    """A served world without an app: calls are made by hand, each over a connection of its own."""

    def __init__(self, server: Running, slack: LocalSlack) -> None:
        self.server = server
        self.slack = slack

    async def call(self, method: str = POST, token: str = BOT_TOKEN, **args: Any) -> httpx.Response:
        body = args or {"channel": GENERAL, "text": "x"}
        return await self.send("POST", f"{self.server.api}{method}", token, json=body)

    async def send(self, verb: str, url: str, token: str = BOT_TOKEN, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as web:
            return await web.request(verb, url, headers={"Authorization": f"Bearer {token}"}, **more)

    async def outcome(self, method: str = POST) -> str:
        """One word for what a call came to."""
        try:
            answer = await self.call(method)
        except httpx.TransportError as error:
            return broken(error)
        kind = answer.headers["content-type"].partition(";")[0]
        if kind == "application/json" and not answer.text.endswith("}"):
            return f"{answer.status_code} broken"
        error = answer.json().get("error", "ok") if kind == "application/json" else kind
        return f"{answer.status_code} {error}"

    def stored(self) -> int:
        return len(self.server.sandbox.world.channels[GENERAL].messages)

    def struck(self) -> list[dict[str, Any]]:
        return [e for e in self.server.sandbox.record.entries() if e["kind"] == "fault"]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    (tmp_path / "app.yaml").write_text(MANIFEST, encoding="utf-8")
    async with (
        running(world_file.from_json(world()), tmp_path / "app.yaml", tmp_path) as server,
        LocalSlack(server.url) as slack,
    ):
        made = Scene(server, slack)
        yield made
        assert not [p for p in await slack.problems() if p["what"] == "sandbox_error"]


OUTCOMES = {
    "lost_request": ("cut", 0),
    "lost_answer": ("cut", 1),
    "delay_before": ("200 ok", 1),
    "delay_after": ("200 ok", 1),
    "half_body": ("half", 1),
    "rate_limited": ("429 ratelimited", 0),
    **{f"http_{status}": (f"{status} text/html", 0) for status in (500, 502, 503)},
    **{f"http_{status}_done": (f"{status} text/html", 1) for status in (500, 502, 503)},
    "internal_error": ("200 internal_error", 0),
    "internal_error_done": ("200 internal_error", 1),
    "fatal_error": ("200 fatal_error", 0),
    "fatal_error_done": ("200 fatal_error", 1),
    "garbage": ("200 text/html", 0),
    "garbage_done": ("200 text/html", 1),
    "broken_json": ("200 broken", 0),
    "broken_json_done": ("200 broken", 1),
    "login_page": ("200 text/html", 0),
}
"""fault -> what the caller gets, and how many messages stand in the channel then."""


def test_every_fault_is_tried_here() -> None:
    assert OUTCOMES.keys() == FAULTS.keys()


@pytest.mark.parametrize("what", OUTCOMES)
async def test_a_fault_strikes_one_call_and_the_record_keeps_what_was_stored(scene: Scene, what: str) -> None:
    outcome, stored = OUTCOMES[what]
    await scene.slack.fault(what, POST, seconds=0.01)
    assert await scene.outcome() == outcome
    assert scene.stored() == stored
    (fault,) = scene.struck()
    assert (fault["what"], fault["method"], fault["done"]) == (what, POST, bool(stored))
    posted = [e for e in scene.server.sandbox.record.entries() if e["kind"] in ("api", "posted")]
    assert [(e["kind"], e.get("ok", True)) for e in posted] == [("posted", True), ("api", True)] * stored
    assert await scene.outcome() == "200 ok", "the next call is calm"
    assert scene.server.live.activity.calls_under_way == 0


async def test_retry_after_says_what_was_asked_for(scene: Scene) -> None:
    await scene.slack.fault("rate_limited", POST, seconds=31)
    answer = await scene.call()
    assert (answer.headers["Retry-After"], answer.json()) == ("31", {"ok": False, "error": "ratelimited"})


async def test_a_late_request_is_carried_out_although_the_caller_has_gone(scene: Scene) -> None:
    """The case that makes a time-out a doubt: what was given up is stored afterwards."""
    await scene.slack.fault("delay_before", POST, seconds=0.4)
    async with httpx.AsyncClient(trust_env=False, timeout=0.1) as web:
        with pytest.raises(httpx.ReadTimeout):
            await web.post(
                f"{scene.server.api}{POST}",
                json={"channel": GENERAL, "text": "late"},
                headers={"Authorization": f"Bearer {BOT_TOKEN}"},
            )
    assert scene.stored() == 0
    assert scene.server.live.activity.calls_under_way == 1, "nobody may think that all is at rest"
    assert (await scene.slack.person(AIKO).wait_message("late")).channel == GENERAL


@pytest.mark.parametrize("what", ["lost_request", "half_body", "http_500", "login_page"])
async def test_faults_of_a_download(scene: Scene, what: str) -> None:
    aiko = scene.slack.person(AIKO)
    await aiko.say(GENERAL, files=[("proof.pdf", b"%PDF-1.7" * 1000)])
    (file,) = scene.server.sandbox.world.files.values()
    url = f"{scene.server.url}/files/{file.id}/{file.name}"
    await scene.slack.fault(what, "download")
    try:
        answer = await scene.send("GET", url)
        came = f"{answer.status_code} {answer.headers['content-type'].partition(';')[0]}"
    except httpx.TransportError as error:
        came = broken(error)
    expected = {"lost_request": "cut", "half_body": "half", "http_500": "500 text/html"}
    assert came == expected.get(what, "200 text/html")
    assert (await scene.send("GET", url)).content == b"%PDF-1.7" * 1000


async def test_faults_of_an_upload_and_of_a_connection(scene: Scene) -> None:
    begun = (await scene.call("files.getUploadURLExternal", filename="a.txt", length=3)).json()
    await scene.slack.fault("http_503", "upload")
    assert (await scene.send("POST", begun["upload_url"], content=b"abc")).status_code == 503
    files = [{"id": begun["file_id"]}]
    assert (await scene.call("files.completeUploadExternal", files=files)).json()["error"] == "file_not_found"
    await scene.slack.fault("http_503_done", "upload")
    assert (await scene.send("POST", begun["upload_url"], content=b"abc")).status_code == 503
    assert (await scene.call("files.completeUploadExternal", files=files)).json()["ok"]
    await scene.slack.fault("internal_error", "apps.connections.open")
    url = f"{scene.server.api}apps.connections.open"
    assert (await scene.send("POST", url, APP_TOKEN)).json()["error"] == "internal_error"
    assert (await scene.send("POST", url, APP_TOKEN)).json()["ok"] is True


async def test_a_fault_of_a_response_url_leaves_or_uses_it(scene: Scene) -> None:
    url = scene.server.live.urls.issue(scene.server.url, AIKO, GENERAL)
    aiko = scene.slack.person(AIKO)
    for what, seen in (("http_500", 0), ("http_500_done", 1)):
        await scene.slack.fault(what, "response_url")
        assert (await scene.send("POST", url, json={"text": what})).status_code == 500
        assert len(await aiko.ephemerals(GENERAL)) == seen
    with pytest.raises(CannotDo, match="internal_error does not happen to response_url"):
        await scene.slack.fault("internal_error", "response_url")


async def test_what_cannot_be_is_refused(scene: Scene) -> None:
    with pytest.raises(CannotDo, match=r"no method 'chat\.shout'"):
        await scene.slack.fault("lost_request", "chat.shout")
    for mix in ({"earthquake": 0.1}, {"lost_request": 0.6, "lost_answer": 0.5}, {"lost_request": -0.1}):
        with pytest.raises(CannotDo, match=r"no fault|probabilities"):
            await scene.slack.weather(1, mix)


# --- the weather

MIX = {"lost_answer": 0.2, "http_503": 0.2, "internal_error_done": 0.1, "delay_after": 0.1}


def drawn(seed: int, calls: list[str], mix: dict[str, float] = MIX) -> list[str]:
    faults = Faults()
    faults.set_weather(seed, mix)
    struck = [faults.strike(method) for method in calls]
    return [each.what if each else "" for each in struck]


def test_the_same_seed_gives_the_same_faults_whatever_else_is_called() -> None:
    alone = drawn(7, [POST] * 40)
    assert alone == drawn(7, [POST] * 40)
    assert drawn(7, [POST, "chat.update"] * 40)[::2] == alone
    assert drawn(8, [POST] * 40) != alone
    assert drawn(7, ["chat.update"] * 40) != alone


def test_each_fault_comes_as_often_as_asked_for() -> None:
    found = drawn(3, [POST] * 4000)
    for what, share in MIX.items():
        assert abs(found.count(what) / 4000 - share) < 0.03, what
    assert set(drawn(3, [POST] * 50, {"lost_answer": 1.0})) == {"lost_answer"}


def test_weather_stays_where_it_was_sent() -> None:
    faults = Faults()
    faults.set_weather(1, {"lost_request": 1.0}, ["views.open"])
    assert faults.strike(POST) is None
    assert faults.strike("views.open") is not None
    faults.set_weather(1, {"internal_error": 1.0})
    assert [faults.strike(path) for path in PATHS] == [None] * 3
    assert all(faults.strike(method) for method in METHODS)


async def test_weather_over_real_calls_is_repeated_recorded_and_ended(scene: Scene) -> None:
    seen = []
    for _ in range(2):
        before, struck = scene.stored(), len(scene.struck())
        await scene.slack.weather(11, MIX, seconds=0.01)
        seen.append([await scene.outcome() for _ in range(25)])
        faults = scene.struck()[struck:]
        undone = [e for e in faults if not e["done"]]
        assert scene.stored() - before == 25 - len(undone), (
            "all that was done is stored, also where the answer was lost"
        )
        assert [f["method"] for f in faults] == [POST] * len(faults)
    assert seen[0] == seen[1]
    assert {"cut", "503 text/html", "200 internal_error", "200 ok"} == set(seen[0])
    await scene.slack.fault("lost_request", POST, times=9)
    await scene.slack.calm()
    assert [await scene.outcome() for _ in range(10)] == ["200 ok"] * 10


async def test_an_armed_fault_goes_before_the_weather(scene: Scene) -> None:
    await scene.slack.weather(1, {"http_503": 1.0})
    await scene.slack.fault("http_500", POST)
    assert [await scene.outcome() for _ in range(2)] == ["500 text/html", "503 text/html"]


async def test_people_act_in_any_weather(scene: Scene) -> None:
    """Faults are between app and Slack; nobody's own screen is touched."""
    await scene.slack.weather(1, {"lost_request": 1.0})
    await asyncio.gather(*(scene.slack.person(AIKO).say(GENERAL, f"{n}") for n in range(5)))
    assert scene.stored() == 5
