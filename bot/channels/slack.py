"""The way out to Slack: the only caller of chat.postMessage and chat.update.

Nothing here decides whether something may be sent; the outbox has. A post carries the notice's id in its metadata, so
that a post whose answer was lost can be found again (slack_platform §3.2). Metadata can be read by a partner company:
the id is opaque and the only thing in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.errors import reading, writing
from bot.services.ports import Message, Posted

EVENT_TYPE = "vendor_review_notice"
PAGE = 200


class SlackChannel:
    """`ports.Channel` on Slack.

    The client must have `retry_handlers=[]`: the SDK's own retry sends a POST again after a cut line, although Slack may
    have stored it, so it can post twice (slack_platform §3.1). ValueError for any other client.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        if client.retry_handlers:
            raise ValueError("the posting client must have retry_handlers=[]: the SDK's retry can post twice")
        self._client = client
        self._dms: dict[str, str] = {}
        self._bot_id = ""

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:
        """Post once to `channel:<id>` or `user:<U…>`. Raises SendFailed or SendInDoubt."""
        posted = await writing(
            self._client.chat_postMessage(
                channel=await self._channel(place),
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread_ts or None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": notice_id}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return Posted(channel=posted["channel"], ts=posted["ts"])

    async def find(self, place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
        """Our own message with this notice id, not older than `since`; None where there is none. Raises SendFailed."""
        channel = await self._channel(place)
        bot_id = await self._me()
        async for message in self._messages(channel, thread_ts, since):
            if message.get("bot_id") == bot_id and _notice_id(message) == notice_id:
                return Posted(channel=channel, ts=message["ts"])
        return None

    async def update(self, where: Posted, message: Message) -> None:
        """Replace what stands there; its metadata stays. Raises SendFailed or SendInDoubt."""
        await writing(
            self._client.chat_update(channel=where.channel, ts=where.ts, text=message.text, blocks=message.blocks)
        )

    async def _channel(self, place: str) -> str:
        """The conversation of a place; opening a DM twice opens one, so a lost answer leaves nothing in doubt."""
        kind, _, key = place.partition(":")
        if kind == "channel":
            return key
        if key not in self._dms:
            opened = await reading(self._client.conversations_open(users=key))
            self._dms[key] = opened["channel"]["id"]
        return self._dms[key]

    async def _me(self) -> str:
        if not self._bot_id:
            self._bot_id = (await reading(self._client.auth_test()))["bot_id"]
        return self._bot_id

    async def _messages(self, channel: str, thread_ts: str, since: datetime) -> AsyncIterator[dict[str, Any]]:
        """A thread's replies, or a channel's roots, page by page, with whole metadata (else only its type would come)."""
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        while True:
            if thread_ts:
                page = await reading(self._client.conversations_replies(ts=thread_ts, **asked))
            else:
                page = await reading(self._client.conversations_history(**asked))
            for message in page["messages"]:
                yield message
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return


def _notice_id(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("id") or "")
