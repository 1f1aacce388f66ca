"""conversations.inviteShared in the local Slack: whom a bot may invite, where, and what comes of it.

Each refusal names its line of the facts page (slack_platform.md) or of the method's own documentation [K]. To add one, a row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from tests.sandbox import stage as stage_module
from tests.sandbox.conftest import BOT_TOKEN, Slack, refusal
from tests.sandbox.connect_stage import Told, connected, info, refused
from tests.sandbox.stage import AIKO, BOT, KAI, OTHER, Stage

K = "[K:conversations.inviteShared]"
MAIL = "abe@example.com"
ABE = {"channel": "C1", "emails": MAIL}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"channel": "C1"}, "recipients_not_specified", f"{K} bots name whom"),
    ({"channel": "C1", "emails": []}, "recipients_not_specified", f"{K} bots name whom"),
    ({"emails": MAIL}, "invalid_arguments", f"{K} channel required"),
    (ABE | {"emails": "a@example.com,b@example.com"}, "too_many_emails", f"{K} one at a time"),
    (ABE | {"user_ids": "USTRANGER"}, "invalid_arguments", f"{K} either"),
    ({"channel": "C1", "user_ids": "USTRANGER,UEXT"}, "invalid_arguments", f"{K} one at a time"),
    (ABE | {"emails": "abe"}, "invalid_email", f"{K} invalid_email"),
    (ABE | {"emails": "abe@example"}, "invalid_email", f"{K} invalid_email"),
    (ABE | {"emails": "安部@example.com"}, "invalid_email", f"{K} invalid_email"),
    (ABE | {"emails": "a b@example.com"}, "invalid_email", f"{K} invalid_email"),
    (ABE | {"external_limited": "maybe"}, "invalid_arguments", f"{K} boolean"),
    (ABE | {"message": "hello"}, "invalid_arguments", "§7 unknown fields refused"),
    (ABE | {"channel": "CNONE"}, "channel_not_found", f"{K} channel_not_found"),
    (ABE | {"channel": "CNOBOT"}, "not_in_channel", f"{K} not_in_channel"),
    (ABE | {"channel": "COLD"}, "channel_archived", f"{K} channel_archived"),
    ({"channel": "CEXT", "emails": "KATO@example.com"}, "already_in_channel", f"{K} already_in_channel"),
    ({"channel": "CEXT", "user_ids": "UEXT"}, "already_in_channel", f"{K} already_in_channel"),
    ({"channel": "CEXT", "user_ids": "USTRANGER"}, "already_in_channel", f"{K}, their company is there"),
    ({"channel": "C1", "user_ids": "UNONE"}, "user_not_found", f"{K} user_not_found"),
    ({"channel": "C1", "user_ids": "UGONE"}, "user_not_found", f"{K} user_not_found"),
    ({"channel": "C1", "user_ids": "U2"}, "user_not_found", f"{K}, of the own workspace"),
]


@pytest.mark.parametrize(("args", "name", "source"), REFUSED)
def test_refused_and_nobody_is_invited(slack: Slack, args: dict[str, Any], name: str, source: str) -> None:
    error = refusal(slack, "conversations.inviteShared", BOT_TOKEN, args)
    assert error.name == name, source
    assert bool(slack.entries("problem")) == error.is_app_fault
    _nobody(slack)


def test_only_the_host_invites_and_only_where_it_pays(slack: Slack) -> None:
    """slack_platform §1.2: not_owner, not_paid; §1: up to 250 companies."""
    world, channel = slack.sandbox.world, slack.sandbox.world.channels["CEXT"]
    channel.team_id, channel.connected = "TPART", ["THOME"]
    args = ABE | {"channel": "CEXT"}
    assert refusal(slack, "conversations.inviteShared", BOT_TOKEN, args).name == "not_owner"
    world.teams["THOME"].paid = False
    assert refusal(slack, "conversations.inviteShared", BOT_TOKEN, ABE).name == "not_paid"
    world.teams["THOME"].paid = True
    world.channels["C1"].pending = [""] * 249
    assert refusal(slack, "conversations.inviteShared", BOT_TOKEN, ABE).name == "connection_limit_exceeded"
    _nobody(slack)


def test_direct_messages_are_not_shared(slack: Slack) -> None:
    dm = slack.call("conversations.open", users="U1")["channel"]["id"]
    assert refusal(slack, "conversations.inviteShared", BOT_TOKEN, ABE | {"channel": dm}).name == "invalid_channel_type"


def test_post_only_unless_said_otherwise_and_the_same_mail_goes_out_again(slack: Slack) -> None:
    """slack_platform §1.2: external_limited is true by default."""
    first = slack.call("conversations.inviteShared", **ABE)
    second = slack.call("conversations.inviteShared", **ABE, external_limited="0")
    assert first["invite_id"] != second["invite_id"]
    rows = [(row["email"], row["team"], row["user"], row["limited"]) for row in slack.entries("invited")]
    assert rows == [(MAIL, "", "UBOT", True), (MAIL, "", "UBOT", False)]
    shown = slack.call("conversations.info", channel="C1")["channel"]
    assert (shown["is_pending_ext_shared"], shown["is_ext_shared"]) == (True, False)


def test_somebody_who_is_known_is_invited_with_their_company(slack: Slack) -> None:
    slack.call("conversations.inviteShared", channel="C1", user_ids="UEXT", external_limited=False)
    shown = slack.call("conversations.info", channel="C1")["channel"]
    assert shown["pending_connected_team_ids"] == ["TPART"]


async def test_invited_accepted_and_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with invited(tmp_path, told, monkeypatch) as scene:
        channel = await scene.slack.create_channel("works", [AIKO, BOT])
        answer = await invite(scene, channel)
        assert set(answer) == {"ok", "invite_id", "is_legacy_shared_channel"}
        assert (await info(scene, channel))["is_pending_ext_shared"] is True
        await scene.slack.accept(answer["invite_id"], KAI, approval=False)
        accepted = (await told.of("shared_channel_invite_accepted"))[0]
        assert accepted["invite"]["inviting_user"]["id"] == BOT
        assert (await info(scene, channel))["connected_team_ids"] == [OTHER]
        assert scene.server.sandbox.world.channels[channel].limited == [], "not post only"


@pytest.mark.parametrize(
    ("fault", "sent"), [("lost_answer", 1), ("lost_request", 0), ("http_500_done", 1), ("rate_limited", 0)]
)
async def test_a_lost_answer_says_nothing_of_the_invitation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, sent: int
) -> None:
    async with invited(tmp_path, Told(), monkeypatch) as scene:
        channel = await scene.slack.create_channel("works", [AIKO, BOT])
        await scene.slack.fault(fault, "conversations.inviteShared")
        with pytest.raises((SlackApiError, ClientError)):
            await invite(scene, channel)
        assert len(scene.server.sandbox.world.invites) == sent


async def test_the_sdks_own_method_invites_twice_where_the_answer_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends by GET, and aiohttp sends a GET again when the line is cut, with no retry handler of the SDK in sight."""
    async with invited(tmp_path, Told(), monkeypatch) as scene:
        channel = await scene.slack.create_channel("works", [AIKO, BOT])
        await scene.slack.fault("lost_answer", "conversations.inviteShared")
        await scene.app.client.conversations_inviteShared(
            channel=channel, emails=["kai@example.com"], external_limited=False
        )
        assert len(scene.server.sandbox.world.invites) == 2


async def test_without_the_scope_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(tmp_path, Told(), monkeypatch) as scene:
        channel = await scene.slack.create_channel("works", [AIKO, BOT])
        assert await refused(invite(scene, channel)) == "missing_scope"


def invited(folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stage of Slack Connect, with an app that may invite."""
    wider = stage_module.MANIFEST.replace("app_mentions:read]", "app_mentions:read, conversations.connect:write]")
    monkeypatch.setattr(stage_module, "MANIFEST", wider)
    return connected(folder, told, monkeypatch)


async def invite(scene: Stage, channel: str) -> dict[str, Any]:
    """By POST: what is sent by GET, as the SDK's own method does, may be sent twice (see the test about it)."""
    args = {"channel": channel, "emails": ["kai@example.com"], "external_limited": False}
    answer = await scene.app.client.api_call("conversations.inviteShared", json=args)
    assert isinstance(answer.data, dict)
    return answer.data


def _nobody(slack: Slack) -> None:
    assert not slack.entries("invited")
    assert not slack.sandbox.world.invites
