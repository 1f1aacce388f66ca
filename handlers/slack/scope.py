"""In the preview of a round: what is proposed to be left out, putting one back, and leaving a supplier's work out.

All of it happens in the preview's own modal, so that what lies beneath is never an old preview.
"""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Submitted
from message_templates import ids
from message_templates.catalogs import text
from message_templates.round import preview_modal
from message_templates.scope import scope_form, scope_modal

TURN = "turn"


async def on_see(services: Services, request: ActionPress) -> Reply:
    """A page of the list."""
    round_id, page = ids.unpack(_chosen(request), 2)
    found = await services.scope.page(request.press, round_id, ids.number(page))
    view = scope_modal(text(found.language), found)
    return Reply(effects=(UpdateView(request.view_id, view, hash=request.view_hash),))


async def on_turn(services: Services, request: ActionPress) -> Reply:
    """The form for one engagement."""
    form = await services.scope.turn_form(request.press, *ids.unpack(_chosen(request), 2))
    return Reply(effects=(UpdateView(request.view_id, scope_form(text(form.language), form), hash=request.view_hash),))


async def on_leave(services: Services, request: ActionPress) -> Reply:
    """The form for the supplier whose letter is shown."""
    form = await services.scope.leave_form(request.press, *ids.unpack(_chosen(request), 2))
    return Reply(effects=(UpdateView(request.view_id, scope_form(text(form.language), form), hash=request.view_hash),))


async def on_changed(services: Services, request: Submitted) -> Reply:
    """The filled-in form: back to the list, or to the preview."""
    round_id, subject, kind = ids.unpack(request.metadata, 3)
    works = request.values.get(ids.field_block("works"))
    note = str(request.values.get(ids.field_block("note")) or "")
    wanted = [subject] if kind == TURN else works if isinstance(works, list) else []
    await services.scope.turn(request.press, round_id, wanted, note)
    if kind == TURN:
        found = await services.scope.page(request.press, round_id, 0)
        return show(scope_modal(text(found.language), found))
    preview = await services.rounds.page(request.press, round_id, 0)
    return show(preview_modal(text(preview.language), preview))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.SCOPE_SEE, on_see),
    Route("action", ids.Do.SCOPE_TURN, on_turn),
    Route("action", ids.Do.SCOPE_LEAVE, on_leave),
    Route("view", ids.View.SCOPE, on_changed),
)
