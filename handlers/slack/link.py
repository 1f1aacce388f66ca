"""`/vendor-review link`: a modal at once, the channel looked up behind it, and the confirmation."""

from __future__ import annotations

from typing import Any

from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Reply, show, waiting
from handlers.slack.requests import Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.link import FIELD, linked_view
from message_templates.moving import here_form


async def on_link(services: Services, command: Command) -> Reply:
    """Who may link is asked of the database before the ack; the channel is asked of Slack after it."""
    asked = await services.linking.ask(command.press)
    t = Text(asked.language)

    async def look() -> dict[str, Any]:
        return here_form(t, await services.linking.look(command.press, command.words[1:]))

    return waiting(command.press, t, look)


async def on_link_submitted(services: Services, form: Submitted) -> Reply:
    """The person has seen the list and confirms it."""
    (look_id,) = ids.unpack(form.metadata, 1)
    chosen = form.values.get(ids.field_block(FIELD))
    linked = await services.linking.confirm(form.press, look_id, str(chosen or ""))
    t = Text(await services.people.language(form.who))
    return show(linked_view(t, linked))


ROUTES: tuple[Route, ...] = (Route("view", ids.View.LINK, on_link_submitted),)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("link", on_link),)
