"""A supplier's endpoints, from the record or from `/vendor-review link` in a channel that is one: list, sever, move, own."""

from __future__ import annotations

from typing import Any

from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, looked, show
from handlers.slack.requests import ActionPress, Request, Submitted
from message_templates import ids, moving
from message_templates.catalogs import Text, text
from message_templates.kit import Json
from message_templates.notes import wait_view


async def on_list(services: Services, request: ActionPress) -> Reply:
    """All endpoints of a supplier."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    found = await services.moving.all_of(request.press, supplier_id)
    return _on_top(request, moving.endpoints_view(await _words(services, request), found))


async def on_sever(services: Services, request: ActionPress) -> Reply:
    """The form, with what is open there."""
    (endpoint_id,) = ids.unpack(_chosen(request), 1)
    form = await services.moving.form(request.press, endpoint_id)
    return _on_top(request, moving.sever_view(await _words(services, request), form))


async def on_severed(services: Services, form: Submitted) -> Reply:
    """It is severed."""
    endpoint_id, version = ids.unpack(form.metadata, 2)
    why, note, then = (_entered(form, name) for name in ("why", "note", "then"))
    done = await services.moving.sever(form.press, endpoint_id, ids.number(version), why, note, then)
    return show(moving.severed_view(await _words(services, form), done))


async def on_move(services: Services, request: ActionPress) -> Reply:
    """Which channel takes its place."""
    (endpoint_id,) = ids.unpack(_chosen(request), 1)
    form = await services.moving.form(request.press, endpoint_id)
    return _on_top(request, moving.move_view(await _words(services, request), form))


async def on_channel(services: Services, form: Submitted) -> Reply:
    """The new channel is looked at behind a 'please wait'."""
    (endpoint_id,) = ids.unpack(form.metadata, 1)
    press = form.press.model_copy(update={"channel_id": _entered(form, "channel")})
    await services.linking.ask(press)
    await services.moving.form(press, endpoint_id)
    t = await _words(services, form)

    async def look() -> dict[str, Any]:
        return moving.move_confirm_view(t, await services.moving.look(press, endpoint_id), endpoint_id)

    async def then() -> Reply:
        return Reply(effects=(UpdateView(form.view_id, await looked(t, look)),))

    return Reply(ack=show(wait_view(t)).ack, effects=(Later(then),))


async def on_moved(services: Services, form: Submitted) -> Reply:
    """The person has seen who is there, and moves it."""
    look_id, endpoint_id = ids.unpack(form.metadata, 2)
    moved = await services.moving.move(form.press, look_id, endpoint_id)
    return show(moving.moved_view(await _words(services, form), moved))


async def on_own(services: Services, request: ActionPress) -> Reply:
    """The endpoint of one engagement."""
    (engagement_id,) = ids.unpack(_chosen(request), 1)
    form = await services.moving.override_form(request.press, engagement_id)
    return _on_top(request, moving.override_view(await _words(services, request), form))


async def on_own_saved(services: Services, form: Submitted) -> Reply:
    """It has one of its own, or its supplier's again."""
    engagement_id, version = ids.unpack(form.metadata, 2)
    chosen = _entered(form, "endpoint")
    own = "" if chosen == moving.SUPPLIERS else chosen
    done = await services.moving.override(form.press, engagement_id, ids.number(version), own)
    return show(moving.overridden_view(await _words(services, form), done))


def _on_top(request: ActionPress, view: Json) -> Reply:
    """On top of the modal that was pressed in, else in a new one. A list of ours gives way: Slack allows three at once."""
    if request.view_id and request.callback_id == ids.View.LIST:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


def _entered(form: Submitted, name: str) -> str:
    found = form.values.get(ids.field_block(name))
    return found if isinstance(found, str) else ""


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.ENDPOINT_LIST, on_list),
    Route("action", ids.Do.ENDPOINT_SEVER, on_sever),
    Route("view", ids.View.ENDPOINT_SEVER, on_severed),
    Route("action", ids.Do.ENDPOINT_MOVE, on_move),
    Route("view", ids.View.ENDPOINT_MOVE, on_channel),
    Route("view", ids.View.ENDPOINT_MOVE_CONFIRM, on_moved),
    Route("action", ids.Do.ENDPOINT_OWN, on_own),
    Route("view", ids.View.ENDPOINT_OWN, on_own_saved),
)
