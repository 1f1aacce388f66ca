"""Carries out what a reply asks for, after its acknowledgement has left: tracked tasks that shutdown awaits.

A call whose answer was lost is made again (`persistence.py`): somebody waits for what it shows. An effect that fails all
the same is logged and, where a modal did not open, told to the person. Views of one person are updated in order: two quick
changes cannot overtake each other (K02).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextvars import ContextVar
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack_answers import error_name
from handlers.slack import home_picture
from handlers.slack.persistence import IN_A_MODAL, IN_A_TRIGGER, again, already, passing
from handlers.slack.replies import Effect, Later, OpenView, PublishHome, Reply, UpdateView, Whisper

log = logging.getLogger(__name__)

_OURS = "vr1-wait-"
"""Begins the external ids that we give to views, for when the answer with Slack's own id is lost."""

# What the press being dispatched asked for; the transport starts it when the acknowledgement is out.
PENDING: ContextVar[list[Reply] | None] = ContextVar("pending_effects", default=None)


class Effects:
    """Runs replies' effects. One per process."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """One for each view, as long as somebody holds it or waits for it."""

    def start(self, replies: list[Reply]) -> None:
        """Start the effects of these replies now."""
        for reply in replies:
            if reply.effects:
                task = asyncio.create_task(self._run(reply))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    @property
    def under_way(self) -> int:
        """How many replies still have something to do."""
        return len(self._tasks)

    async def drain(self) -> None:
        """Wait until everything started has ended."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def _run(self, reply: Reply) -> None:
        for effect in reply.effects:
            try:
                await self._carry_out(effect)
            except SlackApiError as error:
                log.warning("effect %s: %s", type(effect).__name__, error_name(error) or "unreadable")
            except Exception as error:
                if passing(error):  # the line, not us: one line tells it, by name (aiohttp's text may hold the token)
                    log.warning("effect %s: %s", type(effect).__name__, type(error).__name__)
                else:
                    log.exception("effect %s", type(effect).__name__)

    async def _carry_out(self, effect: Effect) -> None:
        match effect:
            case OpenView():
                await self._open(effect)
            case UpdateView():
                await self._refresh(effect)
            case Whisper():
                await again(lambda: _whisper(effect), IN_A_MODAL)
            case Later():
                await self._run(await effect.work())
            case PublishHome():
                async with self._turn(f"home/{effect.who.slack_user_id}"):
                    await home_picture.carry_out(self._client, effect)

    def _turn(self, what: str) -> asyncio.Lock:
        return self._locks.setdefault(what, asyncio.Lock())

    async def _refresh(self, effect: UpdateView) -> None:
        """Updates a view in its turn. One that is stale and wins is shown all the same (`UpdateView.wins`)."""
        async with self._turn(effect.view_id):
            try:
                now = await again(lambda: self._update(effect, effect.hash), IN_A_MODAL)
            except SlackApiError as error:
                if error_name(error) != "hash_conflict" or not effect.wins or not await effect.wins():
                    raise
                now = await again(lambda: self._update(effect, ""), IN_A_MODAL)
        if effect.then:
            await self._run(await effect.then(now))

    async def _update(self, effect: UpdateView, seen: str) -> str:
        which: dict[str, Any] = {"external_id" if effect.view_id.startswith(_OURS) else "view_id": effect.view_id}
        done = await self._client.views_update(view=effect.view, **which, **({"hash": seen} if seen else {}))
        return str((done.get("view") or {}).get("hash") or "")

    async def _open(self, effect: OpenView) -> None:
        try:
            view_id = await self._opened(effect)
        except Exception:
            if effect.otherwise:
                await self._carry_out(effect.otherwise)
            raise
        if effect.then:
            await self._run(await effect.then(view_id))

    async def _opened(self, effect: OpenView) -> str:
        """Opens it; gives an id under which it can be updated, also where Slack's answer was lost."""
        call = self._client.views_push if effect.push else self._client.views_open
        own = {"external_id": f"{_OURS}{secrets.token_hex(12)}"} if effect.then else {}
        tries = 0

        async def once() -> str:
            nonlocal tries
            tries += 1
            try:
                return str((await call(trigger_id=effect.trigger_id, view=effect.view | own))["view"]["id"])
            except SlackApiError as error:
                if tries > 1 and already(error):
                    return own.get("external_id", "")
                raise

        return await again(once, IN_A_TRIGGER)


async def _whisper(effect: Whisper) -> None:
    """Twice the same note to one person is better than none. Raises OSError where Slack's end is not well."""
    hook = AsyncWebhookClient(effect.response_url)
    answer = await hook.send(
        text=effect.text, blocks=effect.blocks, response_type="ephemeral", replace_original=effect.replace
    )
    if answer.status_code >= 500 or answer.status_code == 429:
        raise OSError(f"response_url: {answer.status_code}")
    if answer.status_code != 200:
        log.warning("response_url: %s", answer.status_code)
