"""`/vendor-review show <name or number>`."""

from __future__ import annotations

from bot.domain.reading import Candidates
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Reply, whisper
from handlers.slack.requests import Command
from message_templates.catalogs import Text
from message_templates.ledger import candidates_blocks, record_blocks


async def on_show(services: Services, request: Command) -> Reply:
    """One whole record, or who could be meant."""
    found = await services.reading.show(request.press, " ".join(request.words[1:]))
    t = Text(await services.people.language(request.who))
    if isinstance(found, Candidates):
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_blocks(t, found))
    return whisper(found.supplier.name, record_blocks(t, found))


ROUTES: tuple[Route, ...] = ()

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("show", on_show),)
