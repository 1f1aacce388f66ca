"""Every fault of the local Slack alone, at the level of our clients: what a call came to is what the outbox is told.

A post is `sent`, `in doubt` (look before repeating) or `again` (nothing was stored, try later). Looking afterwards tells
the truth in every doubt. To add a fault to the local Slack, say here what it must mean.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.channels.clients import posting_client
from bot.channels.errors import WAIT_FOR_PEOPLE
from bot.channels.slack import SlackChannel
from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_files import SlackFiles
from bot.services.ports import Message, Posted, SendFailed, SendInDoubt
from sandbox.faults import FAULTS
from tests.channels.conftest import Place
from tests.journeys.town import ANNA, CH1, OWNER1

MESSAGE = Message(text="点検のお願い", blocks=[])
PLACE = f"channel:{CH1}"

CLASSES = dict.fromkeys(FAULTS, "in doubt") | {"delay_before": "sent", "delay_after": "sent", "rate_limited": "again"}
"""A cut line, HTTP 5xx, internal_error, fatal_error and what cannot be read leave open what has happened."""


@pytest.fixture
def channel(place: Place) -> SlackChannel:
    return SlackChannel(place.posting)


async def tried(call: Awaitable[Any]) -> Any:
    """The answer, or how it failed; nothing else may come out of a client."""
    try:
        return await call
    except (SendFailed, SendInDoubt) as failed:
        return failed


def word(came: Any) -> str:
    if isinstance(came, SendInDoubt):
        return "in doubt"
    if isinstance(came, SendFailed):
        return "refused" if came.permanent else "again"
    return "sent"


async def post(channel: SlackChannel, notice_id: str = "n1") -> str:
    """What a post comes to, in one word."""
    return word(await tried(channel.post(PLACE, MESSAGE, notice_id=notice_id, thread_ts="")))


async def found(channel: SlackChannel, notice_id: str = "n1") -> Posted | None:
    since = datetime.now(UTC) - timedelta(seconds=60)
    return await channel.find(PLACE, notice_id=notice_id, thread_ts="", since=since)


def stored(place: Place) -> list[str]:
    return [message.ts for message in place.running.sandbox.world.channels[CH1].messages]


@pytest.mark.parametrize("what", FAULTS)
async def test_a_post_under_each_fault(place: Place, channel: SlackChannel, what: str) -> None:
    await place.slack.fault(what, "chat.postMessage", seconds=0.05)
    assert await post(channel) == CLASSES[what]
    there = stored(place)
    assert len(there) == FAULTS[what].done, "nothing is repeated by a client"
    seen = await found(channel)
    assert (seen.ts if seen else None) == (there[0] if there else None)
    if seen is None:  # what the outbox does then
        assert await post(channel) == "sent"
    assert len(stored(place)) == 1


@pytest.mark.parametrize("what", FAULTS)
async def test_an_update_under_each_fault(place: Place, channel: SlackChannel, what: str) -> None:
    posted = await channel.post(PLACE, MESSAGE, notice_id="n1", thread_ts="")
    await place.slack.fault(what, "chat.update", seconds=0.05)
    assert word(await tried(channel.update(posted, Message(text="12 / 25", blocks=[])))) == CLASSES[what]
    await channel.update(posted, Message(text="12 / 25", blocks=[]))
    (shown,) = await place.slack.person(ANNA).messages(CH1)
    assert shown.text == "12 / 25", "an update may always be repeated"


@pytest.mark.parametrize(("what", "there"), [("delay_before", 0), ("delay_after", 1)])
async def test_a_post_that_takes_too_long_is_in_doubt(
    place: Place, channel: SlackChannel, what: str, there: int
) -> None:
    await place.slack.fault(what, "chat.postMessage", seconds=1.5)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as impatient:
        hurried = SlackChannel(posting_client("xoxb-town", place.running.api, impatient))
        assert await post(hurried) == "in doubt"
    assert len(stored(place)) == there
    await place.slack.person(ANNA).wait_message("点検のお願い", channel=CH1)
    assert await found(channel), "what was given up may be stored afterwards"


async def test_too_many_says_when(place: Place, channel: SlackChannel) -> None:
    await place.slack.fault("rate_limited", "chat.postMessage", seconds=31)
    with pytest.raises(SendFailed) as failed:
        await channel.post(PLACE, MESSAGE, notice_id="n1", thread_ts="")
    assert (failed.value.permanent, failed.value.after) == (False, 31.0)


async def test_slacks_own_limits_are_kept_by_waiting(place: Place, channel: SlackChannel) -> None:
    place.running.live.rate_limits.now = lambda: time
    time = 1000.0
    await place.slack.rate_limits(1)
    assert [await post(channel, f"n{n}") for n in range(5)] == ["sent"] * 3 + ["again"] * 2
    assert len(stored(place)) == 3
    time += 1
    assert await post(channel, "n3") == "again"
    time += 2
    assert await post(channel, "n3") == "sent"


@pytest.mark.parametrize("what", FAULTS)
async def test_a_dm_that_cannot_be_opened_is_tried_again(place: Place, channel: SlackChannel, what: str) -> None:
    await place.slack.fault(what, "conversations.open", seconds=0.05)
    came = word(await tried(channel.post(f"user:{OWNER1}", MESSAGE, notice_id="n1", thread_ts="")))
    assert came == ("sent" if CLASSES[what] == "sent" else "again"), "opening a DM leaves nothing in doubt"
    if came == "again":
        await channel.post(f"user:{OWNER1}", MESSAGE, notice_id="n1", thread_ts="")
    assert len(await place.slack.person(OWNER1).dm_with_bot()) == 1


@pytest.mark.parametrize("method", ["conversations.history", "auth.test"])
@pytest.mark.parametrize("what", FAULTS)
async def test_a_look_that_fails_is_never_nothing_there(
    place: Place, channel: SlackChannel, what: str, method: str
) -> None:
    posted = await channel.post(PLACE, MESSAGE, notice_id="n1", thread_ts="")
    await place.slack.fault(what, method, times=2, seconds=0.05)  # aiohttp repeats a GET once by itself
    came = await tried(found(channel))
    assert came == posted if CLASSES[what] == "sent" else word(came) == "again"
    await place.slack.calm()
    assert await found(channel) == posted


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
@pytest.mark.parametrize("what", FAULTS)
async def test_what_cannot_be_looked_up_is_not_taken_for_gone(place: Place, what: str, method: str) -> None:
    """`None` says that there is nobody, or no such channel: a fault must never say that."""

    def look() -> Awaitable[Any]:
        directory = SlackDirectory(place.reading)  # which remembers nothing yet
        return directory.person(ANNA) if method == "users.info" else directory.channel(CH1)

    right = await look()
    assert right
    await place.slack.fault(what, method, times=20, seconds=0.05)
    came = await tried(look())
    assert came == right if CLASSES[what] == "sent" else word(came) == "again"


FILES = [(what, method) for what in FAULTS for method in ("files.info", "download")]
FILES = [(what, method) for what, method in FILES if method != "download" or not FAULTS[what].api_only]


@pytest.mark.parametrize(("what", "method"), FILES)
async def test_a_file_comes_whole_or_is_tried_again(place: Place, what: str, method: str) -> None:
    content = bytes(range(256)) * 400
    said = await place.slack.person(ANNA).say(CH1, "", files=[("証跡.pdf", content)])
    files = SlackFiles(place.reading, "xoxb-town")
    await place.slack.fault(what, method, times=20, seconds=0.05)
    came = await tried(files.fetch(said.files[0]["id"]))
    assert came.content == content if CLASSES[what] == "sent" else word(came) == "again"
    await place.slack.calm()
    assert (await files.fetch(said.files[0]["id"])).content == content


@pytest.mark.parametrize("state", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_revoked_token_loses_nothing(place: Place, channel: SlackChannel, state: str) -> None:
    said = await place.slack.person(ANNA).say(CH1, "", files=[("a.pdf", b"%PDF")])
    await place.slack.revoke_token(state)
    for call in (
        channel.post(PLACE, MESSAGE, notice_id="n1", thread_ts=""),
        SlackDirectory(place.reading).person(ANNA),
        SlackDirectory(place.reading).channel(CH1),
        SlackFiles(place.reading, "xoxb-town").fetch(said.files[0]["id"]),
    ):
        with pytest.raises(SendFailed) as failed:
            await call
        assert (failed.value.permanent, failed.value.after) == (False, WAIT_FOR_PEOPLE)
    await place.slack.restore_token()
    assert await post(channel) == "sent"
