"""Merges every story's ROUTES and registers them with Bolt, each wrapped by `guarded`.

Nothing raises into Bolt: a raise after `ack()` would lose the ack (bolt asyncio_runner.py:125). With
`process_before_response=True` the listener *is* the ack path, so it has no network, one short transaction, and a
deadline of 2 s after which it refuses in words.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.domain.refusal import Code, Refusal, Refusals
from bot.services import Services
from handlers.slack import payloads
from handlers.slack.effects import PENDING
from handlers.slack.home_picture import followed
from handlers.slack.replies import Later, Reply, crash, refuse, told
from handlers.slack.requests import Request
from message_templates.catalogs import Text
from storage.db import PATIENCE

log = logging.getLogger(__name__)

DEADLINE = 2.0
LAST_MOMENT = 0.6  # Slack shows an error after 3 s
# Nobody waits for the answer to a closed modal, but what stood in its inputs would be lost with a refusal.
CLOSED_DEADLINE = 20.0

Handler = Callable[[Services, Any], Awaitable[Reply]]

UNFINISHED: set[asyncio.Future[Reply]] = set()
"""Presses that were answered with "too busy" and still end by themselves; a stop waits for them."""


@dataclass(frozen=True)
class Route:
    """One thing people can do: its kind, its wire id, and the handler that answers it."""

    kind: Literal["command", "action", "options", "shortcut", "view", "closed", "event"]
    id: str
    handle: Handler


@dataclass(frozen=True)
class Subcommand:
    """A word after `/vendor-review`; its help line is `help.<name>` in the catalogs. `also`: other words for it."""

    name: str
    handle: Handler
    also: tuple[str, ...] = ()


def merge(*tables: tuple[Route, ...]) -> dict[tuple[str, str], Route]:
    """All routes by (kind, id). Bolt would silently run only the first of two: here a second is an error."""
    merged: dict[tuple[str, str], Route] = {}
    for route in (r for table in tables for r in table):
        if (route.kind, route.id) in merged:
            raise ValueError(f"two routes for {route.kind} {route.id}")
        merged[route.kind, route.id] = route
    return merged


def register(app: AsyncApp, services: Services, routes: dict[tuple[str, str], Route]) -> None:
    """Hand every route to Bolt."""
    for route in routes.values():
        listener = guarded(services, route)
        match route.kind:
            case "command":
                app.command(route.id)(listener)
            case "action":
                # several buttons of one kind in a row differ by what stands behind a dot: action ids are unique in a block
                app.action(re.compile(rf"^{re.escape(route.id)}(\.\w+)?$"))(listener)
            case "options":
                app.options(route.id)(listener)
            case "shortcut":
                app.global_shortcut(route.id)(listener)
            case "view":
                app.view_submission(route.id)(listener)
            case "closed":
                app.view_closed(route.id)(listener)
            case "event":
                app.event(route.id)(listener)


def parse(services: Services, route: Route, body: dict[str, Any]) -> Any:
    """The request of a body, by the route's kind."""
    at = services.desk.clock.real()
    match route.kind:
        case "command":
            return payloads.command(body, at)
        case "action":
            return payloads.action(body, at)
        case "options":
            return payloads.suggestion(body, at)
        case "shortcut":
            return payloads.shortcut(body, at)
        case "view":
            return payloads.submission(body, at)
        case "closed":
            return payloads.closed(body, at)
        case _:
            return payloads.event(body)


def guarded(services: Services, route: Route) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A listener that always acknowledges, in words where it must refuse; only an event that could not be stored is not.

    Then it returns a response of its own: Bolt acknowledges events by itself where a listener did not (asyncio_runner.py:76).
    """

    async def listener(body: dict[str, Any], ack: AsyncAck) -> BoltResponse | None:
        reply = await answer(services, route, body)
        if reply is None:
            return BoltResponse(status=503, body="")
        await ack(**(reply.ack or {}))
        waiting = PENDING.get()
        if waiting is not None:
            if route.kind not in {"event", "options"}:
                reply = followed(services, reply, payloads.presser(body), payloads.home_hash(body))
            waiting.append(reply)
        return None

    listener.__name__ = f"{route.kind}_{route.handle.__name__}"
    return listener


async def answer(services: Services, route: Route, body: dict[str, Any]) -> Reply | None:
    """The reply to a body; refusals, time-outs and crashes become words for that person alone."""
    try:
        request = parse(services, route, body)
    except Exception:
        log.exception("%s %s: a payload that cannot be read", route.kind, route.id)
        return Reply()  # acknowledged: Slack would deliver it again, and it would not be any better
    if route.kind == "event":
        return await _to_event(services, route, request)
    try:
        reply = await _in_words(services, route, request)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("%s %s failed, reference %s", route.kind, route.id, reference)
        reply = crash(request, Text(), reference)
    return told(reply, request, lambda: services.people.language(request.who))


async def _to_event(services: Services, route: Route, event: Any) -> Reply | None:
    """None where it could not be stored: there is nobody to say so to."""
    try:
        return await _in_time(services, route, event)
    except TimeoutError:
        log.warning("event %s was not done in time; Slack will deliver it again", route.id)
        return None
    except Exception:
        log.exception("event %s could not be stored; Slack will deliver it again", route.id)
        return None


async def _in_words(services: Services, route: Route, request: Any) -> Reply:
    """The handler's reply, or the refusal in words."""
    try:
        return await _in_time(services, route, request)
    except (Refusal, Refusals) as refused:
        return await _refused(services, request, refused)
    except TimeoutError:
        log.warning("%s %s was not done in time", route.kind, route.id)
        return refuse(request, [Refusal(Code.BUSY)], Text())


async def _in_time(services: Services, route: Route, request: Any) -> Reply:
    """The handler's reply, or TimeoutError.

    Waiting for a turn to write ends at the deadline, with nothing done. What has begun to write is never cut off (a cancelled
    transaction would leave the database locked): it may take a little longer, and where even that is not enough, the person
    is asked to press again while it ends by itself; its stored response makes the same press harmless.
    """
    loop = asyncio.get_running_loop()
    patience = CLOSED_DEADLINE if route.kind == "closed" else DEADLINE
    token = PATIENCE.set(loop.time() + patience)
    try:
        task = asyncio.ensure_future(route.handle(services, request))
    finally:
        PATIENCE.reset(token)
    await asyncio.wait({task}, timeout=patience + LAST_MOMENT)
    if task.done():
        return task.result()
    UNFINISHED.add(task)
    task.add_done_callback(_finished)
    raise TimeoutError


def _finished(task: asyncio.Future[Reply]) -> None:
    UNFINISHED.discard(task)
    if not task.cancelled() and task.exception():
        log.warning("a press that took too long ended with %r", task.exception())


async def _refused(services: Services, request: Request, refused: Refusal | Refusals) -> Reply:
    every = refused.refusals if isinstance(refused, Refusals) else [refused]
    reply = refuse(request, every, Text(await services.people.language(request.who)))
    if every[0].code is not Code.UNKNOWN_PERSON:
        return reply

    async def learn() -> Reply:
        await services.people.learn(request.who, request.press.channel_id)
        return Reply()

    return Reply(ack=reply.ack, effects=(*reply.effects, Later(learn)))
