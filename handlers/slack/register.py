"""`/vendor-review register`: the form, and storing a supplier with its engagement."""

from __future__ import annotations

from bot.domain.fields import BY_NAME
from bot.domain.registration import Entry
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, show
from handlers.slack.requests import Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.register import register_view, registered_view


async def on_register(services: Services, request: Command) -> Reply:
    """Open the form."""
    form = await services.registering.form(request.press)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, register_view(t, form)),))


async def on_registered(services: Services, request: Submitted) -> Reply:
    """Check and store; what is wrong stands under its field."""
    held = {name: str(request.values.get(ids.field_block(name)) or "") for name in BY_NAME}
    done = await services.registering.submit(request.press, Entry(written=held))
    return show(registered_view(Text(await services.people.language(request.who)), done))


ROUTES: tuple[Route, ...] = (Route("view", ids.View.REGISTER, on_registered),)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("register", on_register),)
