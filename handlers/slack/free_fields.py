"""`/vendor-review fields`: the fields that the security team defines itself."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, show
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.free_fields import NEW, field_saved_view, field_view, list_view


async def on_fields(services: Services, request: Command) -> Reply:
    """The list."""
    found = await services.free_fields.list(request.press)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, list_view(t, found)),))


async def on_field(services: Services, request: ActionPress) -> Reply:
    """The form of one, or of a new one."""
    (field_id,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    form = await services.free_fields.form(request.press, "" if field_id == NEW else field_id)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, field_view(t, form), push=bool(request.view_id)),))


async def on_field_saved(services: Services, request: Submitted) -> Reply:
    """Save it."""
    field_id, version = ids.unpack(request.metadata, 2)
    held = {ids.field_name(block): str(value or "") for block, value in request.values.items()}
    own = "" if field_id == NEW else field_id
    saved = await services.free_fields.save(request.press, own, ids.number(version), held)
    return show(field_saved_view(Text(await services.people.language(request.who)), saved))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.FREE_FIELD, on_field),
    Route("view", ids.View.FREE_FIELD, on_field_saved),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("fields", on_fields, also=(text("ja")("free.word"),)),)
