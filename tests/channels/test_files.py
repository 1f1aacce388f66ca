"""SlackFiles: from the local Slack, and from a server that misbehaves as Slack's file hosts have been seen to (K31)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.channels.clients import reading_client
from bot.channels.slack_files import SlackFiles
from bot.services.ports import SendFailed
from tests.channels.conftest import Place
from tests.journeys.town import ANNA, CH1

TOKEN = "xoxb-town"


async def test_a_file_that_a_partner_dropped_comes_whole(place: Place) -> None:
    content = bytes(range(256)) * 40
    said = await place.slack.person(ANNA).say(CH1, "証跡です", files=[("証跡 2026.pdf", content)])
    fetched = await SlackFiles(place.reading, TOKEN).fetch(said.files[0]["id"])
    assert (fetched.name, fetched.content) == ("証跡 2026.pdf", content)


async def test_a_file_deleted_meanwhile_or_never_there_is_gone(place: Place) -> None:
    said = await place.slack.person(ANNA).say(CH1, "", files=[("a.pdf", b"1")])
    place.running.sandbox.world.files[said.files[0]["id"]].deleted = True
    for file in (said.files[0]["id"], "F0NONE"):
        with pytest.raises(SendFailed) as failed:
            await SlackFiles(place.reading, TOKEN).fetch(file)
        assert (failed.value.error, failed.value.permanent) == ("gone", True)


async def test_a_refused_token_brings_a_login_page_and_no_evidence(place: Place) -> None:
    said = await place.slack.person(ANNA).say(CH1, "", files=[("a.pdf", b"1")])
    with pytest.raises(SendFailed) as failed:
        await SlackFiles(place.reading, "xoxb-old").fetch(said.files[0]["id"])
    assert (failed.value.error, failed.value.permanent) == ("not_a_file", False), "the token may be good again soon"


async def test_a_page_that_somebody_uploaded_comes_as_what_it_is(place: Place) -> None:
    """Whether a page is taken is decided from its content, elsewhere; here it is no passing failure."""
    page = b"<!DOCTYPE html><html><body>report</body></html>"
    said = await place.slack.person(ANNA).say(CH1, "", files=[("report.html", page)])
    assert (await SlackFiles(place.reading, TOKEN).fetch(said.files[0]["id"])).content == page


@dataclass
class Host:
    """files.info and the download, as the test wants them; `tokens` are those that reached the download."""

    url: str = ""
    file: dict[str, Any] = field(default_factory=dict)
    answer: web.Response | None = None
    tokens: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)

    async def info(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "file": {"id": "F1", "name": "a.pdf", "mode": "hosted"} | self.file})

    async def download(self, request: web.Request) -> web.StreamResponse:
        self.visits.append(request.path)
        self.tokens.append(request.headers.get("Authorization", ""))
        if request.path == "/moved":
            raise web.HTTPFound("/real")
        if request.path == "/cut":
            assert request.transport
            request.transport.abort()
        if request.path == "/loop":
            raise web.HTTPFound("/loop")
        return self.answer or web.Response(body=b"content", content_type="application/pdf")


async def serve(host: Host) -> web.AppRunner:
    app = web.Application()
    app.add_routes([web.get("/api/files.info", host.info), web.post("/api/files.info", host.info)])
    app.add_routes([web.get("/{path:.*}", host.download)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    made = Host()
    runner = await serve(made)
    yield made
    await runner.cleanup()


@pytest.fixture
async def elsewhere() -> AsyncIterator[Host]:
    made = Host()
    runner = await serve(made)
    yield made
    await runner.cleanup()


def files(host: Host) -> SlackFiles:
    return SlackFiles(reading_client(TOKEN, f"{host.url}/api/"), TOKEN)


async def refused(host: Host) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await files(host).fetch("F1")
    return failed.value


async def test_a_redirect_on_the_same_host_is_followed(host: Host) -> None:
    host.file = {"url_private_download": f"{host.url}/moved"}
    assert (await files(host).fetch("F1")).content == b"content"
    assert host.visits == ["/moved", "/real"]


async def test_the_token_never_follows_a_redirect_to_another_host(host: Host, elsewhere: Host) -> None:
    host.answer = web.Response(status=302, headers={"Location": f"{elsewhere.url}/steal"})
    host.file = {"url_private_download": f"{host.url}/a"}
    assert (await refused(host)).error == "not_a_file"
    assert elsewhere.visits == []


async def test_a_redirect_without_end_ends(host: Host) -> None:
    host.file = {"url_private_download": f"{host.url}/loop"}
    assert (await refused(host)).permanent
    assert len(host.visits) <= 5


@pytest.mark.parametrize(
    "url", ["", "http://files.example.com/a", "https://slack.com.example.com/a", "ftp://slack.com/a", "https://[bad/"]
)
async def test_the_token_goes_to_slack_only(host: Host, url: str) -> None:
    host.file = {"url_private_download": url}
    failed = await refused(host)
    assert (failed.error, failed.permanent, host.visits) == ("not_a_file", True, [])


@pytest.mark.parametrize("more", [{"is_external": True, "mode": "external"}, {"mode": "gdrive"}, {"mode": "canvas"}])
async def test_a_link_to_another_service_is_no_file(host: Host, more: dict[str, Any]) -> None:
    host.file = {"url_private_download": f"{host.url}/a", **more}
    assert (await refused(host)).error == "not_a_file"
    assert host.tokens == []


@pytest.mark.parametrize("more", [{"mode": "tombstone"}, {"mode": "hidden_by_limit"}])
async def test_a_tombstone_is_gone(host: Host, more: dict[str, Any]) -> None:
    host.file = {"url_private_download": f"{host.url}/a", **more}
    assert (await refused(host)).error == "gone"


async def test_what_is_too_big_is_refused_by_what_is_declared_and_by_what_comes(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack_files.LIMIT", 1000)
    host.file = {"url_private_download": f"{host.url}/a", "size": 1001}
    assert (await refused(host)).error == "too_big"
    assert host.visits == []
    host.file |= {"size": 10}
    host.answer = web.Response(body=b"x" * 1001, content_type="application/pdf")
    assert (await refused(host)).error == "too_big"


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (403, True), (429, False), (500, False), (503, False)])
async def test_passing_failures_are_tried_again(host: Host, status: int, permanent: bool) -> None:
    host.file = {"url_private_download": f"{host.url}/a"}
    host.answer = web.Response(status=status, headers={"Retry-After": "7"} if status == 429 else {})
    failed = await refused(host)
    assert failed.permanent is permanent
    assert failed.after == (7.0 if status == 429 else 0.0 if permanent else 5.0)


async def test_a_line_that_is_cut_is_tried_again(host: Host) -> None:
    host.file = {"url_private_download": f"{host.url}/cut"}
    failed = await refused(host)
    assert (failed.permanent, failed.after) == (False, 5.0)
