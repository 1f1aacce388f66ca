"""Refusals that come with time or with what happened before: triggers, response_urls, tokens, hashes, threads, long texts.

Time is the test's own. To add a refusal that needs no history, add a row in `test_refused.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.client import CannotDo
from sandbox.errors import SlackError
from sandbox.response_urls import ResponseUrls
from tests.sandbox.blockkit import modal, section
from tests.sandbox.conftest import APP_TOKEN, BOT_TOKEN, Slack, refusal
from tests.sandbox.stage import AIKO, GENERAL, stage


class Watch:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


# --- triggers: slack_platform §2.2


@pytest.mark.parametrize("method", ["views.open", "views.push"])
def test_a_trigger_lives_three_seconds(slack: Slack, method: str) -> None:
    watch = slack.triggers.now = Watch()
    slack.open(modal())
    early, late = (slack.triggers.issue("U1") for _ in range(2))
    watch.time += 3.0
    slack.call(method, trigger_id=early, view=modal())
    watch.time += 0.1
    args = {"trigger_id": late, "view": modal()}
    assert refusal(slack, method, BOT_TOKEN, args).name == "expired_trigger_id"


@pytest.mark.parametrize("method", ["views.open", "views.push"])
def test_a_trigger_is_spent_by_whatever_used_it(slack: Slack, method: str) -> None:
    slack.open(modal())
    spent = slack.triggers.issue("U1")
    slack.call("views.open", trigger_id=spent, view=modal())
    args = {"trigger_id": spent, "view": modal()}
    assert refusal(slack, method, BOT_TOKEN, args).name == "exchanged_trigger_id"


# --- response_urls: slack_platform §2.2: 5 uses within 30 minutes


@pytest.fixture
def urls() -> ResponseUrls:
    return ResponseUrls(Watch())


def use(slack: Slack, urls: ResponseUrls, url: str, **body: object) -> str:
    """Empty when Slack takes it, else its error."""
    try:
        urls.use(slack.sandbox, url.rsplit("/", 1)[1], body or {"text": "x"})
    except SlackError as error:
        return error.name
    return ""


def test_a_response_url_serves_thirty_minutes(slack: Slack, urls: ResponseUrls) -> None:
    watch = urls.now
    assert isinstance(watch, Watch)
    url = urls.issue("http://x", "U1", "C1")
    watch.time += 30 * 60
    assert use(slack, urls, url) == ""
    watch.time += 1
    assert use(slack, urls, url) == "expired_url"
    assert use(slack, urls, urls.issue("http://x", "U1", "C1")) == "", "another one has its own time"


def test_a_response_url_serves_five_times(slack: Slack, urls: ResponseUrls) -> None:
    url = urls.issue("http://x", "U1", "C1")
    assert [use(slack, urls, url) for _ in range(6)] == [""] * 5 + ["used_url"]
    assert use(slack, urls, "http://x/response/unknown") == "used_url"
    assert len(slack.entries("ephemeral")) == 5


def test_what_a_response_url_refuses_shows_nothing(slack: Slack, urls: ResponseUrls) -> None:
    url = urls.issue("http://x", "U1", "C1")
    assert use(slack, urls, url, text="x", metadata={}) == "invalid_arguments"
    assert use(slack, urls, url, blocks=[{"type": "nothing"}]) == "invalid_blocks"
    assert use(slack, urls, url, text="x", response_type="public") == "invalid_arguments"
    assert use(slack, urls, url, delete_original=True) == "invalid_arguments", "a command left no message"
    assert not slack.entries("ephemeral")


# --- tokens: [K:common]


@pytest.mark.parametrize("state", ["token_revoked", "account_inactive", "token_expired"])
def test_a_token_that_is_no_longer_good(slack: Slack, state: str) -> None:
    slack.sandbox.token_state = state
    for method, args in (("auth.test", {}), ("chat.postMessage", {"channel": "C1", "text": "x"}), ("views.open", {})):
        assert refusal(slack, method, BOT_TOKEN, args).name == state
    assert refusal(slack, "auth.test", "xoxb-other", {}).name == "invalid_auth"
    assert slack.call("apps.connections.open", APP_TOKEN)["ok"], "the app's own token is another one"
    assert not slack.entries("posted")


async def test_a_driver_revokes_the_token_and_gives_it_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as scene:
        await scene.slack.person(AIKO).say(GENERAL, files=[("a.txt", b"secret")])
        (file,) = scene.server.sandbox.world.files.values()
        await scene.slack.revoke_token()
        with pytest.raises(SlackApiError, match="token_revoked"):
            await scene.post(GENERAL)
        assert "Sign in" in await downloaded(scene.server.url, file.id)
        await scene.slack.revoke_token("account_inactive")
        with pytest.raises(SlackApiError, match="account_inactive"):
            await scene.post(GENERAL)
        with pytest.raises(CannotDo, match="no state 'tired' of a token"):
            await scene.slack.revoke_token("tired")
        await scene.slack.restore_token()
        await scene.post(GENERAL)
        assert await downloaded(scene.server.url, file.id) == "secret"
        states = [entry["error"] for entry in await scene.slack.record() if entry["kind"] == "token"]
        assert states == ["token_revoked", "account_inactive", ""]
        assert await scene.slack.problems() == [], "a revoked token is no fault of the app"


async def downloaded(url: str, file: str) -> str:
    import httpx

    async with httpx.AsyncClient(trust_env=False) as web:
        head = {"Authorization": "Bearer xoxb-1-test"}
        return (await web.get(f"{url}/files/{file}/a.txt", headers=head)).text


# --- views.publish and a hash: [K:views.publish] hash_conflict


def test_a_hash_of_a_home_tab_that_was_never_published(slack: Slack) -> None:
    home = {"user_id": "U1", "view": {"type": "home", "blocks": [section()]}}
    for stale in ("1.2", ""):
        assert refusal(slack, "views.publish", BOT_TOKEN, home | {"hash": stale}).name == "hash_conflict"
    assert not slack.entries("view")
    first = slack.call("views.publish", **home)["view"]["hash"]
    second = slack.call("views.publish", **home, hash=first)["view"]["hash"]
    assert refusal(slack, "views.publish", BOT_TOKEN, home | {"hash": first}).name == "hash_conflict"
    assert slack.sandbox.world.views[next(iter(slack.sandbox.world.views))].hash == second, "nothing was changed"


# --- long texts: slack_platform §2.1


def test_a_text_over_40000_characters_is_cut_off(slack: Slack) -> None:
    slack.post(text="字" * 40_000)
    assert not slack.entries("problem")
    slack.post(text="字" * 40_001)
    assert [len(posted["text"]) for posted in slack.entries("posted")] == [40_000, 40_000]
    (problem,) = slack.entries("problem")
    assert problem["what"] == "truncated_text"


def test_a_long_ephemeral_is_refused(slack: Slack) -> None:
    """[K:chat.postEphemeral] msg_too_long; chat.postMessage has no such error."""
    args = {"channel": "C1", "user": "U1", "text": "x" * 40_001}
    assert refusal(slack, "chat.postEphemeral", BOT_TOKEN, args).name == "msg_too_long"


# --- ephemerals in threads: [K:chat.postEphemeral] "only shown if there is already an active thread"


def test_an_ephemeral_in_a_thread_without_replies_is_seen_by_nobody(slack: Slack) -> None:
    root = slack.post()
    args = {"channel": "C1", "user": "U1", "text": "for you", "thread_ts": root}
    assert slack.call("chat.postEphemeral", **args)["ok"]
    assert not slack.entries("ephemeral")
    assert [problem["what"] for problem in slack.entries("problem")] == ["unseen_ephemeral"]
    slack.post(thread_ts=root)
    assert slack.call("chat.postEphemeral", **args)["ok"]
    assert [shown["user"] for shown in slack.entries("ephemeral")] == ["U1"]


# --- an argument that a method does not know, for every method: slack_platform §7


def test_every_method_refuses_an_unknown_argument(slack: Slack) -> None:
    from sandbox.web_api import METHODS

    for name, method in METHODS.items():
        token = APP_TOKEN if method.token == "app" else BOT_TOKEN
        error = refusal(slack, name, token, {"surprise": "1"})
        assert error.name == "invalid_arguments", name
        assert any("surprise" in sentence for sentence in error.messages), name
