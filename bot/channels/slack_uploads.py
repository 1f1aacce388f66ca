"""Files into Slack, in the three steps that Slack has: ask for an address, post the bytes there, share the file.

Before the last step nobody sees anything, so only that one has to be looked for before it is repeated: whether the file
stands in the conversation, files.info tells. Needs files:write, and files:read for looking.
"""

from __future__ import annotations

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.errors import WAIT, reading, writing
from bot.services.ports import SendFailed


class SlackUploads:
    """`ports.Uploads` on Slack. The client must not repeat posts by itself (`clients.posting_client`)."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def upload(self, name: str, content: bytes) -> str:
        """The id of the uploaded file, which nobody sees yet. Raises SendFailed."""
        asked = await reading(self._client.files_getUploadURLExternal(filename=name, length=len(content)))
        try:
            async with httpx.AsyncClient(timeout=60.0, follow_redirects=False) as web:
                answer = await web.post(asked["upload_url"], content=content)
        except httpx.HTTPError as error:
            raise SendFailed(type(error).__name__, permanent=False, after=WAIT) from error
        if answer.status_code != httpx.codes.OK:
            raise SendFailed(f"http_{answer.status_code}", permanent=False, after=WAIT)
        return str(asked["file_id"])

    async def share(self, file_id: str, place: str, title: str, comment: str) -> None:
        """Share it in `user:<U…>`'s DM, unless it stands there. Raises SendFailed or SendInDoubt."""
        opened = await reading(self._client.conversations_open(users=place.partition(":")[2]))
        channel = opened["channel"]["id"]
        if not await self._stands(file_id, channel):
            files: list[dict[str, str | None]] = [{"id": file_id, "title": title}]
            await writing(
                self._client.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment)
            )

    async def _stands(self, file_id: str, channel: str) -> bool:
        try:
            file = (await reading(self._client.files_info(file=file_id)))["file"]
        except SendFailed as failed:
            if failed.error == "file_not_found":  # not shared anywhere yet
                return False
            raise
        return channel in (file.get("ims") or [])
