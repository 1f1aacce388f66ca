"""SlackChannel on the local Slack: where it posts, how it finds its own message again, and what a failure becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack import SlackChannel
from bot.services.ports import Message, Posted, SendFailed, SendInDoubt
from tests.channels.conftest import Place
from tests.journeys.town import ANNA, CH1, CH2, GONE, LOBBY, OWNER1, STRANGER


def message(text: str = "点検のお願い") -> Message:
    return Message(text=text, blocks=[{"type": "section", "text": {"type": "plain_text", "text": text}}])


def a_while_ago() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=60)


@pytest.fixture
def channel(place: Place) -> SlackChannel:
    return SlackChannel(place.posting)


def test_a_client_that_repeats_posts_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="retry_handlers"):
        SlackChannel(AsyncWebClient(token="xoxb-1"))


async def test_a_post_stands_in_the_channel_with_its_notice_id_and_unfurls_nothing(
    place: Place, channel: SlackChannel
) -> None:
    posted = await channel.post(f"channel:{CH1}", message(), notice_id="n1", thread_ts="")
    (seen,) = await place.slack.person(ANNA).messages(CH1)
    assert (seen.channel, seen.ts, seen.text) == (posted.channel, posted.ts, "点検のお願い")
    (call,) = await place.api("chat.postMessage")
    assert call["args"]["metadata"] == {"event_type": "vendor_review_notice", "event_payload": {"id": "n1"}}
    assert {str(call["args"][k]).lower() for k in ("unfurl_links", "unfurl_media")} <= {"false", "0"}


async def test_a_person_is_reached_in_their_dm_which_is_opened_once(place: Place, channel: SlackChannel) -> None:
    first = await channel.post(f"user:{OWNER1}", message("一通目"), notice_id="n1", thread_ts="")
    await channel.post(f"user:{OWNER1}", message("二通目"), notice_id="n2", thread_ts="")
    assert [m.text for m in await place.slack.person(OWNER1).dm_with_bot()] == ["一通目", "二通目"]
    assert first.channel.startswith("D")
    assert len(await place.api("conversations.open")) == 1


async def test_a_reply_stands_in_the_thread(place: Place, channel: SlackChannel) -> None:
    root = await channel.post(f"channel:{CH1}", message("案内"), notice_id="n1", thread_ts="")
    await channel.post(f"channel:{CH1}", message("お礼"), notice_id="n2", thread_ts=root.ts)
    (shown, reply) = await place.slack.person(ANNA).messages(CH1)
    assert (shown.text, reply.text, reply.thread_ts) == ("案内", "お礼", root.ts)


async def test_a_lost_answer_is_in_doubt_and_the_post_is_found_again(place: Place, channel: SlackChannel) -> None:
    await place.slack.fault("lost_answer", "chat.postMessage")
    with pytest.raises(SendInDoubt):
        await channel.post(f"channel:{CH1}", message(), notice_id="n1", thread_ts="")
    found = await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=a_while_ago())
    (seen,) = await place.slack.person(ANNA).messages(CH1)
    assert found == Posted(channel=CH1, ts=seen.ts)
    assert len(await place.api("chat.postMessage")) == 1, "nothing repeats a post by itself"


async def test_a_lost_request_is_in_doubt_and_nothing_is_found(place: Place, channel: SlackChannel) -> None:
    await place.slack.fault("lost_request", "chat.postMessage")
    with pytest.raises(SendInDoubt):
        await channel.post(f"channel:{CH1}", message(), notice_id="n1", thread_ts="")
    assert await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=a_while_ago()) is None


async def test_replies_and_dms_are_searched_too(channel: SlackChannel) -> None:
    root = await channel.post(f"channel:{CH1}", message(), notice_id="n1", thread_ts="")
    reply = await channel.post(f"channel:{CH1}", message(), notice_id="n2", thread_ts=root.ts)
    direct = await channel.post(f"user:{OWNER1}", message(), notice_id="n3", thread_ts="")
    since = a_while_ago()
    assert await channel.find(f"channel:{CH1}", notice_id="n2", thread_ts=root.ts, since=since) == reply
    assert await channel.find(f"channel:{CH1}", notice_id="n2", thread_ts="", since=since) is None
    assert await channel.find(f"user:{OWNER1}", notice_id="n3", thread_ts="", since=since) == direct
    future = datetime.now(UTC) + timedelta(seconds=60)
    assert await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=future) is None


async def test_a_message_is_found_behind_many_others(
    place: Place, channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack.PAGE", 2)
    wanted = await channel.post(f"channel:{CH1}", message(), notice_id="n0", thread_ts="")
    for n in range(1, 6):
        await channel.post(f"channel:{CH1}", message(), notice_id=f"n{n}", thread_ts="")
    await place.slack.person(ANNA).say(CH1, "承知しました")
    assert await channel.find(f"channel:{CH1}", notice_id="n0", thread_ts="", since=a_while_ago()) == wanted
    assert len(await place.api("conversations.history")) == 4


async def test_somebody_elses_message_with_our_id_is_not_ours(place: Place, channel: SlackChannel) -> None:
    posted = await channel.post(f"channel:{CH1}", message(), notice_id="n1", thread_ts="")
    stored = place.running.sandbox.world.message(CH1, posted.ts)
    assert stored
    stored.bot_id = "B0OTHER"
    assert await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=a_while_ago()) is None


async def test_an_update_replaces_the_content_and_keeps_the_id(place: Place, channel: SlackChannel) -> None:
    posted = await channel.post(f"channel:{CH1}", message("0 / 25"), notice_id="n1", thread_ts="")
    await channel.update(posted, message("12 / 25"))
    (seen,) = await place.slack.person(ANNA).messages(CH1)
    assert seen.text == "12 / 25"
    assert await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=a_while_ago()) == posted


@pytest.mark.parametrize(
    ("where", "error"),
    [
        (f"channel:{LOBBY}", "not_in_channel"),
        ("channel:C0NONE", "channel_not_found"),
        (f"user:{GONE}", "user_disabled"),
        (f"user:{STRANGER}", "invalid_user_combination"),
    ],
)
async def test_what_slack_refuses_for_good_is_final(channel: SlackChannel, where: str, error: str) -> None:
    with pytest.raises(SendFailed) as failed:
        await channel.post(where, message(), notice_id="n1", thread_ts="")
    assert (failed.value.error, failed.value.permanent) == (error, True)


async def test_an_archived_channel_is_final(place: Place, channel: SlackChannel) -> None:
    posted = await channel.post(f"channel:{CH2}", message(), notice_id="n1", thread_ts="")
    await place.slack.archive(CH2, "U0SEC1")
    with pytest.raises(SendFailed) as failed:
        await channel.post(f"channel:{CH2}", message(), notice_id="n2", thread_ts="")
    assert failed.value.permanent
    with pytest.raises(SendFailed) as stale:
        await channel.update(posted, message())
    assert stale.value.permanent


@pytest.mark.parametrize("fault", ["lost_request", "lost_answer"])
async def test_a_dm_that_could_not_be_opened_leaves_nothing_in_doubt(
    place: Place, channel: SlackChannel, fault: str
) -> None:
    await place.slack.fault(fault, "conversations.open")
    with pytest.raises(SendFailed) as failed:
        await channel.post(f"user:{OWNER1}", message(), notice_id="n1", thread_ts="")
    assert not failed.value.permanent
    await channel.post(f"user:{OWNER1}", message(), notice_id="n1", thread_ts="")
    assert len(await place.slack.person(OWNER1).dm_with_bot()) == 1


async def test_looking_that_fails_is_never_taken_for_nothing_there(place: Place, channel: SlackChannel) -> None:
    await place.slack.fault("lost_request", "conversations.history", times=2)  # aiohttp repeats a GET once by itself
    with pytest.raises(SendFailed) as failed:
        await channel.find(f"channel:{CH1}", notice_id="n1", thread_ts="", since=a_while_ago())
    assert not failed.value.permanent
