"""Looks at Slack: what fails in passing is asked again, a few times; what Slack says is not."""

from __future__ import annotations

import pytest

from bot.channels.read_again import TRIES
from bot.channels.slack_directory import SlackDirectory
from bot.services.ports import SendFailed
from tests.channels.conftest import Place
from tests.journeys.town import ANNA

PASSING = (
    "lost_request",
    "lost_answer",
    "half_body",
    "http_500",
    "http_502_done",
    "http_503",
    "internal_error",
    "garbage",
)


@pytest.mark.parametrize("what", PASSING)
async def test_a_look_outlives_as_many_faults_as_it_has_tries(place: Place, what: str) -> None:
    await place.slack.fault(what, "users.info", times=TRIES)
    found = await SlackDirectory(place.reading).person(ANNA)
    assert found
    assert found.slack_user_id == ANNA


@pytest.mark.parametrize("what", ["http_500", "internal_error", "garbage", "broken_json"])
async def test_then_it_gives_up_and_says_so(place: Place, what: str) -> None:
    await place.slack.fault(what, "users.info", times=TRIES + 1)
    with pytest.raises(SendFailed) as failed:
        await SlackDirectory(place.reading).person(ANNA)
    assert not failed.value.permanent


async def test_what_slack_says_is_not_asked_again(place: Place) -> None:
    assert await SlackDirectory(place.reading).person("U0NOBODY") is None
    assert [e["error"] for e in await place.api("users.info")] == ["user_not_found"]
