"""The transport that both sides share: Bolt as the product builds it, and a press dispatched as the socket does."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.effects import PENDING
from handlers.slack.replies import Reply

AUTHORIZED = AuthorizeResult(
    enterprise_id=None, team_id="T0HOME", bot_user_id="U0BOT", bot_id="B0BENCH", bot_token="xoxb-bench"
)


def bolt() -> AsyncApp:
    """An app with a ready authorization, whose listeners are the ack path."""

    async def authorize() -> AuthorizeResult:
        return AUTHORIZED

    return AsyncApp(client=AsyncWebClient(), authorize=authorize, process_before_response=True)


async def dispatch(app: AsyncApp, body: dict[str, Any]) -> str:
    """One press, up to its acknowledgement; the acknowledgement's body. RuntimeError where it was not acknowledged.

    What the product would do after the acknowledgement (opening a modal, a tick) is collected and left undone.
    """
    replies: list[Reply] = []
    token = PENDING.set(replies)
    try:
        response = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    finally:
        PENDING.reset(token)
    if response.status != 200:
        raise RuntimeError(f"not acknowledged: {response.status} {response.body}")
    return response.body
