"""A supplier's record: opened from any card, turned page by page, and looked at as of a day."""

from __future__ import annotations

from datetime import date

from bot.domain.record import Spot
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, UpdateView
from handlers.slack.requests import ActionPress
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.record import record_view
from message_templates.record_spots import turned, unpack_spot


async def on_open(services: Services, request: ActionPress) -> Reply:
    """Open it, on top of a modal where it is pressed in one."""
    record = await services.records.open(request.press, unpack_spot(_chosen(request)))
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, record_view(t, record), push=bool(request.view_id)),))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """Another page in place of this one, chosen in the menu."""
    return await _turn(services, request, turned(unpack_spot(request.metadata), _chosen(request)))


async def on_turn(services: Services, request: ActionPress) -> Reply:
    """Another page in place of this one, by a button."""
    return await _turn(services, request, unpack_spot(_chosen(request)))


async def on_day(services: Services, request: ActionPress) -> Reply:
    """The same page as of a day."""
    spot = unpack_spot(request.metadata)
    try:
        day = date.fromisoformat(_chosen(request))
    except ValueError as error:
        raise Refusal(Code.BAD_DATE) from error
    return await _turn(services, request, spot.model_copy(update={"on": day}))


async def _turn(services: Services, request: ActionPress, spot: Spot) -> Reply:
    record = await services.records.open(request.press, spot)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(UpdateView(request.view_id, record_view(t, record)),))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.RECORD_OPEN, on_open),
    Route("action", ids.Do.RECORD_PAGE, on_page),
    Route("action", ids.Do.RECORD_TURN, on_turn),
    Route("action", ids.Do.RECORD_DAY, on_day),
)
