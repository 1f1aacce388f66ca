"""The way out for invitations against the local Slack: once, by POST, and what each answer means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.clients import posting_client, reading_client
from bot.channels.slack_invitations import SlackInvitations
from bot.services.ports import SendFailed, SendInDoubt
from sandbox.client import LocalSlack
from sandbox.server import running
from sandbox.world_file import from_json
from tests.channels.conftest import Place
from tests.journeys.town import BOT, ROOT, SEC1, world

MAIL = "abe@example.com"
LINE = "# - conversations.connect:write"


def wider(folder: Path) -> Path:
    """app.yaml with the # taken off the line of the optional scope, as docs/install.md says."""
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    assert text.count(LINE) == 1
    (folder / "wider.yaml").write_text(text.replace(LINE, LINE.removeprefix("# ")), encoding="utf-8")
    return folder / "wider.yaml"


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[Place]:
    """The local Slack of the journeys, with an app that may invite."""
    async with (
        running(from_json(world()), wider(tmp_path), tmp_path) as server,
        LocalSlack(server.url) as slack,
        aiohttp.ClientSession() as session,
    ):
        yield Place(
            server, slack, *(make("xoxb-town", server.api, session) for make in (posting_client, reading_client))
        )


async def invited(place: Place) -> list[tuple[str, str, bool]]:
    return [(e["channel"], e["email"], e["limited"]) for e in await place.slack.record() if e["kind"] == "invited"]


async def channel(place: Place) -> str:
    return await place.slack.create_channel("works", [SEC1, BOT], private=True)


async def test_one_address_is_invited_once_and_not_as_post_only(able: Place) -> None:
    out, where = SlackInvitations(able.posting), await channel(able)
    assert await out.may()
    assert (await out.invite(where, MAIL)).startswith("I")
    assert await invited(able) == [(where, MAIL, False)]
    (call,) = await able.api("conversations.inviteShared")
    assert call["args"]["external_limited"] in (False, "false", "0"), "said aloud: the default would be post only"


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [("lost_answer", 1), ("lost_request", 0), ("http_500_done", 1)],
)
async def test_a_lost_answer_is_a_doubt_and_is_never_asked_twice(able: Place, fault: str, arrived: int) -> None:
    out, where = SlackInvitations(able.posting), await channel(able)
    await able.slack.fault(fault, "conversations.inviteShared")
    with pytest.raises(SendInDoubt):
        await out.invite(where, MAIL)
    assert len(await invited(able)) == arrived
    assert len(await able.api("conversations.inviteShared")) <= 1


async def test_a_rate_limit_says_when_to_ask_again(able: Place) -> None:
    out, where = SlackInvitations(able.posting), await channel(able)
    await able.slack.fault("rate_limited", "conversations.inviteShared", seconds=17)
    with pytest.raises(SendFailed) as caught:
        await out.invite(where, MAIL)
    assert (caught.value.error, caught.value.permanent, caught.value.after) == ("ratelimited", False, 17.0)
    assert await invited(able) == []


async def test_refusals_keep_slacks_name(able: Place) -> None:
    out, where = SlackInvitations(able.posting), await channel(able)
    for asked, error in ((("C0NONE", MAIL), "channel_not_found"), ((where, "abe"), "invalid_email")):
        with pytest.raises(SendFailed) as caught:
            await out.invite(*asked)
        assert (caught.value.error, caught.value.permanent) == (error, True)
    assert await invited(able) == []


async def test_without_the_scope_it_is_known_beforehand_and_refused(place: Place) -> None:
    out, where = SlackInvitations(place.posting), await channel(place)
    assert not await out.may()
    with pytest.raises(SendFailed) as caught:
        await out.invite(where, MAIL)
    assert caught.value.error == "missing_scope"


async def test_a_client_that_retries_is_not_taken(place: Place) -> None:
    with pytest.raises(ValueError, match="invite twice"):
        SlackInvitations(place.reading)
