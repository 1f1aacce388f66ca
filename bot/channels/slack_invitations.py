"""The way out for invitations: the only caller of conversations.inviteShared.

By POST, and by `api_call`: the SDK's own method sends it by GET, and aiohttp sends a GET again when the line is cut, which
would invite twice (tests/sandbox/test_invitations.py shows it). The client must not retry either, as for posting.
`external_limited` is sent always: where it is left out, Slack makes the invited people "post only", who perhaps cannot press
buttons and hand in files, and so could not answer (slack_platform §1.2).
"""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.errors import reading, writing
from bot.services.ports import SendFailed, SendInDoubt

SCOPE = "conversations.connect:write"
UNCLEAR = frozenset({"invite_lookup_error", "invite_not_found"})
"""Slack says of both that something went wrong while inviting, not that nobody was invited."""


class SlackInvitations:
    """`ports.Inviter` on Slack. ValueError for a client that retries."""

    def __init__(self, client: AsyncWebClient) -> None:
        if client.retry_handlers:
            raise ValueError("the inviting client must have retry_handlers=[]: the SDK's retry can invite twice")
        self._client = client

    async def may(self) -> bool:
        """Whether the token has the scope; True where Slack does not say. Raises SendFailed."""
        answer = await reading(self._client.auth_test())
        headers = {name.lower(): value for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes")
        return scopes is None or SCOPE in {scope.strip() for scope in scopes.split(",")}

    async def invite(self, channel_id: str, mail: str) -> str:
        """Invite one address to one channel, once; Slack's id of the invitation. Raises SendFailed or SendInDoubt."""
        asked = {"channel": channel_id, "emails": [mail], "external_limited": False}
        try:
            answer = await writing(self._client.api_call("conversations.inviteShared", json=asked))
        except SendFailed as failed:
            if failed.error in UNCLEAR:
                raise SendInDoubt(failed.error) from failed
            raise
        return str(answer.get("invite_id") or "")
