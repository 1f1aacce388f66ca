"""Carries out what a reply asks for, after its acknowledgement has left: tracked tasks that shutdown awaits.

An effect that fails is logged and, where the person waits for something (a modal that did not open), told to them. Views
of one person are updated in order: two quick changes cannot overtake each other (K02).
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.slack.replies import Effect, Later, OpenView, Reply, UpdateView, Whisper

log = logging.getLogger(__name__)

# What the press being dispatched asked for; the transport starts it when the acknowledgement is out.
PENDING: ContextVar[list[Reply] | None] = ContextVar("pending_effects", default=None)


class Effects:
    """Runs replies' effects. One per process."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks: dict[str, asyncio.Lock] = {}

    def start(self, replies: list[Reply]) -> None:
        """Start the effects of these replies now."""
        for reply in replies:
            if reply.effects:
                task = asyncio.create_task(self._run(reply))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until everything started has ended."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def _run(self, reply: Reply) -> None:
        for effect in reply.effects:
            try:
                await self._carry_out(effect)
            except SlackApiError as error:
                log.warning("effect %s: %s", type(effect).__name__, error.response.get("error"))
            except Exception:
                log.exception("effect %s", type(effect).__name__)

    async def _carry_out(self, effect: Effect) -> None:
        match effect:
            case OpenView():
                await self._open(effect)
            case UpdateView():
                async with self._locks.setdefault(effect.view_id, asyncio.Lock()):
                    extra = {"hash": effect.hash} if effect.hash else {}
                    await self._client.views_update(view_id=effect.view_id, view=effect.view, **extra)
            case Whisper():
                hook = AsyncWebhookClient(effect.response_url)
                await hook.send(
                    text=effect.text, blocks=effect.blocks, response_type="ephemeral", replace_original=effect.replace
                )
            case Later():
                await self._run(await effect.work())

    async def _open(self, effect: OpenView) -> None:
        call = self._client.views_push if effect.push else self._client.views_open
        try:
            opened = await call(trigger_id=effect.trigger_id, view=effect.view)
        except Exception:
            if effect.otherwise:
                await self._carry_out(effect.otherwise)
            raise
        if effect.then:
            await self._run(await effect.then(opened["view"]["id"]))
